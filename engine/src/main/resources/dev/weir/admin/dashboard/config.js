// The configuration: its text, what would change, and putting it in force or an earlier one back.

import { html, nothing } from './lit-html/lit-html.js';
import { call, json } from './api.js';
import * as dialog from './dialog.js';
import { ago, plural } from './text.js';

const YAML = 'application/yaml';

/** Lines that were taken away and added, by the longest common subsequence; what both texts begin and end with is left out first. */
export function difference(before, after) {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const x = a.slice(start, a.length - end);
  const y = b.slice(start, b.length - end);
  const out = a.slice(Math.max(0, start - 2), start).map((text, i) => ({ sign: ' ', number: Math.max(0, start - 2) + i + 1, text }));
  const common = x.length * y.length > 4e6 ? null : table(x, y);
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    if (common && i < x.length && j < y.length && x[i] === y[j]) {
      out.push({ sign: ' ', number: start + j + 1, text: y[j] });
      i++;
      j++;
    } else if (i < x.length && (j >= y.length || !common || common[i + 1][j] >= common[i][j + 1])) {
      out.push({ sign: '-', number: start + i + 1, text: x[i++] });
    } else {
      out.push({ sign: '+', number: start + j + 1, text: y[j++] });
    }
  }
  if (out.every((line) => line.sign === ' ')) return [];
  return [...out, ...a.slice(a.length - end, a.length - end + 2).map((text, k) => ({ sign: ' ', number: b.length - end + k + 1, text }))];
}

function table(x, y) {
  const rows = Array.from({ length: x.length + 1 }, () => new Uint32Array(y.length + 1));
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      rows[i][j] = x[i] === y[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
    }
  }
  return rows;
}

// ---- what the API does ----

/** Reads what is in force. If `keep`, what somebody is writing here is left alone, also if it was begun while this read. */
async function load(state, mine, keep = false) {
  const writing = () => keep && mine.draft !== mine.text;
  try {
    const found = writing() ? null : await inForce();
    if (found && !writing()) take(state, mine, found);
    mine.history = await json('api/v1/config/history').catch(() => mine.history ?? []);
  } catch (problem) {
    mine.missing = problem.message;
  }
  mine.loading = false;
  mine.seen = state.picture.overview.configuration.version;
  state.redraw();
}

async function inForce() {
  const answer = await call('api/v1/config', { accept: YAML });
  return { etag: answer.headers.get('ETag'), text: await answer.text() };
}

function take(state, mine, { etag, text }) {
  // One's own change is read twice, the second time as news: what is compared by then stays.
  if (text !== mine.text) mine.compared = null;
  mine.etag = etag;
  mine.text = text;
  mine.draft = text;
  mine.missing = null;
  mine.version = state.picture.overview.configuration.version;
}

/** Another version is in force. */
function follow(state, mine) {
  mine.seen = state.picture.overview.configuration.version;
  return load(state, mine, true);
}

/** Does it, and shows what came of it. */
async function attempt(state, mine, did, action) {
  mine.busy = true;
  state.redraw();
  try {
    const result = await (await action()).json();
    mine.result = { good: true, text: did(result), problems: result.warnings ?? [] };
    return true;
  } catch (problem) {
    mine.result = {
      good: false,
      text: problem.status === 412 ? 'Somebody else has changed the configuration since you read it. Read it again, and change that.' : problem.message,
      problems: problem.problems ?? [],
    };
    return false;
  } finally {
    mine.busy = false;
    state.say(mine.result.text);
    state.redraw();
  }
}

const validate = (state, mine) =>
  attempt(state, mine, () => 'No mistakes. Nothing was changed.', () =>
    call('api/v1/config/validate', { method: 'POST', body: mine.draft, type: YAML }));

async function apply(state, mine) {
  const changed = difference(mine.text, mine.draft).filter((line) => line.sign !== ' ').length;
  const sure = await dialog.confirm({
    title: 'Put this in force?', yes: 'Put in force',
    text: `${plural(changed, 'line')} taken away or added. It is written to the file too. If it has a mistake, nothing changes.`,
  });
  if (sure && await attempt(state, mine, (result) => `Version ${result.version} is in force.`, () =>
    call('api/v1/config', { method: 'PUT', body: mine.draft, type: YAML, etag: mine.etag }))) {
    await load(state, mine);
  }
}

async function reload(state, mine) {
  if (await attempt(state, mine, (result) => `The file was read again; version ${result.version} is in force.`, () =>
    call('api/v1/config/reload', { method: 'POST' }))) {
    await load(state, mine);
  }
}

const textOf = async (version) => (await call('api/v1/config/history/' + version.version, { accept: YAML })).text();

/** Shows what going back to a version would change. */
async function compare(state, mine, version) {
  try {
    mine.compared = { version: version.version, text: await textOf(version) };
  } catch (problem) {
    mine.result = { good: false, text: problem.message, problems: [] };
  }
  state.redraw();
}

async function rollback(state, mine, version) {
  const sure = await dialog.confirm({
    title: `Go back to version ${version.version}?`, yes: 'Go back',
    text: `It was in force from ${new Date(version.since).toLocaleString('en-GB')} on (${version.source}).`,
  });
  if (sure && await attempt(state, mine, (result) => `Version ${result.version} is in force.`, () =>
    call('api/v1/config/rollback', { method: 'POST', body: JSON.stringify({ version: version.version }) }))) {
    await load(state, mine);
  }
}

// ---- what is shown ----

function goTo(line, column) {
  const area = document.getElementById('draft');
  const before = area.value.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(before + Math.max(0, column - 1), before + Math.max(0, column - 1));
  area.scrollTop = (line - 5) * (area.scrollHeight / area.value.split('\n').length);
}

const result = (mine) => (mine.result ? html`
  <div class=${'result ' + (mine.result.good ? 'good' : 'bad')} role="status">
    <p>${mine.result.text}</p>
    ${mine.result.problems.length === 0 ? nothing : html`<ul>${mine.result.problems.map((one) => html`<li>
      ${one.line > 0 ? html`<button type="button" class="link" @click=${() => goTo(one.line, one.column)}>${one.file}:${one.line}:${one.column}</button>` : one.file}
      ${one.path ? html`<b>${one.path}</b>: ` : nothing}${one.message}${one.hint ? html` <small>${one.hint}</small>` : nothing}</li>`)}</ul>`}
  </div>` : nothing);

const diff = (title, lines, button = nothing) => html`
  <section class="panel" aria-labelledby="diff-title"><h2 id="diff-title">${title}</h2>${button}
    ${lines.length === 0 ? html`<p class="empty">Nothing.</p>` : html`
    <div class="scroll" tabindex="0" role="region" aria-label="Changed lines"><ol class="diff">${lines.map((line) => html`
      <li class=${line.sign === '+' ? 'added' : line.sign === '-' ? 'gone' : ''}><span class="at">${line.number}</span><span class="sign">${line.sign}</span><code>${line.text || ' '}</code></li>`)}</ol></div>`}
  </section>`;

/** What somebody has changed here, or what is different in an earlier version. */
const changes = (state, mine) => (!mine.compared ? diff('What you have changed', difference(mine.text, mine.draft))
  : diff(`What going back to version ${mine.compared.version} would change`, difference(mine.text, mine.compared.text), html`
    <button type="button" @click=${() => {
      mine.compared = null;
      state.redraw();
    }}>Back to my changes</button>`));

const history = (state, mine) => html`
  <section class="panel" aria-labelledby="history-title"><h2 id="history-title">Versions</h2>
    <ol class="versions">${(mine.history ?? []).map((one) => html`
      <li><b>${one.version}</b><span>${one.source}<small>${ago(one.since, state.now)} ago</small></span>
        ${one.current ? html`<span class="pill good">in force</span>`
          : html`<button type="button" ?disabled=${state.dead} aria-label=${'Compare version ' + one.version + ' with the one in force'} @click=${() => compare(state, mine, one)}>Compare</button>
            <button type="button" ?disabled=${mine.busy || state.dead} aria-label=${'Go back to version ' + one.version} @click=${() => rollback(state, mine, one)}>Go back</button>`}</li>`)}</ol>
  </section>`;

function editor(state, mine) {
  const changed = mine.draft !== mine.text;
  const stale = mine.version !== state.picture.overview.configuration.version;
  const lines = mine.draft.split('\n').length;
  return html`
    <section class="panel editor" aria-labelledby="text-title">
      <h2 id="text-title">${state.picture.overview.configuration.source} <span class="muted">version ${mine.version}</span></h2>
      ${stale ? html`<p class="banner">Version ${state.picture.overview.configuration.version} is in force by now.
        <button type="button" @click=${() => load(state, mine)}>Read it</button></p>` : nothing}
      <div class="text"><pre aria-hidden="true" class="numbers">${Array.from({ length: lines }, (_, i) => i + 1).join('\n')}</pre>
        <textarea id="draft" aria-label="Text of the configuration" spellcheck="false" autocomplete="off" wrap="off" rows=${Math.min(40, Math.max(12, lines + 1))}
          .value=${mine.draft} @input=${(event) => {
            mine.draft = event.target.value;
            mine.compared = null;
            state.redraw();
          }} @scroll=${(event) => {
            event.target.previousElementSibling.scrollTop = event.target.scrollTop;
          }}></textarea></div>
      <div class="buttons">
        <button type="button" class="primary" ?disabled=${!changed || mine.busy || state.dead} @click=${() => apply(state, mine)}>Apply</button>
        <button type="button" ?disabled=${mine.busy || state.dead} @click=${() => validate(state, mine)}>Validate</button>
        <button type="button" ?disabled=${!changed} @click=${() => {
          mine.draft = mine.text;
          state.redraw();
        }}>Undo my changes</button>
        <button type="button" ?disabled=${mine.busy || state.dead} @click=${() => reload(state, mine)}>Read the file again</button>
      </div>
      ${result(mine)}
    </section>`;
}

async function loadEffective(state, mine) {
  mine.effective = await (await call('api/v1/config/effective', { accept: YAML })).text().catch((problem) => problem.message);
  state.redraw();
}

const effective = (state, mine) => {
  const words = mine.filter?.toLowerCase();
  const lines = mine.effective?.split('\n').filter((line) => !words || line.toLowerCase().includes(words)) ?? [];
  return html`
  <section class="panel"><h2>All values, and where each comes from</h2>
    ${mine.effective === undefined ? html`<button type="button" @click=${() => loadEffective(state, mine)}>Show</button>` : html`
      <label class="search"><span class="hidden">Filter settings</span><input type="search" placeholder="Setting, value or place  ( / )" .value=${mine.filter ?? ''} @input=${(event) => {
        mine.filter = event.target.value;
        state.redraw();
      }}></label>
      <div class="scroll" tabindex="0" role="region" aria-label="All values"><pre class="effective">${lines.map((line) => {
        const at = line.search(/\s+# /);
        return at < 0 ? html`${line}\n` : html`${line.slice(0, at)}<small>${line.slice(at)}</small>\n`;
      })}</pre></div>`}
  </section>`;
};

export function config(state) {
  const mine = (state.views.config ??= { loading: false });
  const { configuration } = state.picture.overview;
  if (configuration.changeable && mine.text === undefined && mine.missing === undefined && !mine.loading) {
    mine.loading = true;
    load(state, mine);
  } else if (mine.text !== undefined && mine.seen !== configuration.version && !mine.loading) {
    follow(state, mine);
  }
  return html`
    ${mine.text === undefined
      ? html`<section class="panel"><h2>Version ${configuration.version}</h2>
        <p>In force for ${ago(configuration.since, state.now)}, from ${configuration.source}.</p>
        <p class="empty">${!configuration.changeable ? 'This gateway was started without a file: its configuration is changed where it was said.' : mine.missing ?? 'Reading it.'}</p></section>`
      : html`<div class="split">${editor(state, mine)}<div>${changes(state, mine)}${history(state, mine)}</div></div>`}
    ${state.can('get', '/api/v1/config/effective') ? effective(state, mine) : nothing}`;
}
