// Turns the published OpenAPI schemas of Discord into strict ones that Ajv can judge precisely. Why: as
// published they let every unknown key through, type permission bits as numbers although the API wants
// strings, and answer "no branch matched" for a typo deep inside a component (reference/discord.md §6.1). Not
// here: choosing a branch (union.mjs), rules between fields (rules.mjs), documented limits (amendments.mjs).

export const SCHEMA_BASE = "https://discord.test/schemas/";

/** Where the specification writes these, it means "no known limit" (reference/discord.md §6.1). */
const UNLIMITED = new Set([1521, 152133]);

/** Numbers in the specification, decimal strings in the API and its documentation (reference §1.0). */
const PERMISSION_KEYS = new Set(["allow", "deny", "permissions", "default_member_permissions"]);

const COPIED = ["type", "enum", "const", "format", "pattern", "required", "minimum", "maximum", "minItems",
  "maxItems", "uniqueItems", "minProperties", "maxProperties"];

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const hasType = (schema, type) => [schema.type].flat().includes(type);

function permissionString(schema) {
  return { type: hasType(schema, "null") ? ["string", "null"] : "string", format: "permissions" };
}

function strictProperties(properties, schemas) {
  return Object.fromEntries(Object.entries(properties).map(([key, schema]) => {
    const numeric = hasType(schema, "integer");
    return [key, PERMISSION_KEYS.has(key) && numeric ? permissionString(schema) : strict(schema, schemas)];
  }));
}

/** `allOf` names the enumeration that `enum` narrows (droppable), or the parents that an object extends. */
function mergeParents(schema, schemas) {
  if (!schema.allOf || !hasType(schema, "object")) return schema;
  const parts = schema.allOf
    .map((part) => mergeParents(part.$ref ? schemas[nameOf(part.$ref)] : part, schemas));
  return {
    type: "object",
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {}), schema.properties ?? {}),
    required: [...parts.flatMap((part) => part.required ?? []), ...(schema.required ?? [])],
  };
}

export const nameOf = (reference) => reference.slice(reference.lastIndexOf("/") + 1);

/** The strict form of one schema. `schemas` are the published ones, for the parents named in `allOf`. */
export function strict(published, schemas) {
  if (published.$ref) return { $ref: SCHEMA_BASE + nameOf(published.$ref) };
  const schema = mergeParents(published, schemas);
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches?.every((branch) => "const" in branch)) {
    return { type: schema.type, enum: branches.map((branch) => branch.const) };
  }
  if (branches) return { union: branches.map((branch) => strict(branch, schemas)) };

  const result = {};
  for (const key of COPIED) if (key in schema && !UNLIMITED.has(schema[key])) result[key] = schema[key];
  // Ajv counts code points, Discord's unit is undocumented; UTF-16 units are never too permissive (§1.6).
  if ("maxLength" in schema && !UNLIMITED.has(schema.maxLength)) result.maxUnits = schema.maxLength;
  if ("minLength" in schema) result.minLength = schema.minLength;
  if (schema.items) result.items = strict(schema.items, schemas);
  if (schema.properties) result.properties = strictProperties(schema.properties, schemas);
  if (hasType(schema, "object")) {
    result.additionalProperties = isObject(schema.additionalProperties)
      ? strict(schema.additionalProperties, schemas) : false;
  }
  return result;
}
