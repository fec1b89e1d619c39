// Questions before something is done, and the list of keys. One dialog at a time; the browser keeps the focus in it.

import { html, render } from './lit-html/lit-html.js';

const dialog = () => document.getElementById('dialog');
let last = 0;

/** Shows it; resolves to what the pressed button stands for, or null if it was left by Escape. */
function show(content) {
  const element = dialog();
  const mine = ++last;
  return new Promise((resolve) => {
    const done = (value) => {
      if (element.open && mine === last) element.close();
      resolve(value);
    };
    element.onclose = () => resolve(null);
    render(content(done), element);
    if (element.open) element.close();
    element.onclose = () => resolve(null);
    element.showModal();
    (element.querySelector('[autofocus]') ?? element.querySelector('input, button'))?.focus();
  });
}

export const open = () => dialog().open;

/** Asks whether something is to be done. */
export const confirm = ({ title, text, yes, danger = false }) =>
  show((done) => html`
    <h2 id="dialog-title">${title}</h2>
    <p>${text}</p>
    <div class="buttons">
      <button type="button" @click=${() => done(null)}>Cancel</button>
      <button type="button" autofocus class=${danger ? 'primary danger' : 'primary'} @click=${() => done(true)}>${yes}</button>
    </div>`);

/** Says what went wrong. */
export const tell = (title, text) =>
  show((done) => html`
    <h2 id="dialog-title">${title}</h2>
    <p>${text}</p>
    <div class="buttons"><button type="button" class="primary" autofocus @click=${() => done(null)}>Close</button></div>`);

/** Asks for the token of `admin › token`. */
export const askToken = (why) =>
  show((done) => html`
    <form method="dialog" @submit=${(event) => {
      event.preventDefault();
      done(new FormData(event.target).get('token').trim());
    }}>
      <h2 id="dialog-title">Token</h2>
      <p>${why}</p>
      <label>The token of <code>admin › token</code>
        <input name="token" type="password" autocomplete="off" required autofocus></label>
      <p class="muted">It is kept in this tab until it is closed, and nowhere else.</p>
      <div class="buttons"><button class="primary">Show the dashboard</button></div>
    </form>`);

export const help = (keys) =>
  show((done) => html`
    <h2 id="dialog-title">Keys</h2>
    <dl class="keys">${keys.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl>
    <div class="buttons"><button type="button" class="primary" autofocus @click=${() => done(null)}>Close</button></div>`);
