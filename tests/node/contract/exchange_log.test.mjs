// Judges exchange logs as files: the ones named in MATCHDAY_EXCHANGE_LOGS (separated by ":"), and a small one
// written here, so that reading, line numbers and a half-written last line are covered without any server.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { EXAMPLES } from "./examples.mjs";
import { checkLog } from "./exchange_log.mjs";
import { SPECIFICATION, available } from "./validator.mjs";

const skip = available ? false : `no specification at ${SPECIFICATION}`;

function withLog(text, check) {
  const folder = mkdtempSync(join(tmpdir(), "matchday-log-"));
  try {
    const file = join(folder, "exchanges.jsonl");
    writeFileSync(file, text);
    check(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a log of good exchanges has no problems", { skip }, () => {
  const lines = Object.values(EXAMPLES).map((exchange) => JSON.stringify(exchange) + "\n").join("");
  withLog(lines, (file) => {
    const result = checkLog(file);
    assert.deepEqual(result.problems, []);
    assert.equal(result.exchanges, Object.keys(EXAMPLES).length);
  });
});

test("a problem is reported with file, line and place", { skip }, () => {
  const bad = { ...EXAMPLES["move member"], request: { channelid: "5" } };
  withLog(`${JSON.stringify(EXAMPLES.gateway)}\n${JSON.stringify(bad)}\n`, (file) => {
    const { problems } = checkLog(file);
    assert.equal(problems.length, 1);
    assert.match(problems[0], /exchanges\.jsonl:2 PATCH .*\/request\/channelid is not a documented key$/);
  });
});

test("a last line that a killed process left half-written is not judged", { skip }, () => {
  withLog(`${JSON.stringify(EXAMPLES.gateway)}\n{"method":"GE`, (file) => {
    assert.equal(checkLog(file).exchanges, 1);
  });
});

for (const file of (process.env.MATCHDAY_EXCHANGE_LOGS ?? "").split(":").filter(Boolean)) {
  test(`the exchanges in ${file} follow the specification`, { skip }, () => {
    assert.deepEqual(checkLog(file).problems, []);
  });
}
