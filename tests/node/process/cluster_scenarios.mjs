// What cluster.test.mjs does to several processes that share a database, and how each ends. While matches
// start and end, the process that talks with the platforms is killed, stopped, cut off or asked to go; then
// every match must have had exactly one channel, be over and have its player back. Not here: what runs at the
// same time, and the report (cluster.test.mjs).

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { until } from "../support/programs.mjs";
import { Cluster, Pooler, Postgres } from "../support/cluster.mjs";

const CONVERGE_MS_MAX = 120_000;  // promises.md: converges within 120 s of the end of the fault
// The lease's term is 20 s and whoever waits adds 2 s (src/jobs/lease.hpp); the rest is for a busy machine.
const TAKE_OVER_MS_MAX = 45_000;
const GIVEN_BACK_MS_MAX = 5_000;
const ABSENT_MS = 40_000;  // longer than the lease
const SETTLED_MS = 1_000;  // twice PostgresEngineOptions::reconnect_after
const HELD_MS_MAX = 60_000;
const AUDIT_CHANNEL_CREATE = 10;
const POOLED_CONNECTIONS = 4;

const MATCHES = 12;
const AT_A_TIME = 4;
const AT_MATCH = 7;  // the fault comes with this match's channel, or that of one beside it
const BEFORE_RETURN = 8;  // so many begin before whoever was away comes back, the rest afterwards

const EVERYTHING = "gateway,web,worker";
const THREE = { roles: { A: EVERYTHING, B: EVERYTHING, C: "web,worker" }, web: "C" };

const channelName = (matchId) => `Match ${matchId.slice(0, 8)}`;
const seconds = (since) => (Date.now() - since) / 1000;

/** Matches that start and end, some at a time. Each of the places has a player of its own; with one mover for
    each match, Discord's limit on moves (10 in 10 s) lets four matches run. */
class Load {
  matches = [];
  longest_s = 0;  // that a match waited for its channel with its player in it
  #cluster;
  #before = new Map();

  constructor(cluster) {
    this.#cluster = cluster;
  }

  /** What is done, and waited for, before the match of that number begins. */
  before(number, action) {
    this.#before.set(number, action);
  }

  async play({ count = MATCHES, places = AT_A_TIME } = {}) {
    const last = this.matches.length + count;
    let next = this.matches.length + 1;
    const take = async (place) => {
      for (let number = next++; number <= last; number = next++) {
        await this.#before.get(number)?.();
        await this.#match(place);
      }
    };
    await Promise.all(Array.from({ length: places }, (_, place) => take(place)));
  }

  async #match(place) {
    const { sandbox } = this.#cluster;
    const { players, lobby_channel_id: lobby } = sandbox.demo;
    const [mover, rival] = [players[place], players[place + 5]];
    const matchId = await sandbox.createMatch("real", [[mover.nickname], [rival.nickname]]);
    this.matches.push(matchId);
    const since = Date.now();
    const own = ({ name }) => name === channelName(matchId);
    const seat = (channels) => channels.find(({ sitting }) => sitting.includes(mover.user_id));

    await this.#until(`${channelName(matchId)} is there, with its player`, mover, (channels) => {
      const its = channels.find(own);
      return its && seat(channels) === its;
    });
    this.longest_s = Math.max(this.longest_s, seconds(since));
    await sandbox.stepMatch(matchId, "ready");
    await sandbox.stepMatch(matchId, "finish");
    await this.#until(`${channelName(matchId)} is gone, and its player is back`, mover,
      (channels) => !channels.some(own) && seat(channels)?.id === lobby);
  }

  /** A failure tells where the player is. */
  async #until(what, { user_id: user }, condition) {
    const channels = async () => (await this.#cluster.guild()).channels;
    await until(what, async () => condition(await channels()), { timeout_ms: CONVERGE_MS_MAX })
      .catch(async (error) => {
        const place = (await channels()).find(({ sitting }) => sitting.includes(user))?.name ?? "no channel";
        throw new Error(`${error.message}; the player is in ${place}`);
      });
  }
}

/** From the guild's own listing, its audit log and the platforms' counters. */
async function judge(cluster, load, { resumes }, seen) {
  const { discord, faceit } = await cluster.sandbox.state();
  const guild = await cluster.sandbox.guild();
  const created = guild.audit_log.filter(({ action_type: type, user_id: user }) =>
    type === AUDIT_CHANNEL_CREATE && user === discord.bot_id).map((entry) => JSON.stringify(entry));
  const creationsOf = (id) => created.filter((entry) => entry.includes(channelName(id))).length;
  Object.assign(seen, {
    matches: load.matches.length,
    creations: created.length,
    limited: (discord.counters.responses_by_status["429"] ?? 0) + faceit.counters.refused_for_rate,
    identifies: discord.counters.identifies,
    resumes: discord.counters.resumes,
    longest_s: load.longest_s,
  });
  const one = load.matches.map(() => 1);
  assert.deepEqual(load.matches.map(creationsOf), one, "channels made for each match");
  assert.equal(created.length, load.matches.length, "channels made in all");
  assert.deepEqual(await cluster.sandbox.matchChannels(), [], "channels that are left");
  const { players, lobby_channel_id: lobby } = cluster.sandbox.demo;
  const everybody = players.map(({ user_id: id }) => id).sort();
  assert.deepEqual((await cluster.sandbox.sittingIn(lobby)).sort(), everybody, "people in the lobby");
  assert.equal(seen.limited, 0, "answers 429 of Discord and FACEIT");
  assert.equal(discord.counters.invalid_requests, 0, "answers 401, 403 and 429 of Discord");
  assert.equal(seen.identifies, 1, "sign-ins to Discord: whoever takes over resumes");
  assert.equal(seen.resumes, resumes, "Discord's session changes hands once for each take-over");
}

/** Runs `play(cluster)`, which gives the load to be judged, and leaves nothing behind. */
async function onCluster(name, setting, seen, play) {
  const cluster = await Cluster.start(`cluster_${name}`, setting);
  try {
    await judge(cluster, await play(cluster), setting, seen);
    for (const { name: member, program } of cluster.members) {
      assert.doesNotMatch(program.output, /ERROR: (Address|Leak)|runtime error|CHECK failed/, member);
    }
  } catch (error) {
    error.message += cluster.told();
    throw error;
  } finally {
    await cluster.stop();
  }
}

/** In the midst of the load, calls `strike(sender)` while Discord holds a request that makes a channel and
    one that moves somebody; `release(sender)` lets those go on, or end without an answer. Gives the
    sender. */
async function strikeAt(cluster, load, { when, strike, release }) {
  load.before(AT_MATCH, async () => {
    for (const method of ["POST", "PATCH"])
      await cluster.sandbox.addFault({ kind: when, platform: "discord", method, path: "/guilds", count: 1 });
  });
  const sender = await cluster.sender();
  await until("Discord holds both requests", async () => (await cluster.state()).holds.length === 2,
    { timeout_ms: HELD_MS_MAX });
  await strike(sender);
  await cluster.sandbox.clearFaults();
  await release(sender);
  return sender;
}

/** Waits until somebody else than `before` is the sender; who, and how long that and its first requests
    took after `since`. Only under load there is something to change. */
async function takeOver(cluster, before, since, { underLoad = true } = {}) {
  const others = cluster.members.filter((member) => member !== before);
  const next = await until("another process is the sender", async () => {
    const answers = await Promise.all(others.map((member) => member.isSender()));
    return others[answers.indexOf(true)] ?? null;
  }, { timeout_ms: TAKE_OVER_MS_MAX });
  const taken_s = seconds(since);
  const request = (pattern) => until(`it sends ${pattern}`,
    () => next.platforms.requests.find(({ at, what }) => at >= since && pattern.test(what)),
    { timeout_ms: TAKE_OVER_MS_MAX });
  const first = await request(/./);
  const change = underLoad ? await request(/^(POST|PUT|PATCH|DELETE) .*\/(guilds|channels)\//) : null;
  return { next, taken_s, first_at: first.at, first_s: (first.at - since) / 1000,
    change_s: change && (change.at - since) / 1000 };
}

/** The sender is away for 40 s under load, while its requests are answered, and comes back under load. It
    must find that another sends, send nothing more itself, and wait for its turn. Gives both. */
async function absence(cluster, load, seen, { leave, comeBack }) {
  let since = null, taken = null;
  const struck = strikeAt(cluster, load, {
    when: "hold_before",
    strike: async (sender) => {
      leave(sender);
      since = Date.now();
    },
    release: async (sender) => {
      await cluster.sandbox.releaseHolds({ drop: false });
      taken = await takeOver(cluster, sender, since);
      Object.assign(seen, taken);
      await pause(ABSENT_MS - (Date.now() - since));
      comeBack(sender);
    },
  });
  const [sender] = await Promise.all([struck, load.play({ count: BEFORE_RETURN })]);
  await load.play({ count: MATCHES - BEFORE_RETURN });
  await until("who was away begins anew", async () => sender.beginnings === 2 && await sender.isReady(),
    { timeout_ms: TAKE_OVER_MS_MAX });
  assert.equal(await sender.isSender(), false);
  assert.deepEqual(sender.platforms.requests.filter(({ at }) => at > taken.first_at), [],
    "what it sent after the other had begun");
  return { sender, next: taken.next };
}

async function share({ postgres, seen }) {
  const database = await postgres.database("share");
  await onCluster("share", { ...THREE, database, resumes: 0 }, seen, async (cluster) => {
    const load = new Load(cluster);
    await load.play({ count: 1, places: 1 });
    const sender = await cluster.sender();
    for (const member of cluster.members.filter((one) => one !== sender)) {
      assert.equal(await member.isSender(), false);
      assert.deepEqual(member.platforms.requests, [], `${member.name} sends nothing`);
    }
    return load;
  });
}

async function killed({ postgres, seen }) {
  const database = await postgres.database("killed");
  await onCluster("killed", { ...THREE, database, resumes: 1 }, seen, async (cluster) => {
    const load = new Load(cluster);
    let since = null;
    const struck = strikeAt(cluster, load, {
      when: "hold_after",
      strike: async (sender) => {
        sender.kill("SIGKILL");
        since = Date.now();
        await sender.program.ended();
      },
      release: async (sender) => {
        await cluster.sandbox.releaseHolds({ drop: true });
        Object.assign(seen, await takeOver(cluster, sender, since));
      },
    });
    await Promise.all([struck, load.play()]);
    return load;
  });
}

// The sender sleeps while its requests are answered: when it wakes, it holds answers that it must not use.
async function stopped({ postgres, seen }) {
  const database = await postgres.database("stopped");
  await onCluster("stopped", { ...THREE, database, resumes: 2 }, seen, async (cluster) => {
    const load = new Load(cluster);
    const { sender, next } = await absence(cluster, load, seen, {
      leave: (member) => member.kill("SIGSTOP"),
      comeBack: (member) => member.kill("SIGCONT"),
    });
    next.kill("SIGKILL");
    const since = Date.now();
    await next.program.ended();
    const second = await takeOver(cluster, next, since, { underLoad: false });
    assert.equal(second.next, sender, "it has another turn");
    seen.second_s = second.taken_s;
    await load.play({ count: 1, places: 1 });
    return load;
  });
}

async function cutOff({ postgres, seen }) {
  const database = await postgres.database("cut_off");
  await onCluster("cut_off", { ...THREE, database, resumes: 1 }, seen, async (cluster) => {
    const load = new Load(cluster);
    await absence(cluster, load, seen, {
      leave: (member) => member.database.cut(),
      comeBack: (member) => member.database.heal(),
    });
    return load;
  });
}

// Every process loses the database for a moment, while Discord's answers are on their way.
async function restarted({ seen }) {
  const postgres = await Postgres.start();
  const database = await postgres.database("restarted");
  let late = null;
  await onCluster("restarted", { ...THREE, database, resumes: 0 }, seen, async (cluster) => {
    const load = new Load(cluster);
    let back = null, back_at = null;
    const struck = strikeAt(cluster, load, {
      when: "hold_before",
      strike: async () => {
        back = postgres.crash();
        await Promise.race([back, until("the database is down", async () => !await postgres.answers())]);
      },
      release: async () => {
        await cluster.sandbox.releaseHolds({ drop: false });
        await back;
        back_at = Date.now();
        const sent = () => cluster.members.flatMap(({ platforms }) => platforms.requests);
        const next = await until("somebody sends again", () => sent().find(({ at }) => at > back_at),
          { timeout_ms: CONVERGE_MS_MAX });
        seen.first_s = (next.at - back_at) / 1000;
      },
    });
    await Promise.all([struck, load.play()]);
    for (const { name, program } of cluster.members) assert.ok(program.running, `${name} goes on`);
    const { webhooks } = await cluster.sandbox.state();
    late = webhooks.filter(({ created_at: at }) => at > back_at + SETTLED_MS);
    return load;
  }).finally(() => postgres.stop());
  assert.deepEqual(late.filter(({ attempts }) => attempts > 1), [],
    "webhooks that were refused although the database was back");
}

async function ended({ postgres, seen }) {
  const database = await postgres.database("ended");
  await onCluster("ended", { ...THREE, database, resumes: 1 }, seen, async (cluster) => {
    const load = new Load(cluster);
    load.before(AT_MATCH, async () => {
      const sender = await cluster.sender();
      sender.kill("SIGTERM");
      const since = Date.now();
      const [taken, end] = await Promise.all([takeOver(cluster, sender, since), sender.program.ended()]);
      Object.assign(seen, taken);
      assert.deepEqual(end, { code: 0, signal: null });
      assert.ok(taken.taken_s * 1000 <= GIVEN_BACK_MS_MAX, `taken over after ${taken.taken_s} s`);
    });
    await load.play();
    return load;
  });
}

async function pooled({ postgres, seen }) {
  const pooler = await Pooler.start(await postgres.database("pooled"), { connections: POOLED_CONNECTIONS });
  const two = { roles: { A: EVERYTHING, B: EVERYTHING }, web: "A" };
  await onCluster("pooled", { ...two, database: pooler.url, resumes: 0 }, seen, async (cluster) => {
    const load = new Load(cluster);
    await load.play({ count: 1, places: 1 });
    return load;
  }).finally(() => pooler.stop());
}

/** `brief` ones do not wait for a lease to run out. */
export const SCENARIOS = [
  { name: "three processes share a database: one signs in to Discord, and the web process is enough",
    play: share, brief: true },
  { name: "behind pgbouncer with four connections a match goes its whole way",
    play: pooled, brief: true, pooled: true },
  { name: "SIGTERM of the sender: another takes over within 5 s", play: ended, brief: true },
  { name: "kill -9 of the sender: another takes over and resumes Discord's session", play: killed },
  { name: "a sender that sleeps for 40 s wakes up, sends nothing, and has another turn later",
    play: stopped },
  { name: "a sender that is cut off from PostgreSQL for 40 s is replaced, and waits when it is back",
    play: cutOff },
  { name: "PostgreSQL crashes and comes back: nothing is lost or doubled", play: restarted },
];
