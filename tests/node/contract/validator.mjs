// Judges one exchange with Discord (request and answer) strictly against the published OpenAPI specification.
// Why: our sandbox accepts what we believe Discord accepts; this is the second opinion, from Discord's own
// document, read more strictly than it is written (reference/discord.md §6.1). Used by every process test on
// its exchange log. Not here: whether the exchange made sense at that moment (rights, order, limits over
// time): the sandbox judges that.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { amend } from "./amendments.mjs";
import { findOperation, operationsOf } from "./routes.mjs";
import { checkRules } from "./rules.mjs";
import { SCHEMA_BASE, nameOf, strict } from "./strict_schema.mjs";
import { addUnionKeyword } from "./union.mjs";

const SHARED = process.env.MATCHDAY_SHARED ?? fileURLToPath(new URL("../../../../shared", import.meta.url));

export const SPECIFICATION = `${SHARED}/discord/openapi.json`;
export const available = existsSync(SPECIFICATION);

const MAX_UINT64 = (1n << 64n) - 1n;
const MAX_REASON = 512;  // X-Audit-Log-Reason, reference/discord.md §1.0
const DECIMAL = /^(0|[1-9][0-9]{0,19})$/;

const isUint64 = (text) => DECIMAL.test(text) && BigInt(text) <= MAX_UINT64;

function newAjv() {
  const ajv = new Ajv2020.default({ allErrors: true, strict: false, validateSchema: false });
  addFormats.default(ajv, ["date-time", "uri", "int32", "int64", "double"]);
  ajv.addFormat("snowflake", isUint64);
  ajv.addFormat("permissions", isUint64);
  ajv.addFormat("nonce", true);  // any string; its length is in the schema
  ajv.addKeyword({ keyword: "maxUnits", type: "string", schemaType: "number",
    validate: (limit, text) => text.length <= limit,
    error: { message: ({ schema }) => `must NOT have more than ${schema} UTF-16 units` } });
  return ajv;
}

/** A failed Ajv check as {path, message}; the path names the key itself where Ajv only names its object. */
function problemOf(error, prefix) {
  const extra = error.params?.additionalProperty ?? error.params?.missingProperty;
  const path = prefix + error.instancePath + (extra === undefined ? "" : `/${extra}`);
  if (error.keyword === "additionalProperties") return { path, message: "is not a documented key" };
  if (error.keyword === "required") return { path, message: "is required" };
  return { path, message: error.message };
}

const isNumericType = (schema, type) => [schema.type].flat().includes(type);

/** A query value as its schema means it; an undocumented spelling stays text and fails the schema. */
function queryValue(text, schema) {
  if (isNumericType(schema, "integer") && /^-?[0-9]+$/.test(text)) return Number(text);
  if (isNumericType(schema, "boolean") && /^(true|True|1)$/.test(text)) return true;
  if (isNumericType(schema, "boolean") && /^(false|False|0)$/.test(text)) return false;
  return text;
}

export class Validator {
  #ajv = newAjv();
  #published;
  #operations;
  #strict = new Map();
  #compiled = new Map();
  #channelTypes = new Map();

  constructor(specification = JSON.parse(readFileSync(SPECIFICATION, "utf8"))) {
    amend(specification);
    this.#published = specification;
    this.#operations = operationsOf(specification);
    const schemas = specification.components.schemas;
    addUnionKeyword(this.#ajv, (reference) => this.#strict.get(nameOf(reference)));
    for (const [name, schema] of Object.entries(schemas)) {
      this.#strict.set(name, strict(schema, schemas));
      this.#ajv.addSchema({ $id: SCHEMA_BASE + name, ...this.#strict.get(name) });
    }
  }

  /** Problems of one exchange as {path, message}; none: it is right. Remembers the types of channels. */
  validate(exchange) {
    const found = findOperation(this.#operations, exchange.method, exchange.path);
    if (!found) return [{ path: "/path", message: `${exchange.method} ${exchange.path} is not documented` }];
    const problems = [];
    const report = (path, message) => problems.push({ path, message });
    this.#checkPath(found, report);
    this.#checkQuery(found, exchange, report);
    this.#checkHeaders(found, exchange, report);
    this.#checkRequest(found, exchange, report);
    this.#checkResponse(found, exchange, report);
    this.#learn(exchange.response);
    return problems;
  }

  /** The operationId of a request, for coverage counts. */
  operationOf({ method, path }) {
    return findOperation(this.#operations, method, path)?.operation.id ?? null;
  }

  #checkPath({ operation, parameters }, report) {
    for (const { name, in: place, schema } of operation.parameters) {
      if (place === "path") this.#judge(schema, parameters[name], `/path/${name}`, report);
    }
  }

  #checkQuery({ operation }, exchange, report) {
    const documented = new Map(operation.parameters.filter(({ in: place }) => place === "query")
      .map((parameter) => [parameter.name, parameter]));
    const given = new URLSearchParams(exchange.query ?? "");
    for (const [name, text] of given) {
      const parameter = documented.get(name);
      if (!parameter) {
        report(`/query/${name}`, "is not a documented parameter");
        continue;
      }
      const { schema } = parameter;
      this.#judge(schema, queryValue(text, this.#resolved(schema)), `/query/${name}`, report);
    }
    for (const { name, required } of documented.values()) {
      if (required && !given.has(name)) report(`/query/${name}`, "is required");
    }
  }

  #checkHeaders({ operation }, exchange, report) {
    const headers = exchange.headers ?? {};
    const reason = headers["x-audit-log-reason"];
    if (reason !== undefined && reason !== null) {
      let decoded = null;
      try { decoded = decodeURIComponent(reason); } catch { /* reported below */ }
      const path = "/headers/x-audit-log-reason";
      if (decoded === null || /[^\x20-\x7e]/.test(reason)) report(path, "must be percent-encoded UTF-8");
      else if (decoded === "" || decoded.length > MAX_REASON) report(path, "must have 1 to 512 characters");
    }
    if (exchange.request === null || exchange.request === undefined || !operation.body) return;
    const type = (headers["content-type"] ?? "").split(";")[0].trim();
    if (type in operation.body.content) return;
    report("/headers/content-type", `"${type}" is not documented here`);
  }

  #checkRequest({ operation, parameters }, exchange, report) {
    const body = exchange.request ?? null;
    if (!operation.body) {
      if (body !== null) report("/request", "this operation takes no body");
      return;
    }
    if (body === null) {
      if (operation.body.required) report("/request", "is required");
      return;
    }
    const channelType = exchange.response?.type ?? this.#channelTypes.get(parameters.channel_id);
    const schema = operation.id === "update_channel"
      ? { $ref: `#/components/schemas/${editSchema(channelType)}` }
      : operation.body.content["application/json"]?.schema;
    if (!schema) return;
    this.#judge(schema, body, "/request", report);
    checkRules(operation.id, body, (path, message) => report(`/request${path}`, message), { channelType });
  }

  #checkResponse({ operation }, exchange, report) {
    const { status } = exchange;
    // No status: the answer was withheld. 5xx: the documentation allows it anywhere, with any body (§1.0).
    if (!status || (status >= 500 && status <= 599)) return;
    const documented = operation.responses[status] ?? operation.responses[`${String(status)[0]}XX`];
    if (!documented) return report("/status", `${status} is not documented for ${operation.id}`);
    const { responses } = this.#published.components;
    const answer = documented.$ref ? responses[nameOf(documented.$ref)] : documented;
    const schema = answer.content?.["application/json"]?.schema;
    const body = exchange.response ?? null;
    if (!schema) {
      if (body !== null) report("/response", `${status} has no body`);
    } else if (body !== null || status !== 429) {  // a 429 without JSON comes from the edge, not from the API
      this.#judge(schema, body, "/response", report);
    }
  }

  #resolved(schema) {
    return schema.$ref ? this.#strict.get(nameOf(schema.$ref)) : schema;
  }

  #judge(schema, value, prefix, report) {
    const key = schema.$ref ?? schema;
    if (!this.#compiled.has(key)) {
      this.#compiled.set(key, this.#ajv.compile(strict(schema, this.#published.components.schemas)));
    }
    const check = this.#compiled.get(key);
    if (check(value)) return;
    for (const error of check.errors) {
      const { path, message } = problemOf(error, prefix);
      report(path, message);
    }
  }

  #learn(response) {
    for (const item of [response].flat()) {
      if (item === null || typeof item !== "object" || "author" in item) continue;
      if ("id" in item && "type" in item) this.#channelTypes.set(item.id, item.type);
    }
  }
}

/** The body schema of `PATCH /channels/{id}` by kind; the published `anyOf` lets nearly anything through. */
function editSchema(channelType) {
  if (channelType === 1) return "UpdateDMRequestPartial";
  if (channelType === 3) return "UpdateGroupDMRequestPartial";
  if ([10, 11, 12].includes(channelType)) return "UpdateThreadRequestPartial";
  return "UpdateGuildChannelRequestPartial";
}

let shared = null;

/** Problems of one exchange, judged by one validator per process (compiling the schemas takes a while). */
export function validate(exchange) {
  shared ??= new Validator();
  return shared.validate(exchange);
}
