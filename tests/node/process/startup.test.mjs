// Starting, refusing to start, and stopping: the real program with good and bad environments, folders and
// tokens. Each refusal must be one sentence that says what to do, and an exit code, never a loop or a stack
// trace.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { Program, limits, temporaryFolder, until } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";

let sandbox = null;

test("the sandbox starts", limits, async () => {
  sandbox = await Sandbox.start("startup");
});

/** Starts a server that must give up by itself; its exit code and all that it said. */
async function refusal(options) {
  const server = startServer(sandbox, options);
  const { code } = await server.ended();
  assert.doesNotMatch(server.output, /ERROR: (Address|Undefined)|terminate called|CHECK failed/);
  return { code, said: server.stdout + server.stderr };
}

test("an unknown setting names the nearest known one", limits, async () => {
  const { code, said } = await refusal({ changes: { DISCORD_TOKEN: undefined, MATCHDAY_DISCORD_TOKN: "x" } });
  assert.notEqual(code, 0);
  assert.match(said, /MATCHDAY_DISCORD_TOKN/);
  assert.match(said, /MATCHDAY_DISCORD_TOKEN/);
});

test("an id that is no number is refused by name", limits, async () => {
  const { code, said } = await refusal({ changes: { DISCORD_GUILD_ID: "my-server" } });
  assert.notEqual(code, 0);
  assert.match(said, /DISCORD_GUILD_ID|MATCHDAY_DISCORD_GUILD_ID/);
});

test("a token that Discord refuses is fatal, clear, and tried only a few times", limits, async () => {
  const requests = async () => (await sandbox.state()).discord.counters.responses_by_status["401"] ?? 0;
  const before401 = await requests();
  const token = "MTEwMDAwMDAwMDAwMDAwMDAxMA.wrong.canary-of-a-wrong-token-0123456789";
  const { code, said } = await refusal({ changes: { DISCORD_TOKEN: token } });
  assert.notEqual(code, 0);
  assert.match(said, /token/i);
  assert.ok(!said.includes(token), "the wrong token is not printed either");
  assert.ok(await requests() - before401 <= 3, "every 401 counts towards a ban of the address");
});

test("a data folder that can't be written is named", limits, async () => {
  const folder = "/proc/matchday";  // even root can't make it
  const { code, said } = await refusal({ dataFolder: folder });
  assert.notEqual(code, 0);
  assert.ok(said.includes(folder));
});

test("a data folder that is a file is named", limits, async () => {
  const file = join(temporaryFolder(), "data");
  writeFileSync(file, "");
  const { code, said } = await refusal({ dataFolder: file });
  assert.notEqual(code, 0);
  assert.ok(said.includes(file));
});

test("a second process on the same data folder is refused", limits, async () => {
  const first = await startServer(sandbox).ready();
  const { code, said } = await refusal({ dataFolder: first.dataFolder });
  assert.notEqual(code, 0);
  assert.ok(said.includes(first.dataFolder));
  assert.ok(first.running, "the first one is not disturbed");
  assert.deepEqual(await first.stop(), { code: 0, signal: null });
});

test("a port that is taken is refused by its number", limits, async () => {
  const { host, port } = new URL(sandbox.url);
  const { code, said } = await refusal({ changes: { MATCHDAY_LISTEN: host } });
  assert.notEqual(code, 0);
  assert.ok(said.includes(port));
});

test("the seed's HOST and PORT work", limits, async () => {
  const probe = await startServer(sandbox).listening();
  const { port } = new URL(probe.url);
  await probe.stop();
  const changes = { MATCHDAY_LISTEN: undefined, HOST: "127.0.0.1", PORT: port };
  const server = await startServer(sandbox, { changes }).ready();
  assert.equal(new URL(server.url).port, port);
  await server.stop();
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`${signal} drains and ends with 0`, limits, async () => {
    const server = await startServer(sandbox).ready();
    assert.deepEqual(await server.stop(signal), { code: 0, signal: null });
  });
}

test("SIGTERM waits for a request to Discord that is under way", limits, async () => {
  const server = await startServer(sandbox).ready();
  await sandbox.registerAll();
  await sandbox.sendWebhooksTo(server);
  await sandbox.addFault({ kind: "slow_answer", platform: "discord", method: "POST", path: "/guilds",
    delay_ms: 1500 });
  const matchId = await sandbox.createMatch("real");
  await until("the channel was made", async () => (await sandbox.matchChannels()).length > 0);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  await sandbox.clearFaults();

  // The same data again: the channel is known, none is made a second time, and the match can end.
  const again = await startServer(sandbox, { dataFolder: server.dataFolder }).ready();
  await sandbox.sendWebhooksTo(again);
  assert.equal((await sandbox.matchChannels()).length, 1);
  await sandbox.stepMatch(matchId, "finish");
  await until("the channel is gone", async () => (await sandbox.matchChannels()).length === 0,
    { timeout_ms: 60_000 });
  await again.stop();
});

test("health, readiness and metrics answer, and no secret is anywhere", limits, async () => {
  const server = await startServer(sandbox).ready();
  const seen = [];
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200, path);
    seen.push(await answer.text());
  }
  assert.match(seen[2], /^# TYPE matchday_/m);
  await server.stop();
  seen.push(server.output);
  const { bot_token: token, faceit_api_key: key, webhook_secret: secret } = sandbox.demo;
  for (const canary of [token, key, secret]) assert.ok(!seen.join("\n").includes(canary));
});

test("an address of Supabase's API is refused with the way to the right one", limits, async () => {
  const changes = { SUPABASE_URL: "https://abc.supabase.co", SUPABASE_KEY: "k" };
  const { code, said } = await refusal({ changes });
  assert.notEqual(code, 0);
  assert.match(said, /connection string/i);
});

test("--help, version and settings answer without any configuration", limits, async () => {
  const answers = { "--help": /serve/, version: /[0-9]+\.[0-9]+/, settings: /PORT/ };
  for (const [argument, expected] of Object.entries(answers)) {
    const program = new Program([argument]);
    assert.deepEqual(await program.ended(), { code: 0, signal: null });
    assert.match(program.stdout, expected);
  }
});

test("the sandbox ends cleanly", limits, async () => {
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
