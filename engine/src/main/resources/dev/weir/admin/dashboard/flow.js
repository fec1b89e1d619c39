// Listener → route → service → endpoint, and listener → service → endpoint where connections are passed on as they are: width is requests
// a second, or such connections as have ended; colour is errors. Laid out by d3-sankey.

import { html, nothing, svg } from './lit-html/lit-html.js';
import { dots, rate, share } from './text.js';

const { sankey, sankeyLinkHorizontal } = globalThis.d3;

const LAYERS = ['listener', 'route', 'service', 'endpoint'];
const MOST_NODES = 40;

const tone = (errors) => (errors >= 0.05 ? 'bad' : errors > 0.001 ? 'warn' : 'good');

/** What leads where, with figures where there are any; without, all is as wide as all else. */
function links(picture) {
  const { listeners, routes, services, traffic } = picture;
  const all = new Map();
  const add = (source, target, figures, busy = 0) => {
    const key = source + ' ' + target;
    const unit = countsConnections(picture, source) ? 'connections' : 'requests';
    const one = all.get(key) ?? { source, target, unit, rate: 0, failed: 0, busy: false };
    one.busy ||= busy > 0;
    one.rate += figures.rate ?? 0;
    one.failed += (figures.rate ?? 0) * (figures.errors ?? 0);
    all.set(key, one);
  };
  for (const route of Object.values(routes)) {
    const bound = route.conditions.find((words) => words.startsWith('listener is '))?.slice(12);
    for (const listener of Object.values(listeners)) {
      if (!listener.protocols.includes('tcp') && (!bound || bound === listener.name)) {
        add('listener ' + listener.name, 'route ' + route.name, {});
      }
    }
    for (const service of Object.keys(route.target.services)) {
      add('route ' + route.name, 'service ' + service, {});
    }
  }
  for (const listener of Object.values(listeners)) {
    for (const service of listener.services) {
      add('listener ' + listener.name, 'service ' + service, {}, listener.services.length === 1 ? listener.connections : 0);
    }
  }
  for (const { service, endpoints } of Object.values(services)) {
    for (const endpoint of Object.values(endpoints)) {
      add('service ' + service.name, 'endpoint ' + service.name + '/' + endpoint.name,
        traffic?.services[service.name]?.endpoints[endpoint.name] ?? {}, endpoint.in_flight);
    }
  }
  for (const one of traffic?.flows ?? []) {
    if (!listeners[one.listener]?.services.length) {
      add('listener ' + one.listener, 'route ' + one.route, one);
      if (one.service) add('route ' + one.route, 'service ' + one.service, one);
    } else if (one.service) {
      add('listener ' + one.listener, 'service ' + one.service, one);
    }
  }
  return [...all.values()].map((one) => ({ ...one, errors: one.rate > 0 ? one.failed / one.rate : 0 }));
}

/** The busiest of each layer; in a large configuration the rest would be lines without width. */
function busiest(all) {
  const traffic = new Map();
  for (const one of all) {
    for (const end of [one.source, one.target]) traffic.set(end, (traffic.get(end) ?? 0) + one.rate);
  }
  const kept = new Set(LAYERS.flatMap((layer) =>
    [...traffic.keys()].filter((id) => id.startsWith(layer + ' '))
      .sort((a, b) => traffic.get(b) - traffic.get(a)).slice(0, MOST_NODES)));
  return { links: all.filter((one) => kept.has(one.source) && kept.has(one.target)), nodes: [...kept], left: traffic.size - kept.size };
}

const nameOf = (id) => id.slice(id.indexOf(' ') + 1);
const layerOf = (id) => LAYERS.indexOf(id.slice(0, id.indexOf(' ')));
const shownName = (id) => (layerOf(id) === 3 ? nameOf(id).slice(nameOf(id).indexOf('/') + 1) : nameOf(id) || 'no route');

/** Whether a service gets connections as they are, and no requests. */
export const passedOn = ({ listeners, routes }, service) =>
  Object.values(listeners).some((one) => one.services.includes(service))
    && !Object.values(routes).some((route) => service in route.target.services);

const countsConnections = (picture, source) =>
  layerOf(source) === 0 ? picture.listeners[nameOf(source)]?.services.length > 0
    : layerOf(source) === 2 && passedOn(picture, nameOf(source));

function health(id, picture) {
  if (layerOf(id) === 3) {
    const [service, ...rest] = nameOf(id).split('/');
    const endpoint = picture.services[service]?.endpoints[rest.join('/')];
    return !endpoint ? '' : endpoint.usable ? 'good' : endpoint.state !== 'ready' ? 'idle' : 'bad';
  }
  if (layerOf(id) === 2) {
    const service = picture.services[nameOf(id)]?.service;
    return service && service.usable === 0 ? 'bad' : '';
  }
  return '';
}

/** As in the file: routes as they are preferred, endpoints below each other as their services are. */
function ranks(picture) {
  const order = new Map();
  const put = (id) => order.set(id, order.size);
  Object.keys(picture.listeners).forEach((name) => put('listener ' + name));
  Object.values(picture.routes).sort((a, b) => a.order - b.order).forEach((route) => put('route ' + route.name));
  for (const { service, endpoints } of Object.values(picture.services)) {
    put('service ' + service.name);
    Object.keys(endpoints).forEach((name) => put('endpoint ' + service.name + '/' + name));
  }
  return (id) => order.get(id) ?? order.size;
}

/** What skips a layer goes through one without a name there, so that it crosses nobody. */
function steps(shown) {
  const nodes = shown.nodes.map((id) => ({ id }));
  const links = [];
  for (const one of shown.links) {
    if (layerOf(one.target) - layerOf(one.source) === 1) {
      links.push({ ...one });
    } else {
      const via = LAYERS[1] + ' ' + one.source + one.target;
      nodes.push({ id: via, link: one });
      links.push({ ...one, target: via, to: one.target }, { ...one, source: via, from: one.source });
    }
  }
  return { nodes, links };
}

function layout({ nodes, links }, rank, width, height) {
  const total = links.reduce((sum, one) => sum + one.rate, 0);
  const least = total > 0 ? total / 400 : 1;
  return sankey().nodeId((one) => one.id).nodeAlign((node) => layerOf(node.id)).nodeWidth(12).nodePadding(nodes.length > 24 ? 10 : 20)
    .nodeSort((a, b) => rank(a.id) - rank(b.id))
    .linkSort((a, b) => rank(a.source.id) - rank(b.source.id) || rank(a.target.id) - rank(b.target.id))
    .extent([[1, 26], [width - 1, height - 8]])({
      nodes,
      links: links.map((one) => ({ ...one, value: Math.max(one.rate, least) })),
    });
}

function label(node, width) {
  const last = layerOf(node.id) === 3;
  const narrow = width < 480; // Between services and endpoints two labels share the room: the port is what tells endpoints apart.
  const letters = narrow ? 6 : Math.floor(width / 4 / 7.5) - 3;
  const whole = shownName(node.id);
  const name = last && narrow ? whole.slice(Math.max(0, whole.lastIndexOf(':'))) : whole;
  return svg`<text class="name" x=${last ? node.x0 - 7 : node.x1 + 7} y=${(node.y0 + node.y1) / 2 + 4}
    text-anchor=${last ? 'end' : 'start'}>${last && name.length > letters ? '…' + name.slice(1 - letters) : dots(name, letters)}</text>`;
}

const path = sankeyLinkHorizontal();

const linkTone = (one, known) => (one.rate > 0 || !known ? tone(one.errors) : one.busy ? 'good' : 'none');

const figures = (one) => `${rate(one.rate)} ${one.unit} a second, ${share(one.errors)} errors`;

/** The end of one link and the beginning of the next: the same colour goes on. */
const passage = (node, known) => svg`<g class=${'link ' + linkTone(node.link, known)}>
  <path d=${`M${node.x0},${(node.y0 + node.y1) / 2}H${node.x1}`} stroke-width=${node.sourceLinks[0] ? thick(node.sourceLinks[0], known) : 1.5}></path></g>`;

const thick = (one, known) => Math.max(1.5, known && one.rate === 0 ? 1.5 : one.width);

function drawing(state, shown, known) {
  const width = state.width < 900 ? state.width - 24 - 34 : Math.min(state.width, 1440) - 48 - 34;
  const parts = steps(shown);
  const most = Math.max(...LAYERS.map((_, i) => parts.nodes.filter((node) => layerOf(node.id) === i).length));
  const height = Math.max(200, 60 + most * 44);
  const graph = layout(parts, ranks(state.picture), width, height);
  return html`<svg class="flow" viewBox="0 0 ${width} ${height}" role="img" aria-label="Flow from listeners by routes and services to endpoints; the table below says the same">
    ${LAYERS.map((layer, i) => svg`<text class="layer" y="12" x=${i === 3 ? width : i === 0 ? 0 : (i * (width - 14)) / 3}
      text-anchor=${i === 3 ? 'end' : 'start'}>${layer}s</text>`)}
    ${graph.links.map((one) => svg`<g class=${'link ' + linkTone(one, known)}>
      <path d=${path(one)} stroke-width=${thick(one, known)}>
        <title>${nameOf(one.from ?? one.source.id)} → ${nameOf(one.to ?? one.target.id)}${known ? ': ' + figures(one) : ''}</title></path></g>`)}
    ${graph.nodes.map((node) => node.link ? passage(node, known) : svg`<g class=${'node ' + health(node.id, state.picture)}>
      <rect x=${node.x0} y=${node.y0} width=${node.x1 - node.x0} height=${Math.max(3, node.y1 - node.y0)} rx="3"><title>${nameOf(node.id)}</title></rect>
      ${label(node, width)}</g>`)}
  </svg>`;
}

const called = (id) => (nameOf(id) ? id : 'no route');

const table = (shown, known) => html`
  <details><summary>As a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Flow as a table"><table>
      <thead><tr><th>From</th><th>To</th>${known ? html`<th class="n">A second</th><th class="n">Errors</th>` : nothing}</tr></thead>
      <tbody>${shown.links.map((one) => html`<tr><td>${called(one.source)}</td><td>${called(one.target)}</td>
        ${known ? html`<td class="n">${rate(one.rate)} ${one.unit}</td><td class="n">${share(one.errors)}</td>` : nothing}</tr>`)}</tbody>
    </table></div>
  </details>`;

export function flow(state) {
  const known = state.picture.traffic != null;
  const shown = busiest(links(state.picture));
  if (shown.links.length === 0) return nothing;
  return html`<section class="panel" aria-labelledby="flow-title">
    <h2 id="flow-title">Flow ${shown.left > 0 ? html`<span class="muted">the busiest ${MOST_NODES} of each kind</span>` : nothing}
      <span class="key">width: requests${shown.links.some((one) => one.unit === 'connections') ? ', and TCP connections that end,' : ''} a second <span><i class="good"></i>well</span> <span><i class="warn"></i>some errors</span> <span><i class="bad"></i>5 % errors or more</span></span></h2>
    ${drawing(state, shown, known)}
    ${table(shown, known)}
  </section>`;
}
