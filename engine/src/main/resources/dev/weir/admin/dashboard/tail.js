// What happens, line by line, as it happens.

import { html, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { clock, plural } from './text.js';

const SHOWN = 300;

/** The first word of a line says whose it is: a service, `config`, `admin`, `event loop`. */
const subject = (line) => line.line.trimStart().split(/\s/, 1)[0].replace(/:$/, '');

const toneOf = (text) =>
  /\b(down|fail|failed|refused|ejected|error|blocked|expired|panic)\b/i.test(text) ? 'bad' : /\b(up|ready|serves|again|goes on)\b/i.test(text) ? 'good' : '';

export function tail(state) {
  const mine = (state.views.live ??= { filter: '', about: '', held: null });
  const all = mine.held ?? state.lines;
  const words = mine.filter.toLowerCase();
  const found = all.filter((line) => (!words || line.line.toLowerCase().includes(words)) && (!mine.about || subject(line) === mine.about));
  const subjects = [...new Set(all.map(subject))].sort();
  const set = (name, value) => {
    mine[name] = value;
    state.redraw();
  };
  return html`
    <div class="filters">
      <label class="search"><span class="hidden">Filter lines</span>
        <input type="search" placeholder="Words in a line  ( / )" .value=${mine.filter} @input=${(event) => set('filter', event.target.value)}></label>
      <label>About <select @change=${(event) => set('about', event.target.value)}>
        <option value="">everything</option>
        ${subjects.map((one) => html`<option value=${one} ?selected=${one === mine.about}>${one}</option>`)}</select></label>
      <button type="button" aria-pressed=${mine.held ? 'true' : 'false'} @click=${() => set('held', mine.held ? null : state.lines)}>
        ${mine.held ? `Go on (${state.lines.length - mine.held.length} new)` : 'Hold'}</button>
      <p class="muted">${plural(found.length, 'line')}</p>
    </div>
    <section class="panel" aria-label="Lines, the newest first">
      ${found.length === 0 ? html`<p class="empty">${all.length ? 'No line is like this.' : 'Nothing has been said yet.'}</p>` : nothing}
      <ol class="lines tail">${repeat(found.slice(-SHOWN).reverse(), (line) => line.number, (line) => html`
        <li class=${toneOf(line.line)}><time datetime=${line.time}>${clock(line.time)}</time><span>${line.line}</span></li>`)}</ol>
    </section>`;
}
