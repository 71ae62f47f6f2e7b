#!/usr/bin/env node
// From a webhook to Discord: the real program gets 1,000 webhooks a second for 30 s over kept-alive
// connections: five of new matches (more would wait for Discord's 50 requests a second), half of all repeats,
// the others later events of running matches. Measured: webhook sent until the first bytes of the match's
// channel creation reach Discord, and until its 200; beside it, in the same run, how long this machine needs
// to make 4 KB durable. Needs the release build and `npm ci` in tests/node.
// usage: bench/webhook_latency.mjs [program] [webhooks a second] [seconds] [new matches a second]

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { APPLICATION, BOT, DiscordStub, ROOT } from "./discord_stub.mjs";

const PROGRAM = resolve(process.argv[2] ?? join(ROOT, "build/release/src/server/matchday"));
const RATE = Number(process.argv[3] ?? 1000);
const SECONDS = Number(process.argv[4] ?? 30);
const NEW_MATCHES = Number(process.argv[5] ?? 5);
const CONNECTIONS = 32;
const every = Math.round(RATE / NEW_MATCHES);  // one webhook in so many is of a new match
const SECRET = "secret";

const GUILD = "1200000000000000001";
const LOBBY = "1200000000000000002";
const LINKED = 60;  // people with a linked account; each plays in a few of the matches
const DISCORD_EPOCH_MS = 1_420_070_400_000;  // the first second of 2015

const now = () => performance.now();
const show = (line) => process.stdout.write(`${line}\n`);

/** p50, p99 and the worst of some milliseconds. */
function summary(name, times_ms) {
  const sorted = [...times_ms].sort((a, b) => a - b);
  if (sorted.length === 0) return show(`${name}: never`);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  show(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms (${sorted.length})`);
  return undefined;
}

// ---- Discord

const channels = [{ id: LOBBY, type: 2, name: "Lobby", position: 0, permission_overwrites: [] }];
const creations = new Map();  // a channel's name: when its creation was first seen
let requests = 0;
let replies = 0;

function answer(method, path, body) {
  requests += 1;
  if (method === "POST" && path === `/guilds/${GUILD}/channels`) {
    if (!creations.has(body.name)) creations.set(body.name, now());
    const id = String(1_300_000_000_000_000_000n + BigInt(channels.length));
    const made = { ...body, id, guild_id: GUILD };
    channels.push(made);
    stub.dispatch("CHANNEL_CREATE", made);
    return made;
  }
  if (method === "GET" && path.startsWith(`/guilds/${GUILD}/channels`)) return channels;
  if (method === "GET" && path.includes("/audit-logs")) return { audit_log_entries: [] };
  if (path.startsWith("/faceit/matches/")) return matchDocument(path.slice("/faceit/matches/".length));
  if (path.startsWith("/faceit/players")) return player(/nickname=(\w+)/.exec(path)[1]);
  if (path.endsWith("/callback")) replies += 1;
  return undefined;
}

/** Somebody runs /register: only linked players get a channel. */
function register(nickname, number) {
  const id = (BigInt(Date.now() - DISCORD_EPOCH_MS) << 22n) + BigInt(number);
  stub.dispatch("INTERACTION_CREATE", { id: String(id), application_id: APPLICATION, type: 2, token: "t",
    version: 1, guild_id: GUILD, channel_id: LOBBY, locale: "en-US",
    member: { user: { id: `14000000000000000${number}`, username: nickname }, roles: [], permissions: "0" },
    data: { id: "1", name: "register", type: 1,
      options: [{ name: "faceit_nickname", type: 3, value: nickname }] } });
}

// ---- FACEIT

const uuid = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const number = (nickname) => Number(/\d+$/.exec(nickname)[0]);
const player = (nickname) => ({ player_id: uuid(number(nickname)), nickname, country: "dk", games: {} });
/** The number of a match is in its id: two of its ten players are linked, the others play nowhere else. */
const matchNumber = (matchId) => Number(/^1-(\d+)/.exec(matchId)?.[1] ?? 0);
const players = (team, matchId) => Array.from({ length: 5 }, (_, i) => {
  const match = matchNumber(matchId);
  const one = i === 0 ? (2 * Math.floor(match / every) + team) % LINKED : 1000 + match * 10 + team * 5 + i;
  return { id: uuid(one), nickname: `player${one}` };
});
const teamsOf = (matchId) => [1, 2].map((team) => ({ id: `faction-${team}`, name: `Team ${team}`, type: "",
  avatar: "", leader_id: players(team, matchId)[0].id, co_leader_id: "", roster: players(team, matchId),
  substitutions: 0, substitutes: null }));

function matchDocument(matchId) {
  const faction = (team) => ({ faction_id: `faction-${team}`, name: `Team ${team}`,
    leader: players(team, matchId)[0].id,
    roster: players(team, matchId).map(({ id, nickname }) => ({ player_id: id, nickname })) });
  return { match_id: matchId, version: 1, game: "cs2", region: "EU", competition_id: "hub",
    competition_type: "hub", competition_name: "Nordlys Hub", organizer_id: "organizer", status: "READY",
    teams: { faction1: faction(1), faction2: faction(2) } };
}

let eventCount = 0;
function event(matchId, kind, startedAt) {
  eventCount += 1;
  const time = new Date(startedAt + 1000 * Math.floor(eventCount / RATE)).toISOString().replace(/\.\d+/, "");
  return JSON.stringify({ transaction_id: randomUUID(), event: kind, event_id: randomUUID(),
    third_party_id: randomUUID(), app_id: randomUUID(), timestamp: time, retry_count: 0, version: 1,
    payload: { id: matchId, organizer_id: "organizer", region: "EU", game: "cs2", version: eventCount,
      entity: { id: "hub", name: "Nordlys Hub", type: "hub" }, teams: teamsOf(matchId),
      created_at: time, updated_at: time } });
}

// ---- The run

const stub = await new DiscordStub(answer).listen();
const place = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), "matchday-bench-"));
const server = spawn(PROGRAM, ["serve"], { cwd: place, stdio: ["ignore", "pipe", "inherit"], env: {
  DISCORD_TOKEN: "bench", DISCORD_GUILD_ID: GUILD, WEBHOOK_SECRET: SECRET, LOBBY_VC_ID: LOBBY,
  MATCHDAY_LISTEN: "127.0.0.1:0", MATCHDAY_DATA_DIR: join(place, "data"),
  MATCHDAY_LOG_LEVEL: process.env.BENCH_LOG ?? "error", MATCHDAY_DISCORD_API_URL: stub.apiUrl,
  FACEIT_API_KEY: "bench", MATCHDAY_FACEIT_API_URL: `${stub.apiUrl}/faceit` } });
process.on("exit", () => {
  server.kill("SIGKILL");
  rmSync(place, { recursive: true, force: true });
});
server.on("exit", () => process.exit(1));
let said = "";
server.stdout.on("data", (text) => { said += text; });

await stub.connected;
stub.ready([GUILD]);
stub.dispatch("GUILD_CREATE", { id: GUILD, name: "Bench", owner_id: "1", channels, voice_states: [],
  roles: [{ id: GUILD, name: "@everyone", permissions: "8", position: 0 }],
  members: [{ user: { id: BOT }, roles: [] }] });
while (!/listening (\S+)/.test(said)) await pause(20);
const url = new URL(`/faceit-webhook?token=${SECRET}`, /listening (\S+)/.exec(said)[1]);
for (let one = 0; one < LINKED; one += 1) register(`player${one}`, String(one).padStart(2, "0"));
while (replies < LINKED) await pause(20);

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const answered = [];  // milliseconds from sending to 200
let refused = 0;
let open_requests = 0;

function post(body) {
  const sent = now();
  open_requests += 1;
  const outgoing = request(url, { agent, method: "POST", headers: { "content-type": "application/json",
    "content-length": Buffer.byteLength(body) } }, (response) => {
    response.resume().on("end", () => {
      open_requests -= 1;
      if (response.statusCode === 200) answered.push(now() - sent);
      else refused += 1;
    });
  });
  outgoing.on("error", () => { open_requests -= 1; refused += 1; });
  outgoing.end(body);
  return sent;
}

/** 4 KB, durable, ten times a second, for as long as `going()`. */
async function durableWrites(going) {
  const times = [];
  const file = await open(join(place, "durable"), "w");
  for (let at = 0; going(); at += 4096) {
    const began = now();
    await file.write(Buffer.alloc(4096, 1), 0, 4096, at);
    await file.datasync();
    times.push(now() - began);
    await pause(100);
  }
  await file.close();
  return times;
}

let phase = "idle";
const idleUntil = now() + 3000;
summary("one durable write of 4 KB, idle machine", await durableWrites(() => now() < idleUntil));

phase = "load";
const disk = durableWrites(() => phase === "load");
const started = new Map();  // a channel's name: when the match's first webhook was sent
const running = [];         // ids of matches
const past = [];            // bodies that were sent, for repeats
const startedAt = Date.now() - 60_000;
const began = now();
for (let i = 0; i < RATE * SECONDS; i += 1) {
  while (now() < began + i * 1000 / RATE) await pause(1);
  let body = null;
  if (i % every === 0) {
    const matchId = `1-${String(i).padStart(6, "0")}-${randomUUID().slice(8)}`;
    body = event(matchId, "match_status_ready", startedAt);
    started.set(`Match ${matchId.slice(0, 8)}`, post(body));
    running.push(matchId);
  } else if (i % 2 === 0) {
    body = past[Math.floor(Math.random() * past.length)];
    post(body);
  } else {
    body = event(running[Math.floor(Math.random() * running.length)], "match_status_ready", startedAt);
    post(body);
  }
  past[i % 500] = body;
}
const sending_s = (now() - began) / 1000;
const patience = now() + 30_000;
while ((open_requests > 0 || creations.size < started.size) && now() < patience) await pause(50);
phase = "over";
summary("one durable write of 4 KB, under this load", await disk);
show(`${RATE * SECONDS} webhooks in ${sending_s.toFixed(1)} s, ${refused} not answered with 200, `
  + `${requests} requests to Discord`);
summary("webhook to 200", answered);
summary("webhook to Discord's first byte", [...started].filter(([name]) => creations.has(name))
  .map(([name, sent]) => creations.get(name) - sent));
if (creations.size < started.size) show(`${started.size - creations.size} matches got no channel`);
process.exit(0);
