// Several processes on one PostgreSQL: exactly one talks with Discord and FACEIT, and when it dies, sleeps,
// loses its database or is asked to go, another takes over without losing a match or making a channel twice.
// The scenarios wait in real time (a lease is 20 s), so they run at once, each on its own sandbox and its own
// database, and beside them the brief ones one after the other; what was seen is written as a table to
// build/reports/cluster.md.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { REPORTS } from "../support/programs.mjs";
import { Postgres, noPooler, skip } from "../support/cluster.mjs";
import { SCENARIOS } from "./cluster_scenarios.mjs";

const TIMEOUT_MS = 235_000;

const skipOf = ({ pooled }) => skip || (pooled ? noPooler : false);
const results = new Map();  // by scenario: {seen, error}
const played = SCENARIOS.filter((scenario) => !skipOf(scenario));

async function play(scenario, postgres) {
  const seen = {};
  const error = await scenario.play({ postgres, seen }).then(() => null, (thrown) => thrown);
  results.set(scenario, { seen, error });
  console.log(`# ${results.size}/${played.length} ${scenario.name}`);
}

const seconds = (value) => (typeof value === "number" ? value.toFixed(1) : "–");

const COLUMNS = [
  ["Taken over, s", (seen) => seconds(seen.taken_s)],
  ["First request, s", (seen) => seconds(seen.first_s)],
  ["First change, s", (seen) => seconds(seen.change_s)],
  ["Longest wait, s", (seen) => seconds(seen.longest_s)],
  ["Matches", (seen) => seen.matches],
  ["Channels made", (seen) => seen.creations],
  ["Answers 429", (seen) => seen.limited],
  ["Sign-ins", (seen) => seen.identifies],
  ["Resumed", (seen) => seen.resumes],
];

function row(scenario) {
  const { seen, error } = results.get(scenario) ?? { seen: {}, error: new Error("was not played") };
  const promise = error ? `**broken**: ${error.message.split("\n")[0]}` : "kept";
  return [scenario.name, ...COLUMNS.map(([, value]) => value(seen) ?? "–"), promise];
}

function writeReport() {
  const kept = played.filter((scenario) => results.get(scenario)?.error === null).length;
  const again = played.map((scenario) => results.get(scenario)?.seen.second_s).find((value) => value);
  const head = ["What happens", ...COLUMNS.map(([name]) => name), "Promise"];
  const table = [head, head.map(() => "---"), ...played.map(row)];
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(join(REPORTS, "cluster.md"), `# Several processes on one PostgreSQL

One process talks with Discord and FACEIT; the first column says what happens to it. Matches start and end
meanwhile, four at a time, and FACEIT tells another process of them. A fault comes while Discord holds a
request that makes a channel and one that moves somebody. Kept: one channel for each match and never a second,
none after its end, everybody back, no answer 429, one sign-in to Discord. ${kept} of ${played.length} kept.

Seconds are after the fault (for PostgreSQL's crash: after its return): until another process has taken over,
its first request to a platform, and its first change there. The longest wait is that of one match, of the
whole run, for its channel with its player in it. The sender that slept took over again ${seconds(again)} s
after the other was killed.

${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`);
}

test(`${SCENARIOS.length} scenarios are played`, { skip, timeout: TIMEOUT_MS }, async () => {
  const postgres = await Postgres.start();
  try {
    const brief = (async () => {
      for (const scenario of played.filter((one) => one.brief)) await play(scenario, postgres);
    })();
    const others = played.filter((one) => !one.brief).map((scenario) => play(scenario, postgres));
    await Promise.all([brief, ...others]);
  } finally {
    writeReport();
    await postgres.stop();
  }
});

for (const scenario of SCENARIOS) {
  test(scenario.name, { skip: skipOf(scenario) }, () => {
    const { error } = results.get(scenario) ?? { error: new Error("was not played") };
    if (error) throw error;
  });
}
