// kill -9 of the real program at moments that the sandbox chooses, then a restart on the same data: exactly
// one channel while the match lives, none afterwards, none made twice (promise P2). Moments are played on
// four sandboxes at once, because the quiet period after an unknown create is 20 real seconds; what was seen
// is written as a table to build/reports/kill_moments.md. MATCHDAY_FULL=0 plays only the
// short selection.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { REPORTS, skip } from "../support/programs.mjs";
import { MOMENTS, Stage, title } from "./kill_moments.mjs";

const STAGES_MAX = 4;
const full = process.env.MATCHDAY_FULL !== "0";
const selection = MOMENTS.filter((moment) => full || moment.core);
const results = new Map();

async function playOn(name, queue) {
  let stage = null;
  for (let moment = queue.shift(); moment; moment = queue.shift()) {
    try {
      if (stage && !await stage.hasRoom()) {
        await stage.close();
        stage = null;
      }
      stage ??= await Stage.open(name);
      results.set(moment, { seen: await stage.play(moment) });
    } catch (error) {
      // The world may be in any state now: the next moment gets a new one.
      results.set(moment, { error });
      await stage?.close().catch(() => {});
      stage = null;
    }
    console.log(`# ${results.size}/${selection.length} ${title(moment)}`);
  }
  await stage?.close();
}

const seconds = (value) => (value === undefined ? "–" : `${value.toFixed(1)} s`);

function row(moment, number) {
  const { seen, error } = results.get(moment) ?? {};
  const cells = seen
    ? [seen.held, seconds(seen.live_s), seconds(seen.gone_s), `${seen.back}/5`, seen.creations, "kept"]
    : ["–", "–", "–", "–", "–", `**broken**: ${String(error?.message).split("\n")[0]}`];
  return `| ${number + 1} | ${title(moment)} | ${cells.join(" | ")} |`;
}

function writeReport() {
  const kept = selection.filter((moment) => results.get(moment)?.seen).length;
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(join(REPORTS, "kill_moments.md"), `# kill -9 at ${selection.length} moments

The server was killed with SIGKILL while simulated Discord held the named request, then started again on the
same data. Kept: exactly one channel while the match was live, none after it, never a second one made.
${kept} of ${selection.length} kept.
"One channel" and "none" are seconds after the restart, or after the end of the match.

| # | Moment | Request that was held | One channel | None | Back in the lobby | Channels ever made | Promise |
|---|---|---|---|---|---|---|---|
${selection.map(row).join("\n")}
`);
}

test(`${selection.length} moments are played`, { skip, timeout: 900_000 }, async () => {
  const queue = [...selection];
  const stages = Math.min(STAGES_MAX, queue.length);
  try {
    await Promise.all(Array.from({ length: stages }, (_, index) => playOn(`kill_${index}`, queue)));
  } finally {
    writeReport();
  }
});

selection.forEach((moment) => {
  test(`killed in ${title(moment)}`, { skip }, () => {
    const { seen, error } = results.get(moment) ?? { error: new Error("was not played") };
    if (error) throw error;
    assert.equal(seen.creations, 1, "channels ever made for the match");
  });
});

test("at least a third of the moments lie between an effect and its answer", () => {
  assert.ok(selection.filter(({ when }) => when === "after").length * 3 >= selection.length);
});
