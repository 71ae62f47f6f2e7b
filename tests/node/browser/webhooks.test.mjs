// The pages of outgoing webhooks in a real browser, against the demo and a receiver of our own: making one, its
// secret, a test, what failed and what it was answered, sending again, pausing, a new secret, deleting. On a phone and
// wide, English and German; no console error, nothing serious for axe.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import test from "node:test";

import { Visitor, freePort } from "../support/dashboard.mjs";
import { until } from "../support/programs.mjs";
import { PHONE, WIDE, looksRight, signIn, somebody } from "./people.mjs";
import { PATIENCE_MS, limits, openDemo } from "./visitor.mjs";

let demo = null, address = "", base = "", all = "";  // the API's address of webhooks, and the page's
let organizer = null, caller = null, receiver = null, secret = "", sample = "";

/** The organizer with a browser of their own: {page, errors}. */
async function openOrganizer(look) {
  const person = await somebody(demo, look);
  await signIn(person, "ingrid", "/");
  await person.page.waitForURL(/\/o\/./);
  return person;
}

/** What a refusal leaves in the browser's console, and nothing else. */
function onlySays(errors, status) {
  assert.ok(errors.every((text) => text.includes(String(status))), errors.join("\n"));
  errors.length = 0;
}

/** A receiver on a port of its own: what it got, and what it answers. */
async function startReceiver() {
  const started = { got: [], status: 200, says: "Thank you." };
  started.server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => {
      started.got.push({ headers: request.headers, body });
      response.writeHead(started.status).end(started.says);
    });
  });
  await new Promise((resolve) => started.server.listen(0, "127.0.0.1", resolve));
  started.url = `http://127.0.0.1:${started.server.address().port}/hook/7d0f`;
  return started;
}

function isSigned({ headers, body }, by) {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const mac = createHmac("sha256", Buffer.from(by.replace("whsec_", ""), "base64")).update(signed).digest("base64");
  return headers["webhook-signature"].split(" ").includes(`v1,${mac}`);
}

/** What has the keyboard. */
const focused = (page) => page.evaluate(() => document.activeElement.textContent.slice(0, 100));

/** The secret that the open dialog shows. */
const shownSecret = (page) => page.getByRole("dialog").getByText(/^whsec_/).textContent();

test("the demo, a receiver and a browser start", limits, async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  demo = Object.assign(await openDemo("webhooks",
    { MATCHDAY_LISTEN: `127.0.0.1:${port}`, MATCHDAY_WEBHOOKS_ALLOW_PRIVATE: "1" }), { name: "webhooks", address });
  receiver = await startReceiver();
  organizer = await openOrganizer(WIDE);
  caller = new Visitor(address);
  await caller.signIn(demo.sandbox.demo.organizer_user_id);
  const { body: { items: [organization] } } = await caller.api("GET", "/api/organizations");
  base = `/api/organizations/${organization.id}/webhooks`;
  all = `${address}/o/${organization.slug}/webhooks`;
});

test("there is none yet, and how a receiver checks what comes", limits, async () => {
  const { page } = organizer;
  await page.getByRole("link", { name: "Webhooks" }).click();
  await page.getByText("There is no webhook yet").waitFor();
  sample = await page.getByRole("region", { name: "Sample in Node.js" }).textContent();
  await page.getByRole("tab", { name: "Python" }).click();
  await page.getByText("import base64, hashlib, hmac, time").waitFor();
  await looksRight(organizer, "none");
});

test("an address that cannot be used is refused at its field", limits, async () => {
  const { page, errors } = organizer;
  await page.getByRole("button", { name: "Add a webhook" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a webhook" });
  assert.ok(await dialog.getByRole("button", { name: "Add it" }).isDisabled());
  await dialog.getByLabel("Address").fill("wss://example.org/hook");
  await dialog.getByRole("button", { name: "Add it" }).click();
  await dialog.getByText("Must start with https://").waitFor();
  assert.equal(await dialog.getByLabel("Address").getAttribute("aria-invalid"), "true");
  onlySays(errors, 400);
  await looksRight(organizer, "refused");
});

test("a webhook is added, and its secret is shown once", limits, async () => {
  const { page } = organizer;
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByLabel("What it is for").fill("Scores on our website");
  await dialog.getByRole("checkbox", { name: "match.rooms_ready" }).uncheck();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Your webhook is there" }).waitFor();
  secret = await shownSecret(page);
  assert.match(await focused(page), /^Copy the secret now/);
  await page.mouse.click(5, 400);
  assert.equal(await shownSecret(page), secret, "a click beside it does not lose it");
  await looksRight(organizer, "secret");
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("heading", { name: "127.0.0.1" }).waitFor();
  assert.match(page.url(), /\/webhooks\/\d+$/);
  await page.getByText("Nothing was sent yet").waitFor();
  await looksRight(organizer, "new");
});

test("a test arrives, signed with that secret, and what became of it is shown", limits, async () => {
  const { page } = organizer;
  await page.getByRole("button", { name: "Send a test" }).click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("Delivered", { exact: true }).waitFor();
  await drawer.getByRole("heading", { name: "Answer 200" }).waitFor();
  await drawer.getByText("Thank you.").waitFor();
  await drawer.getByText('"type": "webhook.test"').waitFor();
  assert.ok(isSigned(receiver.got[0], secret));
  await looksRight(organizer, "delivery");
  await drawer.getByRole("button", { name: "Send again" }).click();
  await until("it came again", () => receiver.got.length === 2);
  assert.equal(receiver.got[1].headers["webhook-id"], receiver.got[0].headers["webhook-id"]);
  await drawer.getByText("tried 2 times").waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  assert.ok(!page.url().includes("delivery="));
  assert.equal(await focused(page), "Send a test");
});

test("the sample that the page gives to receivers knows what is ours", limits, async () => {
  const code = encodeURIComponent(`${sample}\nexport { verify };`);
  const { verify } = await import(`data:text/javascript,${code}`);
  const { headers, body } = receiver.got[0];
  assert.equal(verify(secret, headers, Buffer.from(body)), true);
  assert.equal(verify(secret, headers, Buffer.from(body.replace("ingrid", "astrid"))), false);
  assert.equal(verify(secret, { ...headers, "webhook-timestamp": "1" }, Buffer.from(body)), false);
});

test("a match is told of, but not what the webhook does not want", limits, async () => {
  const { page } = organizer;
  await until("the bot can make rooms", async () =>
    (await demo.sandbox.command(demo.sandbox.demo.players[9].user_id, "whoami").catch(() => ({ content: "" })))
      .content.includes("You are registered"), { timeout_ms: PATIENCE_MS });
  const match = await demo.sandbox.createMatch();
  await page.getByRole("row", { name: new RegExp(`match.opened.*${match}`) }).getByText("Delivered").waitFor();
  assert.equal(await page.getByRole("row", { name: "match.rooms_ready" }).count(), 0);
});

test("a receiver that fails is seen, in the list, too", limits, async () => {
  const { page } = organizer;
  Object.assign(receiver, { status: 500, says: "<h1>Database is down</h1>" });
  await page.getByRole("button", { name: "Send a test" }).click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("The receiver answered 500.").waitFor();
  await drawer.getByText("<h1>Database is down</h1>").waitFor();
  await drawer.getByText(/It is tried again/).waitFor();
  assert.equal(await drawer.getByRole("button", { name: "Send again" }).count(), 0, "it is on its way");
  await looksRight(organizer, "failing-delivery");
  await page.goBack();
  await drawer.waitFor({ state: "detached" });
  await page.getByText("Failing", { exact: true }).waitFor();
  await page.getByRole("tab", { name: "On its way" }).click();
  await page.getByRole("row", { name: /webhook.test/ }).waitFor();
  assert.equal(await page.getByRole("row", { name: /match.opened/ }).count(), 0);
  await looksRight(organizer, "failing");
  await page.getByRole("link", { name: "← Webhooks" }).click();
  await page.getByText("Failing", { exact: true }).waitFor();
  await looksRight(organizer, "list");
});

test("pausing gives up what waits, after a question; it can be sent again later", limits, async () => {
  const { page } = organizer;
  await page.getByRole("link", { name: "127.0.0.1" }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  const question = page.getByRole("dialog", { name: /^Pause the webhook to 127.0.0.1/ });
  await question.waitFor();
  await looksRight(organizer, "pausing");
  await question.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused", { exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Send a test" }).count(), 0);
  await page.getByRole("tab", { name: "Failed" }).click();
  await page.getByRole("button", { name: "Details of webhook.test" }).click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("Switch the webhook on to send it again.").waitFor();
  await looksRight(organizer, "paused");
  await drawer.getByRole("button", { name: "Close" }).click();
  await drawer.waitFor({ state: "detached" });
  Object.assign(receiver, { status: 204, says: "" });
  await page.getByRole("button", { name: "Switch it on" }).click();
  await page.getByText("Active", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Details of webhook.test" }).click();
  await drawer.getByRole("button", { name: "Send again" }).click();
  await drawer.getByText("Delivered", { exact: true }).waitFor();
  await drawer.getByText("Without a word.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Nothing failed.").waitFor();
});

test("a webhook is changed", limits, async () => {
  const { page } = organizer;
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit this webhook" });
  assert.equal(await dialog.getByLabel("Address").inputValue(), receiver.url);
  assert.equal(await dialog.getByRole("checkbox", { name: "match.rooms_ready" }).isChecked(), false);
  await dialog.getByLabel("What it is for").fill("Scores, and a lamp");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Scores, and a lamp").waitFor();
});

test("two people who change it at once: the second is told", limits, async () => {
  const { page, errors } = organizer;
  const id = new URL(page.url()).pathname.split("/").pop();
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit this webhook" });
  await dialog.getByLabel("What it is for").fill("Lamps");
  await caller.api("PATCH", `${base}/${id}`, { description: "Bells" }, { "if-match": "*" });
  await page.getByText("Bells").waitFor({ state: "attached" });  // behind the dialog
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").getByText("Somebody has changed this").waitFor();
  onlySays(errors, 412);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Bells").waitFor();
});

test("a new secret: both sign for a day", limits, async () => {
  const { page } = organizer;
  await page.getByRole("button", { name: "New secret" }).click();
  const dialog = page.getByRole("dialog", { name: "A new secret" });
  await dialog.getByText("The old one works for 24 hours more").waitFor();
  await dialog.getByRole("button", { name: "Make a new secret" }).click();
  await dialog.getByText("Until then each message is signed with both.").waitFor();
  const made = await shownSecret(page);
  await looksRight(organizer, "rotated");
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("The old secret still works.").waitFor();
  const before = receiver.got.length;
  await page.getByRole("button", { name: "Send a test" }).click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("Delivered", { exact: true }).waitFor();
  assert.equal(receiver.got.length, before + 1);
  assert.ok(isSigned(receiver.got.at(-1), secret) && isSigned(receiver.got.at(-1), made));
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "New secret" }).click();
  await dialog.getByText("The one before that stops working at once.").waitFor();
  await looksRight(organizer, "rotating");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("many deliveries come page by page", limits, async () => {
  const { page } = organizer;
  const id = new URL(page.url()).pathname.split("/").pop();
  for (let i = 0; i < 50; ++i) assert.equal((await caller.api("POST", `${base}/${id}/test`)).status, 202);
  await page.goto(`${all}/${id}?state=delivered`);
  assert.equal(await page.getByRole("tab", { name: "Delivered" }).getAttribute("aria-selected"), "true");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("row", { name: /match.opened/ }).waitFor();
});

test("a receiver that is gone switches it off, and the page says why", limits, async () => {
  const { page } = organizer;
  receiver.status = 410;
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByRole("dialog").getByText("Failed", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Its receiver answered 410 Gone").waitFor();
  await page.getByText("Switched off", { exact: true }).waitFor();
  await page.getByRole("tab", { name: "Failed" }).click();
  await looksRight(organizer, "switched-off");
});

test("in German, too", limits, async () => {
  const german = await openOrganizer({ ...PHONE, locale: "de-DE" });
  const { page } = german;
  await page.goto(all);
  await page.getByText("Abgeschaltet").waitFor();
  await looksRight(german, "german-list");
  await page.getByRole("link", { name: "127.0.0.1" }).click();
  await page.getByText("Bring den Empfänger in Ordnung").waitFor();
  const sentence = page.getByText("Its receiver answered 410 Gone");
  assert.equal(await sentence.getAttribute("lang"), "en", "what the server says is marked as English");
  await page.getByRole("tab", { name: "Gescheitert" }).click();
  await looksRight(german, "german");
  await page.getByRole("button", { name: "Details zu webhook.test" }).click();
  await page.getByRole("heading", { name: "Antwort 410" }).waitFor();
  await looksRight(german, "german-delivery");
  await page.getByRole("button", { name: "Schließen" }).click();
  await page.getByRole("button", { name: "Bearbeiten" }).click();
  await page.getByText("In Discord ist von einem Match nichts mehr übrig.").waitFor();
  await looksRight(german, "german-editing");
});

test("a webhook is deleted after a question", limits, async () => {
  const { page } = organizer;
  await page.getByRole("button", { name: "Delete" }).click();
  const question = page.getByRole("dialog", { name: /^Delete the webhook to 127.0.0.1/ });
  await question.waitFor();
  await looksRight(organizer, "deleting");
  await question.getByRole("button", { name: "Delete" }).click();
  await page.getByText("There is no webhook yet").waitFor();
  assert.equal(page.url(), all);
  assert.deepEqual(organizer.errors, []);
});

test("ten are the most", limits, async () => {
  const { page } = organizer;
  for (let i = 0; i < 10; ++i)
    await caller.api("POST", base, { url: `https://receiver-${i}.example.org/hook`, events: ["match.closed"] });
  await page.getByText("10 are the most").waitFor();
  await page.getByRole("link", { name: "receiver-9.example.org" }).waitFor();
  assert.ok(await page.getByRole("button", { name: "Add a webhook" }).isDisabled());
  await looksRight(organizer, "full");
});

test("one that does not exist says so", limits, async () => {
  const { page, errors } = organizer;
  await page.goto(`${all}/12345`);
  await page.getByRole("alert").getByText("There is no such webhook.").waitFor();
  assert.equal(await page.title(), "Webhooks · Matchday");
  onlySays(errors, 404);
  await looksRight(organizer, "unknown");
  await page.getByRole("link", { name: "← Webhooks" }).click();
  await page.getByText("10 are the most").waitFor();
});

test("everything ends cleanly", limits, async () => {
  receiver.server.close();
  receiver.server.closeAllConnections?.();
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
