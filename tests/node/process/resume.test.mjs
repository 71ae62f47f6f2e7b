// A restarted server resumes Discord's event stream where its work ended: no identify is spent, and what
// happened while it was down arrives by replay. Read from the sandbox alone: how often the bot identified and
// resumed, who sits where, and which channels there are.

import assert from "node:assert/strict";
import test from "node:test";

import { limits, until, untilStable } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";

// A quiet server stores its session a second after an event, or 15 s after the last save (SessionSnapshot).
const STORED_MS = 3_000;
const RESTARTS = 10;

let sandbox = null;
let server = null;

async function counters() {
  const { discord } = await sandbox.state();
  return { identifies: discord.counters.identifies, resumes: discord.counters.resumes };
}

async function untilStored() {
  let seen = null;
  await untilStable("no event comes any more", async () => {
    const { discord } = await sandbox.state();
    const now = JSON.stringify(discord.counters.dispatches_by_event);
    const same = now === seen;
    seen = now;
    return same;
  }, STORED_MS);
}

async function stopCleanly() {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
}

async function killHard() {
  await untilStored();
  server.kill("SIGKILL");
  await server.ended();
}

async function restart() {
  server = await startServer(sandbox, { dataFolder: server.dataFolder }).ready();
  await sandbox.sendWebhooksTo(server);
}

async function theOnlyChannel() {
  await until("the match has its channel", async () => (await sandbox.matchChannels()).length === 1);
  return (await sandbox.matchChannels())[0];
}

async function finish(matchId) {
  await sandbox.stepMatch(matchId, "finish");
  await until("the guild is empty again", async () => (await sandbox.matchChannels()).length === 0,
    { timeout_ms: 60_000 });
}

test("a first start identifies once, even when it is killed the moment it is ready", limits, async () => {
  sandbox = await Sandbox.start("resume");
  server = await startServer(sandbox).ready();
  server.kill("SIGKILL");
  await server.ended();
  await restart();
  await sandbox.registerAll();
  await sandbox.sendWebhooksTo(server);
  assert.deepEqual(await counters(), { identifies: 1, resumes: 1 });
});

for (const [how, end] of [["a clean restart", stopCleanly], ["kill -9", killHard]]) {
  test(`after ${how} it resumes, and knows who came while it was down`, limits, async () => {
    const before = await counters();
    const players = sandbox.demo.players.slice(0, 5).map(({ user_id: user }) => user);
    for (const user of players) await sandbox.joinVoice(user, null);
    await end();
    for (const user of players) await sandbox.joinVoice(user, sandbox.demo.lobby_channel_id);
    await restart();
    assert.deepEqual(await counters(), { identifies: 1, resumes: before.resumes + 1 });

    // Only somebody whose voice state is known can be moved.
    const matchId = await sandbox.createMatch("real");
    const channel = await theOnlyChannel();
    await until("all five were moved", async () => (await sandbox.sittingIn(channel.id))?.length === 5);
    await finish(matchId);
  });

  test(`after ${how} it learns of a channel that a human deleted, and respects that`, limits, async () => {
    const before = await counters();
    const matchId = await sandbox.createMatch("real");
    const channel = await theOnlyChannel();
    await until("all five were moved", async () => (await sandbox.sittingIn(channel.id))?.length === 5);
    await end();
    await sandbox.control("POST", `/control/discord/channels/${channel.id}/delete`, {});
    await restart();
    assert.deepEqual(await counters(), { identifies: 1, resumes: before.resumes + 1 });
    await untilStable("no channel is made instead", async () => (await sandbox.matchChannels()).length === 0,
      5_000);
    await finish(matchId);
  });
}

test(`a crash loop of ${RESTARTS} uses no identify`, { ...limits, timeout: 300_000 }, async () => {
  for (let i = 0; i < RESTARTS; i += 1) {
    server.kill("SIGKILL");
    await server.ended();
    await restart();
  }
  assert.equal((await counters()).identifies, 1);
});

test("when Discord has forgotten the session it identifies, and works", limits, async () => {
  await stopCleanly();
  await sandbox.control("POST", "/control/discord/gateway", { action: "invalid_session" });
  await restart();
  const { identifies } = await counters();
  assert.equal(identifies, 2);
  const matchId = await sandbox.createMatch("real");
  await theOnlyChannel();
  await finish(matchId);
});

test("everything ends cleanly", limits, async () => {
  await stopCleanly();
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
