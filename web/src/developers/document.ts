// The API's own document, as far as its page shows it: what an operation is, and what is in a schema.
import type { Document, Schema } from "./openapi";

/** A field of a body or an answer; `name` is its way there: teams[].room.name */
export type Field = {
  name: string;
  schema: Schema;
  required: boolean;
};

const NESTED_MAX = 4; // deeper than anything that the document has; against one that holds itself

function resolve(document: Document, schema: Schema): Schema {
  const name = schema.$ref?.split("/").pop();
  return name ? (document.components.schemas[name] ?? {}) : schema;
}

/** Parts put together, and what may also be null without the null. */
export function plain(document: Document, given: Schema): Schema & { nullable?: boolean } {
  const schema = resolve(document, given);
  if (schema.allOf) {
    const parts = schema.allOf.map((part) => plain(document, part));
    return {
      ...schema,
      allOf: undefined,
      type: "object",
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
      required: parts.flatMap(({ required }) => required ?? []),
    };
  }
  if (schema.oneOf) {
    const others = schema.oneOf.filter(({ type }) => type !== "null");
    const only = others[0];
    if (others.length === 1 && only)
      return {
        ...plain(document, only),
        ...(schema.description ? { description: schema.description } : {}),
        nullable: others.length < schema.oneOf.length,
      };
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    return { ...schema, type: types[0], nullable: types.length < schema.type.length };
  }
  return schema;
}

/** Every field of a schema, each followed by those within it. */
export function fieldsOf(document: Document, given: Schema, before = "", depth = 0): Field[] {
  const schema = plain(document, given);
  if (depth > NESTED_MAX) return [];
  if (schema.items) return fieldsOf(document, schema.items, `${before}[]`, depth + 1);
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = before ? `${before}.${key}` : key;
    const field = { name, schema: value, required: schema.required?.includes(key) ?? false };
    return [field, ...fieldsOf(document, value, name, depth + 1)];
  });
}

/** Something that fits the schema. `key`: what it is called, which says most of what it could be. */
export function exampleOf(document: Document, given: Schema, key = ""): unknown {
  const schema = plain(document, given);
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.items) return [exampleOf(document, schema.items, key)];
  if (schema.properties) {
    const all = Object.keys(schema.properties);
    const shown = schema.required?.length ? schema.required : all;
    return Object.fromEntries(
      shown.map((name) => [name, exampleOf(document, schema.properties?.[name] ?? {}, name)]),
    );
  }
  if (schema.type === "boolean") return true;
  if (schema.type === "integer") return schema.minimum ?? 1;
  if (schema.format === "date-time") return "2026-09-18T18:00:00Z";
  if (schema.pattern?.includes("[0-9]")) return "1576067135233327107";
  return key || "…";
}
