// The dashboard in a real browser, against the demo: an organizer's way from the first sign-in to a match that is
// closed, an invitation that somebody follows, and what everybody sees of it; and all of it in another language. On
// a phone and wide; no console error, nothing serious for axe. Screenshots go to build/reports/.

import assert from "node:assert/strict";
import test from "node:test";

import { until } from "../support/programs.mjs";
import { PHONE, looksRight, openDashboard, signIn, somebody } from "./people.mjs";
import { PATIENCE_MS, limits } from "./visitor.mjs";

let demo = null, address = "", organizer = null, player = null;

test("the demo and a browser start", limits, async () => {
  demo = await openDashboard("dashboard", ["--guilds", "1"]);
  ({ address } = demo);
});

test("an organizer signs in and finds their community", limits, async () => {
  organizer = await somebody(demo);
  const { page } = organizer;
  await page.goto(`${address}/`);
  await page.getByRole("heading", { name: "Matchday" }).waitFor();
  await looksRight(organizer, "welcome");
  await signIn(organizer, "ingrid");
  await page.getByText("No match is going on").waitFor();
  assert.match(page.url(), /\/o\/[a-z-]+$/);
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

  player = await somebody(demo, PHONE);
  await player.page.goto(invitation);
  await looksRight(player, "invitation");
  await signIn(player, demo.sandbox.demo.players[0].name);
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
  const asked = page.getByRole("dialog", { name: "Disconnect Community 0?" });
  await asked.getByRole("button", { name: "Disconnect" }).click();
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

test("who chooses German reads German, on every page and after a reload", limits, async () => {
  const { page } = organizer;
  await page.getByRole("button", { name: "Menu of ingrid" }).click();
  await page.getByRole("menuitem", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Dein Konto" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Dein Konto" }).waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "de");
  await looksRight(organizer, "account-german");
  await page.goto(`${address}/`);
  await page.getByRole("link", { name: "Matches", exact: true }).click();
  await page.getByRole("switch", { name: "Auch beendete" }).click();
  await page.getByRole("link", { name: /gegen/ }).click();
  await page.getByRole("heading", { name: "Warum es so ist, wie es ist" }).waitFor();
  const sentence = page.getByText("It is over").locator("xpath=ancestor-or-self::*[@lang][1]");
  assert.equal(await sentence.getAttribute("lang"), "en", "what the server says is marked as English");
  await looksRight(organizer, "match-german");
});

test("a browser that prefers German gets it, and English for who wants that", limits, async () => {
  const guest = await somebody(demo, { ...PHONE, locale: "de-AT" });
  const { page } = guest;
  await page.goto(`${address}/`);
  await page.getByRole("link", { name: "Mit Discord anmelden" }).waitFor();
  await looksRight(guest, "welcome-german");
  await page.getByLabel("Sprache").selectOption("English");
  await page.getByRole("link", { name: "Sign in with Discord" }).waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "en");
});

test("everything ends cleanly", limits, async () => {
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
