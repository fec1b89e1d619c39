// Routes in the order in which they are preferred, each with its chain; and why a request goes where it goes.

import { html, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { call } from './api.js';
import { spark } from './chart.js';
import { millis, rate, share } from './text.js';

const EXPLAIN = '/api/v1/explain';

const target = (route) => {
  const { kind, services, status, location } = route.target;
  if (kind === 'redirect') return html`<span class="step end">redirect ${status} ${location}</span>`;
  if (kind === 'respond') return html`<span class="step end">respond ${status}</span>`;
  const shares = Object.entries(services);
  const all = shares.reduce((sum, [, part]) => sum + part, 0);
  return shares.map(([name, part]) => html`<a class="step end" href=${'#services/' + encodeURIComponent(name)}>${name}${shares.length > 1 ? html` <small>${Math.round((part / all) * 100)} %</small>` : nothing}</a>`);
};

function row(state, route) {
  const figures = state.picture.traffic?.routes[route.name];
  const known = state.picture.traffic != null;
  const past = state.history?.series['route/' + route.name];
  return html`
    <li class="panel route">
      <div class="which">
        <span class="order" aria-label=${'Number ' + route.order}>${route.order}</span>
        <h2>${route.name}</h2>
        ${route.at ? html`<code class="at">${route.at}</code>` : nothing}
      </div>
      <div class="chain" aria-label="Chain">
        <span class="step when">${route.conditions.length ? route.conditions.join(' and ') : 'all requests'}</span>
        ${route.filters.map((filter) => html`<span class="step">${filter}</span>`)}
        ${target(route)}
      </div>
      <dl class="figures">
        ${known ? html`
          <div><dt>Requests</dt><dd>${rate(figures?.rate ?? 0)}<small>/s</small> ${spark(past?.rate, { width: 90 })}</dd></div>
          <div><dt>Errors</dt><dd class=${figures?.errors > 0 ? 'bad' : ''}>${share(figures?.rate > 0 ? figures.errors : null)}</dd></div>
          <div><dt>Median</dt><dd>${millis(figures?.p50)}</dd></div>
          <div><dt>99 of 100</dt><dd>${millis(figures?.p99)}</dd></div>` : nothing}
        ${route.target.kind === 'forward' ? html`
          <div><dt>Time-out</dt><dd>${millis(route.timeout_ms)}</dd></div>
          <div><dt>Attempts</dt><dd>${route.attempts}</dd></div>` : nothing}
      </dl>
    </li>`;
}

// ---- why ----

function explain(state, mine) {
  const ask = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    try {
      const asked = new URLSearchParams({ method: form.get('method'), url: form.get('url'), header: form.get('header') });
      mine.answer = await (await call('api/v1/explain?' + asked, { accept: 'text/plain' })).text();
    } catch (problem) {
      mine.answer = problem.message;
    }
    state.redraw();
  };
  return html`<section class="panel explain" aria-labelledby="explain-title">
    <h2 id="explain-title">Where would it go, and why?</h2>
    <form @submit=${ask}>
      <label><span class="hidden">Method</span><select name="method">${['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((one) => html`<option>${one}</option>`)}</select></label>
      <label class="wide"><span class="hidden">URL</span><input name="url" required placeholder="http://shop.example.com/api/orders/7"></label>
      <label class="wide"><span class="hidden">Header fields, one a line</span><textarea name="header" rows="1" placeholder="X-Canary: 1"></textarea></label>
      <button class="primary">Explain</button>
    </form>
    ${mine.answer ? html`<pre class="answer" role="status" tabindex="0">${mine.answer}</pre>` : nothing}
  </section>`;
}

export function routes(state) {
  const mine = (state.views.routes ??= { filter: '' });
  const words = mine.filter.toLowerCase();
  const all = Object.values(state.picture.routes).sort((a, b) => a.order - b.order);
  const found = all.filter((route) => !words || JSON.stringify([route.name, route.conditions, route.filters, route.target]).toLowerCase().includes(words));
  return html`
    ${state.can('get', EXPLAIN) ? explain(state, mine) : nothing}
    <div class="filters">
      <label class="search"><span class="hidden">Filter routes</span>
        <input type="search" placeholder="Name, condition, filter or service  ( / )" .value=${mine.filter} @input=${(event) => {
          mine.filter = event.target.value;
          state.redraw();
        }}></label>
      <p class="muted">The first that matches a request gets it.</p>
    </div>
    <ol class="routes">${repeat(found.slice(0, 200), (route) => route.name, (route) => row(state, route))}</ol>
    ${found.length > 200 ? html`<p class="muted">${found.length - 200} more: filter to see them.</p>` : nothing}
    ${found.length === 0 ? html`<p class="empty">No route is like this.</p>` : nothing}`;
}
