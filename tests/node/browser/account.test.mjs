// One's own account in a real browser, against the demo: linking by a login at FACEIT and coming back, a claim that
// gave way to it, an organization's players, saving one's data, deleting the account. On a phone and wide, English
// and German; no console error, nothing serious for axe.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Visitor } from "../support/dashboard.mjs";
import { until } from "../support/programs.mjs";
import { PHONE, WIDE, looksRight, openDashboard, signIn, somebody } from "./people.mjs";
import { PATIENCE_MS, limits } from "./visitor.mjs";

let demo = null, address = "", organizer = null, player = null, slug = "";

/** Somebody who is signed in, at their first page: {page, errors}. */
async function somebodySignedIn(name, look) {
  const person = await somebody(demo, look);
  await signIn(person, name, "/");
  return person;
}

/** What a refusal leaves in the browser's console, and nothing else. */
function onlySays(errors, status) {
  assert.ok(errors.every((text) => text.includes(String(status))), errors.join("\n"));
  errors.length = 0;
}

test("the demo and a browser start, and everybody claims an account by its name", limits, async () => {
  demo = await openDashboard("account");
  address = demo.address;
  await until("everybody is linked", async () =>
    (await demo.sandbox.command(demo.sandbox.demo.players[9].user_id, "whoami").catch(() => ({ content: "" })))
      .content.includes("You are registered"), { timeout_ms: PATIENCE_MS });
});

test("a claim by name says where it counts, and what a login would make of it", limits, async () => {
  const { name, nickname } = demo.sandbox.demo.players[8];
  player = await somebodySignedIn(name, PHONE);
  await player.page.goto(`${address}/account`);
  await player.page.getByText(nickname, { exact: true }).waitFor();
  await player.page.getByText("By name", { exact: true }).waitFor();
  await player.page.getByText("Nobody checked yet that it is yours").waitFor();
  await looksRight(player, "claimed");
});

test("an account is linked by a login at FACEIT, which ends at the account page", limits, async () => {
  organizer = await somebodySignedIn("ingrid", WIDE);
  const { page } = organizer;
  await page.waitForURL(/\/o\/./);
  slug = new URL(page.url()).pathname.split("/")[2];
  const { nickname } = demo.sandbox.demo.players[8];
  await page.goto(`${address}/account`);
  await page.getByText("No account is linked.").waitFor();
  await looksRight(organizer, "none");
  await page.getByRole("button", { name: "Log in at FACEIT to link" }).click();
  await page.getByText(`Log in as ${nickname}`, { exact: true }).click();
  await page.getByRole("heading", { name: `Link FACEIT ${nickname} to Discord ingrid?` }).waitFor();
  await page.getByRole("button", { name: "Link accounts" }).click();
  await page.waitForURL(`${address}/account`);
  await page.getByRole("status").getByText(`Your FACEIT account ${nickname} is linked.`).waitFor();
  await page.getByText("Counts in every community").waitFor();
  await page.getByText("To link another FACEIT account, unlink this one first.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Log in at FACEIT to link" }).count(), 0);
  await looksRight(organizer, "linked");
  await page.reload();
  await page.getByText("Counts in every community").waitFor();
  assert.equal(await page.getByText("is linked.").count(), 0, "said once");
});

test("whose claim gave way to it reads so", limits, async () => {
  const { page } = player;
  const { nickname } = demo.sandbox.demo.players[8];
  await page.reload();
  await page.getByText(`You were linked as ${nickname} in a community that you have not joined until`).waitFor();
  await looksRight(player, "lost");
});

test("a login for an account that somebody else proved comes back with nothing changed", limits, async () => {
  const { page, errors } = player;
  const { nickname } = demo.sandbox.demo.players[8];
  await page.getByRole("button", { name: "Log in at FACEIT to link" }).click();
  await page.getByText(`Log in as ${nickname}`, { exact: true }).click();
  await page.getByRole("heading", { name: "Already Linked" }).waitFor();
  await page.getByRole("link", { name: "Back to your account" }).click();
  await page.getByText("No account is linked.").waitFor();
  assert.equal(await page.getByText("is linked.").filter({ hasText: "Your FACEIT account" }).count(), 0);
  onlySays(errors, 409);
});

test("an account is unlinked after a question", limits, async () => {
  const { page } = organizer;
  const { nickname } = demo.sandbox.demo.players[8];
  await page.getByRole("button", { name: `Unlink ${nickname}` }).click();
  await page.getByRole("dialog", { name: `Unlink ${nickname}?` }).waitFor();
  await looksRight(organizer, "unlinking");
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await page.getByText("No account is linked.").waitFor();
});

test("organizers see who is linked and remove a claim", limits, async () => {
  const { page } = organizer;
  const { nickname, user_id } = demo.sandbox.demo.players[0];
  await page.goto(`${address}/o/${slug}`);
  await page.getByRole("link", { name: "Players" }).click();
  await page.getByText(nickname, { exact: true }).waitFor();
  await looksRight(organizer, "players");
  await page.getByRole("button", { name: new RegExp(`^Remove ${nickname} of`) }).click();
  await page.getByRole("dialog", { name: `Remove ${nickname}?` }).waitFor();
  await looksRight(organizer, "players-removing");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText(nickname, { exact: true }).waitFor({ state: "detached" });
  await until("the player is not linked any more", async () =>
    !(await demo.sandbox.command(user_id, "whoami")).content.includes(nickname));
});

test("whoever may not operate matches sees no players", limits, async () => {
  const organizing = new Visitor(address);
  await organizing.signIn(demo.sandbox.demo.organizer_user_id);
  const { body: { items: [{ id }] } } = await organizing.api("GET", "/api/organizations");
  const { body: { code } } = await organizing.api("POST", `/api/organizations/${id}/invites`, { role: "member" });
  const { page, errors } = player;
  await page.goto(`${address}/invite/${code}`);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL(`${address}/o/${slug}`);
  await page.getByRole("button", { name: "Navigation" }).click();
  await page.getByRole("link", { name: "Members" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Players" }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Webhooks" }).count(), 0);
  assert.deepEqual(errors, []);
});

test("a token is revoked after a question", limits, async () => {
  const { page } = organizer;
  await page.goto(`${address}/account`);
  await page.getByRole("textbox", { name: "Name" }).fill("score bot");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByRole("button", { name: "Copy: Token" }).waitFor();
  await looksRight(organizer, "token");
  await page.getByRole("button", { name: "Revoke score bot" }).click();
  await page.getByRole("dialog", { name: "Revoke score bot?" }).getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke score bot" }).waitFor({ state: "detached" });
});

test("one's data is one file", limits, async () => {
  const { page } = organizer;
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save my data" }).click();
  const file = await saving;
  assert.equal(file.suggestedFilename(), "matchday-my-data.json");
  const all = JSON.parse(readFileSync(await file.path(), "utf8"));
  assert.equal(all.accounts.person.name, "ingrid");
});

test("the last owner is told why their account cannot be deleted", limits, async () => {
  const { page, errors } = organizer;
  await page.getByRole("button", { name: "Delete my account…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  const sure = dialog.getByRole("button", { name: "Delete my account" });
  await dialog.getByRole("textbox", { name: "Type ingrid to go on" }).fill("Ingrid");
  assert.ok(await sure.isDisabled(), "the name must be typed as it is");
  await looksRight(organizer, "deleting");
  await dialog.getByRole("textbox").fill("ingrid");
  await sure.click();
  await dialog.getByRole("alert").getByText("You are the last owner of").waitFor();
  onlySays(errors, 409);
  await looksRight(organizer, "not-deleted");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("an account is deleted, and the browser is signed out", limits, async () => {
  const { page, errors } = player;
  const { name } = demo.sandbox.demo.players[8];
  await page.goto(`${address}/account`);
  await page.getByRole("button", { name: "Delete my account…" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Sign in with Discord" }).first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  assert.deepEqual(errors, []);
});

test("in German, too", limits, async () => {
  const { nickname } = demo.sandbox.demo.players[7];
  const german = await somebodySignedIn("ingrid", { ...PHONE, locale: "de-DE" });
  await german.page.goto(`${address}/account`);
  await german.page.getByText("Es ist kein Konto verknüpft.").waitFor();
  await looksRight(german, "german");
  await german.page.goto(`${address}/o/${slug}/players`);
  await german.page.getByText(nickname, { exact: true }).waitFor();
  await looksRight(german, "players-german");
});

test("what cannot be read says so and is tried again", limits, async () => {
  const { page, errors } = organizer;
  const broken = (route) => route.fulfill({ status: 503, contentType: "application/problem+json",
    body: JSON.stringify({ type: "about:blank", title: "Unavailable", status: 503, detail: "Not right now." }) });
  await page.route("**/api/me/accounts", broken);
  await page.goto(`${address}/account`);
  await page.getByRole("alert").getByText("Not right now.").waitFor();
  await page.getByRole("heading", { name: "API tokens" }).waitFor();
  onlySays(errors, 503);
  await looksRight(organizer, "unavailable");
  await page.unroute("**/api/me/accounts", broken);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("No account is linked.").waitFor();
});

test("everything ends cleanly", limits, async () => {
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
