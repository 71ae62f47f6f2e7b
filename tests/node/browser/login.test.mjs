// Linking a FACEIT account in a real browser, against the demo: from the address behind /verify over FACEIT's page
// to ours, and its button. Why not fetch() alone (../process/verify.test.mjs): only a browser enforces our content
// policy, says where a form came from, and shows what a person sees. On a phone and wide, light and dark;
// screenshots go to build/reports/.

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
const LOOKS = [
  { name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  { name: "wide", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
];

let program = null, sandbox = null, browser = null;

test("the demo and a browser start", limits, async () => {
  program = new Program(["demo", "--sandbox-port", "0", "--exchange-log", exchangeLog("login")],
    { MATCHDAY_LISTEN: "127.0.0.1:0" });
  sandbox = new Sandbox(program, await program.page());
  sandbox.demo = await sandbox.control("GET", "/control/demo");
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"] });
  mkdirSync(REPORTS, { recursive: true });
});

/** The address behind the button of /verify. The demo's command is there only after a moment. */
async function verify(userId) {
  const view = await until("the command is registered", () => sandbox.command(userId, "verify").catch(() => null));
  return view.components[0].components[0].url;
}

async function openPage(look) {
  const page = await browser.newPage({ viewport: look.viewport, colorScheme: look.colorScheme });
  const errors = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(String(error)));
  return { page, errors };
}

async function isUsable(page, name) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name}: ${overflow} px wider than the screen`);
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector("main")).borderTopWidth);
  assert.equal(styled, "4px", `${name}: the stylesheet was applied`);
  await page.screenshot({ path: join(REPORTS, `login-${name}.png`) });
}

for (const [number, look] of LOOKS.entries()) {
  test(`somebody links their account: ${look.name}`, limits, async () => {
    const player = sandbox.demo.players[number];
    const { page, errors } = await openPage(look);
    await page.goto(await verify(player.user_id));
    await page.getByText(`Log in as ${player.nickname}`, { exact: true }).click();
    await page.getByRole("heading", { name: `Link FACEIT ${player.nickname} to Discord ${player.name}?` }).waitFor();
    await isUsable(page, `question-${look.name}`);
    await page.getByRole("button", { name: "Link accounts" }).click();
    await page.getByRole("heading", { name: "Your Account Is Linked" }).waitFor();
    await isUsable(page, `linked-${look.name}`);
    assert.deepEqual(errors, []);
    assert.match((await sandbox.command(player.user_id, "whoami")).content, /Verified by logging in to FACEIT/);
    await page.reload();  // the browser asks whether to send the form again: the token is used up
    await page.getByRole("heading", { name: "Invalid or Expired Link" }).waitFor();
    await isUsable(page, `expired-${look.name}`);
    await page.close();
  });
}

test("another site's form links nothing", limits, async () => {
  const player = sandbox.demo.players[2];
  const { page } = await openPage(LOOKS[0]);
  await page.goto(await verify(player.user_id));
  await page.getByText(`Log in as ${player.nickname}`, { exact: true }).click();
  const token = await page.locator("input[name=token]").inputValue();
  const action = new URL("confirm", page.url()).href;
  const other = await browser.newPage();
  await other.goto("about:blank");
  await other.setContent(`<form method="post" action="${action}"><input name="token" value="${token}"></form>`);
  await other.evaluate(() => document.forms[0].submit());
  await other.getByRole("heading", { name: "Invalid Request" }).waitFor();
  await page.getByRole("button", { name: "Link accounts" }).click();
  await page.getByRole("heading", { name: "Your Account Is Linked" }).waitFor();
});

test("everything ends cleanly", limits, async () => {
  await browser.close();
  assert.deepEqual(await program.stop(), { code: 0, signal: null });
});
