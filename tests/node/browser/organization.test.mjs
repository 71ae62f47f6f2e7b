// An organization in a real browser: a new one is set up step by step until nothing is left to do; what happens is seen
// without a reload, also after the line was down; settings, modules, Discord roles, the doctor, jobs. On a phone and
// wide; no console error, nothing serious for axe.

import assert from "node:assert/strict";
import test from "node:test";

import { Visitor } from "../support/dashboard.mjs";
import { until } from "../support/programs.mjs";
import { matchDocument, postWebhook, realPayload } from "../support/webhooks.mjs";
import { looksRight, openDashboard, signIn, somebody } from "./people.mjs";
import { PATIENCE_MS, limits } from "./visitor.mjs";

let demo = null, organizer = null, api = null, main = "", fresh = "";

const goTo = (name) => organizer.page.getByRole("navigation", { name: "Navigation" })
  .getByRole("link", { name, exact: true }).click();

test("the demo and a browser start, with a new organization beside the configured one", limits, async () => {
  demo = await openDashboard("organization", ["--guilds", "1"]);
  api = new Visitor(demo.address);
  await api.signIn(demo.sandbox.demo.organizer_user_id);
  main = `/api/organizations/${(await api.api("GET", "/api/organizations")).body.items[0].id}`;
  const { status, body } = await api.api("POST", "/api/organizations", { name: "Fjord Gaming" });
  assert.equal(status, 201);
  fresh = `/api/organizations/${body.id}`;
  organizer = await somebody(demo);
  await signIn(organizer, "ingrid", "/account");
});

test("a new organization is told what to do, beginning with a Discord server", limits, async () => {
  const { page } = organizer;
  await page.goto(`${demo.address}/o/fjord-gaming`);
  await page.getByText("0 of 5 done").waitFor();
  await looksRight(organizer, "set-up");
  await page.getByRole("link", { name: "Connect a Discord server" }).click();
  await page.getByText("No Discord server is connected yet").waitFor();
  const { discord } = await demo.sandbox.state();
  await page.getByLabel("Server id").fill(discord.guilds.find(({ name }) => name === "Community 0").id);
  await page.getByRole("link", { name: "Continue on Discord" }).click();
  await page.getByRole("link", { name: "Continue as ingrid" }).click();
  await page.getByText("Community 0").waitFor();
  await goTo("Home");
  await page.getByText("1 of 5 done").waitFor();
});

test("a hub is followed by the address of its page, and not any more", limits, async () => {
  const { page } = organizer;
  await page.getByRole("link", { name: "Choose a lobby" }).click();
  const hub = demo.sandbox.demo.hub_id;
  await page.getByRole("textbox", { name: "Add a hub" }).fill(`https://www.faceit.com/en/hub/${hub}/nordlys`);
  await page.getByRole("button", { name: "Add a hub" }).click();
  await looksRight(organizer, "following");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.getByText(hub, { exact: true }).waitFor();
  const { body } = await api.api("GET", `${fresh}/match-voice/settings`);
  assert.deepEqual(body.following.hubs, [hub]);
  await page.getByRole("button", { name: `Remove ${hub}` }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: `Remove ${hub}` }).waitFor({ state: "detached" });
  await until("nothing is followed", async () =>
    (await api.api("GET", `${fresh}/match-voice/settings`)).body.following.hubs.length === 0);
});

test("a webhook's secret is shown once, and FACEIT's first webhook is seen", limits, async () => {
  const { page } = organizer;
  await page.getByRole("button", { name: "Make a secret" }).click();
  await page.getByRole("button", { name: "Make it" }).click();
  const dialog = page.getByRole("dialog", { name: "A secret for FACEIT's webhook" });
  await dialog.getByText("Copy it now").waitFor();
  await looksRight(organizer, "secret");
  const secret = await dialog.locator("code").textContent();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Make a new secret" }).waitFor();
  await page.reload();
  await page.getByText("None came yet.").waitFor();
  assert.ok(!(await page.content()).includes(secret));

  const match = await matchDocument(demo.sandbox, await demo.sandbox.createMatch());
  const { status } = await postWebhook({ url: demo.address }, realPayload("match_object_created", match), { secret });
  assert.equal(status, 200);
  await page.getByText("The last one came").waitFor();

  await page.getByRole("button", { name: "Make a new secret" }).click();
  await page.getByText("The one before stops working at once").waitFor();
  await page.keyboard.press("Escape");
});

test("a match appears on the first page without a reload", limits, async () => {
  const { page } = organizer;
  const listens = page.waitForResponse(/\/events$/);
  await page.goto(`${demo.address}/o/main`);
  await page.getByText("Going on now").waitFor();
  await page.evaluate(() => { window.unchanged = true; });
  const links = page.locator("main").getByRole("link", { name: /vs/ });
  await links.first().waitFor();  // that of the webhook above
  await listens;
  const begun = Date.now();
  await demo.sandbox.createMatch();
  await links.nth(1).waitFor();
  assert.ok(Date.now() - begun < 15_000, "at once, and not by the slow look every half minute");
  assert.equal(await page.evaluate(() => window.unchanged), true);
  await looksRight(organizer, "home");
});

test("a line that is down for long is told of, and what was missed is there once it is back", limits, async () => {
  const { demo: { sandbox } } = organizer;
  const other = await somebody(demo);
  const { page } = other;
  await signIn(other, "ingrid", "/o/main/matches");
  await page.getByRole("heading", { name: "Matches" }).waitFor();
  await page.clock.install();
  await page.route(/\/events$/, (route) => route.abort());
  await page.reload();
  await page.getByRole("link", { name: /vs/ }).first().waitFor();
  const before = await page.getByRole("link", { name: /vs/ }).count();
  assert.equal(await page.getByText("Live updates paused").count(), 0, "not at once");
  await page.clock.fastForward(11_000);
  await page.getByRole("status").getByText("Live updates paused, reconnecting…").waitFor();
  other.errors.splice(0);  // the browser says that the line is down
  await looksRight(other, "paused");
  await sandbox.createMatch();
  await page.unroute(/\/events$/);
  await page.clock.fastForward(31_000);
  await page.getByText("Live updates paused").waitFor({ state: "hidden" });
  await page.getByRole("link", { name: /vs/ }).nth(before).waitFor();
  await page.close();
});

test("the alert channel, the page for everybody and the way to Discord are set", limits, async () => {
  const { page } = organizer;
  await goTo("Settings");
  await page.getByRole("textbox", { name: "Alert channel" }).click();
  await page.getByRole("option", { name: "#general" }).click();
  await page.getByRole("switch", { name: "This community has a page for everybody" }).click();
  await page.getByLabel("Invitation to Discord").fill("https://example.com/nordlys");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("must be an invitation of Discord").waitFor();
  assert.ok(organizer.errors.every((text) => /4\d\d/.test(text)), organizer.errors.join("\n"));
  organizer.errors.length = 0;
  await page.getByLabel("Invitation to Discord").fill("https://discord.gg/nordlys");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.getByRole("link", { name: /\/c\/main$/ }).waitFor();
  const { body } = await api.api("GET", main);
  assert.equal(body.alert_channel, demo.sandbox.demo.general_channel_id);
  await looksRight(organizer, "settings");
});

test("a module is switched off after a question, and on again", limits, async () => {
  const { page } = organizer;
  const module = page.getByRole("switch", { name: "Match voice" });
  const isActive = async () => (await api.api("GET", `${main}/modules`)).body.items[0].active;
  await module.click();
  await page.getByText("Nothing new begins; what is going on is finished.").waitFor();
  await looksRight(organizer, "switching-off");
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await isActive(), true);
  await module.click();
  await page.getByRole("button", { name: "Switch off" }).click();
  await until("it is off", async () => !await isActive() && !await module.isChecked());
  await module.click();
  await until("it is on", async () => await isActive() && await module.isChecked());
});

test("a Discord role gives a role here, as long as somebody wants that", limits, async () => {
  const { page } = organizer;
  await goTo("Members");
  await page.getByText("No Discord role gives one yet.").waitFor();
  await page.getByRole("textbox", { name: "Discord role" }).click();
  await page.getByRole("option", { name: "Casters" }).click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Remove Casters" }).waitFor();
  const { body } = await api.api("GET", `${main}/role-mappings`);
  assert.deepEqual(body.items.map(({ role }) => role), ["moderator"]);
  await looksRight(organizer, "members");
  await page.getByRole("button", { name: "Remove Casters" }).click();
  await page.getByText("No Discord role gives one yet.").waitFor();
});

test("the doctor says what is wrong and what helps, and so does the first page", limits, async () => {
  const { page } = organizer;
  await goTo("Doctor");
  await page.getByRole("heading", { name: "Fine" }).waitFor();
  await demo.sandbox.control("POST", "/control/discord/bot", { action: "kick" });
  await until("the doctor finds it", async () => {  // it looks at most every ten seconds anew
    await page.getByRole("button", { name: "Check again" }).click();
    return page.getByText("The bot was removed from the Discord server").isVisible();
  }, { timeout_ms: PATIENCE_MS });
  await page.getByRole("heading", { name: "Wrong" }).waitFor();
  await page.getByText("Do this:").first().waitFor();
  await looksRight(organizer, "doctor");
  await goTo("Home");
  await page.getByRole("region", { name: "This needs you" }).getByText("The bot was removed").waitFor();
  await looksRight(organizer, "needs");
  await goTo("Discord servers");
  await page.getByRole("link", { name: "Connect again" }).waitFor();
  await looksRight(organizer, "bot-removed");
  await demo.sandbox.control("POST", "/control/discord/bot", { action: "invite" });
  await page.reload();
  await page.getByRole("link", { name: "Connect again" }).waitFor({ state: "detached" });
});

test("what happens at regular times is run now, paused and let go on", limits, async () => {
  const { page } = organizer;
  await goTo("Jobs");
  const poll = page.getByRole("row", { name: /Look for FACEIT matches/ });
  await poll.getByRole("button", { name: "Pause" }).click();
  await poll.getByText("Paused").waitFor();
  await poll.getByRole("button", { name: "Go on" }).click();
  await poll.getByText("Paused").waitFor({ state: "detached" });
  await poll.getByRole("button", { name: "Run now" }).click();
  await page.getByText("It runs in a moment.").waitFor();
  await looksRight(organizer, "jobs");
});

test("a job that waits is run now", limits, async () => {
  const { page } = organizer;
  // Asked again only in a while: a match that FACEIT does not know any more.
  const waiting = page.getByRole("row", { name: /match_voice\.converge/ });
  await waiting.first().waitFor();
  const subject = await waiting.first().locator("code + *").textContent();
  const [answer] = await Promise.all([
    page.waitForResponse((one) => /\/jobs\/\d+\/run$/.test(one.url())),
    waiting.first().getByRole("button", { name: "Run now" }).click()]);
  assert.equal(answer.status(), 202);
  assert.equal((await answer.json()).subject, subject);
});

test("a job that was given up shows why, is run again, or forgotten after a question", limits, async () => {
  const { page } = organizer;
  // Giving up takes an hour: here the list is made up, and what the page asks for is looked at.
  const job = { id: "77", organization: null, kind: "effects.converge", subject: "12", state: "dead",
    run_at: new Date(0).toISOString(), attempt: 40, waiting_for: null, last_error: "Discord refused it: 50013",
    created_at: new Date(0).toISOString() };
  const asked = [];
  await page.route(/\/api\/.*\/jobs\?.*state=dead/,
    (route) => route.fulfill({ json: { items: [job], next_cursor: null } }));
  await page.route(/\/api\/.*\/jobs\/77/, (route) => {
    asked.push(route.request().method());
    return route.fulfill(route.request().method() === "DELETE" ? { status: 204 } : { status: 202, json: job });
  });
  await page.getByRole("tab", { name: "Given up" }).click();
  await page.getByText("Discord refused it: 50013").waitFor();
  await page.getByText("tried 40 times").waitFor();
  await looksRight(organizer, "given-up");
  await page.getByRole("button", { name: "Run again" }).click();
  await until("it was asked for", () => asked.includes("POST"));
  await page.getByRole("button", { name: "Forget" }).click();
  await page.getByRole("dialog").getByText("It is not tried again").waitFor();
  assert.ok(!asked.includes("DELETE"), "first the question");
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await until("it was asked for", () => asked.includes("DELETE"));
  await page.unroute(/\/api\/.*\/jobs\/77/);
  await page.unroute(/\/api\/.*\/jobs\?.*state=dead/);
});

test("whoever has done all is not told what to do any more, without a reload", limits, async () => {
  const { page } = organizer;
  await page.goto(`${demo.address}/o/fjord-gaming`);
  await page.getByText("3 of 5 done").waitFor();  // that server has no voice channel, so no lobby
  await api.api("POST", `${fresh}/invites`, { role: "moderator" });
  await page.getByText("4 of 5 done").waitFor();
  await page.goto(`${demo.address}/o/main`);
  await page.getByText("4 of 5 done").waitFor();
  await api.api("POST", `${main}/invites`, { role: "moderator" });
  await page.getByText("4 of 5 done").waitFor({ state: "detached" });
  assert.equal(await page.getByRole("heading", { name: "Set up" }).count(), 0);
});

test("everything ends cleanly", limits, async () => {
  assert.deepEqual(organizer.errors, []);
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
