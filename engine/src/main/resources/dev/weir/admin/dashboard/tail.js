// What happens as it happens: requests as they end, those that are kept because they failed or were slow, and lines for people.

import { html, nothing, svg } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { call, json } from './api.js';
import { read } from './live.js';
import { bytes, clock, millis, plural } from './text.js';

const LOG = '/api/v1/log';
const KEPT = '/api/v1/requests';
const SHOWN = 200;
const AGAIN = 5000;

// ---- requests as they end ----

function follow(state, mine) {
  const asked = new URLSearchParams(Object.entries(mine.asked).filter(([, value]) => value)).toString();
  if (mine.stop && mine.following === asked) return;
  leave(state);
  mine.following = asked;
  mine.stop = new AbortController();
  mine.trouble = '';
  read('api/v1/log?' + asked, (event, data) => {
    if (event === 'count') mine.count = data;
    else mine.requests = [...mine.requests, { ...data, number: mine.next++ }].slice(-SHOWN);
    state.redraw();
  }, { signal: mine.stop.signal }).catch((problem) => {
    if (problem.name === 'AbortError') return;
    mine.trouble = problem.message;
    state.redraw();
  });
}

/** Asks for no more requests: nobody sees them. */
export function leave(state) {
  const mine = state.views.live;
  mine?.stop?.abort();
  if (mine) mine.stop = null;
}

const toneOf = (status) => (status >= 500 || status === 0 ? 'bad' : status >= 400 ? 'warn' : 'good');

/** A request in a line, which shows more of it. */
const row = (one, went, open, toggle) => html`
  <button type="button" class="row" aria-expanded=${open ? 'true' : 'false'} @click=${toggle}>
    <time datetime=${one.time}>${clock(one.time)}</time>
    <b class=${'pill ' + toneOf(one.status)}>${one.status || '–'}</b>
    <span class="asked">${one.method ?? one.protocol} ${one.host ?? ''}${one.path ?? ''}</span>
    <span class="went">${went}</span><span class="took">${millis(one.total_ms)}</span></button>`;

const sum = (one) => html`
  <p class="muted">${one.says || [one.route, one.endpoint || one.service || 'Weir'].filter(Boolean).join(' → ')}${one.ended_by ? ' · ended by ' + one.ended_by : ''}${one.attempts ? ' · ' + plural(one.attempts, 'attempt') : ''} · ${bytes(one.bytes_out)} · ${one.client}${one.id ? html` · <code>${one.id}</code>` : nothing}</p>`;

/** What a line of the access log tells of a request's time: parts that follow each other, and what is left of it. */
function spansOf(one) {
  const parts = [[one.attempts > 1 ? 'before' : 'queue', one.queue_ms], ['connect', one.connect_ms], ['endpoint', one.first_byte_ms]].filter(([, took]) => took > 0);
  const rest = one.total_ms - parts.reduce((known, [, took]) => known + took, 0);
  let at = 0;
  return [...parts, ['rest', Math.max(0, rest)]].map(([part, took]) => ({ part, endpoint: part === 'endpoint' ? one.endpoint : '', from_ms: at, to_ms: (at += took) }));
}

const ended = (state, mine) => (one) => {
  const open = mine.opened === one.number;
  const toggle = () => {
    mine.opened = open ? null : one.number;
    if (!open) mine.held ??= mine.requests; // so that it does not run away
    state.redraw();
  };
  const went = html`${one.route ? html`${one.route} ` : nothing}${one.endpoint ? html`→ ${one.endpoint}` : nothing}${one.reason ? html` <i class="bad">${one.reason}</i>` : nothing}
    ${one.attempts > 1 ? html`<small>${one.attempts} attempts</small>` : nothing}`;
  return html`<li>${row(one, went, open, toggle)}
    ${open ? html`<div class="detail">${sum(one)}
      ${one.failed_attempts ? html`<p class="muted">Before: ${one.failed_attempts.map((each) => `${each.endpoint} ${each.reason}`).join(', ')}</p>` : nothing}
      ${waterfall({ ...one, spans: spansOf(one) }, widthOf(state))}</div>` : nothing}</li>`;
};

function requests(state, mine) {
  follow(state, mine);
  const held = mine.held ?? mine.requests;
  const ask = (name, value) => {
    mine.asked = { ...mine.asked, [name]: value.trim() };
    mine.requests = [];
    mine.held = mine.opened = null;
    state.redraw();
  };
  const choice = (name, label, all) => html`<label>${label} <select @change=${(event) => ask(name, event.target.value)}>
    <option value="">all</option>${all.map((one) => html`<option ?selected=${mine.asked[name] === one}>${one}</option>`)}</select></label>`;
  const text = (name, label, hint) => html`<label>${label} <input class="short" placeholder=${hint} .value=${mine.asked[name] ?? ''} @change=${(event) => ask(name, event.target.value)}></label>`;
  return html`
    <div class="filters">
      ${text('status', 'Status', '5xx,404')}
      ${choice('route', 'Route', Object.keys(state.picture.routes))}
      ${choice('service', 'Service', Object.keys(state.picture.services))}
      ${text('slow', 'Slower than', '200ms')}
      <button type="button" aria-pressed=${mine.held ? 'true' : 'false'} @click=${() => {
        mine.held = mine.held ? null : mine.requests;
        mine.opened = null;
        state.redraw();
      }}>${mine.held ? 'Go on' : 'Hold'}</button>
      ${mine.count?.dropped ? html`<p class="muted">${plural(mine.count.dropped, 'request')} more than can be shown</p>` : nothing}
    </div>
    <section class="panel" aria-label="Requests, the newest first">
      ${mine.trouble ? html`<p class="bad" role="status">${mine.trouble}</p>` : nothing}
      ${held.length === 0 && !mine.trouble ? html`<p class="empty">No such request has ended since you look.</p>` : nothing}
      <ol class="kept requests">${repeat([...held].reverse(), (one) => one.number, ended(state, mine))}</ol>
    </section>`;
}

// ---- requests that are kept ----

const PARTS = { head: 'head', queue: 'filters, queue', 'failed-attempt': 'failed attempt', before: 'failed attempts', pause: 'pause', connect: 'connect', endpoint: 'endpoint', answer: 'answer', rest: 'head, answer' };

async function load(state, mine) {
  mine.asking = true;
  mine.loadedAt = Date.now();
  try {
    mine.kept = await json('api/v1/requests?' + new URLSearchParams({ most: '50', kept: mine.why ?? '' }));
  } catch (problem) {
    mine.trouble = problem.message;
  }
  mine.asking = false;
  state.redraw();
}

async function open(state, mine, id) {
  mine.open = mine.open === id ? null : id;
  mine.told = '';
  state.redraw();
  if (mine.open) {
    mine.told = await call(`api/v1/requests/${encodeURIComponent(id)}`, { accept: 'text/plain' }).then((answer) => answer.text(), (problem) => problem.message);
    state.redraw();
  }
}

/** Parts of a request's time, one below the other, as long as they took. */
function waterfall(one, width) {
  const left = width < 600 ? 96 : 250;
  const inner = width - left - 70;
  const x = (ms) => left + (one.total_ms > 0 ? ms / one.total_ms : 0) * inner;
  const height = one.spans.length * 24 + 4;
  return html`<svg class="waterfall" viewBox="0 0 ${width} ${height}" role="img"
    aria-label=${'Waterfall: ' + one.spans.map((span) => `${PARTS[span.part] ?? span.part} from ${millis(span.from_ms)} to ${millis(span.to_ms)}`).join(', ')}>
    ${one.spans.map((span, i) => svg`<g class=${span.reason ? 'bad' : span.part}>
      <text x="0" y=${i * 24 + 17}>${PARTS[span.part] ?? span.part}${width < 600 ? '' : ' ' + span.endpoint}</text>
      <rect x=${x(span.from_ms)} y=${i * 24 + 5} width=${Math.max(2, x(span.to_ms) - x(span.from_ms))} height="16" rx="3"></rect>
      <text x=${Math.min(x(span.to_ms) + 6, width - 64)} y=${i * 24 + 17}>${millis(span.to_ms - span.from_ms)}</text></g>`)}
  </svg>`;
}

const widthOf = (state) => Math.max(300, Math.min(state.width, 1440) - (state.width < 900 ? 58 : 82));

const kept = (state, mine) => {
  if (!mine.asking && Date.now() - (mine.loadedAt ?? 0) > AGAIN) load(state, mine);
  return html`
    <div class="filters">
      <label>Show <select @change=${(event) => {
        mine.why = event.target.value;
        load(state, mine);
      }}><option value="">all</option><option value="failed">failed</option><option value="slow">slow</option><option value="asked">those that asked for it</option></select></label>
      <p class="muted">Of each minute the slowest of each route and the first of each kind of failure, for 15 minutes.</p>
    </div>
    <section class="panel" aria-label="Kept requests, the newest first">
      ${mine.kept?.length ? nothing : html`<p class="empty">${mine.kept ? 'None yet.' : 'Reading them.'}</p>`}
      <ol class="kept">${repeat(mine.kept ?? [], (one) => one.id, (one) => html`<li>
        ${row(one, one.reason ? html`<i class="bad">${one.reason}</i>` : one.kept, mine.open === one.id, () => open(state, mine, one.id))}
        ${mine.open !== one.id ? nothing : html`<div class="detail">
          ${sum(one)}
          ${waterfall(one, widthOf(state))}
          ${mine.told ? html`<details><summary>As text, with why it went there</summary><pre class="answer" tabindex="0">${mine.told}</pre></details>` : nothing}
        </div>`}</li>`)}</ol>
    </section>`;
};

// ---- lines ----

/** The first word of a line says whose it is: a service, `configuration`, `admin`, `event loop`. */
const subject = (line) => line.line.trimStart().split(/\s/, 1)[0].replace(/:$/, '');

const toneOfLine = (text) =>
  /\b(down|fail|failed|refused|ejected|error|blocked|expired|panic)\b/i.test(text) ? 'bad' : /\b(up|ready|serves|again|goes on)\b/i.test(text) ? 'good' : '';

function lines(state, mine) {
  const words = mine.filter.toLowerCase();
  const found = state.lines.filter((line) => (!words || line.line.toLowerCase().includes(words)) && (!mine.about || subject(line) === mine.about));
  const subjects = [...new Set(state.lines.map(subject))].sort();
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
      <p class="muted">${plural(found.length, 'line')}</p>
    </div>
    <section class="panel" aria-label="Lines, the newest first">
      ${found.length === 0 ? html`<p class="empty">${state.lines.length ? 'No line is like this.' : 'Nothing has been said yet.'}</p>` : nothing}
      <ol class="lines tail">${repeat(found.slice(-SHOWN).reverse(), (line) => line.number, (line) => html`
        <li class=${toneOfLine(line.line)}><time datetime=${line.time}>${clock(line.time)}</time><span>${line.line}</span></li>`)}</ol>
    </section>`;
}

export function tail(state) {
  const mine = (state.views.live ??= { filter: '', about: '', asked: {}, requests: [], next: 0, held: null });
  const parts = [
    ...(state.can('get', LOG) ? [{ id: 'requests', name: 'Requests', show: requests }] : []),
    ...(state.can('get', KEPT) ? [{ id: 'kept', name: 'Failed and slow', show: kept }] : []),
    { id: 'lines', name: 'Lines', show: lines },
  ];
  const part = parts.find((one) => one.id === state.place[0]) ?? parts[0];
  if (part.id !== 'requests') leave(state);
  return html`
    <nav class="parts" aria-label="What to follow">${parts.map((one) => html`<a href=${'#live/' + one.id} aria-current=${one === part ? 'page' : nothing}>${one.name}</a>`)}</nav>
    ${part.show(state, mine)}`;
}
