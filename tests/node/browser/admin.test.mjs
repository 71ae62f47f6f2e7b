// Running the installation in a real browser: how the server does, organizations and how much they may have, requests,
// built-in tasks, jobs, the log, the support bundle. On a phone and wide; no console error, nothing serious
// for axe.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Visitor } from "../support/dashboard.mjs";
import { until } from "../support/programs.mjs";
import { WIDE, looksRight, openDashboard, signIn, somebody } from "./people.mjs";
import { PATIENCE_MS, limits } from "./visitor.mjs";

let demo = null, operator = null, asking = null;

const goTo = (name) => operator.page.getByRole("navigation").getByRole("link", { name, exact: true }).click();

test("the demo and a browser start, and somebody asks for an organization", limits, async () => {
  demo = await openDashboard("admin");
  asking = new Visitor(demo.address);
  await asking.signIn(demo.sandbox.demo.players[0].user_id);
  for (const name of ["Fjord Gaming", "Nobody's Cup"])
    assert.equal((await asking.api("POST", "/api/organization-requests", { name, description: "Cups" })).status, 201);
});

test("an operator finds Admin in the menu, and sees how the server does", limits, async () => {
  operator = await somebody(demo);
  const { page } = operator;
  await signIn(operator, "ingrid", "/account");
  await page.getByRole("button", { name: "Menu of ingrid" }).click();
  await page.getByRole("menuitem", { name: "Admin" }).click();
  await page.getByRole("heading", { name: "Ready to work" }).waitFor();
  await page.getByText("SQLite").waitFor();
  await until("everything is ready", async () => await page.getByRole("img", { name: "Met" }).count() === 4,
    { timeout_ms: PATIENCE_MS });
  await looksRight(operator, "overview");
});

test("requests are decided about, one with a note", limits, async () => {
  const { page } = operator;
  await goTo("Requests");
  const wanted = page.getByRole("article", { name: "Fjord Gaming" });
  await looksRight(operator, "requests");
  await wanted.getByRole("button", { name: "Approve" }).click();
  await wanted.getByText("Approved").waitFor();
  const other = page.getByRole("article", { name: "Nobody's Cup" });
  await other.getByLabel("Note").fill("There is one already.");
  await other.getByRole("button", { name: "Reject" }).click();
  await other.getByText("Note: There is one already.").waitFor();
  const { items } = (await asking.api("GET", "/api/organization-requests")).body;
  assert.deepEqual(Object.fromEntries(items.map(({ name, status }) => [name, status])),
    { "Fjord Gaming": "approved", "Nobody's Cup": "rejected" });
});

test("an organization is given more, and the usual again", limits, async () => {
  const { page } = operator;
  await goTo("Organizations");
  await page.getByRole("button", { name: "Quotas of Fjord Gaming" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Members").fill("7");
  await looksRight(operator, "quotas");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /Fjord Gaming/ });
  await row.getByText("1 of 7").waitFor();
  await row.getByText("changed by an operator").waitFor();
  await looksRight(operator, "organizations");
  await page.getByRole("button", { name: "Quotas of Fjord Gaming" }).click();
  await dialog.getByLabel("Members").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await row.getByText("1 of 5,000").waitFor();
});

test("a built-in task is run, paused and let go on", limits, async () => {
  const { page } = operator;
  await goTo("Built-in tasks");
  const row = page.getByRole("row", { name: /Look for leftovers on Discord/ });
  await row.getByText("10 minutes").waitFor();
  await row.getByRole("button", { name: "Run now" }).click();
  await page.getByText("It runs in a moment.").waitFor();
  await row.getByRole("button", { name: "Pause" }).click();
  await row.getByText("Paused").waitFor();
  await looksRight(operator, "tasks");
  await row.getByRole("button", { name: "Go on" }).click();
  await row.getByText("Paused").waitFor({ state: "detached" });
});

test("jobs of everybody, those that were given up first", limits, async () => {
  const { page } = operator;
  await goTo("Jobs");
  await page.getByText("Nothing was given up").waitFor();
  assert.equal(await page.getByRole("tab", { name: "Given up" }).getAttribute("aria-selected"), "true");
  await looksRight(operator, "jobs");
});

test("the log is read, and searched", limits, async () => {
  const { page } = operator;
  await goTo("Log");
  const lines = page.getByRole("region", { name: "Lines of the log" });
  await lines.getByText("Slash commands are in place").waitFor();
  await page.getByLabel("Only lines that contain").fill("signed in");
  await lines.getByText("Slash commands are in place").waitFor({ state: "detached" });
  await lines.getByText("Somebody signed in").first().waitFor();
  await looksRight(operator, "log");
  await page.getByLabel("Only lines that contain").fill("surely in no line");
  await page.getByText("No line holds that.").waitFor();
});

test("the support bundle is saved, and holds no secret", limits, async () => {
  const { page } = operator;
  await goTo("Support bundle");
  await looksRight(operator, "support");
  const [saved] = await Promise.all([page.waitForEvent("download"),
    page.getByRole("link", { name: "Download" }).click()]);
  const text = readFileSync(await saved.path(), "utf8");
  assert.equal(JSON.parse(text).version.length > 0, true);
  for (const secret of [demo.sandbox.demo.bot_token, demo.sandbox.demo.webhook_secret])
    assert.ok(!text.includes(secret));
});

test("whoever is no operator has no Admin", limits, async () => {
  const other = await somebody(demo, WIDE);
  await signIn(other, demo.sandbox.demo.players[1].name, "/admin");
  await other.page.getByText("There is nothing at this address").waitFor();
  await other.page.getByRole("button", { name: /^Menu of/ }).click();
  assert.equal(await other.page.getByRole("menuitem", { name: "Admin" }).count(), 0);
  assert.deepEqual(other.errors, []);
});

test("everything ends cleanly", limits, async () => {
  assert.deepEqual(operator.errors, []);
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
