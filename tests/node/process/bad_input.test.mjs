// What the webhook route says to everything that is not a good webhook: the right status, a clear sentence,
// and nothing changes. One table; the real program answers.

import assert from "node:assert/strict";
import test from "node:test";

import { limits } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";
import { postWebhook } from "../support/webhooks.mjs";

const BODY_BYTES = 10 * 1024 * 1024;
const MATCH = "1-7f3c9e52-84a1-4d0b-a6c7-3b1d5e9f2048";

let sandbox = null, server = null;

test("the sandbox and a server start", limits, async () => {
  sandbox = await Sandbox.start("bad_input");
  server = await startServer(sandbox, { changes: { MATCHDAY_LOG_LEVEL: "debug" } }).ready();
});

const right = () => sandbox.demo.webhook_secret;
const none = () => null;
const wrong = () => "a-wrong-secret";
const created = (id) => ({ event: "match_object_created", match_id: id });
const ignored = (reason) => ({ status: "ignored", reason });

/** [name, body, secret, status, what the answer's body must hold] */
const CASES = [
  ["no secret", created(MATCH), none, 401],
  ["a wrong secret", created(MATCH), wrong, 401],
  ["a wrong secret with broken JSON: the secret is looked at first", "{\"event\":", wrong, 401],
  ["a wrong secret that is a prefix of the right one", created(MATCH), () => right().slice(0, -1), 401],
  ["an empty secret", created(MATCH), () => "", 401],
  ["broken JSON", "{\"event\":", right, 400],
  ["an empty body", "", right, 400],
  ["an array", "[]", right, 400],
  ["a number", "42", right, 400],
  ["null", "null", right, 400],
  ["a JSON bomb of brackets", "[".repeat(100_000), right, 400],
  ["no event", { match_id: MATCH }, right, 200, ignored("no_event_type")],
  ["an empty event", { event: "", match_id: MATCH }, right, 200, ignored("no_event_type")],
  ["no match id", { event: "match_object_created" }, right, 200, ignored("no_match_id")],
  ["a null payload", { event: "match_object_created", payload: null }, right, 200, ignored("no_match_id")],
];

for (const [name, body, secret, status, expected] of CASES) {
  test(`${name} is answered ${status}`, limits, async () => {
    const answer = await postWebhook(server, body, { secret: secret() });
    assert.equal(answer.status, status, answer.text);
    for (const key of Object.keys(expected ?? {})) assert.equal(answer.body[key], expected[key]);
    if (status >= 400) assert.match(answer.type ?? "", /^application\/problem\+json/);
  });
}

for (const id of ["../../etc/passwd", "a/b", "..%2f..", "a b", "a\u0000b", "x".repeat(129), "1-ü"]) {
  test(`the match id ${JSON.stringify(id.slice(0, 20))} is refused`, limits, async () => {
    const answer = await postWebhook(server, created(id), { secret: right() });
    assert.equal(answer.status, 400, answer.text);
  });
}

for (const [where, path] of [["the query", (key) => `/faceit-webhook?token=${key}`],
  ["the path", (key) => `/faceit-webhook/${key}`]]) {
  test(`the secret in ${where} is accepted when it is right, refused when it is wrong`, limits, async () => {
    const body = { event: "match_object_created" };
    const good = await postWebhook(server, body, { secret: null, path: path(right()) });
    assert.equal(good.body.reason, "no_match_id", good.text);
    assert.equal((await postWebhook(server, body, { secret: null, path: path(wrong()) })).status, 401);
  });
}

test("a body of 10 MB is refused with 413", limits, async () => {
  // A server that refuses early may close while the client still writes: that counts as refused too.
  const answer = await postWebhook(server, " ".repeat(BODY_BYTES), { secret: right() })
    .catch((error) => error);
  const text = answer instanceof Error ? String(answer.cause ?? answer) : String(answer.status);
  assert.match(text, /^413$|ECONNRESET|EPIPE|other side closed/);
});

test("the route knows no other method", limits, async () => {
  assert.equal((await fetch(`${server.url}/faceit-webhook`)).status, 405);
});

test("a route that does not exist is answered 404", limits, async () => {
  assert.equal((await fetch(`${server.url}/../../etc/passwd`)).status, 404);
});

test("an unknown event of a known family is accepted quietly", limits, async () => {
  const body = { event: "hub_created", payload: { id: "hub-1" } };
  const answer = await postWebhook(server, body, { secret: right() });
  assert.equal(answer.status, 200);
});

test("after all of this nothing has happened on Discord, and the server still serves", limits, async () => {
  assert.deepEqual(await sandbox.matchChannels(), []);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  assert.ok(server.running);
});

test("no secret, right or wrong, was printed", limits, () => {
  for (const text of [right(), wrong()]) assert.ok(!server.output.includes(text));
});

test("the server and the sandbox end cleanly", limits, async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
