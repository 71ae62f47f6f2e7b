// Where the published Discord specification is looser, or knows less, than the documentation: documentation
// wins (the specification's own README says so). Each row names what it changes; a row whose target has gone
// from a newer specification throws, so that the list can't rot silently. Sources: reference/discord.md §6.1,
// §1.3, §1.5, §1.6.

const COMMAND_SCHEMAS = ["ApplicationCommandCreateRequest", "ApplicationCommandUpdateRequest",
  "ApplicationCommandPatchRequestPartial"];

const content2000 = (schema) =>
  ({ schema, property: "content", set: { maxLength: 2000 }, why: "spec says 4000" });

const AMENDMENTS = [
  ...["MessageCreateRequest", "MessageEditRequestPartial", "BaseCreateMessageCreateRequest"].map(content2000),
  { schema: "ApplicationCommandOptionStringChoice", property: "value", set: { maxLength: 100 },
    why: "spec says 6000" },
  { schema: "ModalInteractionCallbackRequestData", property: "components", set: { maxItems: 5 },
    why: "spec says 40" },
  { schema: "RichEmbedField", property: "name", set: { minLength: 1 }, why: "documented as non-empty" },
  { schema: "RichEmbedField", property: "value", set: { minLength: 1 }, why: "documented as non-empty" },
  ...COMMAND_SCHEMAS.map((schema) =>
    ({ schema, add: { nsfw: { type: ["boolean", "null"] } }, why: "documented, missing in the spec" })),
  { schema: "ApplicationCommandAttachmentOption",
    add: { file_types: { type: "array", items: { type: "string" } } },
    why: "documented, missing in the spec" },
  { schema: "CreateGuildChannelRequest", add: { flags: { type: ["integer", "null"] } },
    why: "documented, missing in the spec" },
  { schema: "InnerErrors", property: "_errors", set: { items: { type: "object", required: ["code", "message"],
    properties: { code: { type: "string" }, message: { type: "string" } } } },
    why: "codes inside `errors` are words (BASE_TYPE_REQUIRED), the spec has the numbers of the outer code" },
  { schema: "RatelimitedResponse", optional: "code", why: "documented as optional" },
];

// Documented, and not in the specification: RFC 6749's token request, as a form alone (reference §1.13).
const json = (schema) => ({ description: "", content: { "application/json": { schema } } });
const OAUTH_ERROR = json({ type: "object", required: ["error"], properties: { error: { type: "string" },
  error_description: { type: "string" } } });
const TOKEN_PATH = { post: { operationId: "exchange_oauth_code",
  requestBody: { content: { "application/x-www-form-urlencoded": { schema: { type: "object" } } } },
  responses: { 200: json({ type: "object", required: ["access_token", "token_type", "expires_in", "scope"],
    properties: { access_token: { type: "string" }, token_type: { const: "Bearer" },
      expires_in: { type: "integer" }, refresh_token: { type: "string" }, scope: { type: "string" },
      guild: { $ref: "#/components/schemas/GuildResponse" } } }),
  400: OAUTH_ERROR, 401: OAUTH_ERROR } } };

/** Channel type 16 (GUILD_MEDIA) is documented; every enumeration that knows 15 (GUILD_FORUM) gets it too. */
function addMediaChannels(node) {
  if (node === null || typeof node !== "object") return;
  const names = (node.allOf ?? []).map((part) => part.$ref ?? "");
  if (node.enum?.includes(15) && names.some((name) => name.endsWith("/ChannelTypes"))) node.enum.push(16);
  for (const value of Object.values(node)) addMediaChannels(value);
}

function dropRequired(schemas, name, key) {
  // The key is required by the parent that the schema extends, so the parent is written out first.
  const schema = schemas[name];
  const parts = schema.allOf.map((part) => part.$ref ? schemas[part.$ref.split("/").pop()] : part);
  schemas[name] = { type: "object", properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => part.required ?? []).filter((required) => required !== key) };
}

/** Changes `spec` in place. */
export function amend(spec) {
  const schemas = spec.components.schemas;
  for (const { schema, property, set, add, optional } of AMENDMENTS) {
    const target = schemas[schema];
    if (!target) throw new Error(`amendments.mjs: the specification has no schema ${schema} any more`);
    if (property && !target.properties[property]) {
      throw new Error(`amendments.mjs: ${schema} has no ${property} any more`);
    }
    if (set) Object.assign(target.properties[property], set);
    if (add) Object.assign(target.properties, add);
    if (optional) dropRequired(schemas, schema, optional);
  }
  schemas.ChannelTypes.oneOf.push({ title: "GUILD_MEDIA", const: 16 });
  addMediaChannels(schemas);
  if (spec.paths["/oauth2/token"]) throw new Error("amendments.mjs: the specification has /oauth2/token now");
  spec.paths["/oauth2/token"] = TOKEN_PATH;
}
