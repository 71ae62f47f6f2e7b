// The dashboard in a real browser, against the demo: an organizer's way from the first sign-in to a match that is
// closed, an invitation that somebody follows, and what everybody sees of it. On a phone and wide; no console
// error, nothing serious for axe. Screenshots go to build/reports/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";

import { freePort } from "../support/dashboard.mjs";
import { REPORTS, until } from "../support/programs.mjs";
import { PATIENCE_MS, limits, openDemo } from "./visitor.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDE = { viewport: { width: 1280, height: 800 }, colorScheme: "light", locale: "en-US" };
const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: "dark", locale: "en-US" };

let demo = null, address = "", organizer = null, player = null;

/** Somebody with a browser of their own: {page, errors}. */
async function somebody(look) {
  const context = await demo.browser.newContext(look);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(String(error)));
  return { page, errors };
}

async function signIn(page, name) {
  await page.getByRole("link", { name: /Sign in with Discord/ }).click();
  await page.getByRole("link", { name: `Continue as ${name}` }).click();
}

/** What a person sees there: on a phone and wide, with a picture of each and no serious finding of axe. */
async function looksRight({ page, errors }, name) {
  const before = page.viewportSize();
  for (const look of [WIDE, PHONE]) {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.waitForTimeout(300);  // drawers and colours take a moment
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await page.screenshot({ path: join(REPORTS, `dashboard-${name}-${look.viewport.width}.png`), fullPage: true });
    assert.ok(overflow <= 0, `${name}: ${overflow} px wider than a screen of ${look.viewport.width}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`), [],
      `${name} at ${look.viewport.width}`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
  assert.deepEqual(errors, []);
}

test("the demo and a browser start", limits, async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  demo = await openDemo("dashboard", { MATCHDAY_LISTEN: `127.0.0.1:${port}` }, ["--guilds", "1"]);
});

test("an organizer signs in and finds their community", limits, async () => {
  organizer = await somebody(WIDE);
  const { page } = organizer;
  await page.goto(`${address}/`);
  await page.getByRole("heading", { name: "Matchday" }).waitFor();
  await looksRight(organizer, "welcome");
  await signIn(page, "ingrid");
  await page.getByText("No match is going on").waitFor();
  assert.match(page.url(), /\/o\/[a-z-]+\/matches$/);
  await looksRight(organizer, "no-match");
});

test("a match appears by itself, and tells why everything is as it is", limits, async () => {
  const { page } = organizer;
  await until("everybody is linked", async () =>
    (await demo.sandbox.command(demo.sandbox.demo.players[9].user_id, "whoami").catch(() => ({ content: "" })))
      .content.includes("You are registered"), { timeout_ms: PATIENCE_MS });
  await demo.sandbox.control("POST", "/control/faceit/matches", {});
  await page.getByRole("link", { name: /vs/ }).click();
  await page.getByRole("heading", { name: "Why it is as it is" }).waitFor();
  await page.getByText("in the room").nth(9).waitFor();
  await looksRight(organizer, "match");
});

test("an invitation makes a moderator, who can do what moderators can", limits, async () => {
  const { page } = organizer;
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByRole("heading", { name: "Members" }).waitFor();
  await page.getByRole("button", { name: "Make an invitation" }).click();
  const invitation = await page.getByText(/\/invite\//).textContent();
  await looksRight(organizer, "members");

  player = await somebody(PHONE);
  await player.page.goto(invitation);
  await looksRight(player, "invitation");
  await signIn(player.page, demo.sandbox.demo.players[0].name);
  await player.page.getByRole("button", { name: "Join" }).click();
  await player.page.getByRole("link", { name: /vs/ }).click();
  await player.page.getByRole("button", { name: "Recreate rooms" }).waitFor();
  await player.page.getByRole("button", { name: "Navigation" }).click();
  await player.page.getByRole("link", { name: "Members" }).waitFor();
  assert.equal(await player.page.getByRole("link", { name: "Audit log" }).count(), 0, "not for moderators");
  assert.deepEqual(player.errors, []);
});

test("a match is closed, and everybody is back in the lobby", limits, async () => {
  const { page } = organizer;
  await page.getByRole("link", { name: "Matches" }).click();
  await page.getByRole("link", { name: /vs/ }).click();
  await page.getByRole("button", { name: "Close match" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close match" }).click();
  await page.getByText("It is over", { exact: false }).waitFor();
  await until("the rooms are gone", async () => {
    const { discord } = await demo.sandbox.control("GET", "/control/state");
    return !JSON.stringify(discord.guilds[0].channels.map(({ name }) => name)).includes("Match 1-");
  }, { timeout_ms: PATIENCE_MS });
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByText("match.closed").waitFor();
  await looksRight(organizer, "audit");
});

test("servers, settings and one's own account", limits, async () => {
  const { page } = organizer;
  await page.getByRole("link", { name: "Discord servers" }).click();
  await page.getByText("Nordlys Community").first().waitFor();
  await looksRight(organizer, "servers");
  const { discord } = await demo.sandbox.control("GET", "/control/state");
  const further = discord.guilds.find(({ name }) => name === "Community 0");
  await page.getByLabel("Server id").fill(further.id);
  await page.getByRole("link", { name: "Continue on Discord" }).click();
  await page.getByRole("link", { name: "Continue as ingrid" }).click();
  await page.getByText("Community 0").waitFor();
  await until("its slash commands are registered", async () => {
    const { discord: now } = await demo.sandbox.control("GET", "/control/state");
    return now.commands.some((command) => command.guild_id === further.id);
  }, { timeout_ms: PATIENCE_MS });
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByText("Community 0").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Match voice" }).click();
  await page.getByLabel("Seconds to say goodbye").fill("30");
  await page.getByLabel("Name of a room").fill("{team} ({match})");
  await page.getByText("team_Kestrel (1-7f3c9e)").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await looksRight(organizer, "match-voice");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Description").fill("Cups on Fridays");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await looksRight(organizer, "settings");
  await page.goto(`${address}/account`);
  await page.getByRole("textbox", { name: "Name" }).fill("score bot");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.getByText(/^md_/).first().textContent();
  const answer = await fetch(`${address}/api/organizations`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await answer.json()).items[0].name, "Nordlys Community");
  await looksRight(organizer, "account");
});

test("an account is linked and unlinked at the dashboard", limits, async () => {
  const { page } = organizer;
  const { nickname } = demo.sandbox.demo.players[8];
  await page.goto(`${address}/account`);
  await page.getByRole("button", { name: "Log in at FACEIT to link" }).click();
  await page.getByText(`Log in as ${nickname}`, { exact: true }).click();
  await page.getByRole("heading", { name: `Link FACEIT ${nickname} to Discord ingrid?` }).waitFor();
  await page.getByRole("button", { name: "Link accounts" }).click();
  await page.waitForURL(`${address}/account`);
  await page.getByText("Counts in every community").waitFor();
  await looksRight(organizer, "account-linked");
  await page.getByRole("button", { name: `Unlink ${nickname}` }).click();
  await page.getByText("No account is linked.").waitFor();
});

test("everything ends cleanly", limits, async () => {
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
