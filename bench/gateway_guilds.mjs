#!/usr/bin/env node
// What many guilds cost: a simulated gateway of its own (real WebSocket, zlib-stream) gives the real program
// 10,000 guilds of a realistic size and then a stream of events. Prints resident memory, bytes per guild, and
// events per second of the program's own processor time, so that the feeder's speed does not matter.
// Needs the release build and `npm ci` in tests/node.
// usage: bench/gateway_guilds.mjs [program] [guilds] [events]

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { BOT, DiscordStub, ROOT } from "./discord_stub.mjs";

const PROGRAM = resolve(process.argv[2] ?? join(ROOT, "build/release/src/server/matchday"));
const GUILDS = Number(process.argv[3] ?? 10_000);
const EVENTS = Number(process.argv[4] ?? 200_000);

const CHANNELS = 30;
const ROLES = 20;
const OVERWRITES = 15;  // of a guild, spread over its channels
const IN_VOICE_MIN = 5;
const IN_VOICE_MAX = 50;

// The same guilds in every run.
let state = 1;
const random = (below) => (state = (state * 48271) % 2147483647) % below;
const hex = (length) => Array.from({ length }, () => random(16).toString(16)).join("");
let nextId = 1_200_000_000_000_000_000n;
const id = () => String(nextId += BigInt(1 + random(1 << 20)));

const CHANNEL_NAMES = ["general", "announcements", "rules", "match-results", "looking-for-team", "off-topic",
  "bot-commands", "clips", "Lobby", "Match 1-7f3c9e2a", "Team voice", "AFK"];
const ROLE_NAMES = ["Admin", "Moderator", "Referee", "Caster", "Premium Division Player", "Member", "Muted"];

function user(userId) {
  return { id: userId, username: `player_${userId.slice(-6)}`, global_name: `Player ${userId.slice(-4)}`,
    avatar: hex(32), discriminator: "0", public_flags: 0, avatar_decoration_data: null, clan: null,
    primary_guild: null, collectibles: null, display_name_styles: null, bot: userId === BOT };
}

function member(userId, roles) {
  return { user: user(userId), roles, nick: null, avatar: null, banner: null, mute: false, deaf: false,
    pending: false, flags: 0, premium_since: null, communication_disabled_until: null,
    joined_at: "2024-05-17T18:22:41.318000+00:00" };
}

function voiceState(userId, channel) {
  return { user_id: userId, channel_id: channel, session_id: hex(32), mute: false, deaf: false,
    self_mute: false, self_deaf: false, self_video: false, suppress: false,
    request_to_speak_timestamp: null };
}

function channel(channelId, position, parent, type, overwrites) {
  const common = { id: channelId, type, name: CHANNEL_NAMES[position % CHANNEL_NAMES.length], position,
    parent_id: parent, permission_overwrites: overwrites, flags: 0, nsfw: false, rate_limit_per_user: 0 };
  if (type === 2)
    return { ...common, bitrate: 64000, user_limit: 0, rtc_region: null, last_message_id: null };
  return { ...common, topic: "What this channel is for, in one sentence, and a link.", last_message_id: id(),
    last_pin_timestamp: null, default_auto_archive_duration: 1440 };
}

function guild(guildId) {
  const roles = [guildId, ...Array.from({ length: ROLES - 1 }, id)].map((roleId, position) => ({ id: roleId,
    name: position === 0 ? "@everyone" : ROLE_NAMES[position % ROLE_NAMES.length], position,
    permissions: "2248473465835073", color: random(1 << 24), colors: { primary_color: 0,
      secondary_color: null, tertiary_color: null }, hoist: false, managed: position === 1,
    mentionable: false, icon: null, unicode_emoji: null, flags: 0 }));
  const categories = [id(), id(), id(), id()];
  const channels = Array.from({ length: CHANNELS }, (_, position) => {
    if (position < categories.length) return channel(categories[position], position, null, 4, []);
    const overwrites = position % 2 === 0 && position < 2 * OVERWRITES ? [{ id: roles[random(ROLES)].id,
      type: 0, allow: "1024", deny: "2048" }] : [];
    return channel(id(), position, categories[position % 4], position % 3 === 0 ? 2 : 0, overwrites);
  });
  const voice = channels.filter(({ type }) => type === 2);
  const people = Array.from({ length: IN_VOICE_MIN + random(IN_VOICE_MAX - IN_VOICE_MIN + 1) }, id);
  return { id: guildId, name: `Community number ${guildId.slice(-5)}`, owner_id: id(), icon: hex(32),
    preferred_locale: "en-US", premium_tier: 1, verification_level: 2, features: ["COMMUNITY", "NEWS"],
    joined_at: "2024-05-17T18:22:41.318000+00:00", large: true, member_count: 900, roles, channels,
    voice_states: people.map((one) => voiceState(one, voice[random(voice.length)].id)),
    members: [member(BOT, [roles[1].id]), ...people.map((one) => member(one, [roles[2].id]))],
    emojis: Array.from({ length: 20 }, () => ({ id: id(), name: "emoji_name", roles: [], animated: false,
      require_colons: true, managed: false, available: true })),
    threads: [], presences: [], stage_instances: [], guild_scheduled_events: [], soundboard_sounds: [],
    stickers: [] };
}

// What an event needs of a guild, kept instead of the whole.
const outline = ({ id: guildId, channels, voice_states: states }) => ({ id: guildId, channels:
  channels.slice(4, 8), voice: channels.filter(({ type }) => type === 2).map(({ id: one }) => one),
people: states.slice(0, 5).map(({ user_id: one }) => one) });

function event(known) {
  if (random(10) === 0) {
    const changed = known.channels[random(known.channels.length)];
    return ["CHANNEL_UPDATE", { ...changed, guild_id: known.id, position: random(30) }];
  }
  const person = known.people[random(known.people.length)];
  const where = random(4) === 0 ? null : known.voice[random(known.voice.length)];
  return ["VOICE_STATE_UPDATE",
    { ...voiceState(person, where), guild_id: known.id, member: member(person, []) }];
}

function status(pid) {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)[1]);
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return { resident_mb: kilobytes("VmRSS") / 1024, peak_mb: kilobytes("VmHWM") / 1024,
    processor_s: (Number(fields[11]) + Number(fields[12])) / 100 };  // USER_HZ is 100 on Linux
}

const show = (line) => process.stdout.write(`${line}\n`);
const rounded = (number) => number.toFixed(1);

const stub = await new DiscordStub().listen();
const place = mkdtempSync(join(tmpdir(), "matchday-bench-"));
const ids = Array.from({ length: GUILDS }, id);
const server = spawn(PROGRAM, ["serve"], { cwd: place, stdio: ["ignore", "ignore", "inherit"], env: {
  DISCORD_TOKEN: "bench", DISCORD_GUILD_ID: ids[0], WEBHOOK_SECRET: "secret", FACEIT_API_KEY: "unused",
  MATCHDAY_LISTEN: "127.0.0.1:0", MATCHDAY_DATA_DIR: join(place, "data"), MATCHDAY_LOG_LEVEL: "warning",
  MATCHDAY_DISCORD_API_URL: stub.apiUrl } });
process.on("exit", () => {
  server.kill("SIGKILL");
  rmSync(place, { recursive: true, force: true });
});
server.on("exit", () => process.exit(1));

await stub.connected;
const empty = status(server.pid);
stub.ready(ids);
const known = [];
let guildBytes = 0;
for (const one of ids) {
  const made = guild(one);
  const frame = stub.pack("GUILD_CREATE", made);
  guildBytes += frame.size;
  if (known.length < 1000) known.push(outline(made));
  await stub.send(frame);
}
await stub.handled();
const full = status(server.pid);
const reading_s = full.processor_s - empty.processor_s;
const each_kb = (full.resident_mb - empty.resident_mb) * 1024 / GUILDS;
show(`${GUILDS} guilds of ${CHANNELS} channels, ${ROLES} roles, about ${OVERWRITES} overwrites,`
  + ` ${IN_VOICE_MIN} to ${IN_VOICE_MAX} people in voice;`
  + ` ${rounded(guildBytes / GUILDS / 1024)} KB of JSON each`);
show(`resident: ${rounded(empty.resident_mb)} MB before, ${rounded(full.resident_mb)} MB with them (peak`
  + ` ${rounded(full.peak_mb)} MB): ${rounded(each_kb)} KB a guild`);
show(`reading them: ${rounded(reading_s)} s of one core, ${rounded(guildBytes / 1e6 / reading_s)} MB of JSON`
  + " a second");

const frames = Array.from({ length: EVENTS }, () => stub.pack(...event(known[random(known.length)])));
const eventBytes = frames.reduce((sum, { size }) => sum + size, 0);
const before = status(server.pid);
const began = Date.now();
for (const frame of frames) await stub.send(frame);
await stub.handled();
const after = status(server.pid);
const used_s = after.processor_s - before.processor_s;
const took_s = (Date.now() - began) / 1000;
show(`${EVENTS} events of ${Math.round(eventBytes / EVENTS)} bytes in ${rounded(took_s)} s:`
  + ` ${Math.round(EVENTS / used_s)} events a second and core (${rounded(used_s / EVENTS * 1e6)} us each),`
  + ` resident ${rounded(after.resident_mb)} MB`);
process.exit(0);
