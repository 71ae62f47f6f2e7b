// The promise of the seed, with the real program and real sockets: a FACEIT match starts, a private voice
// channel is there with the five linked players in it; the match ends, they are back and the channel is gone.
// The outcome is read from simulated Discord. Bad input is in bad_input.test.mjs, starting and stopping in
// startup.test.mjs, crashes in kill.test.mjs.

import assert from "node:assert/strict";
import test from "node:test";

import { limits, until } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";
import { matchDocument, postWebhook, realPayload, seedPayload } from "../support/webhooks.mjs";

// Permission bits, reference/discord.md §1.1.
const VIEW_CHANNEL = 1n << 10n, CONNECT = 1n << 20n, SPEAK = 1n << 21n, MOVE_MEMBERS = 1n << 24n;

let sandbox = null, server = null, secret = null;

test("the sandbox and a server start", limits, async () => {
  sandbox = await Sandbox.start("seed_flow");
  server = await startServer(sandbox, { changes: { MATCHDAY_LOG_LEVEL: "debug" } }).ready();
  secret = sandbox.demo.webhook_secret;
});

const people = (from, to) => sandbox.demo.players.slice(from, to).map(({ user_id: id }) => id);

async function sits(userIds, channelId) {
  const sitting = await sandbox.sittingIn(channelId);
  return sitting !== null && userIds.every((id) => sitting.includes(id));
}

async function channelIsGoneAndPeopleAreBack(channelId) {
  await until("the channel is gone", async () => await sandbox.sittingIn(channelId) === null);
  await until("everybody is in the lobby again", () => sits(people(0, 5), sandbox.demo.lobby_channel_id));
  assert.deepEqual(await sandbox.matchChannels(), []);
}

function assertPrivateForFive(channel, botId) {
  const allow = (id) => BigInt(channel.permission_overwrites.find((one) => one.id === id)?.allow ?? 0);
  const everyone = channel.permission_overwrites.find(({ id }) => id === sandbox.demo.guild_id);
  assert.ok(BigInt(everyone.deny) & VIEW_CHANNEL, "@everyone must not see the channel");
  for (const id of people(0, 5)) {
    const needed = VIEW_CHANNEL | CONNECT | SPEAK;
    assert.equal(allow(id) & needed, needed, `player ${id} may see, join and speak`);
  }
  for (const id of people(5, 10)) assert.equal(allow(id), 0n, `player ${id} of the other team gets nothing`);
  const bot = allow(botId);
  assert.ok(bot & VIEW_CHANNEL && bot & CONNECT, "the bot must not lock itself out");
  assert.equal(bot & ~(VIEW_CHANNEL | CONNECT | SPEAK | MOVE_MEMBERS | (1n << 4n) | (1n << 28n)), 0n);
}

test("register links a player, with the seed's words", limits, async () => {
  const [player] = sandbox.demo.players;
  const view = await sandbox.command(player.user_id, "register", { faceit_nickname: player.nickname });
  assert.equal(view.ephemeral, true);
  assert.equal(view.content,
    `✅ Successfully registered as: **${player.nickname}** (ID: ${player.player_id})`);
});

test("register twice says so and changes nothing", limits, async () => {
  const [player] = sandbox.demo.players;
  const view = await sandbox.command(player.user_id, "register", { faceit_nickname: "oakfist" });
  assert.equal(view.content.split("\n")[0], `You are already registered as: **${player.nickname}**`);
});

test("register of a nickname that nobody has says so", limits, async () => {
  const view = await sandbox.command(people(1, 2)[0], "register", { faceit_nickname: "nobodyhasthis" });
  assert.equal(view.content, "Could not find Faceit player: **nobodyhasthis**");
  assert.equal(view.ephemeral, true);
});

test("whoami names the linked account, unregister removes it", limits, async () => {
  const [player] = sandbox.demo.players;
  const whoami = async () => (await sandbox.command(player.user_id, "whoami")).content;
  assert.ok((await whoami()).includes(player.player_id));
  await sandbox.command(player.user_id, "unregister");
  assert.ok(!(await whoami()).includes(player.player_id));
});

test("everybody can be linked", limits, async () => {
  await sandbox.registerAll();
  for (const { user_id: user, player_id: player } of sandbox.demo.players) {
    assert.ok((await sandbox.command(user, "whoami")).content.includes(player));
  }
});

test("the seed's payload opens a private channel for faction1 and moves the five in", limits, async () => {
  const matchId = await sandbox.createMatch("seed");
  const match = await matchDocument(sandbox, matchId);
  const answer = await postWebhook(server, seedPayload("match_object_created", match), { secret });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { status: "success", event: "match_object_created" });

  const [channel] = await until("the channel is there", async () => {
    const channels = await sandbox.matchChannels();
    return channels.length > 0 ? channels : null;
  });
  assert.equal(channel.name, `Match ${matchId.slice(0, 8)}`);
  assert.equal(channel.parent_id, sandbox.demo.matches_category_id);
  assertPrivateForFive(channel, (await sandbox.state()).discord.bot_id);
  await until("the five are in it", () => sits(people(0, 5), channel.id));
  assert.ok(await sits(people(5, 10), sandbox.demo.lobby_channel_id), "the other team stays in the lobby");
  assert.equal((await sandbox.matchChannels()).length, 1);
});

test("the same webhook again, and a late ready, open no second channel", limits, async () => {
  const { faceit } = await sandbox.state();
  const match = faceit.matches.at(-1);
  await postWebhook(server, seedPayload("match_object_created", match), { secret });
  await sandbox.stepMatch(match.match_id, "ready");
  const ready = realPayload("match_status_ready", match, { teams: true });
  const answer = await postWebhook(server, ready, { secret });
  assert.deepEqual(answer.body, { status: "success", event: "match_status_ready" });
  assert.equal((await sandbox.matchChannels()).length, 1);
});

test("the seed's finish moves everybody back and removes the channel", limits, async () => {
  const { faceit } = await sandbox.state();
  const match = faceit.matches.at(-1);
  const [channel] = await sandbox.matchChannels();
  await sandbox.stepMatch(match.match_id, "finish");
  const answer = await postWebhook(server, seedPayload("match_status_finished", match), { secret });
  assert.deepEqual(answer.body, { status: "success", event: "match_status_finished" });
  await channelIsGoneAndPeopleAreBack(channel.id);
});

test("the real service's payload, without teams at creation, does the same", limits, async () => {
  const matchId = await sandbox.createMatch("real");
  const match = await matchDocument(sandbox, matchId);
  const answer = await postWebhook(server, realPayload("match_object_created", match), { secret });
  assert.deepEqual(answer.body, { status: "success", event: "match_object_created" });
  const channel = await until("the channel is there", async () => (await sandbox.matchChannels())[0]);
  assert.equal(channel.name, `Match ${matchId.slice(0, 8)}`);
  await until("the five are in it", () => sits(people(0, 5), channel.id));

  await sandbox.stepMatch(matchId, "finish");
  await postWebhook(server, realPayload("match_status_finished", match, { sequence: 2 }), { secret });
  await channelIsGoneAndPeopleAreBack(channel.id);
});

for (const [step, event] of [["cancel", "match_status_cancelled"], ["abort", "match_status_aborted"]]) {
  test(`${event} closes the channel as well`, limits, async () => {
    const matchId = await sandbox.createMatch("real");
    const match = await matchDocument(sandbox, matchId);
    await postWebhook(server, realPayload("match_object_created", match), { secret });
    const channel = await until("the channel is there", async () => (await sandbox.matchChannels())[0]);
    await until("the five are in it", () => sits(people(0, 5), channel.id));
    await sandbox.stepMatch(matchId, step);
    await postWebhook(server, realPayload(event, match, { sequence: 2 }), { secret });
    await channelIsGoneAndPeopleAreBack(channel.id);
  });
}

test("webhooks that FACEIT sends by itself are enough", limits, async () => {
  await sandbox.sendWebhooksTo(server);
  const matchId = await sandbox.createMatch("real");
  const channel = await until("the channel is there", async () => (await sandbox.matchChannels())[0]);
  await sandbox.stepMatch(matchId, "ready");
  await until("the five are in it", () => sits(people(0, 5), channel.id));
  await sandbox.stepMatch(matchId, "finish");
  await channelIsGoneAndPeopleAreBack(channel.id);
});

test("no request of the whole evening met an avoidable limit or a refusal", limits, async () => {
  const { discord } = await sandbox.state();
  assert.equal(discord.counters.predictable_429s, 0);
  assert.equal(discord.counters.invalid_requests, 0);
});

test("no secret is in the log at its most talkative, nor in the metrics", limits, async () => {
  const { bot_token: token, faceit_api_key: key } = sandbox.demo;
  const seen = server.output + await (await fetch(`${server.url}/metrics`)).text();
  // The last is how every interaction token begins.
  for (const canary of [token, key, secret, "aW50ZXJhY3Rpb2"]) {
    assert.ok(!seen.includes(canary), `found ${canary.slice(0, 6)}…`);
  }
});

test("the server and the sandbox end cleanly", limits, async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
