// The stream of events: a picture of everything, then what changes.

import { call } from './api.js';

/** RFC 7396. What did not change stays the same object. */
export function merge(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

/** Hands on each event until the stream ends (text/event-stream, WHATWG HTML §9.2, without ids). */
export async function read(path, on, { opened = () => {}, signal } = {}) {
  const answer = await call(path, { accept: 'text/event-stream', signal });
  opened(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) tell(event, on);
  }
}

function tell(event, on) {
  let name = 'message';
  const data = [];
  for (const line of event.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) data.push(line.slice(6));
  }
  on(name, JSON.parse(data.join('\n')));
}
