// Rules between fields, by operation: what Discord refuses although every single field fits its schema.
// Not here: the rules of messages and of commands, which are long enough for files of their own.

import { checkCommand, checkCommandSet } from "./command_rules.mjs";
import { EDIT, MESSAGE, REPLY, checkDeferred, checkMessage, checkModal } from "./message_rules.mjs";

const VOICE = 2, STAGE = 13, FORUMS = new Set([15, 16]);
const CALLBACK = { message: 4, deferredMessage: 5, deferredUpdate: 6, updateMessage: 7, modal: 9 };
const ENTITY = { stage: 1, voice: 2, external: 3 };

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const below = (report, prefix) => (path, message) => report(prefix + path, message);

/** §1.8: limits that depend on the channel's type. */
function checkChannel(body, type, report) {
  const mostUsers = type === STAGE ? 10000 : 99;
  if (body.user_limit > mostUsers) report("/user_limit", `the limit is ${mostUsers}`);
  if (typeof body.topic === "string" && body.topic.length > 1024 && !FORUMS.has(type)) {
    report("/topic", "only forums have topics of more than 1024 characters");
  }
  const seen = new Set();
  const overwrites = Array.isArray(body.permission_overwrites) ? body.permission_overwrites : [];
  overwrites.forEach((overwrite, index) => {
    if (!isObject(overwrite)) return;
    if (seen.has(overwrite.id)) report(`/permission_overwrites/${index}/id`, "has two overwrites");
    seen.add(overwrite.id);
  });
}

function checkCallback(body, report) {
  const data = below(report, "/data");
  if (body.type === CALLBACK.message) checkMessage(body.data ?? {}, REPLY, data);
  if (body.type === CALLBACK.deferredMessage) checkDeferred(body.data, data);
  if (body.type === CALLBACK.updateMessage) checkMessage(body.data, EDIT, data);
  if (body.type === CALLBACK.modal) checkModal(body.data, data);
  if (body.type === CALLBACK.deferredUpdate && isObject(body.data) && Object.keys(body.data).length > 0) {
    report("/data", "a deferred update carries nothing");
  }
}

/** §1.10: which fields each kind of scheduled event needs or can't have. */
function checkNewEvent(body, report) {
  const external = body.entity_type === ENTITY.external;
  if (external && body.channel_id) report("/channel_id", "an external event has no channel");
  if (!external && !body.channel_id) report("/channel_id", "a stage or voice event needs its channel");
  if (external && !body.entity_metadata?.location) report("/entity_metadata/location", "is needed here");
  if (external && !body.scheduled_end_time) report("/scheduled_end_time", "is needed here");
  if (Date.parse(body.scheduled_end_time) <= Date.parse(body.scheduled_start_time)) {
    report("/scheduled_end_time", "is not after the start");
  }
}

const message = (kind) => (body, report) => checkMessage(body, kind, report);
const command = (options) => (body, report) => checkCommand(body, report, options);

/** operationId -> rule(body, report, context); `context.channelType` is known for channel edits. */
const RULES = {
  create_guild_channel: (body, report) => checkChannel(body, body.type ?? 0, report),
  update_channel: (body, report, { channelType }) =>
    checkChannel(body, body.type ?? channelType ?? VOICE, report),
  create_message: message(MESSAGE),
  update_message: message(EDIT),
  execute_webhook: message(REPLY),
  update_webhook_message: message(EDIT),
  update_original_webhook_message: message(EDIT),
  create_interaction_response: checkCallback,
  bulk_set_application_commands: checkCommandSet,
  bulk_set_guild_application_commands: checkCommandSet,
  create_application_command: command(),
  create_guild_application_command: command(),
  update_application_command: command({ partial: true }),
  update_guild_application_command: command({ partial: true }),
  create_guild_scheduled_event: checkNewEvent,
};

export function checkRules(operationId, body, report, context) {
  const rule = RULES[operationId];
  if (!rule || body === null || typeof body !== "object") return;
  rule(body, report, context);
}
