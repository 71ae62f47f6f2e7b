// The rules of a message that no schema can say: sums, uniqueness, fields that exclude each other. Sources:
// reference/discord.md §1.4 (callbacks), §1.5 (components), §1.6 (messages). Limits of one field are in the
// schemas and amendments.mjs. `report(path, message)` takes paths below the message.

const FLAG = { suppress_embeds: 1 << 2, ephemeral: 1 << 6, suppress_notifications: 1 << 12,
  voice_message: 1 << 13, components_v2: 1 << 15 };
const ROW = 1, BUTTON = 2, TEXT = 10, SELECTS = new Set([3, 5, 6, 7, 8]);
const STYLE_LINK = 5, STYLE_PREMIUM = 6;
const MAX_EMBED_UNITS = 6000, MAX_COMPONENTS = 40, MAX_ROWS = 5, MAX_TEXT_UNITS = 4000;

const list = (value) => (Array.isArray(value) ? value : []);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const objects = (value) => list(value).filter(isObject);
const units = (value) => (typeof value === "string" ? value.length : 0);
const isEmpty = (value) => value === undefined || value === null || value === "" ||
  (Array.isArray(value) && value.length === 0);

function checkEmbeds(message, report) {
  let total = 0;
  for (const embed of objects(message.embeds)) {
    for (const text of [embed.title, embed.description, embed.author?.name, embed.footer?.text]) {
      total += units(text);
    }
    for (const field of objects(embed.fields)) total += units(field.name) + units(field.value);
  }
  if (total > MAX_EMBED_UNITS) report("/embeds", `texts of all embeds add up to ${total}, the limit is 6000`);
}

function checkMentions(message, report) {
  const mentions = message.allowed_mentions;
  if (!isObject(mentions)) return;
  for (const kind of ["users", "roles"]) {
    if (list(mentions.parse).includes(kind) && list(mentions[kind]).length > 0) {
      report(`/allowed_mentions/${kind}`, `${kind} are both parsed and listed`);
    }
  }
}

/** Calls `visit(component, path)` for a component and all that are inside it. */
function walkComponents(components, path, visit) {
  list(components).forEach((component, index) => {
    if (!isObject(component)) return;
    const here = `${path}/${index}`;
    visit(component, here);
    walkComponents(component.components, `${here}/components`, visit);
    for (const key of ["accessory", "component"]) {
      if (!isObject(component[key])) continue;
      visit(component[key], `${here}/${key}`);
    }
  });
}

function checkButton(button, path, report) {
  const { style } = button;
  if (style === STYLE_LINK) {
    if (isEmpty(button.url)) report(`${path}/url`, "a link button needs a url");
    if (!isEmpty(button.custom_id)) report(`${path}/custom_id`, "a link button has no custom_id");
  } else if (style === STYLE_PREMIUM) {
    if (isEmpty(button.sku_id)) report(`${path}/sku_id`, "a premium button needs a sku_id");
    if (!isEmpty(button.custom_id)) report(`${path}/custom_id`, "a premium button has no custom_id");
  } else {
    if (isEmpty(button.custom_id)) report(`${path}/custom_id`, "a button needs a custom_id");
    if (!isEmpty(button.url)) report(`${path}/url`, "only a link button has a url");
  }
}

function checkRow(row, path, report) {
  const children = objects(row.components);
  const selects = children.filter((child) => SELECTS.has(child.type)).length;
  if (selects > 1 || (selects === 1 && children.length > 1)) {
    report(`${path}/components`, "an action row holds up to five buttons or one select");
  }
}

function checkSelect(select, path, report) {
  const least = select.min_values ?? 1, most = select.max_values ?? 1;
  if (least > most) report(`${path}/min_values`, "min_values is above max_values");
  if (Array.isArray(select.options)) {
    const values = objects(select.options).map((option) => option.value);
    if (new Set(values).size < values.length) report(`${path}/options`, "two options have the same value");
    if (select.options.length === 0) report(`${path}/options`, "a select needs an option");
  }
}

/** Rules of any component tree, in a message or in a modal. */
export function checkComponents(components, report) {
  const ids = new Map();
  let count = 0;
  walkComponents(components, "/components", (component, path) => {
    count += 1;
    if (component.type === BUTTON) checkButton(component, path, report);
    if (component.type === ROW) checkRow(component, path, report);
    if (SELECTS.has(component.type)) checkSelect(component, path, report);
    if (typeof component.custom_id !== "string") return;
    const first = ids.get(component.custom_id);
    if (first) report(`${path}/custom_id`, `is already used at ${first}`);
    else ids.set(component.custom_id, path);
  });
  if (count > MAX_COMPONENTS) report("/components", `${count} components in all, the limit is 40`);
}

function checkLayout(message, flags, report) {
  if (flags & FLAG.components_v2) {
    for (const key of ["content", "embeds", "poll", "sticker_ids"]) {
      if (!isEmpty(message[key])) report(`/${key}`, "must be empty in a message with IS_COMPONENTS_V2");
    }
    let text = 0;
    walkComponents(message.components, "", (component) => {
      if (component.type === TEXT) text += units(component.content);
    });
    if (text > MAX_TEXT_UNITS) report("/components", `texts add up to ${text}, the limit is 4000`);
    return;
  }
  const top = objects(message.components);
  if (top.length > MAX_ROWS) report("/components", "more than five action rows");
  top.forEach((component, index) => {
    if (component.type !== ROW) report(`/components/${index}/type`, "only a row, without IS_COMPONENTS_V2");
  });
}

function checkFlags(flags, allowed, report) {
  const refused = flags & ~allowed;
  if (refused) report("/flags", `bits ${refused} can't be set here`);
}

function hasContent(message) {
  return ["content", "embeds", "components", "sticker_ids", "attachments", "poll", "shared_client_theme",
    "message_reference"].some((key) => !isEmpty(message[key]));
}

const EDITABLE = FLAG.suppress_embeds | FLAG.components_v2;
const SENDABLE = EDITABLE | FLAG.suppress_notifications | FLAG.voice_message;

/** What may be set where: a plain message can't be ephemeral, an edit can't make it so. */
export const MESSAGE = { flags: SENDABLE, mustHaveContent: true };
export const EDIT = { flags: EDITABLE, mustHaveContent: false };
export const REPLY = { flags: SENDABLE | FLAG.ephemeral, mustHaveContent: true };

export function checkMessage(message, kind, report) {
  if (!isObject(message)) return;
  const flags = Number.isInteger(message.flags) ? message.flags : 0;
  checkFlags(flags, kind.flags, report);
  checkEmbeds(message, report);
  checkMentions(message, report);
  checkComponents(message.components, report);
  checkLayout(message, flags, report);
  if (kind.mustHaveContent && !hasContent(message)) report("", "an empty message (error 50006)");
  if (message.enforce_nonce === true && isEmpty(message.nonce)) report("/nonce", "enforce_nonce needs it");
}

/** A deferred reply fixes one thing only: whether it will be ephemeral. */
export function checkDeferred(data, report) {
  if (!isObject(data)) return;
  for (const key of Object.keys(data)) {
    if (key !== "flags") report(`/${key}`, "a deferred reply carries only the EPHEMERAL flag");
  }
  checkFlags(Number.isInteger(data.flags) ? data.flags : 0, FLAG.ephemeral, report);
}

export function checkModal(data, report) {
  if (!isObject(data)) return;
  checkComponents(data.components, report);
  walkComponents(data.components, "/components", (component, path) => {
    if (component.disabled !== undefined) report(`${path}/disabled`, "nothing in a modal can be disabled");
  });
}
