// Answers of the real server, held against api/openapi.yaml: statuses, media types and bodies of every operation
// that is called here. That document and routes name the same operations is shown by tests/features.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "node:test";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";

import { Visitor, freePort } from "../support/dashboard.mjs";
import { Program, ROOT, exchangeLog, limits, until } from "../support/programs.mjs";
import { Sandbox } from "../support/sandbox.mjs";

const document = parse(readFileSync(join(ROOT, "api/openapi.yaml"), "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: "api", components: document.components });

let program = null, sandbox = null, address = "", organizer = null, base = "", called = new Set();

function operationOf(method, path) {
  const segments = path.split("?")[0].split("/");
  for (const [template, item] of Object.entries(document.paths)) {
    const wanted = template.split("/");
    const fits = wanted.length === segments.length &&
      wanted.every((part, index) => part.startsWith("{") || part === segments[index]);
    if (fits && item[method.toLowerCase()]) return item[method.toLowerCase()];
  }
  throw new Error(`${method} ${path} is not described`);
}

function resolve(node) {
  return node?.$ref ? document.components.responses[node.$ref.split("/").pop()] : node;
}

/** Calls, and says what of the answer is not as described. */
async function call(who, method, path, body = undefined, headers = {}) {
  const operation = operationOf(method, path);
  const answer = await who.api(method, path, body, headers);
  const described = resolve(operation.responses[answer.status] ?? operation.responses.default);
  const expected = Object.keys(described.content ?? {});
  const type = answer.headers.get("content-type");
  if (expected.length === 0) {
    assert.equal(answer.body, null, `${operation.operationId} ${answer.status} has no body`);
  } else {
    assert.ok(expected.includes(type), `${operation.operationId} ${answer.status}: ${type}`);
    const schema = JSON.parse(JSON.stringify(described.content[type].schema).replaceAll('"#/', '"api#/'));
    const validate = ajv.compile(schema);
    assert.ok(validate(answer.body), `${operation.operationId} ${answer.status}: ${ajv.errorsText(validate.errors)}`);
  }
  for (const name of ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"])
    assert.match(answer.headers.get(name) ?? "", /^\d+$/, `${operation.operationId} says ${name}`);
  called.add(operation.operationId);
  return answer;
}

test("the demo starts, and its organizer signs in", limits, async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  program = new Program(["demo", "--sandbox-port", "0", "--exchange-log", exchangeLog("api")],
    { MATCHDAY_LISTEN: `127.0.0.1:${port}`, MATCHDAY_WEBHOOKS_ALLOW_PRIVATE: "1" });
  sandbox = new Sandbox(program, await program.page());
  sandbox.demo = await sandbox.control("GET", "/control/demo");
  organizer = new Visitor(address);
  await organizer.signIn(sandbox.demo.organizer_user_id);
  const { body } = await call(organizer, "GET", "/api/organizations");
  base = `/api/organizations/${body.items[0].id}`;
});

test("one's own account", limits, async () => {
  await call(new Visitor(address), "GET", "/api/me");
  await call(organizer, "GET", "/api/me");
  await call(organizer, "GET", "/api/me/sessions");
  await call(organizer, "DELETE", "/api/me/sessions");
  const { body: token } = await call(organizer, "POST", "/api/me/tokens", { name: "t", scopes: ["audit.read"] });
  await call(organizer, "GET", "/api/me/tokens");
  await call(organizer, "DELETE", `/api/me/tokens/${token.id}`);
  await call(organizer, "DELETE", `/api/me/tokens/${token.id}`);
  await call(new Visitor(address), "GET", "/api/me/tokens");
});

test("one's own accounts elsewhere, everything that is stored, and nothing any more", limits, async () => {
  const player = new Visitor(address);
  await player.signIn(sandbox.demo.players[1].user_id);
  const { body: accounts } = await call(player, "GET", "/api/me/accounts");
  const linked = await call(player, "POST", "/api/me/accounts/faceit/link");
  assert.equal(linked.status, accounts.items[0].linkable ? 200 : 409);
  await call(player, "POST", "/api/me/accounts/nowhere/link");
  await call(player, "DELETE", "/api/me/accounts/faceit");
  const { headers } = await call(player, "GET", "/api/me/export");
  assert.match(headers.get("content-disposition"), /^attachment; filename="[a-z-]+\.json"$/);
  await call(player, "DELETE", "/api/me", { confirm: "somebody else" });
  const { body: { user } } = await call(player, "GET", "/api/me");
  const { status } = await call(player, "DELETE", "/api/me", { confirm: user.name });
  assert.equal(status, 204);
  assert.equal((await call(player, "GET", "/api/me")).body.user, null);
  await call(organizer, "GET", `${base}/players?limit=5`);
  await call(organizer, "DELETE", `${base}/players/${user.id}/accounts/faceit`);
});

test("an organization and its people", limits, async () => {
  const player = new Visitor(address);
  await player.signIn(sandbox.demo.players[0].user_id);
  const { headers } = await call(organizer, "GET", base);
  await call(organizer, "PATCH", base, { description: "Cups" }, { "if-match": headers.get("etag") });
  await call(organizer, "PATCH", base, { description: "Cup" }, { "if-match": headers.get("etag") });
  await call(organizer, "PATCH", base, { name: "" }, { "if-match": "*" });
  const { body: invite } = await call(organizer, "POST", `${base}/invites`, { role: "member", uses_max: 5 });
  await call(organizer, "GET", `${base}/invites`);
  await call(new Visitor(address), "GET", `/api/invites/${invite.code}`);
  await call(player, "POST", `/api/invites/${invite.code}/accept`);
  await call(organizer, "DELETE", `${base}/invites/${invite.id}`);
  await call(player, "POST", `/api/invites/${invite.code}x/accept`);
  const { body: members } = await call(organizer, "GET", `${base}/members?limit=1`);
  await call(organizer, "GET", `${base}/members?cursor=${members.next_cursor}`);
  const member = `${base}/members/${sandbox.demo.players[0].user_id}`;
  await call(organizer, "PATCH", member, { role: "admin" });
  await call(player, "DELETE", member);
  await call(player, "GET", base);
  await call(organizer, "GET", `${base}/servers`);
  await call(organizer, "DELETE", `${base}/servers/${sandbox.demo.guild_id}`);
  await call(organizer, "GET", `${base}/audit?limit=2`);
  const { body: request } = await call(player, "POST", "/api/organization-requests", { name: "Astrid's" });
  await call(player, "GET", "/api/organization-requests");
  await call(organizer, "PATCH", `/api/organization-requests/${request.id}`, { status: "approved" });
  await call(organizer, "POST", "/api/organizations", { name: "Second" });
});

test("a match and the settings of match voice", limits, async () => {
  await until("the bot is connected", async () =>
    (await organizer.api("GET", `${base}/match-voice/places`)).status === 200, { timeout_ms: 60_000 });
  await call(organizer, "GET", `${base}/match-voice/places`);
  const { headers } = await call(organizer, "GET", `${base}/match-voice/settings`);
  await call(organizer, "PATCH", `${base}/match-voice/settings`, { grace_seconds: 5, spectator_role: null },
    { "if-match": headers.get("etag") });
  await call(organizer, "PATCH", `${base}/match-voice/settings`, { grace_seconds: -5 }, { "if-match": "*" });
  const match = await sandbox.createMatch();
  await until("the match is known", async () => (await organizer.api("GET", `${base}/matches`)).body.items[0]);
  await call(organizer, "GET", `${base}/matches?all=true`);
  await call(organizer, "GET", `${base}/matches/${match}`);
  await call(organizer, "POST", `${base}/matches/${match}/move`, {});
  await call(organizer, "POST", `${base}/matches/${match}/recreate`);
  await call(organizer, "POST", `${base}/matches/${match}/close`);
  await call(organizer, "GET", `${base}/matches/nothing`);
});

/** A receiver of webhooks on a port of its own: what it got, and `status`, which it answers. */
function startReceiver() {
  const receiver = { got: [], status: 200 };
  receiver.server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => {
      receiver.got.push({ headers: request.headers, body });
      response.writeHead(receiver.status).end("seen");
    });
  });
  return new Promise((resolve) => receiver.server.listen(0, "127.0.0.1", () => {
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    resolve(receiver);
  }));
}

/** As docs/WEBHOOKS.md tells receivers to. */
function isSigned({ headers, body }, secret) {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return headers["webhook-signature"].split(" ").includes(expected);
}

test("webhooks, and what a receiver gets", limits, async () => {
  const receiver = await startReceiver();
  await call(organizer, "GET", "/api/webhook-events");
  const events = ["match.opened"];
  const { body: made } = await call(organizer, "POST", `${base}/webhooks`, { url: receiver.url, events });
  await call(organizer, "POST", `${base}/webhooks`, { url: "https://a:b@example.org/", events });
  await call(organizer, "GET", `${base}/webhooks`);
  const path = `${base}/webhooks/${made.id}`;
  const { headers } = await call(organizer, "GET", path);
  await call(organizer, "PATCH", path, { description: "Scores" }, { "if-match": headers.get("etag") });
  await call(organizer, "PATCH", path, { description: "Score" }, { "if-match": headers.get("etag") });

  receiver.status = 500;
  const { body: sent } = await call(organizer, "POST", `${path}/test`);
  await until("it was tried", () => receiver.got.length === 1);
  receiver.status = 204;
  await until("it was tried again", () => receiver.got.length === 2);
  const delivery = `${path}/deliveries/${sent.id}`;
  await until("it is delivered", async () => (await organizer.api("GET", delivery)).body.state === "delivered");
  assert.equal((await call(organizer, "GET", delivery)).body.attempts, 2);
  const { body: rotated } = await call(organizer, "POST", `${path}/rotate-secret`);
  await call(organizer, "POST", `${delivery}/redeliver`);
  await until("it was sent again", () => receiver.got.length === 3);
  for (const got of receiver.got) {
    assert.equal(got.headers["webhook-id"], sent.message_id);
    assert.equal(got.body, receiver.got[0].body);
    assert.ok(isSigned(got, made.secret));
  }
  assert.ok(isSigned(receiver.got[2], rotated.secret));

  await sandbox.createMatch();
  await until("a match is told of", () => receiver.got.length === 4, { timeout_ms: 90_000 });
  assert.equal(JSON.parse(receiver.got[3].body).type, "match.opened");
  await call(organizer, "GET", `${path}/deliveries?state=delivered&limit=1`);
  await call(organizer, "GET", `${path}/deliveries?state=lost`);
  await call(organizer, "DELETE", path);
  await call(organizer, "GET", path);
  receiver.server.close();
  receiver.server.closeAllConnections?.();
});

test("modules, mapped roles, the public page and the secret of FACEIT's webhook", limits, async () => {
  await call(organizer, "GET", `${base}/modules`);
  await call(organizer, "PATCH", `${base}/modules/match_voice`, { active: false });
  await call(organizer, "PATCH", `${base}/modules/match_voice`, { active: true });
  const mapping = { server: sandbox.demo.guild_id, discord_role: sandbox.demo.guild_id, role: "member" };
  await call(organizer, "PUT", `${base}/role-mappings`, mapping);
  await call(organizer, "GET", `${base}/role-mappings`);
  await call(organizer, "DELETE", `${base}/role-mappings/${mapping.discord_role}`);
  await call(organizer, "DELETE", `${base}/role-mappings/${mapping.discord_role}`);
  const { headers, body: known } = await call(organizer, "GET", base);
  await call(organizer, "PATCH", base, { is_public: true, discord_invite: "https://discord.gg/demo" },
    { "if-match": headers.get("etag") });
  const visitor = new Visitor(address);
  await call(visitor, "GET", "/api/site");
  await call(visitor, "GET", "/api/communities");
  await call(visitor, "GET", `/api/communities/${known.slug}`);
  await call(visitor, "GET", `/api/communities/${known.slug}/matches`);
  await call(visitor, "GET", "/api/communities/nobody");
  await call(organizer, "GET", `${base}/match-voice/webhook`);
  await call(organizer, "POST", `${base}/match-voice/webhook-secret`);
  const second = (await organizer.api("GET", "/api/organizations")).body.items.find(({ name }) => name === "Second");
  const { body: made } =
    await call(organizer, "POST", `/api/organizations/${second.id}/match-voice/webhook-secret`);
  assert.match(made.secret, /^[\w-]{43}$/);
});

test("jobs, timers and the doctor", limits, async () => {
  await call(organizer, "GET", `${base}/doctor`);
  await call(organizer, "GET", `${base}/jobs?limit=1`);
  await call(organizer, "GET", `${base}/jobs?state=nonsense`);
  await call(organizer, "POST", `${base}/jobs/1/run`);
  await call(organizer, "DELETE", `${base}/jobs/1`);
  const { body: timers } = await call(organizer, "GET", `${base}/timers`);
  const timer = `${base}/timers/${timers.items[0].id}`;
  await call(organizer, "POST", `${timer}/run`);
  await call(organizer, "PATCH", timer, { active: true });
});

test("what operators see", limits, async () => {
  for (const page of ["status", "log?lines=5", "support-bundle", "jobs", "organizations?limit=1"])
    await call(organizer, "GET", `/api/admin/${page}`);
  await call(organizer, "POST", "/api/admin/jobs/1/run");
  await call(organizer, "DELETE", "/api/admin/jobs/1");
  const { body: timers } = await call(organizer, "GET", "/api/admin/timers");
  const timer = `/api/admin/timers/${timers.items[0].id}`;
  await call(organizer, "POST", `${timer}/run`);
  await call(organizer, "PATCH", timer, { active: true });
  const id = base.split("/").pop();
  await call(organizer, "PATCH", `/api/admin/organizations/${id}`, { quotas: { invites: 5, servers: null } });
  await call(organizer, "PATCH", `/api/admin/organizations/${id}`, { quotas: { invites: -5 } });
});

// A stream never ends by itself: its first bytes are looked at, then it is left.
test("changes are heard at once", limits, async () => {
  const stop = new AbortController();
  const { answer, reader } = await organizer.listen(`${base}/events`, stop.signal);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  let heard = (await reader.read()).value;
  await organizer.api("POST", `${base}/invites`, { role: "member" });
  while (!heard.includes("event: changed")) heard += (await reader.read()).value;
  assert.match(heard, /data: \{"topics":\[/);
  stop.abort();
  called.add("listenForChanges");
});

test("the document itself is served", limits, async () => {
  const answer = await fetch(address + "/api/openapi.yaml");
  assert.deepEqual(parse(await answer.text()), document);
});

test("signing out, and nothing was left uncalled", limits, async () => {
  await call(organizer, "DELETE", "/api/session");
  const operations = Object.values(document.paths).flatMap((item) =>
    Object.entries(item).filter(([method]) => method !== "parameters").map(([, { operationId }]) => operationId));
  assert.deepEqual(operations.filter((name) => !called.has(name)), []);
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
});
