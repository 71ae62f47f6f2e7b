// The strict validator is itself tested: it accepts what Discord accepts and, for every way of being wrong in
// the table, complains at the very place. Without the second half a validator that accepts everything would
// look green.

import assert from "node:assert/strict";
import test from "node:test";

import { EXAMPLES } from "./examples.mjs";
import { SPECIFICATION, Validator, available } from "./validator.mjs";

const skip = available ? false : `no specification at ${SPECIFICATION}`;
const validator = available ? new Validator() : null;
const copy = (value) => JSON.parse(JSON.stringify(value));
const text = (length) => "x".repeat(length);
const button = (id) => ({ type: 2, style: 1, label: "b", custom_id: id });
const option = (name, more = {}) => ({ type: 3, name, description: "d", ...more });
const repeat = (count, make) => Array.from({ length: count }, (_, index) => make(index));

for (const [name, exchange] of Object.entries(EXAMPLES)) {
  test(`accepts: ${name}`, { skip }, () => {
    assert.deepEqual(validator.validate(copy(exchange)), []);
  });
}

/** [what is wrong, example it starts from, where the complaint must be, change] */
const MUTATIONS = [
  ["an unknown key", "create voice channel", "/request/nmae", (x) => { x.request.nmae = "y"; }],
  ["a channel without a name", "create voice channel", "/request/name", (x) => { delete x.request.name; }],
  ["an empty channel name", "create voice channel", "/request/name", (x) => { x.request.name = ""; }],
  ["a channel name of 101 characters", "create voice channel", "/request/name",
    (x) => { x.request.name = text(101); }],
  ["an unknown channel type", "create voice channel", "/request/type", (x) => { x.request.type = 7; }],
  ["a channel type as text", "create voice channel", "/request/type", (x) => { x.request.type = "2"; }],
  ["allow as a number", "create voice channel", "/request/permission_overwrites/1/allow",
    (x) => { x.request.permission_overwrites[1].allow = 1024; }],
  ["deny in hexadecimal", "create voice channel", "/request/permission_overwrites/0/deny",
    (x) => { x.request.permission_overwrites[0].deny = "0x400"; }],
  ["allow beyond 64 bits", "create voice channel", "/request/permission_overwrites/1/allow",
    (x) => { x.request.permission_overwrites[1].allow = "18446744073709551616"; }],
  ["an overwrite of an unknown kind", "create voice channel", "/request/permission_overwrites/1/type",
    (x) => { x.request.permission_overwrites[1].type = 2; }],
  ["an unknown key in an overwrite", "create voice channel", "/request/permission_overwrites/1/alow",
    (x) => { x.request.permission_overwrites[1].alow = "1"; }],
  ["two overwrites for one person", "create voice channel", "/request/permission_overwrites/1/id",
    (x) => { x.request.permission_overwrites[1].id = x.request.permission_overwrites[0].id; }],
  ["101 overwrites", "create voice channel", "/request/permission_overwrites",
    (x) => { x.request.permission_overwrites = repeat(101, (n) => ({ id: `${n + 1}`, type: 1 })); }],
  ["a category id as a number", "create voice channel", "/request/parent_id",
    (x) => { x.request.parent_id = 7; }],
  ["a category id with a leading zero", "create voice channel", "/request/parent_id",
    (x) => { x.request.parent_id = "0110"; }],
  ["a bitrate below 8000", "create voice channel", "/request/bitrate", (x) => { x.request.bitrate = 7999; }],
  ["a user limit above 99", "create voice channel", "/request/user_limit",
    (x) => { x.request.user_limit = 500; }],
  ["a long topic outside a forum", "create voice channel", "/request/topic",
    (x) => { x.request.topic = text(1025); }],
  ["a reason of 513 characters", "create voice channel", "/headers/x-audit-log-reason",
    (x) => { x.headers["x-audit-log-reason"] = text(513); }],
  ["a reason that is not encoded", "create voice channel", "/headers/x-audit-log-reason",
    (x) => { x.headers["x-audit-log-reason"] = "Spiel läuft"; }],
  ["a reason with a broken escape", "create voice channel", "/headers/x-audit-log-reason",
    (x) => { x.headers["x-audit-log-reason"] = "50%"; }],
  ["a form where JSON is due", "create voice channel", "/headers/content-type",
    (x) => { x.headers["content-type"] = "text/plain"; }],
  ["no body", "create voice channel", "/request", (x) => { x.request = null; }],
  ["an edit with a user limit of 500", "rename channel", "/request/user_limit",
    (x) => { x.request.user_limit = 500; }],
  ["a thread's key in a voice channel's edit", "rename channel", "/request/archived",
    (x) => { x.request.archived = true; }],
  ["a body on DELETE", "delete channel", "/request", (x) => { x.request = {}; }],
  ["a path that is not documented", "delete channel", "/path", (x) => { x.path += "/now"; }],
  ["a method that is not documented", "delete channel", "/path", (x) => { x.method = "PUT"; }],
  ["a channel id that is no number", "delete channel", "/path/channel_id",
    (x) => { x.path = "/channels/lobby"; }],
  ["a move to a number", "move member", "/request/channel_id", (x) => { x.request.channel_id = 5; }],
  ["a misspelt move", "move member", "/request/channelid", (x) => { x.request.channelid = "5"; }],
  ["content of 2001 characters", "create message", "/request/content",
    (x) => { x.request.content = text(2001); }],
  ["1001 emoji, which are 2002 units", "create message", "/request/content",
    (x) => { x.request.content = "🏁".repeat(1001); }],
  ["a nonce of 26 characters", "create message", "/request/nonce", (x) => { x.request.nonce = text(26); }],
  ["enforce_nonce without a nonce", "create message", "/request/nonce", (x) => { delete x.request.nonce; }],
  ["an empty message", "create message", "/request",
    (x) => { x.request = { content: "", allowed_mentions: { parse: [] } }; }],
  ["an ephemeral plain message", "create message", "/request/flags", (x) => { x.request.flags = 64; }],
  ["eleven embeds", "create message", "/request/embeds",
    (x) => { x.request.embeds = repeat(11, () => ({ title: "t" })); }],
  ["embeds of 6001 units", "create message", "/request/embeds",
    (x) => { x.request.embeds = [{ description: text(4096) }, { description: text(1905) }]; }],
  ["an embed title of 257 characters", "create message", "/request/embeds/0/title",
    (x) => { x.request.embeds[0].title = text(257); }],
  ["an empty embed field", "create message", "/request/embeds/0/fields/0/value",
    (x) => { x.request.embeds[0].fields[0].value = ""; }],
  ["a colour beyond 24 bits", "create message", "/request/embeds/0/color",
    (x) => { x.request.embeds[0].color = 0x1000000; }],
  ["a time without a zone", "create message", "/request/embeds/0/timestamp",
    (x) => { x.request.embeds[0].timestamp = "2026-03-14 18:25"; }],
  ["a url that is none", "create message", "/request/embeds/0/url",
    (x) => { x.request.embeds[0].url = "match 42"; }],
  ["an unknown kind of mention", "create message", "/request/allowed_mentions/parse/0",
    (x) => { x.request.allowed_mentions.parse = ["here"]; }],
  ["users both parsed and listed", "create message", "/request/allowed_mentions/users",
    (x) => { x.request.allowed_mentions.parse = ["users"]; }],
  ["a bare button", "create message", "/request/components/0/type",
    (x) => { x.request.components = [button("a")]; }],
  ["an unknown component", "create message", "/request/components/0/components/0/type",
    (x) => { x.request.components[0].components[0].type = 99; }],
  ["six buttons in a row", "create message", "/request/components/0/components",
    (x) => { x.request.components[0].components = repeat(6, (n) => button(`b${n}`)); }],
  ["six rows", "create message", "/request/components",
    (x) => { x.request.components = repeat(6, (n) => ({ type: 1, components: [button(`b${n}`)] })); }],
  ["a button without custom_id", "create message", "/request/components/0/components/0/custom_id",
    (x) => { delete x.request.components[0].components[0].custom_id; }],
  ["a button with custom_id and url", "create message", "/request/components/0/components/0/url",
    (x) => { x.request.components[0].components[0].url = "https://matchday.example"; }],
  ["a link button with custom_id", "create message", "/request/components/0/components/1/custom_id",
    (x) => { x.request.components[0].components[1].custom_id = "v1:x"; }],
  ["a custom_id of 101 characters", "create message", "/request/components/0/components/0/custom_id",
    (x) => { x.request.components[0].components[0].custom_id = text(101); }],
  ["the same custom_id twice", "create message", "/request/components/1/components/0/custom_id",
    (x) => { x.request.components.push({ type: 1, components: [button("v1:reopen:42")] }); }],
  ["a label of 81 characters", "create message", "/request/components/0/components/0/label",
    (x) => { x.request.components[0].components[0].label = text(81); }],
  ["a typo in a button", "create message", "/request/components/0/components/0/lable",
    (x) => { x.request.components[0].components[0].lable = "x"; }],
  ["an unknown button style", "create message", "/request/components/0/components/0/style",
    (x) => { x.request.components[0].components[0].style = 7; }],
  ["a select beside a button", "create message", "/request/components/0/components",
    (x) => { x.request.components[0].components.push({ type: 5, custom_id: "who" }); }],
  ["a select with 26 options", "create message", "/request/components/0/components/0/options",
    (x) => { x.request.components = [{ type: 1, components: [{ type: 3, custom_id: "s",
      options: repeat(26, (n) => ({ label: `o${n}`, value: `o${n}` })) }] }]; }],
  ["an attachment id as a number", "create message", "/request/attachments/0/id",
    (x) => { x.request.attachments = [{ id: 0, filename: "table.png" }]; }],
  ["content in a components-only message", "rich message", "/request/content",
    (x) => { x.request.content = "hi"; }],
  ["41 components", "rich message", "/request/components",
    (x) => { x.request.components = repeat(41, () => ({ type: 14 })); }],
  ["41 nested components", "rich message", "/request/components",
    (x) => {
      const container = { type: 17, components: repeat(20, () => ({ type: 14 })) };
      x.request.components = [container, container];
    }],
  ["texts of 4001 units", "rich message", "/request/components",
    (x) => { x.request.components = repeat(2, () => ({ type: 10, content: text(2001) })); }],
  ["an edit that makes a message ephemeral", "edit message", "/request/flags",
    (x) => { x.request.flags = 64; }],
  ["a nonce in an edit", "edit message", "/request/nonce", (x) => { x.request.nonce = "n"; }],
  ["an unknown query parameter", "list messages", "/query/limt", (x) => { x.query = "limt=50"; }],
  ["a limit of 101", "list messages", "/query/limit", (x) => { x.query = "limit=101"; }],
  ["a limit that is no number", "list messages", "/query/limit", (x) => { x.query = "limit=all"; }],
  ["a command name in capitals", "put commands", "/request/0/name",
    (x) => { x.request[0].name = "Register"; }],
  ["a command name with a space", "put commands", "/request/0/name",
    (x) => { x.request[0].name = "re gister"; }],
  ["a command without a description", "put commands", "/request/0/description",
    (x) => { delete x.request[0].description; }],
  ["a user command with a description", "put commands", "/request/0/description",
    (x) => { x.request[0] = { name: "Show card", type: 2, description: "no" }; }],
  ["the same command twice", "put commands", "/request/2/name",
    (x) => { x.request.push(copy(x.request[0])); }],
  ["an unknown option type", "put commands", "/request/0/options/0/type",
    (x) => { x.request[0].options[0].type = 42; }],
  ["an option description of 101 characters", "put commands", "/request/0/options/0/description",
    (x) => { x.request[0].options[0].description = text(101); }],
  ["a required option after an optional one", "put commands", "/request/0/options/1/required",
    (x) => { x.request[0].options = [option("a"), option("b", { required: true })]; }],
  ["26 options", "put commands", "/request/0/options",
    (x) => { x.request[0].options = repeat(26, (n) => option(`o${n}`)); }],
  ["choices and autocomplete", "put commands", "/request/1/options/0/options/1/choices",
    (x) => { x.request[1].options[0].options[1].autocomplete = true; }],
  ["a choice value of 101 characters", "put commands", "/request/1/options/0/options/1/choices/0/value",
    (x) => { x.request[1].options[0].options[1].choices[0].value = text(101); }],
  ["a subcommand beside an option", "put commands", "/request/1/options/1/type",
    (x) => { x.request[1].options.push(option("plain")); }],
  ["a command of more than 8000 characters", "put commands", "/request/0",
    (x) => { x.request[0].options = repeat(25, (n) => option(`o${n}`, { description: text(100),
      choices: repeat(3, (m) => ({ name: `c${m}`, value: text(100) })) })); }],
  ["default_member_permissions as a number", "put commands", "/request/1/default_member_permissions",
    (x) => { x.request[1].default_member_permissions = 32; }],
  ["an unknown key in a command", "put commands", "/request/0/descripton",
    (x) => { x.request[0].descripton = "d"; }],
  ["a callback of an unknown type", "reply", "/request/type", (x) => { x.request.type = 3; }],
  ["a reply with an unknown flag", "reply", "/request/data/flags", (x) => { x.request.data.flags = 128; }],
  ["a nonce in a reply", "reply", "/request/data/nonce", (x) => { x.request.data.nonce = "n"; }],
  ["a deferred reply with content", "defer", "/request/data/content",
    (x) => { x.request.data.content = "wait"; }],
  ["a deferred reply with another flag", "defer", "/request/data/flags",
    (x) => { x.request.data.flags = 68; }],
  ["26 autocomplete choices", "autocomplete", "/request/data/choices",
    (x) => { x.request.data.choices = repeat(26, (n) => ({ name: `c${n}`, value: `c${n}` })); }],
  ["a modal title of 46 characters", "modal", "/request/data/title",
    (x) => { x.request.data.title = text(46); }],
  ["a modal of six components", "modal", "/request/data/components",
    (x) => { x.request.data.components = repeat(6, () => ({ type: 10, content: "t" })); }],
  ["something disabled in a modal", "modal", "/request/data/components/0/component/disabled",
    (x) => { x.request.data.components[0].component = { type: 5, custom_id: "who", disabled: true }; }],
  ["an event in voice without its channel", "new event", "/request/channel_id",
    (x) => { x.request.entity_type = 2; delete x.request.entity_metadata; }],
  ["an external event without an end", "new event", "/request/scheduled_end_time",
    (x) => { delete x.request.scheduled_end_time; }],
  ["a status that is not documented", "create voice channel", "/status", (x) => { x.status = 200; }],
  ["a 204 with a body", "set overwrite", "/response", (x) => { x.response = {}; }],
  ["an answer without its body", "list channels", "/response",
    (x) => { x.response = { channels: [] }; }],
  ["an answer with an unknown key", "create voice channel", "/response/topics",
    (x) => { x.response.topics = "t"; }],
  ["an answer without a required key", "create voice channel", "/response/position",
    (x) => { delete x.response.position; }],
  ["an answer with allow as a number", "create voice channel", "/response/permission_overwrites/0/allow",
    (x) => { x.response.permission_overwrites[0].allow = 0; }],
  ["an answer with a number as id", "move member", "/response/user/id", (x) => { x.response.user.id = 7; }],
  ["an error without its code", "move refused", "/response/code", (x) => { delete x.response.code; }],
  ["a 429 without retry_after", "rate limited", "/response/retry_after",
    (x) => { delete x.response.retry_after; }],
];

for (const [name, example, path, change] of MUTATIONS) {
  test(`refuses: ${name} (${example})`, { skip }, () => {
    const exchange = copy(EXAMPLES[example]);
    change(exchange);
    const problems = validator.validate(exchange);
    assert.ok(problems.some((problem) => problem.path === path),
      `expected a complaint at ${path}, got ${JSON.stringify(problems)}`);
  });
}

test("a deep error of a nested `errors` object is understood", { skip }, () => {
  const exchange = copy(EXAMPLES["create voice channel"]);
  Object.assign(exchange, { status: 400, response: { code: 50035, message: "Invalid Form Body",
    errors: { name: { _errors: [{ code: "BASE_TYPE_REQUIRED", message: "This field is required" }] } } } });
  assert.deepEqual(validator.validate(exchange), []);
});

test("the table holds at least fifty ways of being wrong", () => {
  assert.ok(MUTATIONS.length >= 50);
});
