// What a human must fix is said once, where the organizers look, and taken back when it is fixed: somebody
// takes the permission to make channels from the bot, a match starts, and the permission comes back. Read
// from simulated Discord's alert channel, with the real program.

import assert from "node:assert/strict";
import test from "node:test";

import { limits, until } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";

const MANAGE_CHANNELS = 1n << 4n;  // reference/discord.md §1.1
const CONVERGE_MS_MAX = 120_000;  // promises.md: counted from when the platform accepts us again

let sandbox = null, server = null, matchId = null;

async function alerts() {
  const { discord } = await sandbox.state();
  return discord.messages.filter(({ channel_id: id }) => id === sandbox.demo.match_alerts_channel_id);
}

const words = (message) => JSON.stringify([message.content, message.embeds, message.components]);

async function botsRole() {
  const { roles } = await sandbox.guild();
  return roles.find(({ managed }) => managed);
}

test("the sandbox and a server start, and everybody is linked", limits, async () => {
  sandbox = await Sandbox.start("alerts");
  server = await startServer(sandbox).ready();
  await sandbox.registerAll();
  await sandbox.sendWebhooksTo(server);
});

test("without its permission the bot says so in the alert channel, by its name", limits, async () => {
  const role = await botsRole();
  const without = BigInt(role.permissions) & ~MANAGE_CHANNELS;
  await sandbox.control("POST", `/control/discord/roles/${role.id}`, { permissions: String(without) });
  matchId = await sandbox.createMatch("real");
  const [alert] = await until("there is an alert", async () => {
    const found = await alerts();
    return found.length > 0 ? found : null;
  });
  assert.match(words(alert), /MANAGE_CHANNELS/);
  assert.deepEqual(await sandbox.matchChannels(), []);
});

test("news of the same match add no second alert", limits, async () => {
  await sandbox.stepMatch(matchId, "configuring");
  await sandbox.stepMatch(matchId, "ready");
  await until("both webhooks were answered", async () => {
    const { webhooks } = await sandbox.state();
    return webhooks.filter(({ status }) => status === 200).length >= 3;
  });
  assert.equal((await alerts()).length, 1);
});

const patient = { ...limits, timeout: 2 * CONVERGE_MS_MAX };

test("with the permission back the channel is made and the alert is taken back", patient, async () => {
  const role = await botsRole();
  const withIt = BigInt(role.permissions) | MANAGE_CHANNELS;
  await sandbox.control("POST", `/control/discord/roles/${role.id}`, { permissions: String(withIt) });
  await until("the channel is there", async () => (await sandbox.matchChannels()).length === 1,
    { timeout_ms: CONVERGE_MS_MAX });
  await until("the alert says that it is resolved", async () => /resolved/i.test(words((await alerts())[0])));
  assert.equal((await alerts()).length, 1);
});

test("the match ends, and nothing is left but the words", limits, async () => {
  await sandbox.stepMatch(matchId, "finish");
  await until("the channel is gone", async () => (await sandbox.matchChannels()).length === 0);
});

test("the server and the sandbox end cleanly", limits, async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.deepEqual(await sandbox.stop(), { code: 0, signal: null });
});
