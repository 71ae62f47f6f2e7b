// What a newcomer does in the first minute, in a real browser: opens the demo's address, presses "Start
// match", sees the channel with five people, presses "Finish match", sees it go. Wide and narrow; nothing is
// loaded from elsewhere and nothing is written to the browser's console as an error. Screenshots go to
// build/reports/.

import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { chromium } from "playwright-core";

import { Program, REPORTS, exchangeLog, skip as noProgram, until } from "../support/programs.mjs";
import { Sandbox } from "../support/sandbox.mjs";

const CHROMIUM = process.env.MATCHDAY_CHROMIUM ?? "/usr/bin/chromium";
const noBrowser = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM} (set MATCHDAY_CHROMIUM)`;
const limits = { skip: noProgram || noBrowser, timeout: 300_000 };
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];
// A demo on a busy machine: the bot connects, ten people register, five are moved.
const PATIENCE_MS = 60_000;

let program = null, sandbox = null, browser = null;

test("the demo and a browser start", limits, async () => {
  program = new Program(["demo", "--sandbox-port", "0", "--exchange-log", exchangeLog("demo")],
    { MATCHDAY_LISTEN: "127.0.0.1:0" });
  sandbox = new Sandbox(program, await program.page());
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"] });
  mkdirSync(REPORTS, { recursive: true });
});

/** A page that remembers what went wrong in it and what it asked of others. */
async function openPage(size) {
  const page = await browser.newPage({ viewport: size });
  const errors = [], elsewhere = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== sandbox.url) elsewhere.push(request.url());
  });
  await page.goto(sandbox.url, { waitUntil: "load" });
  return { page, errors, elsewhere };
}

async function matchChannel() {
  const { discord, demo } = await sandbox.state();
  const { channels } = discord.guilds.find(({ id }) => id === demo.guild_id);
  return channels.find((channel) => channel.made_by_bot && channel.type === 2) ?? null;
}

/** A picture of what stands still: people glide from channel to channel for a moment. */
async function screenshot(page, name, { width, height }) {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  await page.screenshot({ path: join(REPORTS, `console-${name}-${width}x${height}.png`) });
}

for (const size of SIZES) {
  const label = `${size.width}x${size.height}`;

  test(`a match is started, seen and finished at ${label}`, limits, async () => {
    const { page, errors, elsewhere } = await openPage(size);
    const start = page.getByRole("button", { name: "Start match" });
    await start.click({ timeout: PATIENCE_MS });
    const channel = await until("five people sit in the channel", async () => {
      const found = await matchChannel();
      return found?.sitting.length === 5 ? found : null;
    }, { timeout_ms: PATIENCE_MS });
    const people = page.getByRole("list", { name: `In ${channel.name}` }).getByRole("listitem");
    await until("the page shows the five", async () => await people.count() === 5);
    const finish = page.getByRole("button", { name: "Finish match" }).first();
    await finish.waitFor({ timeout: PATIENCE_MS });
    await screenshot(page, "live", size);

    await finish.click({ timeout: PATIENCE_MS });
    await until("the channel is gone", async () => await matchChannel() === null,
      { timeout_ms: PATIENCE_MS });
    await page.getByRole("button", { name: "Start match" }).waitFor({ timeout: PATIENCE_MS });
    await until("the page shows nobody in it", async () => await people.count() === 0);
    await screenshot(page, "finished", size);
    assert.deepEqual(errors, []);
    assert.deepEqual(elsewhere, []);
    await page.close();
  });

  test(`nothing hangs over the side of the page at ${label}`, limits, async () => {
    const { page } = await openPage(size);
    const content = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(content <= size.width, `the page is ${content} pixels wide in a window of ${size.width}`);
    await page.close();
  });

  test(`every control of the page has a name at ${label}`, limits, async () => {
    const { page } = await openPage(size);
    for (const button of await page.getByRole("button").all()) {
      const name = (await button.getAttribute("aria-label")) ?? (await button.innerText());
      assert.notEqual(name.trim(), "");
    }
    assert.notEqual(await page.title(), "");
    await page.close();
  });
}

test("the demo ends cleanly", limits, async () => {
  await browser.close();
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
});
