// Starts the real programs as a user would: free ports, own folders, environment variables, signals. Collects
// what they print, and never leaves one running: whatever is still alive when a test file ends is killed by
// its process id. Not here: what the sandbox can be asked (sandbox.mjs) and what a match must look like (the
// tests).

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
export const BINARY = process.env.MATCHDAY_BINARY ?? join(ROOT, "build/asan/src/server/matchday");
export const REPORTS = process.env.MATCHDAY_REPORTS ?? join(ROOT, "build/reports");
export const EXCHANGES = process.env.MATCHDAY_EXCHANGE_DIR ?? join(REPORTS, "exchanges");

/** For `test(name, {skip}, …)`: why tests of the real program can't run, or false. */
export const skip = existsSync(BINARY) ? false : `no program at ${BINARY} (set MATCHDAY_BINARY)`;

/** The options of every test of the real program: none may hang, and none runs without the program. */
export const limits = { skip, timeout: 120_000 };

// A sanitized binary on a busy machine takes seconds to start; this is a limit for hangs, not an expectation.
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
const POLL_MS = 50;

const living = new Set();
const folders = [];
process.on("exit", () => {
  for (const program of living) program.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder that is removed when the test file ends. */
export function temporaryFolder(name = "matchday") {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  folders.push(folder);
  return folder;
}

/** Begins the name of a log whose requests come from a client that is not ours. */
export const FOREIGN = "foreign-";

/** Where the sandbox of one test writes its exchanges; the runner judges all of them at the end. */
export function exchangeLog(name) {
  mkdirSync(EXCHANGES, { recursive: true });
  return join(EXCHANGES, `${name}-${process.pid}-${Date.now()}.jsonl`);
}

/** Waits until `condition()` gives something true, and gives that. Programs run in real time, so this too. */
export async function until(what, condition, { timeout_ms = 30_000 } = {}) {
  const deadline = Date.now() + timeout_ms;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`not within ${timeout_ms / 1000} s: ${what}`);
    await pause(POLL_MS);
  }
}

/** Waits until `condition()` has been true without a break for `stable_ms`. */
export async function untilStable(what, condition, stable_ms, { timeout_ms = 120_000 } = {}) {
  let since = null;
  await until(what, async () => {
    if (!await condition()) since = null;
    else since ??= Date.now();
    return since !== null && Date.now() - since >= stable_ms;
  }, { timeout_ms: timeout_ms + stable_ms });
}

/** One running program. `stdout` and `stderr` hold all that it has printed so far. */
export class Program {
  stdout = "";
  stderr = "";
  url = null;
  #child;
  #ended;

  // `environment` is all that the program sees besides PATH, HOME and the sanitizers' options, and it runs
  // where no matchday.toml lies around: a developer's settings must not decide a test.
  constructor(args, environment = {}) {
    const passed = Object.fromEntries(["PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS"]
      .filter((key) => key in process.env).map((key) => [key, process.env[key]]));
    const env = { ...passed, ...environment };
    this.#child = spawn(BINARY, args, { env, cwd: temporaryFolder(), stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on("data", (text) => { this.stdout += text; });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => { this.stderr += text; });
    // A program that a failed test forgot must not keep the test file from ending; whoever waits keeps a
    // timer.
    this.#child.unref();
    this.#child.stdout.unref();
    this.#child.stderr.unref();
    living.add(this);
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", (error) => {  // it could not even be started
        this.stderr += `${error}\n`;
        living.delete(this);
        resolve({ code: null, signal: null });
      });
      this.#child.on("close", (code, signal) => {
        living.delete(this);
        resolve({ code, signal });
      });
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get running() {
    return living.has(this);
  }

  get output() {
    return `--- stdout\n${this.stdout}--- stderr\n${this.stderr}`;
  }

  /** Waits for the line `listening http://127.0.0.1:PORT`. */
  async listening() {
    this.url = await this.#said(/^listening (http:\/\/\S+)$/m);
    return this;
  }

  /** Waits for the line that tells where the demo's page is; gives that address. */
  async page() {
    return this.#said(/^ *Open (http:\/\/\S+?)\/? /m);
  }

  async #said(pattern) {
    return until(`the program says ${pattern}`, () => {
      if (!this.running) throw new Error(`the program ended before it said ${pattern}\n${this.output}`);
      return pattern.exec(this.stdout)?.[1] ?? null;
    }, { timeout_ms: START_MS_MAX });
  }

  /** Waits until /readyz says 200. */
  async ready() {
    await this.listening();
    await until("the program is ready", async () => {
      if (!this.running) throw new Error(`the program ended before it was ready\n${this.output}`);
      return (await fetch(`${this.url}/readyz`).catch(() => null))?.status === 200;
    }, { timeout_ms: START_MS_MAX });
    return this;
  }

  kill(signal) {
    this.#child.kill(signal);
  }

  /** {code, signal} once the program has ended by itself and all it printed was read. One that does not end
      in time is killed, and this throws. */
  async ended() {
    let timer = null;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, STOP_MS_MAX, null); });
    const result = await Promise.race([this.#ended, late]);
    clearTimeout(timer);
    if (result) return result;
    this.kill("SIGKILL");
    throw new Error(`still running after ${STOP_MS_MAX / 1000} s\n${this.output}`);
  }

  /** Asks the program to end and gives {code, signal}. */
  async stop(signal = "SIGTERM") {
    this.kill(signal);
    return this.ended();
  }
}
