// The sandbox's control API as functions. Every failure becomes an Error whose message is the sandbox's own
// sentence.

export async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/control${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `The sandbox answered ${response.status}.`);
  return answer;
}

export const post = (path, body = {}) => call('POST', path, body);
export const remove = (path) => call('DELETE', path);

// Waits for news after `revision`, at most a few seconds.
export const state = (revision) =>
  call('GET', `/state?timeout_ms=4000${revision ? `&after=${revision}` : ''}`);
