// People at the dashboard, as its tests need them: a demo under a known address, somebody with a browser
// of their own, signing in, and whether a page looks right. Not here: what a person does (the tests).
//
// MATCHDAY_WEB, a folder that `vite build` wrote (web/dist), is shown in place of the dashboard that the program holds:
// for who works on the dashboard and does not want to build the program each time.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

import { freePort } from "../support/dashboard.mjs";
import { REPORTS } from "../support/programs.mjs";
import { PATIENCE_MS, openDemo } from "./visitor.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WEB = process.env.MATCHDAY_WEB;
// What of the server's addresses is the dashboard: src/surfaces/dashboard.cpp.
const OURS = /^\/($|icon\.svg$|(account|developers|admin)$|(assets|invite|admin|o|c)\/)/;
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css",
  ".svg": "image/svg+xml" };

export const WIDE = { viewport: { width: 1280, height: 800 }, colorScheme: "light", locale: "en-US" };
export const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: "dark", locale: "en-US" };

/** A demo at an address that is known before (Discord's redirects are literal): what openDemo gives, and `address`. */
export async function openDashboard(name, options = [], environment = {}) {
  const port = await freePort();
  const demo = await openDemo(name, { MATCHDAY_LISTEN: `127.0.0.1:${port}`, ...environment }, options);
  return Object.assign(demo, { name, address: `http://127.0.0.1:${port}` });
}

/** Somebody with a browser of their own: {page, errors}. Whoever is done with them closes the page. */
export async function somebody(demo, look = WIDE) {
  const context = await demo.browser.newContext({ ...look, reducedMotion: "reduce" });
  if (WEB) await showInstead(context, demo.address);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors = [];
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  page.on("pageerror", (error) => errors.push(String(error)));
  return { demo, page, errors };
}

/** By the page that asks for it, or with `to`, on the way there. */
export async function signIn({ demo, page }, name, to = null) {
  if (to === null) await page.getByRole("link", { name: /Sign in with Discord/ }).click();
  else await page.goto(`${demo.address}/auth/login?return_to=${encodeURIComponent(to)}`);
  await page.getByRole("link", { name: `Continue as ${name}` }).click();
  await page.waitForURL((url) => url.origin === demo.address && !url.pathname.startsWith("/auth/"));
}

/** What a person sees there: wide and on a phone, light and dark. Nothing hangs over the side, nothing serious for axe,
    no error in the console. Pictures go to build/reports/. */
export async function looksRight({ demo, page, errors }, name) {
  const before = page.viewportSize();
  for (const look of [WIDE, PHONE]) {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await standStill(page);
    const { width } = look.viewport;
    await page.evaluate(() => window.scrollTo(0, 0));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await page.screenshot({ path: join(REPORTS, `${demo.name}-${name}-${width}.png`), fullPage: true });
    assert.ok(overflow <= 0, `${name}: ${overflow} px wider than a screen of ${width}`);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const told = serious.flatMap(({ id, nodes }) => nodes.map((one) => `${id}: ${one.html} ${one.failureSummary}`));
    assert.deepEqual(told, [], `${name} at ${width}`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null });
  assert.deepEqual(errors, []);
}

/** Until what was asked for is there, and nothing glides or fades any more; what turns for ever does not count. */
async function standStill(page) {
  await page.waitForFunction(() => !document.querySelector(".mantine-Loader-root"));
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => { requestAnimationFrame(done); });
    await frame();
    await frame();
    const ending = document.getAnimations()
      .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map((one) => one.finished));
    await frame();
  });
}

// The server's own pages set the policy that scripts run under; it is kept. A page that came by a redirect is the
// program's own: its entry is answered with ours.
async function showInstead(context, address) {
  const { headers } = await fetch(address);
  const policy = headers.get("content-security-policy");
  await context.route((url) => url.origin === address && OURS.test(url.pathname), (route) => {
    const { pathname } = new URL(route.request().url());
    const file = join(WEB, pathname);
    const entry = /^\/assets\/index-.*(\.js|\.css)$/.exec(pathname);
    if (entry && !existsSync(file)) {
      const ours = readdirSync(join(WEB, "assets")).find((one) => one.startsWith("index-") && one.endsWith(entry[1]));
      const body = entry[1] === ".js" ? `import "./${ours}";` : readFileSync(join(WEB, "assets", ours));
      return route.fulfill({ body, contentType: TYPES[entry[1]] });
    }
    const shown = extname(pathname) && existsSync(file) ? file : join(WEB, "index.html");
    return route.fulfill({ body: readFileSync(shown), contentType: TYPES[extname(shown)],
      headers: { "content-security-policy": policy } });
  });
}
