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

// A sanitized binary on a busy machine takes seconds to start; this is a limit for hangs, not an expectation.
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
const POLL_MS = 50;

const living = new Set();
process.on("exit", () => {
  for (const program of living) program.kill("SIGKILL");
});

/** A new empty folder that is removed when the test file ends. */
export function temporaryFolder(name = "matchday") {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where the sandbox of one test writes its exchanges; the runner judges all of them at the end. */
export function exchangeLog(name) {
  mkdirSync(EXCHANGES, { recursive: true });
  return join(EXCHANGES, `${name.replace(/[^a-z0-9]+/gi, "_")}-${process.pid}-${Date.now()}.jsonl`);
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

  // `environment` is all that the program sees besides PATH, HOME and the sanitizers' options, and it runs where no
  // matchday.toml lies around: a developer's settings must not decide a test.
  constructor(args, environment = {}) {
    const passed = Object.fromEntries(["PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS"]
      .filter((key) => key in process.env).map((key) => [key, process.env[key]]));
    const env = { ...passed, ...environment };
    this.#child = spawn(BINARY, args, { env, cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on("data", (text) => { this.stdout += text; });
    this.#child.stderr.setEncoding("utf8").on("data", (text) => { this.stderr += text; });
    living.add(this);
    /** Resolves with {code, signal} when the program has ended and everything it printed was read. */
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code, signal) => {
        living.delete(this);
        resolve({ code, signal });
      });
    });
  }

  get running() {
    return living.has(this);
  }

  get output() {
    return `--- stdout\n${this.stdout}--- stderr\n${this.stderr}`;
  }

  /** Waits for the line `listening http://127.0.0.1:PORT`. */
  async listening() {
    await until("the program listens", () => {
      if (!this.running) throw new Error(`the program ended before it listened\n${this.output}`);
      this.url = /^listening (http:\/\/\S+)$/m.exec(this.stdout)?.[1] ?? null;
      return this.url;
    }, { timeout_ms: START_MS_MAX });
    return this;
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

  /** Ends the program and gives {code, signal}. One that does not end in time is killed and throws. */
  async stop(signal = "SIGTERM") {
    this.kill(signal);
    const waited = new AbortController();
    const late = pause(STOP_MS_MAX, "late", { signal: waited.signal, ref: false }).catch(() => "ended");
    const result = await Promise.race([this.ended, late]);
    waited.abort();
    if (result !== "late") return result;
    this.kill("SIGKILL");
    throw new Error(`still running ${STOP_MS_MAX / 1000} s after ${signal}\n${this.output}`);
  }
}
