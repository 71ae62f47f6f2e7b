// Answers of the real server, held against api/openapi.yaml: statuses, media types and bodies of every operation
// that is called here. That document and routes name the same operations is shown by tests/features.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
    { MATCHDAY_LISTEN: `127.0.0.1:${port}` });
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

test("signing out, and nothing was left uncalled", limits, async () => {
  await call(organizer, "DELETE", "/api/session");
  const operations = Object.values(document.paths).flatMap((item) =>
    Object.entries(item).filter(([method]) => method !== "parameters").map(([, { operationId }]) => operationId));
  assert.deepEqual(operations.filter((name) => !called.has(name)), []);
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
});
