// What a newcomer does in the first minute, in a real browser: opens the demo's address, presses "Start
// match", sees both teams in their rooms and the match's card, presses "Finish match", sees the rooms go and
// the card tell the result. Wide and narrow; nothing is loaded from elsewhere and nothing is written to the
// browser's console as an error. Screenshots go to build/reports/.

import assert from "node:assert/strict";
import test from "node:test";

import { until } from "../support/programs.mjs";
import { PATIENCE_MS, limits, openConsole, openDemo, screenshot } from "./visitor.mjs";

const LOOKS = [
  { size: { width: 1440, height: 900 }, colors: "light" },
  { size: { width: 390, height: 844 }, colors: "dark" },
];

let demo = null;

test("the demo and a browser start", limits, async () => {
  demo = await openDemo("demo");
});

const rooms = () => demo.sandbox.matchChannels();
const peopleIn = (list) => list.getByRole("listitem").count();

for (const { size, colors } of LOOKS) {
  const label = `${size.width}x${size.height}`;

  test(`a match is started, seen and finished at ${label}`, limits, async () => {
    const { page, errors, elsewhere } = await openConsole(demo, size, colors);
    await page.getByRole("button", { name: "Start match" }).click({ timeout: PATIENCE_MS });
    const channels = await until("five people sit in each of two rooms", async () => {
      const found = await rooms();
      return found.length === 2 && found.every(({ sitting }) => sitting.length === 5) ? found : null;
    }, { timeout_ms: PATIENCE_MS });
    const lists = channels.map(({ name }) => page.getByRole("list", { name: `In ${name}` }));
    for (const list of lists) await until("the page shows the five", async () => await peopleIn(list) === 5);
    const [one, other] = await Promise.all(lists.map((list) => list.boundingBox()));
    assert.ok(Math.abs(one.x - other.x) > one.width / 2, "the rooms stand side by side");
    const card = page.locator(".embed", { hasText: "Kestrel vs Brisa" }).last();
    await card.waitFor({ timeout: PATIENCE_MS });
    const finish = page.getByRole("button", { name: "Finish match" });
    await finish.waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, "live", size);

    await finish.click({ timeout: PATIENCE_MS });
    await until("the rooms are gone", async () => (await rooms()).length === 0, { timeout_ms: PATIENCE_MS });
    await page.getByRole("button", { name: "Start match" }).waitFor({ timeout: PATIENCE_MS });
    for (const list of lists) await until("nobody is shown there", async () => await peopleIn(list) === 0);
    await card.getByText("Kestrel won").waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, "finished", size);
    assert.deepEqual(errors, []);
    assert.deepEqual(elsewhere, []);
    await page.close();
  });

  test(`nothing hangs over the side of the page at ${label}`, limits, async () => {
    const { page } = await openConsole(demo, size, colors);
    await page.getByText("osu! players").click();
    await page.getByText("What happens…").first().click();
    await page.getByText("Make something go wrong").click();
    await page.getByText("Another match…").click();
    await page.getByLabel("Who plays", { exact: true }).selectOption("choose");
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(content <= size.width, `the page is ${content} pixels wide in a window of ${size.width}`);
    await page.close();
  });

  test(`every control of the page has a name at ${label}`, limits, async () => {
    const { page } = await openConsole(demo, size, colors);
    await page.getByText("osu! players").click();
    await page.getByText("What happens…").first().click();
    await page.getByText("Make something go wrong").click();
    await page.getByText("Another match…").click();
    await page.getByLabel("Who plays", { exact: true }).selectOption("choose");
    const tree = (await page.locator("body").ariaSnapshot()).split("\n");
    const controls = tree.filter((line) => /^ *- (button|textbox|combobox|spinbutton|checkbox)\b/.test(line));
    assert.ok(controls.length > 40, `${controls.length} controls`);
    assert.deepEqual(controls.filter((line) => !/^ *- \w+ "/.test(line)), []);
    assert.notEqual(await page.title(), "");
    await page.close();
  });
}

test("the demo ends cleanly", limits, async () => {
  await demo.browser.close();
  assert.deepEqual(await demo.program.stop(), { code: 0, signal: null });
});
