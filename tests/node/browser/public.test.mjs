// What everybody sees without signing in: a community's page with a match that is going on, the first page with the
// communities that have one, the API's reference. On a phone and wide; no console error, nothing serious for axe.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { Visitor } from "../support/dashboard.mjs";
import { temporaryFolder, until } from "../support/programs.mjs";
import { PHONE, looksRight, openDashboard, somebody } from "./people.mjs";
import { PATIENCE_MS, limits } from "./visitor.mjs";

let demo = null, organizer = null, guest = null, organization = null;

async function change(body) {
  const path = `/api/organizations/${organization.id}`;
  const { headers } = await organizer.api("GET", path);
  const { status } = await organizer.api("PATCH", path, body, { "if-match": headers.get("etag") });
  assert.equal(status, 200);
}

test("the demo and a browser start", limits, async () => {
  const privacy = join(temporaryFolder(), "privacy.md");
  writeFileSync(privacy, "# Who runs this\n\nSomebody in the north.\n");
  demo = await openDashboard("public", [], { MATCHDAY_PRIVACY_FILE: privacy });
  organizer = new Visitor(demo.address);
  await organizer.signIn(demo.sandbox.demo.organizer_user_id);
  [organization] = (await organizer.api("GET", "/api/organizations")).body.items;
  guest = await somebody(demo);
});

test("the first page says what Matchday is, and names no community that did not ask for it", limits, async () => {
  const { page } = guest;
  await page.goto(`${demo.address}/`);
  await page.getByRole("heading", { name: "Rooms that come and go" }).waitFor();
  assert.equal(await page.getByRole("link", { name: /Sign in with Discord/ }).count(), 1);
  assert.equal(await page.getByText("Communities here").count(), 0);
  assert.equal(await page.getByRole("link", { name: "Privacy" }).getAttribute("href"), "/privacy");
  assert.equal(await page.getByRole("link", { name: "Terms of use" }).count(), 0, "there are none");
  await looksRight(guest, "landing-without");
});

test("a community that wants a page has one, with the way to its Discord", limits, async () => {
  await change({ is_public: true, description: "Five against five, every Friday.",
    discord_invite: "https://discord.gg/nordlys" });
  const { page } = guest;
  await page.reload();
  await page.getByRole("link", { name: /Nordlys Community/ }).click();
  await page.getByRole("heading", { name: "Nordlys Community" }).waitFor();
  await page.getByText("No match is going on").waitFor();
  assert.equal(await page.getByRole("link", { name: "Join the Discord" }).getAttribute("href"),
    "https://discord.gg/nordlys");
  assert.equal(await page.title(), "Nordlys Community · Matchday");
  await looksRight(guest, "community-empty");
});

test("a match that is going on is on it, and nothing of people", limits, async () => {
  const { page } = guest;
  await demo.sandbox.createMatch();
  await until("it is open to everybody", async () =>
    (await organizer.api("GET", `/api/communities/${organization.slug}/matches`)).body.items.length > 0,
    { timeout_ms: PATIENCE_MS });
  await page.reload();
  const match = page.getByRole("article", { name: "team_Kestrel vs team_Brisa" });
  await match.getByText("Live").waitFor();
  await match.getByRole("link", { name: "at FACEIT" }).waitFor();
  const text = await page.locator("main").innerText();
  const said = text.replaceAll(/team_\w+/g, "");  // teams are called after their leaders
  for (const { name, nickname } of demo.sandbox.demo.players)
    for (const person of [name, nickname]) assert.ok(!said.includes(person), person);
  await looksRight(guest, "community");
});

test("a page that nobody made says so, in the language of who looks", limits, async () => {
  const german = await somebody(demo, { ...PHONE, locale: "de-AT" });
  const { page } = german;
  await page.goto(`${demo.address}/c/nothing`);
  await page.getByRole("heading", { name: "Diese Seite gibt es nicht" }).waitFor();
  assert.deepEqual(german.errors.filter((text) => !text.includes("404")), []);
  german.errors.length = 0;
  await page.goto(`${demo.address}/c/${organization.slug}`);
  await page.getByRole("link", { name: "Zum Discord" }).waitFor();
  await looksRight(german, "community-german");
  await page.getByLabel("Sprache").selectOption("English");
  await page.getByRole("link", { name: "Join the Discord" }).waitFor();
  await page.close();
});

test("the API is explained: found by words, with fields, limits and a call to begin with", limits, async () => {
  const { page } = guest;
  await page.getByRole("link", { name: "API" }).click();
  await page.getByRole("heading", { name: "API", exact: true }).waitFor();
  await page.getByRole("button", { name: "/api/me", exact: false }).first().waitFor();
  await looksRight(guest, "api");
  await page.getByLabel("Search").fill("settings of match voice");
  await page.getByRole("button", { name: /PATCH .*match-voice\/settings/ }).click();
  const details = page.getByRole("region", { name: /match-voice\/settings/ });
  await details.getByText("Whoever has the permission match_voice.manage").waitFor();
  await details.getByText("grace_seconds").first().waitFor();
  await details.getByText("from 0 to 600").first().waitFor();
  await details.getByText("-H 'If-Match:").waitFor();
  assert.equal(await page.getByRole("button", { name: /DELETE/ }).count(), 0, "what was not asked for");
  await looksRight(guest, "api-details");
  assert.equal(await page.getByRole("link", { name: "The document" }).getAttribute("href"), "/api/openapi.yaml");
  await page.goto(`${demo.address}/developers#closeMatch`);
  await page.getByText("no later event opens it again").waitFor();
});

test("everything ends cleanly", limits, async () => {
  assert.deepEqual(guest.errors, []);
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
