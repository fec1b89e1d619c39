// Services and their endpoints, and what an operator does with these.

import { html, nothing } from './lit-html/lit-html.js';
import { repeat } from './lit-html/directives/repeat.js';
import { call, endpointPath, Problem } from './api.js';
import { spark } from './chart.js';
import { passedOn } from './flow.js';
import * as dialog from './dialog.js';
import { ago, millis, plural, rate, share } from './text.js';

const ACTIONS = {
  ready: { yes: 'Make it ready', title: 'Make it ready?', text: () => 'It gets requests again as soon as its checks allow it.' },
  draining: {
    yes: 'Drain it', title: 'Drain it?',
    text: (left) => `It gets no new requests; those under way end. ${others(left)}`,
  },
  down: {
    yes: 'Take it down', title: 'Take it down?', danger: true,
    text: (left) => `It gets no new requests, and its idle connections are closed. ${others(left)}`,
  },
};

const others = (left) =>
  left === 0 ? 'It is the last one that is usable: requests of this service will be answered 503.' : `${plural(left, 'other endpoint')} of the service can be used.`;

async function order(state, service, endpoint, wanted) {
  const one = state.picture.services[service]?.endpoints[endpoint];
  if (!one || one.state === wanted) return;
  const left = Object.values(state.picture.services[service].endpoints).filter((other) => other.usable && other.name !== endpoint).length;
  const action = ACTIONS[wanted];
  const path = endpointPath(service, endpoint);
  try {
    // The tag of what is seen when asked, so that nobody else's change in between is undone.
    const seen = call(path);
    seen.catch(() => {});
    if (!(await dialog.confirm({ ...action, title: `${endpoint}: ${action.title}`, text: action.text(left) }))) return;
    const etag = (await seen).headers.get('ETag');
    await call(path, { method: 'PATCH', etag, body: JSON.stringify({ state: wanted }) });
    state.say(`${endpoint} is ${wanted}`);
  } catch (problem) {
    await dialog.tell('Not done', problem instanceof Problem && problem.status === 412
      ? 'Somebody else has just changed this endpoint. Look again.' : problem.message);
  }
}

/** Keys on the row of an endpoint. Whether it was one. */
export function rowKey(event, state) {
  const row = event.target.closest?.('[data-endpoint]');
  const wanted = { d: 'draining', r: 'ready', x: 'down' }[event.key];
  if (!row || !wanted) return false;
  order(state, row.dataset.service, row.dataset.endpoint, wanted);
  return true;
}

const TONES = { up: 'good', unknown: 'quiet', down: 'bad', ejected: 'bad', returning: 'warn' };

function standing(one, now) {
  const out = one.state !== 'ready';
  const word = out ? one.state : one.health === 'unknown' ? 'not checked' : one.health;
  const since = out ? one.state_since : one.health_since;
  return html`<span class=${'pill ' + (out ? 'idle' : TONES[one.health])}>${word}</span>
    ${since ? html`<small>for ${ago(since, now)}</small>` : nothing}
    ${out && one.health !== 'unknown' && one.health !== 'up' ? html`<small>${one.health}</small>` : nothing}`;
}

/** Beside the middle of its group: half the width is as fast as the others. */
function against(figures, middle) {
  if (!figures?.p50 || !middle) return html`<span>${millis(figures?.p50)}</span>`;
  const times = figures.p50 / middle;
  const part = Math.min(1, times / 2);
  // Below a millisecond it is noise.
  const tone = figures.p50 - middle < 1 ? 'good' : times > 1.5 ? 'bad' : times > 1.15 ? 'warn' : 'good';
  return html`<span>${millis(figures.p50)}</span>
    <svg class=${'against ' + tone} viewBox="0 0 60 6" role="img" aria-label=${times.toFixed(1) + ' times the median of its group'}>
      <rect class="all" width="60" height="6" rx="3"></rect><rect class="part" width=${Math.max(3, part * 60)} height="6" rx="3"></rect>
      <line x1="30" x2="30" y1="0" y2="6"></line><title>${times.toFixed(2)} × the median of its group</title></svg>`;
}

function median(all) {
  const sorted = all.filter((one) => one > 0).sort((a, b) => a - b);
  if (sorted.length < 2) return 0;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const button = (state, service, one, wanted, text) => html`
  <button type="button" ?disabled=${one.state === wanted || state.dead} aria-label=${text + ' ' + one.name}
    @click=${() => order(state, service, one.name, wanted)}>${text}</button>`;

function row(state, service, one, { traffic, middle, weights, scores, unit }) {
  const past = state.history?.series[`endpoint/${service.name}/${one.name}`];
  return html`
    <tr data-endpoint=${one.name} data-service=${service.name} tabindex="0" aria-label=${one.name} class=${one.usable ? '' : 'out'}>
      <th scope="row" data-label="Endpoint"><code>${one.name}</code>
        ${one.zone ? html`<small>${one.zone}</small>` : nothing}${one.backup ? html`<small>backup</small>` : nothing}</th>
      <td data-label="State" class="standing">${standing(one, state.now)}</td>
      <td data-label="Last check" class="check">${one.last_check ? html`${one.last_check.text} <small>${millis(one.last_check.took_ms)}</small>` : html`<small>none</small>`}
        ${one.why && !one.usable && one.why !== one.last_check?.text ? html`<small class="why">${one.why}</small>` : nothing}</td>
      <td data-label="Under way" class="n">${one.in_flight}</td>
      ${traffic ? html`
        <td data-label=${unit + ' /s'} class="n trend"><span>${rate(traffic.rate)}</span>${spark(past?.rate, { width: 72, height: 22 })}</td>
        <td data-label="Errors" class=${'n ' + (traffic.errors > 0 ? 'bad' : '')}>${share(traffic.rate > 0 ? traffic.errors : null)}</td>
        <td data-label="Median" class="n trend">${against(traffic, middle)}</td>
        <td data-label="99 of 100" class="n">${millis(traffic.p99)}</td>
        ` : nothing}
      ${scores ? html`<td data-label="Score, chance" class="n" title=${one.score?.says ?? nothing}>${one.score
        ? html`${one.score.text} <small>${share(one.score.chance)}</small>` : '–'}</td>` : nothing}
      ${weights ? html`<td data-label="Weight" class="n">${one.weight}${one.weight !== one.listed_weight ? html` <small>file: ${one.listed_weight}</small>` : nothing}</td>` : nothing}
      <td class="actions">
        ${button(state, service.name, one, 'ready', 'Ready')}
        ${button(state, service.name, one, 'draining', 'Drain')}
        ${button(state, service.name, one, 'down', 'Down')}
      </td>
    </tr>`;
}

function card(state, { service, endpoints }) {
  const all = Object.values(endpoints);
  const traffic = state.picture.traffic?.services[service.name];
  const past = state.history?.series['service/' + service.name];
  const middle = median(Object.values(traffic?.endpoints ?? {}).map((one) => one.p50));
  const weights = all.some((one) => one.weight !== 1 || one.listed_weight !== 1);
  const scores = all.some((one) => one.score);
  const tcp = passedOn(state.picture, service.name);
  const unit = tcp ? 'Connections' : 'Requests';
  const shown = (one) => row(state, service, one, { traffic: traffic && (traffic.endpoints[one.name] ?? {}), middle, weights, scores, unit });
  const tone = service.usable === 0 ? 'bad' : service.panic || service.usable < all.length ? 'warn' : 'good';
  return html`
    <section class="panel service" id=${'service-' + service.name} aria-label=${'Service ' + service.name}>
      <div class="head">
        <h2><i class=${'dot ' + tone}></i>${service.name}</h2>
        <p class="muted">${service.usable} of ${plural(all.length, 'endpoint')} usable · <span title=${service.rule ?? nothing}>${service.balance}</span> · ${tcp ? 'tcp' : service.protocol}${service.tls ? ' over TLS' : ''}
          · ${service.health ? html`checks: ${service.health}` : 'no checks'}${service.discover ? html` · ${service.discover}` : nothing}
          ${service.panic ? html` · <b class="bad">panic: all that answer get requests</b>` : nothing}</p>
        <dl class="figures">
          ${traffic ? html`
            <div><dt>${unit}</dt><dd>${rate(traffic.all.rate)}<small>/s</small> ${spark(past?.rate, { width: 90 })}</dd></div>
            <div><dt>Errors</dt><dd class=${traffic.all.errors > 0 ? 'bad' : ''}>${share(traffic.all.rate > 0 ? traffic.all.errors : null)}</dd></div>
            <div><dt>99 of 100</dt><dd>${millis(traffic.all.p99)}</dd></div>` : nothing}
          <div><dt>Under way</dt><dd>${service.in_flight}</dd></div>
          ${service.waiting ? html`<div><dt>Waiting</dt><dd class="warn">${service.waiting}</dd></div>` : nothing}
        </dl>
      </div>
      <div class="rows">
      <table class="endpoints">
        <thead><tr><th>Endpoint</th><th>State</th><th>Last check</th><th class="n">Under way</th>
          ${traffic ? html`<th class="n">${unit} /s</th><th class="n">Errors</th><th class="n">Median, by its group</th><th class="n">99 of 100</th>` : nothing}
          ${scores ? html`<th class="n" title=${'Picked is ' + service.rule + '. The less, the better; beside it, how likely it gets the next request'}>Score, chance</th>` : nothing}
          ${weights ? html`<th class="n">Weight</th>` : nothing}<th><span class="hidden">Actions</span></th></tr></thead>
        <tbody>${repeat(all, (one) => one.name, shown)}</tbody>
      </table></div>
    </section>`;
}

export function services(state) {
  const mine = (state.views.services ??= { filter: '', shown: '' });
  const wanted = state.place[0] ?? '';
  if (wanted !== mine.shown) {
    mine.shown = wanted;
    requestAnimationFrame(() => document.getElementById('service-' + wanted)?.scrollIntoView({ block: 'start' }));
  }
  const words = mine.filter.toLowerCase();
  const found = Object.values(state.picture.services).filter(({ service, endpoints }) =>
    !words || service.name.toLowerCase().includes(words) || Object.keys(endpoints).some((name) => name.toLowerCase().includes(words)));
  return html`
    <div class="filters">
      <label class="search"><span class="hidden">Filter services and endpoints</span>
        <input type="search" placeholder="Service or endpoint  ( / )" .value=${mine.filter} @input=${(event) => {
          mine.filter = event.target.value;
          state.redraw();
        }}></label>
      <p class="muted keyhint">On an endpoint: <kbd>d</kbd> drains, <kbd>r</kbd> makes ready, <kbd>x</kbd> takes down</p>
    </div>
    ${found.length === 0 ? html`<p class="empty">${words ? 'Nothing has such a name.' : 'There are no services.'}</p>`
      : repeat(found, (one) => one.service.name, (one) => card(state, one))}`;
}
