// The process in one look: what needs attention first, then figures, then how traffic flows.

import { html, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { chart, spark } from './chart.js';
import { flow } from './flow.js';
import { ago, clock, count, millis, rate, share } from './text.js';

const NAMES = {
  'no-endpoint': 'No endpoint',
  'endpoint-down': 'Endpoint down',
  'endpoint-ejected': 'Endpoint ejected',
  panic: 'Too few endpoints',
  certificate: 'Certificate',
  'reload-refused': 'Reload refused',
  'taken-out': 'Taken out',
  draining: 'Draining',
  'budget-spent': 'Retry budget spent',
  'loop-lag': 'Event loop late',
  'loop-blocked': 'Event loop blocked',
};

/** Where to look further. */
function place(one, picture) {
  if (one.concern === 'reload-refused') return '#config';
  if (one.concern.startsWith('loop')) return '#runtime';
  const service = one.about.split('/')[0];
  return picture.services[service] ? '#services/' + encodeURIComponent(service) : '#overview';
}

const attention = (state) => {
  const all = state.picture.overview.needs_attention;
  return html`
    <section class="panel attention" aria-labelledby="attention-title">
      <h2 id="attention-title">Needs attention ${all.length ? html`<span class="number">${all.length}</span>` : nothing}</h2>
      ${all.length === 0
        ? html`<p class="well"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 13l4 4L19 7"></path></svg> Nothing. All is well.</p>`
        : html`<ul>${repeat(all, (one) => one.concern + one.about, (one) => html`
          <li class=${one.severity}>
            <a href=${place(one, state.picture)}>
              <span class="what"><i aria-label=${one.severity}></i>${NAMES[one.concern] ?? one.concern}${one.about ? html` <b>${one.about}</b>` : nothing}</span>
              <span class="why">${one.text}</span>
              <span class="since">${one.concern === 'certificate' || !one.since ? nothing : ago(one.since, state.now)}</span>
            </a>
          </li>`)}</ul>`}
    </section>`;
};

const tile = (name, figure, unit, values, tone, least) => html`
  <li class="tile"><span class="name">${name}</span>
    <span class="figure">${figure}${unit ? html` <small>${unit}</small>` : nothing}</span>
    ${values ? spark(values, { tone, least }) : nothing}</li>`;

function tiles(state) {
  const { overview, traffic } = state.picture;
  const past = state.history?.series[''];
  const { totals } = overview;
  return html`<ul class="tiles" aria-label="Figures">
    ${traffic ? html`
      ${tile('Requests', rate(traffic.total.rate), '/s', past?.rate, 'accent')}
      ${tile('Errors', share(traffic.total.errors), '', past?.errors, traffic.total.errors > 0 ? 'bad' : 'quiet', 0.02)}
      ${tile('Median', millis(traffic.total.p50), '', past?.p50, 'accent')}
      ${tile('99 of 100 within', millis(traffic.total.p99), '', past?.p99, 'warn')}` : nothing}
    ${tile('Under way', count(totals.in_flight), 'requests')}
    ${tile('Connections', count(totals.connections), 'of clients')}
    <li class=${'tile ' + (totals.usable < totals.endpoints ? 'warn' : '')}><span class="name">Endpoints usable</span>
      <span class="figure">${totals.usable} <small>of ${totals.endpoints}</small></span></li>
  </ul>`;
}

function charts(state) {
  const past = state.history?.series[''];
  if (!past) return nothing;
  const mine = (state.views.overview ??= { at: null });
  const wide = state.width >= 900;
  const width = Math.max(300, wide ? (state.width - 48 - 16) / 2 - 42 : state.width - 24 - 34);
  const onAt = (at) => {
    mine.at = at;
    state.redraw();
  };
  const common = { stepMs: state.history.step_ms, width, at: mine.at, onAt };
  return html`<div class="pair">
    <section class="panel"><h2>Requests a second</h2>
      ${chart({ ...common, id: 'rate', say: rate, series: [
        { name: 'all', values: past.rate, tone: 'accent', filled: true },
        { name: 'errors', values: past.rate.map((one, i) => one == null ? null : one * (past.errors[i] ?? 0)), tone: 'bad', filled: true }] })}</section>
    <section class="panel"><h2>Time to the end of the answer</h2>
      ${chart({ ...common, id: 'latency', say: millis, series: [
        { name: 'median', values: past.p50, tone: 'accent', filled: true },
        { name: '99 of 100', values: past.p99, tone: 'warn' }] })}</section>
  </div>`;
}

const lately = (state) => html`
  <section class="panel lately" aria-labelledby="lately-title">
    <h2 id="lately-title">Lately <a href="#live/lines">all lines</a></h2>
    ${state.lines.length === 0 ? html`<p class="empty">Nothing has been said.</p>` : html`
    <ol class="lines">${repeat(state.lines.slice(-6).reverse(), (line) => line.number, (line) => html`
      <li><time datetime=${line.time}>${clock(line.time)}</time><span>${line.line}</span></li>`)}</ol>`}
  </section>`;

export const overview = (state) => html`
  ${attention(state)}
  ${tiles(state)}
  ${flow(state)}
  ${charts(state)}
  ${lately(state)}`;
