// A browser at the demo's page, as every test here needs it: whether there is one, how it is started, and a page
// that remembers what went wrong in it and what it asked of others. Not here: what a visitor does (the tests).

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { Program, REPORTS, exchangeLog, skip as noProgram } from "../support/programs.mjs";
import { Sandbox } from "../support/sandbox.mjs";

const CHROMIUM = process.env.MATCHDAY_CHROMIUM ?? "/usr/bin/chromium";
const noBrowser = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM} (set MATCHDAY_CHROMIUM)`;

/** The options of every test with a browser. */
export const limits = { skip: noProgram || noBrowser, timeout: 300_000 };

/** A demo on a busy machine: the bot connects, ten people register, ten are moved. */
export const PATIENCE_MS = 60_000;

/** Starts the demo and a browser: {program, sandbox, browser}. `name` names the exchange log. */
export async function openDemo(name, environment = { MATCHDAY_LISTEN: "127.0.0.1:0" }, options = []) {
  const program = new Program(["demo", "--sandbox-port", "0", "--exchange-log", exchangeLog(name), ...options],
    environment);
  const sandbox = new Sandbox(program, await program.page());
  sandbox.demo = await sandbox.control("GET", "/control/demo");
  const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"] });
  mkdirSync(REPORTS, { recursive: true });
  return { program, sandbox, browser };
}

/** The console in a window of that size: {page, errors, elsewhere}. */
export async function openConsole({ browser, sandbox }, viewport, colorScheme = "light") {
  const page = await browser.newPage({ viewport, colorScheme });
  const errors = [], elsewhere = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== sandbox.url) elsewhere.push(request.url());
  });
  await page.goto(sandbox.url, { waitUntil: "load" });
  return { page, errors, elsewhere };
}

/** A picture of what stands still: people glide from channel to channel for a moment. */
export async function screenshot(page, name) {
  const { width, height } = page.viewportSize();
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
  await page.screenshot({ path: join(REPORTS, `console-${name}-${width}x${height}.png`) });
}
