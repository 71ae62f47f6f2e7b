// Exchanges that Discord would accept, one per call that Matchday makes, written by hand. They are the good
// half of validator.test.mjs and the ground that its mutations start from. Ids and names are invented.

const GUILD = "1100000000000000001", APPLICATION = "1100000000000000010", CATEGORY = "1100000000000000020";
const VOICE = "1100000000000000030", TEXT = "1100000000000000031", USER = "1100000000000000040";
const BOT = "1100000000000000010", MESSAGE = "1100000000000000050", INTERACTION = "1100000000000000060";
const TOKEN = "aW50ZXJhY3Rpb246MTEwMDAwMDAwMDAwMDAwMDA2MDpleGFtcGxl";
const JSON_BODY = { "content-type": "application/json" };

const user = (id, name, bot = false) => ({ id, username: name, avatar: null, discriminator: "0",
  public_flags: 0, flags: 0, bot, global_name: null, primary_guild: null });

const member = { avatar: null, banner: null, communication_disabled_until: null, flags: 0,
  joined_at: "2026-01-05T10:00:00.000000+00:00", nick: null, pending: false, premium_since: null, roles: [],
  user: user(USER, "kestrel"), mute: false, deaf: false };

const overwrites = [
  { id: GUILD, type: 0, allow: "0", deny: "1024" },
  { id: USER, type: 1, allow: "3146752", deny: "0" },
];

const voiceChannel = { id: VOICE, type: 2, last_message_id: null, flags: 0, guild_id: GUILD,
  name: "Match 1-7f3c9e", parent_id: CATEGORY, rate_limit_per_user: 0, bitrate: 64000,
  user_limit: 0, rtc_region: null, position: 4,
  permission_overwrites: overwrites, nsfw: false };

const embed = { title: "Match 1-7f3c9e is live", description: "Five players were moved.", color: 0x2ecc71,
  url: "https://matchday.example/matches/1", timestamp: "2026-03-14T18:25:00Z", footer: { text: "Matchday" },
  fields: [{ name: "Team", value: "team_Kestrel", inline: true }] };

const row = { type: 1, components: [
  { type: 2, style: 1, label: "Open again", custom_id: "v1:reopen:42" },
  { type: 2, style: 5, label: "Why?", url: "https://matchday.example/why/42" },
] };

const sentMessage = { type: 0, content: "Match is live", mentions: [], mention_roles: [], attachments: [],
  embeds: [], timestamp: "2026-03-14T18:25:00.120000+00:00", edited_timestamp: null, flags: 0, components: [],
  id: MESSAGE, channel_id: TEXT, author: user(BOT, "matchday", true), pinned: false,
  mention_everyone: false, tts: false };

const register = { name: "register", type: 1, description: "Register your Faceit nickname with the bot",
  options: [{ type: 3, name: "faceit_nickname", description: "Your Faceit nickname", required: true,
    max_length: 64 }] };

const admin = { name: "match", type: 1, description: "Look after matches", default_member_permissions: "32",
  contexts: [0], integration_types: [0],
  options: [{ type: 1, name: "close", description: "Close a match",
    options: [{ type: 3, name: "match_id", description: "Which one", required: true, autocomplete: true },
      { type: 3, name: "reason", description: "Why", choices: [{ name: "Over", value: "over" }] }] }] };

const storedCommand = (command, id) => ({ ...command, id, application_id: APPLICATION, version: id,
  guild_id: GUILD, default_member_permissions: command.default_member_permissions ?? null });

const commandsPath = `/applications/${APPLICATION}/guilds/${GUILD}/commands`;
const callbackPath = `/interactions/${INTERACTION}/${TOKEN}/callback`;
const originalPath = `/webhooks/${APPLICATION}/${TOKEN}/messages/@original`;

export const EXAMPLES = {
  "create voice channel": { method: "POST", path: `/guilds/${GUILD}/channels`, query: "",
    headers: { ...JSON_BODY, "x-audit-log-reason": "Match%201-7f3c9e%20started%20(md3kq7)" },
    request: { name: "Match 1-7f3c9e", type: 2, parent_id: CATEGORY, permission_overwrites: overwrites },
    status: 201, response: voiceChannel },
  "rename channel": { method: "PATCH", path: `/channels/${VOICE}`, query: "", headers: JSON_BODY,
    request: { name: "Match over", permission_overwrites: overwrites }, status: 200, response: voiceChannel },
  "delete channel": { method: "DELETE", path: `/channels/${VOICE}`, query: "",
    headers: { "x-audit-log-reason": "over" }, request: null, status: 200, response: voiceChannel },
  "set overwrite": { method: "PUT", path: `/channels/${VOICE}/permissions/${USER}`, query: "",
    headers: JSON_BODY, request: { type: 1, allow: "3146752", deny: "0" }, status: 204, response: null },
  "list channels": { method: "GET", path: `/guilds/${GUILD}/channels`, query: "", headers: {}, request: null,
    status: 200, response: [voiceChannel] },
  "move member": { method: "PATCH", path: `/guilds/${GUILD}/members/${USER}`, query: "", headers: JSON_BODY,
    request: { channel_id: VOICE }, status: 200, response: member },
  "move refused": { method: "PATCH", path: `/guilds/${GUILD}/members/${USER}`, query: "", headers: JSON_BODY,
    request: { channel_id: VOICE }, status: 400,
    response: { code: 40032, message: "Target user is not connected to voice." } },
  "create message": { method: "POST", path: `/channels/${TEXT}/messages`, query: "", headers: JSON_BODY,
    request: { content: "Match is live", nonce: "k2v7q4x9m1c8z5t3", enforce_nonce: true, embeds: [embed],
      components: [row], allowed_mentions: { parse: [], users: [USER] } },
    status: 200, response: { ...sentMessage, nonce: "k2v7q4x9m1c8z5t3" } },
  "edit message": { method: "PATCH", path: `/channels/${TEXT}/messages/${MESSAGE}`, query: "",
    headers: JSON_BODY, request: { embeds: [embed], components: [], allowed_mentions: { parse: [] } },
    status: 200, response: sentMessage },
  "list messages": { method: "GET", path: `/channels/${TEXT}/messages`, query: "limit=50", headers: {},
    request: null, status: 200, response: [sentMessage] },
  "put commands": { method: "PUT", path: commandsPath, query: "", headers: JSON_BODY,
    request: [register, admin], status: 200, response: [storedCommand(register, "1100000000000000070"),
      storedCommand(admin, "1100000000000000071")] },
  "reply": { method: "POST", path: callbackPath, query: "", headers: JSON_BODY,
    request: { type: 4, data: { content: "Done", flags: 64, allowed_mentions: { parse: [] } } },
    status: 204, response: null },
  "defer": { method: "POST", path: callbackPath, query: "with_response=false", headers: JSON_BODY,
    request: { type: 5, data: { flags: 64 } }, status: 204, response: null },
  "defer update": { method: "POST", path: callbackPath, query: "", headers: JSON_BODY, request: { type: 6 },
    status: 204, response: null },
  "autocomplete": { method: "POST", path: callbackPath, query: "", headers: JSON_BODY,
    request: { type: 8, data: { choices: [{ name: "Match 1-7f3c9e", value: "1-7f3c9e52" }] } },
    status: 204, response: null },
  "modal": { method: "POST", path: callbackPath, query: "", headers: JSON_BODY,
    request: { type: 9, data: { custom_id: "v1:reason:42", title: "Why close it?", components: [
      { type: 18, label: "Reason",
        component: { type: 4, custom_id: "reason", style: 2, max_length: 500 } }] } },
    status: 204, response: null },
  "edit reply": { method: "PATCH", path: originalPath, query: "", headers: JSON_BODY,
    request: { content: "Successfully registered", allowed_mentions: { parse: [] } }, status: 200,
    response: sentMessage },
  "rich message": { method: "POST", path: `/channels/${TEXT}/messages`, query: "", headers: JSON_BODY,
    request: { flags: 32768, components: [{ type: 17, accent_color: 1752220, components: [
      { type: 10, content: "## Match is live" }, { type: 14 }, row] }], allowed_mentions: { parse: [] } },
    status: 200, response: sentMessage },
  "audit log": { method: "GET", path: `/guilds/${GUILD}/audit-logs`, query: "action_type=10&limit=100",
    headers: {}, request: null, status: 200,
    response: { audit_log_entries: [{ id: "1100000000000000080", action_type: 10, user_id: BOT,
      target_id: VOICE, changes: [{ key: "name", new_value: "Match 1-7f3c9e" }],
      reason: "Match 1-7f3c9e started (md3kq7)" }],
    users: [], integrations: [], webhooks: [], guild_scheduled_events: [], threads: [],
    application_commands: [], auto_moderation_rules: [] } },
  "gateway": { method: "GET", path: "/gateway/bot", query: "", headers: {}, request: null, status: 200,
    response: { url: "wss://gateway.discord.gg", shards: 1,
      session_start_limit: { total: 1000, remaining: 998, reset_after: 14400000, max_concurrency: 1 } } },
  "new event": { method: "POST", path: `/guilds/${GUILD}/scheduled-events`, query: "", headers: JSON_BODY,
    request: { name: "Quarter final", privacy_level: 2, entity_type: 3,
      entity_metadata: { location: "racetime.gg" }, scheduled_start_time: "2026-03-14T18:00:00Z",
      scheduled_end_time: "2026-03-14T20:00:00Z" },
    status: 500, response: null },
  "rate limited": { method: "GET", path: "/users/@me", query: "", headers: {}, request: null, status: 429,
    response: { message: "You are being rate limited.", retry_after: 0.65, global: false } },
  "answer withheld": { method: "DELETE", path: `/channels/${VOICE}`, query: "", headers: {}, request: null,
    status: null, response: null },
};
