// Runs every *.test.mjs of this folder, one file after the other, then judges all exchanges that the
// sandboxes logged. Prints progress, and as its last line exactly "N passed, N failed, N skipped"; ends with
// 1 when anything failed. Why not `node --test`: Node 18.13 has no choice of reporter and no such last line.
// A test file prints TAP when it is run by itself, in every version; tests are flat (no subtests), so its
// unindented lines are the results. Use: node run.mjs [part of a file's path]...

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { checkLog } from "./contract/exchange_log.mjs";
import { SPECIFICATION, Validator, available } from "./contract/validator.mjs";
import { noPooler, noPostgres } from "./support/cluster.mjs";
import { EXCHANGES, FOREIGN, skip as noProgram } from "./support/programs.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const FILE_MS_MAX = 15 * 60_000;
const PROBLEMS_SHOWN_MAX = 40;

const total = { passed: 0, failed: 0, skipped: 0 };

function testFiles(folder = HERE) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : testFiles(path);
    return entry.name.endsWith(".test.mjs") ? [path] : [];
  }).sort();
}

/** One line of TAP of a file's own tests: adds it to the totals and prints it when somebody should look. */
function take(line, counts) {
  const result = /^(not )?ok \d+ - (.*?)(?: # (SKIP|TODO)\b.*)?$/.exec(line);
  if (!result) return;
  const [, failed, name, directive] = result;
  const kind = directive ? "skipped" : failed ? "failed" : "passed";
  counts[kind] += 1;
  if (kind === "failed") console.log(`  FAILED ${name}`);
}

async function runFile(file) {
  const name = relative(HERE, file);
  console.log(name);
  const [major, minor] = process.versions.node.split(".").map(Number);
  const choosesReporter = major > 18 || (major === 18 && minor >= 15);
  const child = spawn(process.execPath, [...(choosesReporter ? ["--test-reporter=tap"] : []), file],
    { stdio: ["ignore", "pipe", "inherit"] });
  const overdue = setTimeout(() => child.kill("SIGKILL"), FILE_MS_MAX);
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));

  const counts = { passed: 0, failed: 0, skipped: 0 };
  let inFailure = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^(not )?ok /.test(line)) inFailure = line.startsWith("not ok") && !/# (SKIP|TODO)/.test(line);
    take(line, counts);
    // The details under a failed test, and the progress notes that long campaigns print.
    if (inFailure && line.startsWith("  ")) console.log(`  ${line}`);
    else if (/^# \d+\/\d+ /.test(line)) console.log(`  ${line}`);
  }
  const { code, signal } = await ended;
  clearTimeout(overdue);
  if (code !== 0 && counts.failed === 0) {
    console.log(`  FAILED ${name} ended with ${signal ?? code}`);
    counts.failed += 1;
  }
  console.log(`  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  for (const key of Object.keys(total)) total[key] += counts[key];
}

/** Both sides of every exchange with simulated Discord, held against Discord's own document. */
function judgeExchanges() {
  if (!available || noProgram) {
    console.log(`exchange logs: skipped, ${available ? noProgram : `no specification at ${SPECIFICATION}`}`);
    total.skipped += 1;
    return;
  }
  const validator = new Validator();
  const operations = new Set();
  const problems = [];
  let exchanges = 0;
  for (const file of readdirSync(EXCHANGES)) {
    const result = checkLog(join(EXCHANGES, file), validator, { answersOnly: file.startsWith(FOREIGN) });
    exchanges += result.exchanges;
    problems.push(...result.problems);
    for (const operation of result.operations) operations.add(operation);
  }
  const count = problems.length;
  console.log(`exchange logs: ${exchanges} exchanges of ${operations.size} operations, ${count} problems`);
  for (const problem of problems.slice(0, PROBLEMS_SHOWN_MAX)) console.log(`  ${problem}`);
  if (count > PROBLEMS_SHOWN_MAX) console.log(`  … and ${count - PROBLEMS_SHOWN_MAX} more`);
  total[count === 0 ? "passed" : "failed"] += 1;
}

const wanted = process.argv.slice(2);
rmSync(EXCHANGES, { recursive: true, force: true });
mkdirSync(EXCHANGES, { recursive: true });
if (!available) console.log(`notice: no Discord specification at ${SPECIFICATION} (set MATCHDAY_SHARED)`);
if (noProgram) console.log(`notice: ${noProgram}; only what needs no program is tested`);
for (const missing of [noPostgres, noPooler]) if (missing) console.log(`notice: ${missing}`);
for (const file of testFiles()) {
  if (wanted.length === 0 || wanted.some((part) => file.includes(part))) await runFile(file);
}
judgeExchanges();
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
