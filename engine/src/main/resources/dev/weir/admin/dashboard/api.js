// Requests to the admin API. Where it wants a token, the page asks for it and keeps it for this tab alone.

const KEY = 'weir-token';

/** What the API refused, as it said it (RFC 9457). */
export class Problem extends Error {
  constructor(status, detail, problems) {
    super(detail);
    this.status = status;
    this.problems = problems ?? [];
  }
}

export const token = {
  has: () => sessionStorage.getItem(KEY) !== null,
  keep: (text) => sessionStorage.setItem(KEY, text),
  forget: () => sessionStorage.removeItem(KEY),
};

export async function call(path, { method = 'GET', body, type = 'application/json', etag, accept, signal } = {}) {
  const headers = { Accept: accept ?? 'application/json' };
  if (token.has()) headers.Authorization = 'Bearer ' + sessionStorage.getItem(KEY);
  if (body !== undefined) headers['Content-Type'] = type;
  if (etag) headers['If-Match'] = etag;
  const answer = await fetch(path, { method, headers, body, signal, cache: 'no-store', redirect: 'error' });
  if (!answer.ok) throw await problem(answer);
  return answer;
}

async function problem(answer) {
  try {
    const said = await answer.json();
    return new Problem(answer.status, said.detail ?? said.title, said.problems);
  } catch {
    return new Problem(answer.status, answer.status + ' ' + answer.statusText);
  }
}

export const json = async (path, options) => (await call(path, options)).json();

export const endpointPath = (service, endpoint) =>
  `api/v1/services/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(endpoint)}`;
