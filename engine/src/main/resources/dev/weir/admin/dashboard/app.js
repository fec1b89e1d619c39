// The page: what it knows, how it hears of changes, and what is shown of it.

import { html, nothing, render } from './lit-html/lit-html.js';
import { call, json, Problem, token } from './api.js';
import * as dialog from './dialog.js';
import { merge, read } from './live.js';
import { duration } from './text.js';
import { config } from './config.js';
import { overview } from './overview.js';
import { routes } from './routes.js';
import { runtime } from './runtime.js';
import { rowKey, services } from './services.js';
import { leave, tail } from './tail.js';

const VIEWS = [
  { id: 'overview', name: 'Overview', show: overview, icon: 'M3 12h4l3-8 4 16 3-8h4' },
  { id: 'routes', name: 'Routes', show: routes, icon: 'M5 4v6a4 4 0 0 0 4 4h6a4 4 0 0 1 4 4v2M5 14v6M16 17l3 3 3-3' },
  { id: 'services', name: 'Services', show: services, icon: 'M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01' },
  { id: 'live', name: 'Live', show: tail, icon: 'M4 6h16M4 12h10M4 18h13' },
  { id: 'config', name: 'Config', show: config, icon: 'M7 3h8l4 4v14H7zM10 12h6M10 16h6' },
  { id: 'runtime', name: 'Runtime', show: runtime, icon: 'M12 13l4-4M4 18a9 9 0 1 1 16 0' },
];

const KEYS = [
  ...VIEWS.map((view, i) => [String(i + 1), view.name]),
  ['/', 'Filter what the view lists'],
  ['t', 'Dark, light or as the system'],
  ['d r x', 'On an endpoint: drain, ready, down'],
  ['← →', 'On a chart: go back in time and forth'],
  ['Tab', 'Go through everything that can be pressed'],
  ['?', 'These keys'],
];

const MOST_LINES = 1000;
const STEPS = 180;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const THEMES = ['system', 'dark', 'light'];

/** All that the page knows. Views read it, and change only what is theirs: `state.views[id]`. */
const state = {
  picture: null,
  history: null,
  lines: [],
  operations: new Set(),
  connection: 'connecting',
  skew: 0,
  width: 0,
  theme: THEMES.includes(localStorage.getItem('weir-theme')) ? localStorage.getItem('weir-theme') : 'system',
  views: {},
  get now() {
    return Date.now() + this.skew;
  },
  get dead() {
    return this.connection !== 'live';
  },
  can: (verb, path) => state.operations.has(verb + ' ' + path),
  redraw,
};

// ---- drawing ----

let waiting = false;

function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    state.width = Math.min(document.documentElement.clientWidth, 1440);
    render(page(), document.getElementById('app'));
  });
}

/** What somebody typed behind # may be anything. */
const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const current = () => {
  const [id, ...rest] = location.hash.slice(1).split('/');
  state.place = rest.map(decoded);
  return VIEWS.find((view) => view.id === id) ?? VIEWS[0];
};

function page() {
  const view = current();
  if (view.id !== 'live') leave(state);
  const about = state.picture?.overview;
  const worst = about?.needs_attention.filter((one) => one.severity !== 'note').length ?? 0;
  document.title = (worst ? `(${worst}) ` : '') + 'Weir · ' + view.name;
  return html`
    <header>
      <a class="brand" href="#overview" aria-label="Weir, overview"><img src="assets/icon.svg" alt="" width="28" height="28"><b>Weir</b></a>
      <nav aria-label="Views">${VIEWS.map((one) => html`
        <a href=${'#' + one.id} aria-current=${one === view ? 'page' : nothing}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${one.icon}></path></svg><span>${one.name}</span>
          ${one.id === 'overview' && worst ? html`<i class="badge" aria-label=${worst + ' need attention'}>${worst}</i>` : nothing}
        </a>`)}</nav>
      <div class="tools">
        ${connection(about)}
        <button type="button" class="icon" title=${'Theme: ' + state.theme + ' (t)'} aria-label=${'Theme: ' + state.theme} @click=${nextTheme}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.5"></circle><path class="solid" d=${
            { system: 'M12 3.5a8.5 8.5 0 0 1 0 17z', dark: 'M12 3.5a8.5 8.5 0 0 0 0 17a8.5 8.5 0 0 0 0-17z', light: '' }[state.theme]}></path></svg></button>
        <button type="button" class="icon" title="Keys (?)" aria-label="Keys" @click=${() => dialog.help(KEYS)}>?</button>
      </div>
    </header>
    <main id="main" tabindex="-1" class=${'view-' + view.id}>
      <h1 class="hidden">${view.name}</h1>
      ${state.connection === 'lost' && state.picture
        ? html`<p class="banner" role="alert">No connection to the gateway: what you see is from ${duration(Date.now() - state.heard)} ago. Trying again.</p>` : nothing}
      ${state.picture ? view.show(state) : html`<p class="empty">${state.connection === 'lost' ? 'The gateway does not answer. Trying again.' : 'Connecting.'}</p>`}
    </main>`;
}

const connection = (about) => html`
  <span class=${'state ' + (state.dead ? 'bad' : about?.phase === 'draining' ? 'warn' : 'good')} title=${about ? 'Weir ' + about.version + ', process ' + about.pid : ''}>
    <i></i>${state.connection === 'live' ? about?.phase ?? 'live' : state.connection}</span>`;

// ---- theme ----

function applyTheme() {
  document.documentElement.dataset.theme = state.theme;
}

function nextTheme() {
  state.theme = THEMES[(THEMES.indexOf(state.theme) + 1) % THEMES.length];
  localStorage.setItem('weir-theme', state.theme);
  applyTheme();
  say('Theme: ' + state.theme);
  redraw();
}

/** For readers of the screen. */
const say = (text) => {
  document.getElementById('said').textContent = text;
};
state.say = say;

// ---- the gateway ----

function heard(event, data) {
  state.heard = Date.now();
  if (event === 'picture') {
    state.picture = data;
    loadHistory();
  } else if (event === 'change') {
    const before = state.picture?.traffic?.step;
    state.picture = merge(state.picture, data);
    const step = state.picture.traffic?.step;
    if (step === before + 1) keepStep();
    else if (step !== before) loadHistory();
  } else if (event === 'line') {
    state.lines = [...state.lines, data].slice(-MOST_LINES);
  }
  redraw();
}

async function loadHistory() {
  if (!state.can('get', '/api/v1/history')) return;
  state.history = await json('api/v1/history').catch(() => state.history);
  redraw();
}

/** One more point, so that the past is asked for only once. */
function keepStep() {
  if (!state.history) return;
  const { traffic } = state.picture;
  const series = {};
  const push = (key, figures) => {
    const kept = state.history.series[key];
    series[key] = {};
    for (const name of ['rate', 'errors', 'p50', 'p99']) {
      const before = kept?.[name] ?? new Array(STEPS).fill(null);
      series[key][name] = [...before, figures[name] ?? null].slice(-STEPS);
    }
  };
  push('', traffic.total);
  for (const [name, one] of Object.entries(traffic.routes)) push('route/' + name, one);
  for (const [name, one] of Object.entries(traffic.services)) {
    push('service/' + name, one.all);
    for (const [endpoint, figures] of Object.entries(one.endpoints)) push('endpoint/' + name + '/' + endpoint, figures);
  }
  state.history = { ...state.history, series };
}

async function begin(answer) {
  const date = answer.headers.get('Date');
  if (date) state.skew = Date.parse(date) - Date.now();
  const [document, lines] = await Promise.all([json('api/v1/openapi.json'), json('api/v1/events')]);
  for (const [path, verbs] of Object.entries(document.paths)) {
    for (const verb of Object.keys(verbs)) state.operations.add(verb + ' ' + path);
  }
  state.lines = lines.slice(-MOST_LINES);
  loadHistory();
  redraw();
}

async function follow() {
  let wait = FIRST_WAIT;
  for (;;) {
    try {
      await read('api/v1/stream', heard, {
        opened: (answer) => {
          state.connection = 'live';
          wait = FIRST_WAIT;
          begin(answer).catch(() => {});
        },
      });
      state.connection = 'lost';
    } catch (problem) {
      state.connection = 'lost';
      if (problem instanceof Problem && problem.status === 401) await ask(problem);
    }
    redraw();
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

async function ask(problem) {
  state.connection = 'locked';
  redraw();
  const why = token.has() ? 'That was not the token.' : 'This gateway shows itself to those who know its token.';
  token.forget();
  const text = await dialog.askToken(why);
  if (text) token.keep(text);
  else await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT));
}

// ---- keys ----

function key(event) {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if (event.ctrlKey || event.metaKey || event.altKey || typing || dialog.open()) return;
  const number = Number(event.key);
  if (number >= 1 && number <= VIEWS.length) {
    location.hash = VIEWS[number - 1].id;
  } else if (event.key === '?') {
    dialog.help(KEYS);
  } else if (event.key === 't') {
    nextTheme();
  } else if (event.key === '/') {
    document.querySelector('main input[type=search]')?.focus();
  } else if (!rowKey(event, state)) {
    return;
  }
  event.preventDefault();
}

addEventListener('keydown', key);
addEventListener('resize', redraw);
addEventListener('hashchange', () => {
  scrollTo(0, 0);
  redraw();
});
setInterval(redraw, 1000);
applyTheme();
document.getElementById('app').replaceChildren();
redraw();
follow();
