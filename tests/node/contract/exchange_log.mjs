// Reads an exchange log of the sandbox (one JSON object per line) and judges every line with the strict
// validator. Why its own file: the process tests, the runner and the command line all ask the same question
// of the same log.

import { existsSync, readFileSync } from "node:fs";

import { Validator } from "./validator.mjs";

/** The complete lines of a log; a last line that kill -9 cut in half is left out. */
export function readExchanges(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop();
  return lines.filter((line) => line !== "").map((line, index) => {
    try {
      return JSON.parse(line);
    } catch (error) {
      throw new Error(`${file}:${index + 1} is no JSON: ${error.message}`);
    }
  });
}

/** Interaction and webhook tokens have more than a hundred characters, and nobody reads them. */
function shortened(path) {
  return path.split("/").map((part) => (part.length > 48 ? "…" : part)).join("/");
}

/** {exchanges, operations, problems: ["file:line METHOD path -> status: /request/... message"]} of one log.
    `answersOnly` is for logs of other people's clients: their requests are not ours to judge. */
export function checkLog(file, validator = new Validator(), { answersOnly = false } = {}) {
  const exchanges = readExchanges(file);
  const problems = [];
  const operations = new Set();
  exchanges.forEach((exchange, index) => {
    operations.add(validator.operationOf(exchange));
    const { method, path: route, status } = exchange;
    for (const { path, message } of validator.validate(exchange)) {
      if (answersOnly && !/^\/(response|status)/.test(path)) continue;
      problems.push(`${file}:${index + 1} ${method} ${shortened(route)} -> ${status}: ${path} ${message}`);
    }
  });
  return { exchanges: exchanges.length, operations, problems };
}
