// Linking a FACEIT account by logging in, with the real program and real sockets: /verify in simulated Discord, a
// browser at simulated FACEIT and back, the button of the page that asks. The browser is fetch() that follows no
// redirect by itself; what a proxy would do, it does: https://matchday.test is the server. Every branch is in
// tests/features/verify_test.cpp; here is what only the whole program can show.

import assert from "node:assert/strict";
import test from "node:test";

import { limits } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";

const PUBLIC_URL = "https://matchday.test";

let sandbox = null, server = null;
const secrets = [];

function keep(secret) {
  assert.ok(secret?.length >= 20, `no secret: ${secret}`);
  secrets.push(secret);
  return secret;
}

function environment() {
  const { demo, url } = sandbox;
  return {
    MATCHDAY_LOG_LEVEL: "debug",
    MATCHDAY_PUBLIC_URL: PUBLIC_URL,
    FACEIT_CLIENT_ID: demo.faceit_client_id,
    FACEIT_CLIENT_SECRET: keep(demo.faceit_client_secret),
    MATCHDAY_FACEIT_AUTHORIZE_URL: `${url}/faceit/accounts`,
    MATCHDAY_FACEIT_TOKEN_URL: `${url}/faceit/auth/v1/oauth/token`,
    MATCHDAY_FACEIT_USERINFO_URL: `${url}/faceit/auth/v1/resources/userinfo`,
  };
}

test("the sandbox and a server with FACEIT's login start", limits, async () => {
  sandbox = await Sandbox.start("verify");
  server = await startServer(sandbox, { changes: environment() }).ready();
});

/** Types /verify; the address behind its button. */
async function verify(userId) {
  const view = await sandbox.command(userId, "verify");
  assert.equal(view.ephemeral, true);
  assert.equal(view.content, "⚠️ This link will expire in 10 minutes.");
  const [button] = view.components[0].components;
  assert.equal(button.label, "Verify with FaceIT");
  keep(new URL(button.url).searchParams.get("state"));
  return button.url;
}

/** Chooses at FACEIT's page ("auto=Kestrel", "deny=1"); where the browser is sent, on our server. */
async function choose(address, choice) {
  const answer = await fetch(`${address}&${choice}`, { redirect: "manual" });
  assert.equal(answer.status, 302);
  const location = new URL(answer.headers.get("location"));
  assert.equal(location.origin + location.pathname, `${PUBLIC_URL}/faceit/callback`);
  if (location.searchParams.has("code")) keep(location.searchParams.get("code"));
  return server.url + location.pathname + location.search;
}

async function page(answer) {
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function press(text) {
  const token = keep(/name="token" value="([^"]+)"/.exec(text)?.[1]);
  return page(await fetch(`${server.url}/faceit/confirm`, { method: "POST", body: new URLSearchParams({ token }) }));
}

test("FACEIT's page lists who can log in", limits, async () => {
  const text = await (await fetch(await verify(sandbox.demo.players[9].user_id))).text();
  for (const { nickname } of sandbox.demo.players) assert.ok(text.includes(`Log in as ${nickname}`));
});

test("a login, a question, a button: the account is linked", limits, async () => {
  const [player] = sandbox.demo.players;
  const back = await choose(await verify(player.user_id), `auto=${player.nickname}`);
  const asked = await page(await fetch(back));
  assert.equal(asked.status, 200, asked.text);
  assert.match(asked.text, /<h1>Link FACEIT .*Kestrel.* to Discord .*astrid.*\?<\/h1>/);
  assert.equal(asked.headers.get("cache-control"), "no-store");
  assert.equal(asked.headers.get("referrer-policy"), "no-referrer");
  assert.match(asked.headers.get("content-security-policy"), /default-src 'none'/);
  const done = await press(asked.text);
  assert.equal(done.status, 200);
  assert.match(done.text, /You are verified as .*Kestrel/);
  const { content } = await sandbox.command(player.user_id, "whoami");
  assert.ok(content.includes(player.player_id));
  assert.match(content, /Verified by logging in to FACEIT/);
});

test("the pages' stylesheet is served", limits, async () => {
  const answer = await fetch(`${server.url}/assets/pages.css`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/css; charset=utf-8");
});

test("a proof cannot be claimed, and takes claims away", limits, async () => {
  const [kestrel, claimant, owner] = sandbox.demo.players;
  const refused = await sandbox.command(claimant.user_id, "register", { faceit_nickname: kestrel.nickname });
  assert.match(refused.content, /already linked to <@\d+>, who proved it/);
  await sandbox.command(claimant.user_id, "register", { faceit_nickname: owner.nickname });
  const back = await choose(await verify(owner.user_id), `auto=${owner.nickname}`);
  assert.equal((await press((await page(await fetch(back))).text)).status, 200);
  assert.match((await sandbox.command(claimant.user_id, "whoami")).content, /You were registered as/);
});

test("a second visit, a cancelled login and a forged address link nothing", limits, async () => {
  const player = sandbox.demo.players[3];
  const address = await verify(player.user_id);
  const denied = await page(await fetch(await choose(address, "deny=1")));
  assert.equal(denied.status, 400);
  assert.match(denied.text, /The user denied the request/);
  assert.equal((await fetch(await choose(address, `auto=${player.nickname}`))).status, 400);
  const forged = `${server.url}/faceit/callback?state=${"A".repeat(43)}&error=%3Cscript%3E`;
  const shown = await page(await fetch(forged));
  assert.equal(shown.status, 400);
  assert.ok(!shown.text.includes("script"));
});

test("when FACEIT fails, the page says so", limits, async () => {
  const player = sandbox.demo.players[4];
  await sandbox.addFault({ kind: "status", platform: "faceit", path: "/oauth/token", status: 500, count: 1 });
  const answer = await fetch(await choose(await verify(player.user_id), `auto=${player.nickname}`));
  await sandbox.clearFaults();
  assert.equal(answer.status, 502);
});

test("a link survives a restart, and so does an unfinished login", limits, async () => {
  const player = sandbox.demo.players[5];
  const address = await verify(player.user_id);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const first = server;
  server = await startServer(sandbox, { dataFolder: first.dataFolder, changes: environment() }).ready();
  server.earlier = first.output;
  const asked = await page(await fetch(await choose(address, `auto=${player.nickname}`)));
  assert.equal((await press(asked.text)).status, 200);
  const { content } = await sandbox.command(sandbox.demo.players[0].user_id, "whoami");
  assert.match(content, /Verified by logging in/);
});

test("no state, code, token or secret was printed, and both end cleanly", limits, async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  for (const secret of secrets) assert.ok(!(server.output + server.earlier).includes(secret));
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
