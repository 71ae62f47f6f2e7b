// A person who was told to wait gets the real answer, although the server is killed meanwhile; and Discord may
// ask over signed HTTP instead of over the gateway. The slow part is FACEIT, whose answer the sandbox holds
// back. Not here: every moment of a death and every form of an answer (tests/surfaces, on virtual time).

import assert from "node:assert/strict";
import test from "node:test";

import { limits, until } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";

const WAIT_MS = 60_000;
const ENDPOINT = "/discord/interactions";

/** Runs /register as the nth player, without waiting for the answer; the interaction's id. */
async function register(sandbox, n) {
  const player = sandbox.demo.players[n];
  const { interaction_id: id } = await sandbox.control("POST", "/control/discord/command",
    { user_id: player.user_id, command: "register", options: { faceit_nickname: player.nickname } });
  return id;
}

const view = (sandbox, id) => sandbox.control("GET", `/control/discord/interactions/${id}`);

/** What Discord itself knows of the interaction: "thinking" here is a deferral that Discord accepted. */
async function stateInDiscord(sandbox, id) {
  const { discord } = await sandbox.state();
  return discord.interactions.find((one) => one.id === id).state;
}

/** Kills the server while a deferred /register waits for FACEIT, and gives what the person reads in the end. */
async function answerAfterDeath(sandbox, server, n, options) {
  await sandbox.addFault({ kind: "hold_before", platform: "faceit", count: 1 });
  const id = await register(sandbox, n);
  await until("Discord was told to wait", async () => await stateInDiscord(sandbox, id) === "thinking");
  assert.ok(await sandbox.waitForHold(10_000), "the server asks FACEIT");
  server.kill("SIGKILL");
  await server.ended();
  await sandbox.clearFaults();
  await sandbox.releaseHolds({ drop: true });
  assert.equal((await view(sandbox, id)).state, "thinking");
  const next = startServer(sandbox, { dataFolder: server.dataFolder, ...options });
  await next.ready();
  const seen = await until("the answer", async () => {
    const now = await view(sandbox, id);
    return now.state === "thinking" ? null : now;
  }, { timeout_ms: WAIT_MS });
  return { next, seen };
}

test("killed between deferral and answer, the next process gives the real answer", limits, async () => {
  const sandbox = await Sandbox.start("interactions");
  const server = startServer(sandbox);
  await server.ready();
  const { next, seen } = await answerAfterDeath(sandbox, server, 0, {});
  assert.equal(seen.state, "answered");
  assert.match(seen.content, /Successfully registered as/);
  assert.equal(seen.ephemeral, true);
  assert.equal((await fetch(next.url + ENDPOINT, { method: "POST", body: "{}" })).status, 404,
    "without a public key there is no such address");
  await next.stop();
  await sandbox.stop();
});

test("interactions over signed HTTP: checked, answered in the response, and safe from a death", limits,
  async () => {
    const sandbox = await Sandbox.start("interactions_http");
    const { public_key: key } = await sandbox.control("GET", "/control/discord/interactions-endpoint");
    const options = { changes: { DISCORD_PUBLIC_KEY: key, MATCHDAY_LISTEN: undefined, HOST: "127.0.0.1",
      PORT: "0" } };
    const server = startServer(sandbox, options);
    await server.ready();
    const enter = async (url) => {
      await sandbox.control("POST", "/control/discord/interactions-endpoint", { url });
      return until("a verdict on the address", async () => {
        const endpoint = await sandbox.control("GET", "/control/discord/interactions-endpoint");
        return endpoint.state === "checking" ? null : endpoint;
      });
    };
    assert.equal((await enter(`${server.url}/healthz`)).state, "refused");
    assert.equal((await enter(server.url + ENDPOINT)).state, "accepted");

    const headers = { "content-type": "application/json", "x-signature-ed25519": "ab".repeat(64),
      "x-signature-timestamp": String(Math.floor(Date.now() / 1000)) };
    for (const forged of [headers, {}]) {
      const answer = await fetch(server.url + ENDPOINT, { method: "POST", headers: forged, body: "no JSON" });
      assert.equal(answer.status, 401);
    }

    const seen = await sandbox.answerTo(await register(sandbox, 1));
    assert.match(seen.content, /Successfully registered as/);
    const { timeline } = await sandbox.state();
    assert.equal(timeline.filter(({ path }) => path?.includes("/callback")).length, 0, "no callback was made");

    const { next, seen: late } = await answerAfterDeath(sandbox, server, 2, options);
    assert.match(late.content, /Successfully registered as/);
    await next.stop();
    await sandbox.stop();
  });
