// Texts that somebody else chose, on every page that shows them: they are shown as they are, and never run. Names,
// descriptions, teams and players are planted through the doors that people have; then every page is opened.

import assert from "node:assert/strict";
import test from "node:test";

import { postWebhook, realPayload } from "../support/webhooks.mjs";
import { openDashboard, signIn, somebody } from "./people.mjs";
import { limits } from "./visitor.mjs";

const corpus = [
  "<img src=x onerror=window.pwned=1>",
  "<script>window.pwned=1</script>",
  "\"><svg onload=window.pwned=1>",
  "</title><script>window.pwned=1</script>",
  "{{constructor.constructor('window.pwned=1')()}}",
  "<a href=\"javascript:window.pwned=1\">press</a>",
  "' onmouseover='window.pwned=1",
  "&lt;script&gt;window.pwned=1&lt;/script&gt;",
  "${window.pwned=1}",
  "javascript:window.pwned=1",
];
const first = corpus[0];

let demo = null, address = "", organizer = null, slug = "";

/** A change over the API, as the page in the browser would make it. */
function api(method, path, body, headers = {}) {
  return organizer.page.evaluate(async ([one, where, what, more]) => {
    const { csrf_token: token } = await (await fetch("/api/me")).json();
    const answer = await fetch(where, { method: one, body: JSON.stringify(what),
      headers: { "content-type": "application/json", "x-csrf-token": token, ...more } });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  }, [method, path, body, headers]);
}

async function nothingRan(where) {
  const found = await organizer.page.evaluate(() => ({
    pwned: window.pwned ?? null,
    elements: document.querySelectorAll("img[src='x'], svg[onload], a[href^='javascript:'], [onmouseover]").length,
    scripts: [...document.scripts].filter((script) => !script.src).length,
  }));
  assert.deepEqual(found, { pwned: null, elements: 0, scripts: 0 }, where);
}

test("hostile texts are planted wherever somebody may choose a text", limits, async () => {
  demo = await openDashboard("hostile");
  ({ address } = demo);
  organizer = await somebody(demo);
  await organizer.page.goto(`${address}/`);
  await signIn(organizer, "ingrid");
  const { items: [known] } = await organizer.page.evaluate(async () => (await fetch("/api/organizations")).json());
  slug = known.slug;
  const base = `/api/organizations/${known.id}`;
  const changed = await api("PATCH", base, { name: first, description: corpus.join("\n"), is_public: true },
    { "if-match": "*" });
  assert.ok([200, 412].includes(changed.status), JSON.stringify(changed.body));
  if (changed.status === 412) {
    const etag = await organizer.page.evaluate(async (path) => (await fetch(path)).headers.get("etag"), base);
    assert.equal((await api("PATCH", base, { name: first, description: corpus.join("\n"), is_public: true },
      { "if-match": etag })).status, 200);
  }
  assert.equal((await api("POST", "/api/me/tokens", { name: first, scopes: ["audit.read"] })).status, 201);
  assert.equal((await api("POST", `${base}/webhooks`,
    { url: "https://example.org/hook", description: first, events: ["match.closed"] })).status, 201);
  const faction = (name, offset) => ({ faction_id: name, name, leader: "",
    roster: corpus.slice(0, 5).map((nickname, i) =>
      ({ player_id: `0000000${offset + i}-0000-4000-8000-000000000000`, nickname })) });
  const match = { match_id: "1-hostile0-0000-4000-8000-000000000000", organizer_id: demo.sandbox.demo.organizer_id,
    competition_id: "c", competition_name: corpus[1],
    teams: { faction1: faction(first, 0), faction2: faction(corpus[2], 5) } };
  const answer = await postWebhook({ url: address }, realPayload("match_object_created", match, { teams: true }),
    { secret: demo.sandbox.demo.webhook_secret });
  assert.equal(answer.status, 200, answer.text);
});

test("no page runs them", limits, async () => {
  const { page } = organizer;
  const base = `/o/${slug}`;
  for (const path of [base, `${base}/matches`, `${base}/matches/1-hostile0-0000-4000-8000-000000000000`,
    `${base}/members`, `${base}/audit`, `${base}/settings`, `${base}/webhooks`, `${base}/doctor`, `${base}/jobs`,
    "/account", "/admin/organizations", "/admin/requests", "/admin/log", `/c/${slug}`, "/developers"]) {
    await page.goto(address + path);
    await page.waitForFunction(() => document.body.innerText.trim().length > 60);
    await page.getByLabel("Loading").waitFor({ state: "detached" });
    await nothingRan(path);
  }
  await page.goto(`${address}/c/${slug}`);
  await page.getByText(first, { exact: false }).first().waitFor();
  assert.deepEqual(organizer.errors, []);
});

test("what chats read of a link is escaped", limits, async () => {
  const html = await (await fetch(`${address}/c/${slug}`)).text();
  assert.ok(html.includes("&lt;img src=x"), html.slice(0, 2000));
  assert.ok(!html.includes("<img src=x") && !html.includes("<script>window"), html.slice(0, 2000));
});

test("everything ends cleanly", limits, async () => {
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
