// The moments at which kill.test.mjs kills the server, and how one is played. A moment is a request to
// Discord that the sandbox holds before or after its effect; while it is held, the server is killed with
// SIGKILL. Not here: who runs how many at once, and the report (kill.test.mjs).

import { setTimeout as pause } from "node:timers/promises";

import { temporaryFolder, until, untilStable } from "../support/programs.mjs";
import { Sandbox, startServer } from "../support/sandbox.mjs";

const CONVERGE_MS_MAX = 120_000;  // promises.md: converges within 120 s of the end of the fault
const HELD_MS_MAX = 30_000;
// After a create whose fate is unknown, the server looks again no earlier than 20 s after sending
// (promises.md, quiet): a wrong second channel would come then, so these moments are watched for longer.
const QUIET_MS = 24_000;
const SETTLE_MS = 1_500;
const AUDIT_CHANNEL_CREATE = 10;
// The server pauses after signing in to Discord five times within ten minutes, over restarts too, so that a
// crash loop can't use up the day's budget (src/platforms/discord/gateway_machine.hpp). A stage is closed
// before that; a restart may sign in twice, because Discord refuses the first within five seconds of the one
// before.
const SIGN_INS_MAX = 5;
const SIGN_INS_OF_A_RESTART = 2;

const CREATE = { method: "POST", path: "/guilds" };
const MOVE = { method: "PATCH", path: "/guilds" };
const DELETE = { method: "DELETE", path: "/channels" };
const COMMANDS = { method: "GET", path: "/applications" };
const ANY = {};

// "late": held before its effect, and let through only after the server runs again. `skip`: that many
// requests of any kind go first. `forgotten`: Discord does not know the session any more, so that the start is a
// longer one. `core` ones are the short selection (MATCHDAY_FULL=0).
const moment = (phase, filter, when, { skip = 0, forgotten = false, core = false } = {}) =>
  ({ phase, filter, when, skip, forgotten, core });

export const MOMENTS = [
  moment("create", CREATE, "before", { core: true }),
  moment("create", CREATE, "after", { core: true }),
  moment("create", CREATE, "late", { core: true }),
  moment("create", ANY, "before"),
  moment("create", ANY, "after"),
  moment("create", ANY, "before", { skip: 1 }),
  moment("create", ANY, "after", { skip: 1, core: true }),
  moment("create", ANY, "before", { skip: 2 }),
  moment("create", ANY, "after", { skip: 2 }),
  moment("move", MOVE, "before", { core: true }),
  moment("move", MOVE, "after", { core: true }),
  moment("move", MOVE, "before", { skip: 3 }),
  moment("move", MOVE, "after", { skip: 3 }),
  moment("move", MOVE, "before", { skip: 4 }),
  moment("move", MOVE, "after", { skip: 4 }),
  moment("move", MOVE, "late"),
  moment("move", MOVE, "late", { skip: 3 }),
  moment("finish", MOVE, "before"),
  moment("finish", MOVE, "after", { core: true }),
  moment("finish", MOVE, "before", { skip: 3 }),
  moment("finish", MOVE, "after", { skip: 3 }),
  moment("finish", DELETE, "before", { core: true }),
  moment("finish", DELETE, "after", { core: true }),
  moment("finish", DELETE, "late"),
  moment("start", ANY, "before", { core: true }),
  moment("start", ANY, "after"),
  moment("start", ANY, "before", { skip: 1, forgotten: true }),
  moment("start", ANY, "after", { skip: 1, forgotten: true, core: true }),
  moment("start", COMMANDS, "before"),
  moment("start", COMMANDS, "after"),
];

export function title({ phase, filter, when, skip, forgotten }) {
  const what = filter.method ? `${filter.method} ${filter.path}` : "any request";
  const where = (skip ? ` after ${skip} others` : "") + (forgotten ? ", session forgotten" : "");
  return `${phase}: ${what}${where}, ${when === "late" ? "effect lands late" : when}`;
}

const channelName = (matchId) => `Match ${matchId.slice(0, 8)}`;

/** One sandbox and one data folder, on which moments are played one after the other. */
export class Stage {
  #sandbox;
  #server;
  #dataFolder = temporaryFolder("matchday-kill");

  static async open(name) {
    const stage = new Stage();
    stage.#sandbox = await Sandbox.start(name);
    await stage.#startServer();
    await stage.#sandbox.registerAll();
    return stage;
  }

  async hasRoom() {
    const { discord } = await this.#sandbox.state();
    return discord.counters.identifies + SIGN_INS_OF_A_RESTART <= SIGN_INS_MAX;
  }

  async close() {
    await this.#server.stop();
    await this.#sandbox.stop();
  }

  async #startServer({ wait = true } = {}) {
    this.#server = startServer(this.#sandbox, { dataFolder: this.#dataFolder });
    if (!wait) return;
    await this.#server.ready();
    await this.#sandbox.sendWebhooksTo(this.#server);
  }

  async #killServer() {
    this.#server.kill("SIGKILL");
    await this.#server.ended();
  }

  async #channelsOf(matchId) {
    return (await this.#sandbox.matchChannels()).filter(({ name }) => name === channelName(matchId));
  }

  async #seated(matchId) {
    const { lobby_channel_id: lobby, players } = this.#sandbox.demo;
    const channelId = matchId === null ? lobby : (await this.#channelsOf(matchId))[0]?.id;
    const sitting = channelId ? await this.#sandbox.sittingIn(channelId) : null;
    return players.slice(0, 5).filter(({ user_id: id }) => sitting?.includes(id)).length;
  }

  async #everybodyInTheLobby() {
    const { lobby_channel_id: lobby, players } = this.#sandbox.demo;
    const sitting = await this.#sandbox.sittingIn(lobby);
    for (const { user_id: id } of players) {
      if (!sitting.includes(id)) await this.#sandbox.joinVoice(id, lobby);
    }
  }

  async #liveMatch() {
    const matchId = await this.#sandbox.createMatch("real");
    await until("the match is live", async () => await this.#seated(matchId) === 5);
    return matchId;
  }

  async #arm({ filter, when, skip }) {
    const next = await this.#sandbox.discordRequests() + 1;
    await this.#sandbox.addFault({ kind: when === "after" ? "hold_after" : "hold_before", platform: "discord",
      ...filter, from: next + skip, count: 1 });
  }

  /** Brings the world to the moment: the fault is armed, and what leads to the held request has begun. */
  async #approach(moment) {
    if (moment.phase === "create" || moment.phase === "move") {
      await this.#arm(moment);
      return this.#sandbox.createMatch("real");
    }
    const matchId = await this.#liveMatch();
    if (moment.phase === "finish") {
      await this.#arm(moment);
      await this.#sandbox.stepMatch(matchId, "finish");
    } else {
      await this.#killServer();
      if (moment.forgotten)
        await this.#sandbox.control("POST", "/control/discord/gateway", { action: "invalid_session" });
      await this.#arm(moment);
      await this.#startServer({ wait: false });
    }
    return matchId;
  }

  async #creations(matchId) {
    const { audit_log: log } = await this.#sandbox.guild();
    return log.filter((entry) => entry.action_type === AUDIT_CHANNEL_CREATE &&
      JSON.stringify(entry).includes(channelName(matchId))).length;
  }

  /** Seconds until the number of channels is right and stays so. */
  async #converged(matchId, count, settle_ms) {
    const started = Date.now();
    const isRight = async () => (await this.#channelsOf(matchId)).length === count;
    await untilStable(`${count} channel(s) of the match`, isRight, settle_ms,
      { timeout_ms: CONVERGE_MS_MAX });
    return (Date.now() - started - settle_ms) / 1000;
  }

  /** Plays one moment; what was seen. Throws when the promise was broken or the moment was not reached. */
  async play(moment) {
    await this.#everybodyInTheLobby();
    const matchId = await this.#approach(moment);
    const held = await this.#sandbox.waitForHold(HELD_MS_MAX);
    if (!held) throw new Error(`no such request came: ${title(moment)}\n${this.#server.output.slice(-3000)}`);
    const seen = { moment, held: `${held.method} ${held.path}`, number: held.number };
    await this.#killServer();
    await this.#sandbox.clearFaults();
    if (moment.when !== "late") await this.#sandbox.releaseHolds({ drop: true });
    await this.#startServer();
    if (moment.when === "late") {
      await pause(1000);
      await this.#sandbox.releaseHolds({ drop: false });
    }
    if (moment.phase !== "finish") {
      const unknownCreate = moment.filter === CREATE || held.method === "POST";
      seen.live_s = await this.#converged(matchId, 1, unknownCreate ? QUIET_MS : SETTLE_MS);
      await until("everybody is in", async () => await this.#seated(matchId) === 5,
        { timeout_ms: CONVERGE_MS_MAX });
      await this.#sandbox.stepMatch(matchId, "finish");
    }
    seen.gone_s = await this.#converged(matchId, 0, SETTLE_MS);
    seen.back = await this.#seated(null);
    seen.creations = await this.#creations(matchId);
    return seen;
  }
}
