// What can be played on the demo's page around one match, in the order of an evening: the score moves, an
// organizer looks a match up, somebody walks out and is brought back, a player links an account by a form, a
// second match begins beside the first, the card ends with the result. Wide only: console.test.mjs has the
// narrow page. Screenshots go to build/reports/.

import assert from "node:assert/strict";
import test from "node:test";

import { until } from "../support/programs.mjs";
import { PATIENCE_MS, limits, openConsole, openDemo, screenshot } from "./visitor.mjs";

const SIZE = { width: 1440, height: 900 };
// FACEIT announces no score: Matchday looks once a minute.
const A_LOOK_MS = 100_000;

let demo = null, page = null, errors = null;

const UNLINKED = 9;  // who plays without having linked their account, until the form

test("the demo starts, and a match in which somebody is not linked", limits, async () => {
  demo = await openDemo("evening");
  ({ page, errors } = await openConsole(demo, SIZE));
  const { user_id: user, nickname } = player(UNLINKED);
  await until("the players are linked", async () => {
    const view = await demo.sandbox.command(user, "whoami").catch(() => null);
    return view?.content.includes(nickname);
  }, { timeout_ms: PATIENCE_MS });
  await demo.sandbox.command(user, "unregister");
  await page.getByRole("button", { name: "Start match" }).click({ timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Finish match" }).waitFor({ timeout: PATIENCE_MS });
  await until("both teams sit in their rooms", async () => {
    const rooms = await demo.sandbox.matchChannels();
    return rooms.length === 2 && rooms.flatMap(({ sitting }) => sitting).length === 9;
  }, { timeout_ms: PATIENCE_MS });
});

const player = (number) => demo.sandbox.demo.players[number];
const be = (userId) => page.getByLabel("You are").selectOption(userId);
const card = () => page.locator(".embed", { hasText: "Kestrel vs Brisa" }).last();

async function roomOf(number) {
  const rooms = await demo.sandbox.matchChannels();
  return rooms.find(({ sitting }) => sitting.includes(player(number).user_id))?.name ?? null;
}

test("the score is shown on the card and under the names of the rooms", limits, async () => {
  const bar = page.getByRole("group", { name: "Live score" });
  for (let rounds = 0; rounds < 2; ++rounds)
    await bar.getByRole("button", { name: "One more round for Kestrel" }).click();
  await bar.getByRole("button", { name: "One more round for Brisa" }).click();
  await card().getByText("Live: 2 : 1").waitFor({ timeout: A_LOOK_MS });
  assert.equal(await page.getByText("Mirage · 2 : 1 · live", { exact: true }).count(), 2);
});

test("an organizer finds a match while typing", limits, async () => {
  await be(demo.sandbox.demo.organizer_user_id);
  await page.getByLabel("Slash command").selectOption("match show");
  const field = page.getByRole("combobox", { name: "match", exact: true });
  await field.fill("oakf");
  await page.getByRole("option", { name: /Kestrel vs Brisa/ }).waitFor();
  await screenshot(page, "autocomplete");
  await field.press("ArrowDown");
  await field.press("Enter");
  assert.match(await field.inputValue(), /Kestrel vs Brisa/);
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText("What happened last").waitFor();
  await page.getByRole("button", { name: "Dismiss message" }).click();
  await page.getByText("What happened last").waitFor({ state: "detached" });
});

test("whoever walks out is not dragged back, and comes back by the card's button", limits, async () => {
  const home = await roomOf(1);
  const person = page.getByRole("list", { name: `In ${home}` }).getByRole("button", { name: player(1).name });
  await person.dragTo(page.getByRole("button", { name: "Lobby", exact: true }));
  await page.getByRole("list", { name: "In Lobby" }).getByRole("button", { name: player(1).name }).waitFor();
  await new Promise((done) => setTimeout(done, 3000));  // nothing is to happen: there is no moment to wait for
  assert.equal(await roomOf(1), null);
  await be(player(1).user_id);
  await page.getByRole("button", { name: "Bring me in" }).click();
  await until("the player is back", async () => await roomOf(1) === home, { timeout_ms: PATIENCE_MS });
});

test("somebody who is not linked fills in the form and is moved in", limits, async () => {
  const { user_id: user, nickname } = player(UNLINKED);
  await be(user);
  await card().getByText("Not linked yet").waitFor({ timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Register" }).click();
  await page.getByRole("button", { name: "Enter nickname" }).click();
  const form = page.getByRole("dialog", { name: "Register" });
  await form.getByRole("textbox", { name: "Your FACEIT nickname" }).fill(nickname);
  await screenshot(page, "form");
  await form.getByRole("button", { name: "Submit" }).click();
  await form.waitFor({ state: "hidden" });
  await until("they are moved to their team", async () => await roomOf(UNLINKED) === await roomOf(UNLINKED - 1),
    { timeout_ms: PATIENCE_MS });
  await card().getByText("Not linked yet").waitFor({ state: "detached", timeout: PATIENCE_MS });
});

test("another match of chosen players begins beside the first", limits, async () => {
  await page.getByText("Another match…").click();
  await page.getByLabel("Who plays", { exact: true }).selectOption("choose");
  await page.getByLabel("Northpaw plays in").selectOption({ label: "team 1" });
  await page.getByLabel("ember9 plays in").selectOption({ label: "team 2" });
  await page.getByRole("button", { name: "Make match" }).click();
  await page.locator(".embed", { hasText: "Northpaw vs ember9" }).waitFor({ timeout: PATIENCE_MS });
  const match = page.getByRole("article").filter({ hasText: "Northpaw" });
  await match.getByText("Other steps").click();
  await match.getByRole("button", { name: "Abort" }).click();
  await page.locator(".embed", { hasText: "Northpaw vs ember9" }).getByText("Aborted")
    .waitFor({ timeout: PATIENCE_MS });
});

test("what is wrong with the bot's role stands on the next match's card", limits, async () => {
  await page.getByRole("button", { name: "Finish match" }).click();
  await card().getByText(/Kestrel won \d+ : \d+/).waitFor({ timeout: PATIENCE_MS });
  await page.getByText("Make something go wrong").click();
  const toggle = page.getByRole("button", { name: "No “Manage Channels”" });
  await until("the rooms are gone", async () => (await demo.sandbox.matchChannels()).length === 0,
    { timeout_ms: PATIENCE_MS });
  await toggle.click();
  await page.getByRole("button", { name: "Start match" }).click();
  await card().getByText("it lacks MANAGE_CHANNELS").first().waitFor({ timeout: PATIENCE_MS });
  await page.getByRole("button", { name: "Finish match" }).waitFor({ timeout: PATIENCE_MS });
  await screenshot(page, "degraded");
  await toggle.click();
});

test("nothing went wrong in the page, and the demo ends cleanly", limits, async () => {
  assert.deepEqual(errors, []);
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
