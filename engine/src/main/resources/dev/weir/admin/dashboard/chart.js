// Charts of the last 15 minutes, drawn by d3.

import { html, nothing, svg } from './lit-html/lit-html.js';
import { duration } from './text.js';

const { area, line, curveMonotoneX, ticks, max } = globalThis.d3;

const known = (value) => value != null && !Number.isNaN(value);
const scale = (values, least) => Math.max(least, max(values.filter(known)) ?? 0);

/** A small one, without axes. What it shows stands beside it as a figure, so readers of the screen are spared it. */
export function spark(values, { least = 1, tone = 'accent', width = 120, height = 28 } = {}) {
  if (!values || values.filter(known).length < 2) {
    return html`<svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>`;
  }
  const most = scale(values, least);
  const x = (_, i) => (i / (values.length - 1)) * width;
  const y = (value) => height - 1.5 - (value / most) * (height - 3);
  const shape = { line: line(x, y).defined(known).curve(curveMonotoneX), area: area(x, height, y).defined(known).curve(curveMonotoneX) };
  return html`<svg class="spark ${tone}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    <path class="area" d=${shape.area(values)}></path>
    <path class="line" d=${shape.line(values)}></path>
  </svg>`;
}

const MARGIN = { top: 10, right: 8, bottom: 20, left: 52 };

/**
 * A large one, with axes, and the values at the pointer or at the place that arrow keys move to.
 * series: [{ name, values, tone, filled }], newest value last; say: how a value is written.
 */
export function chart({ id, series, stepMs, say, least = 1, width, height = 150, at, onAt }) {
  const length = series[0].values.length;
  if (length < 2) return html`<p class="empty">Figures come in a few seconds.</p>`;
  const inner = { w: width - MARGIN.left - MARGIN.right, h: height - MARGIN.top - MARGIN.bottom };
  const most = scale(series.flatMap((one) => one.values), least) * 1.08;
  const x = (i) => MARGIN.left + (i / (length - 1)) * inner.w;
  const y = (value) => MARGIN.top + inner.h - (value / most) * inner.h;
  const shape = (one) => line((_, i) => x(i), y).defined(known).curve(curveMonotoneX)(one.values);
  const fill = (one) => area((_, i) => x(i), y(0), y).defined(known).curve(curveMonotoneX)(one.values);
  const span = (length - 1) * stepMs;
  const latest = (one) => say(one.values[length - 1]);
  const move = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = ((event.clientX - box.left) / box.width * width - MARGIN.left) / inner.w;
    onAt(Math.max(0, Math.min(length - 1, Math.round(part * (length - 1)))));
  };
  const key = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onAt(Math.max(0, Math.min(length - 1, (at ?? length - 1) + step)));
  };
  const shown = at == null ? length - 1 : Math.min(at, length - 1);
  return html`
    <div class="legend" id=${id + '-legend'}>
      ${series.map((one) => html`<span class=${one.tone}><i></i>${one.name} <b>${say(one.values[shown])}</b></span>`)}
      <span class="when">${shown === length - 1 ? 'now' : duration((length - 1 - shown) * stepMs) + ' ago'}</span>
    </div>
    <svg class="chart" viewBox="0 0 ${width} ${height}" role="img" tabindex="0"
      aria-label=${series.map((one) => one.name + ' now ' + latest(one)).join(', ') + '; arrow keys go back in time'}
      @pointermove=${move} @pointerleave=${() => onAt(null)} @keydown=${key} @blur=${() => onAt(null)}>
      ${ticks(0, most, 3).map((tick) => svg`<g class="tick">
        <line x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${y(tick)} y2=${y(tick)}></line>
        <text x=${MARGIN.left - 8} y=${y(tick) + 4} text-anchor="end">${say(tick)}</text></g>`)}
      ${series.map((one) => svg`<g class=${one.tone}>
        ${one.filled ? svg`<path class="area" d=${fill(one)}></path>` : nothing}
        <path class="line" d=${shape(one)}></path></g>`)}
      ${[0, 0.5, 1].map((part) => svg`<text class="time" x=${MARGIN.left + part * inner.w} y=${height - 4}
        text-anchor=${part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}>${part === 1 ? 'now' : duration((1 - part) * span) + ' ago'}</text>`)}
      ${at == null ? nothing : svg`<line class="cross" x1=${x(shown)} x2=${x(shown)} y1=${MARGIN.top} y2=${height - MARGIN.bottom}></line>`}
    </svg>`;
}
