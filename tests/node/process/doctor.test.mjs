// `matchday doctor` with the real program against the simulated platforms: a healthy installation ends with 0, and
// what an organizer or operator must repair is named, with 1. The judgement itself is tested in
// tests/features/doctor_test.cpp.

import assert from "node:assert/strict";
import test from "node:test";

import { Program, limits, temporaryFolder } from "../support/programs.mjs";
import { Sandbox, serverEnvironment } from "../support/sandbox.mjs";

let sandbox = null;

async function doctor(changes = {}) {
  const program = new Program(["doctor"], serverEnvironment(sandbox, temporaryFolder(), changes));
  const { code } = await program.ended();
  return { code, text: program.stdout };
}

test("a sandbox starts", limits, async () => {
  sandbox = await Sandbox.start("doctor");
});

test("a healthy installation has nothing to repair", limits, async () => {
  const { code, text } = await doctor();
  assert.match(text, /every permission that match voice needs/);
  assert.match(text, /The category is "Matches"/);
  assert.match(text, /FACEIT accepts the API key/);
  assert.match(text, /Everything is fine\./);
  assert.equal(code, 0);
});

for (const [what, changes, said] of [
  ["a wrong token", { DISCORD_TOKEN: "wrong" }, /Discord does not accept the token/],
  ["a wrong FACEIT key", { FACEIT_API_KEY: "wrong" }, /FACEIT does not accept the API key/],
  ["a server without the bot", { DISCORD_GUILD_ID: "1100000000000000001" }, /The bot is not in the Discord server/],
  ["a lobby that is none", { LOBBY_VC_ID: "1100000000000000002" }, /is not a voice channel of this server/],
  ["no webhook secret", { WEBHOOK_SECRET: undefined }, /No webhook secret is set/],
]) {
  test(`${what} is named with its fix`, limits, async () => {
    const { code, text } = await doctor(changes);
    assert.match(text, said);
    assert.match(text, /Fix: /);
    assert.equal(code, 1);
  });
}

test("the sandbox stops", limits, async () => {
  await sandbox.stop();
});
