// The process itself: listeners, loops, memory, connections to endpoints.

import { html, nothing } from './lit-html/lit-html.js';
import { bytes, count, duration, millis } from './text.js';

const bar = (part, tone) => html`
  <svg class=${'bar ' + tone} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" width="100" height="6"></rect><rect class="part" width=${Math.max(0, Math.min(1, part)) * 100} height="6"></rect></svg>`;

const memory = (name, used, most) => html`
  <div><dt>${name}</dt><dd>${bytes(used)}${most > 0 ? html` <small>of ${bytes(most)}</small>${bar(used / most, used / most > 0.9 ? 'bad' : 'accent')}` : nothing}</dd></div>`;

const certificate = (one, now) => {
  const left = Date.parse(one.not_after) - now;
  const days = Math.floor(left / 86_400_000);
  return html`<small class=${days < 14 ? 'bad' : ''}>${one.names}: ${left < 0 ? 'expired' : days + ' days left'}</small>`;
};

const listeners = (state) => html`
  <section class="panel"><h2>Listeners</h2>
    <div class="rows"><table>
      <thead><tr><th>Listener</th><th>Address</th><th>Speaks</th><th class="n">Connections</th><th>Certificates</th></tr></thead>
      <tbody>${Object.values(state.picture.listeners).map((one) => html`<tr>
        <th scope="row" data-label="Listener">${one.name}</th>
        <td data-label="Address"><code>${one.address}</code>${one.proxy_protocol ? html` <small>PROXY ${one.proxy_protocol}</small>` : nothing}</td>
        <td data-label="Speaks">${one.protocols.join(', ')}${one.tls ? ' over TLS' : ''}${one.redirects ? ' (sends to TLS)' : ''}</td>
        <td data-label="Connections" class="n">${count(one.connections)} <small>of ${count(one.most)}</small></td>
        <td data-label="Certificates">${one.certificates.length ? one.certificates.map((each) => certificate(each, state.now)) : html`<small>none</small>`}</td>
      </tr>`)}</tbody></table></div>
  </section>`;

const loops = (runtime) => html`
  <section class="panel"><h2>Event loops</h2>
    <div class="rows"><table>
      <thead><tr><th>Loop</th><th class="n">Longest wait in 10 s</th><th class="n">Blocked</th></tr></thead>
      <tbody>${runtime.loops.map((one, i) => html`<tr><th scope="row" data-label="Loop">${i}</th>
        <td data-label="Longest wait in 10 s" class=${'n ' + (one.lag_ms > 100 ? 'bad' : one.lag_ms > 20 ? 'warn' : '')}>${millis(one.lag_ms)}</td>
        <td data-label="Blocked" class=${'n ' + (one.blocked ? 'bad' : '')}>${one.blocked ? one.blocked + ' times' : 'never'}</td></tr>`)}</tbody>
    </table></div>
  </section>`;

const pools = (runtime) => html`
  <section class="panel"><h2>Connections to endpoints</h2>
    <div class="rows"><table>
      <thead><tr><th>Service</th><th class="n">Busy</th><th class="n">Idle</th><th class="n">Connecting</th><th class="n">Opened</th><th class="n">Failed</th></tr></thead>
      <tbody>${Object.entries(runtime.pools).map(([name, one]) => html`<tr><th scope="row" data-label="Service">${name}</th>
        <td data-label="Busy" class="n">${count(one.busy)}</td><td data-label="Idle" class="n">${count(one.idle)}</td>
        <td data-label="Connecting" class="n">${count(one.connecting)}</td><td data-label="Opened" class="n">${count(one.opened)}</td>
        <td data-label="Failed" class=${'n ' + (one.failed ? 'warn' : '')}>${count(one.failed)}</td></tr>`)}</tbody>
    </table></div>
  </section>`;

export function runtime(state) {
  const { overview, runtime: now } = state.picture;
  return html`
    <section class="panel"><h2>Process</h2>
      <dl class="figures wide">
        <div><dt>Weir</dt><dd>${overview.version}</dd></div>
        <div><dt>Process</dt><dd>${overview.pid}</dd></div>
        <div><dt>Running for</dt><dd>${duration(state.now - Date.parse(overview.since))}</dd></div>
        <div><dt>Sockets</dt><dd>${overview.transport}</dd></div>
        <div><dt>Configuration</dt><dd>version ${overview.configuration.version} <small>${overview.configuration.source}</small></dd></div>
        ${now ? html`
          <div><dt>Java</dt><dd>${now.java}</dd></div>
          <div><dt>Threads</dt><dd>${now.threads}</dd></div>
          <div><dt>Processors</dt><dd>${now.processors}</dd></div>
          <div><dt>Processor time</dt><dd>${now.cpu_share == null ? '–' : Math.round(now.cpu_share * 100) + ' %'}</dd></div>` : nothing}
      </dl>
    </section>
    ${now ? html`<section class="panel"><h2>Memory</h2>
      <dl class="figures wide">
        ${memory('Heap', now.heap_used, now.heap_most)}
        ${memory('Direct', now.direct_used, now.direct_most)}
        ${now.held_most ? memory('Held by connections', now.held_used, now.held_most) : nothing}
        ${now.collectors.filter((one) => one.runs > 0).map((one) => html`<div><dt>${one.name}</dt><dd>${count(one.runs)} <small>runs, ${millis(one.total_ms)} in all</small></dd></div>`)}
      </dl>
    </section>
    <div class="pair">${loops(now)}${Object.keys(now.pools).length ? pools(now) : nothing}</div>` : nothing}
    ${listeners(state)}`;
}
