// Many people at once, as the load test and bench/api_load.mjs need them: members with API tokens, put into the
// database because signing in two hundred of them would only measure the sign-in's own limits; clients that call
// without a pause or at a pace; clients that are slow, silent or deaf. SQLite only (Debian's sqlite3).

import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";

import { postWebhook, realPayload } from "./webhooks.mjs";

const FAR_MS = 4_102_444_800_000; // 2100

const sql = (dataFolder, statements) => execFileSync("sqlite3", [join(dataFolder, "matchday.db")],
  { input: `.timeout 10000\nbegin immediate; ${statements} commit;` });

/** Makes organizations; their ids. */
export function addOrganizations(dataFolder, count) {
  const ids = Array.from({ length: count }, (_, index) => String(7_000_000_000_001 + index));
  sql(dataFolder, ids.map((id, index) =>
    `insert into organizations (id, slug, name, created_at_ms) values (${id}, 'load-${index}', 'Load ${index}', 0);`)
    .join("\n"));
  return ids;
}

/** Gives one token of each of `count` new members of an organization. */
export function addMembers(dataFolder, organization, count, first = 1) {
  const tokens = Array.from({ length: count }, () => randomBytes(32).toString("base64url"));
  const rows = tokens.map((token, index) => {
    const user = `9${organization.slice(-6)}${String(first + index).padStart(8, "0")}`;
    const hash = createHash("sha256").update(token).digest("hex");
    return `insert into people values ('${user}', 'Load ${index}', '', 0, 0);
      insert into organization_members values (${organization}, '${user}', 'Load ${index}', 'admin', 'invite', 0);
      insert into api_tokens values (9${organization.slice(-4)}${String(first + index).padStart(6, "0")}, '${user}',
        ${organization}, 'load', '${hash}', 'load', '["organization.read"]', 0, ${FAR_MS}, ${FAR_MS});`;
  });
  sql(dataFolder, rows.join("\n"));
  return tokens;
}

/** One call over a kept connection: {status, ms}. */
function call(address, agent, path, token) {
  const begun = performance.now();
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request(new URL(path, address), { agent, headers }, (answer) => {
      answer.on("data", () => {});
      answer.on("end", () => resolve({ status: answer.statusCode, ms: performance.now() - begun }));
    });
    sent.on("error", () => resolve({ status: 0, ms: performance.now() - begun }));
    sent.end();
  });
}

/** Everybody calls `path` from one address until the time is over: each `every_ms` (0: without a pause). Gives
    {status, ms} of all. */
export async function callAll(address, path, tokens, { seconds, every_ms, from = "127.0.0.1" }) {
  const until = performance.now() + seconds * 1000;
  const results = [];
  await Promise.all(tokens.map(async (token, index) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: from });
    let next = performance.now() + every_ms * index / tokens.length;
    while (performance.now() < until) {
      if (every_ms > 0) await pause(Math.max(0, next - performance.now()));
      next = Math.max(next + every_ms, performance.now());
      results.push(await call(address, agent, path, token));
    }
    agent.destroy();
  }));
  return results;
}

/** The same in a thread of its own. */
export function floodAside(address, path, tokens, options) {
  return new Promise((resolve, reject) => {
    new Worker(new URL("./flood_worker.mjs", import.meta.url), { workerData: { address, path, tokens, options } })
      .on("message", resolve).on("error", reject);
  });
}

/** The same later event of one match again and again, until `stop` is aborted; {status, ms} of all. */
export async function webhooksUntil(stop, server, match, secret) {
  const every_ms = 50;
  const results = [];
  for (let sequence = 2; !stop.aborted; sequence += 1) {
    const begun = performance.now();
    const payload = realPayload("match_status_configuring", match, { sequence });
    const { status } = await postWebhook(server, payload, { secret });
    results.push({ status, ms: performance.now() - begun });
    await pause(every_ms);
  }
  return results;
}

/** p50, p99 and the worst, in ms, of those that were answered with `status`. */
export function quantiles(results, status = 200) {
  const sorted = results.filter((one) => one.status === status).map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), worst: at(1) };
}

/** Clients that nobody wants: silent ones, ones that send a byte a second, ones that never read. */
export class BadClients {
  #sockets = [];
  #timer;

  constructor(address, count, from = "127.0.0.99") {
    const { hostname, port } = new URL(address);
    for (let index = 0; index < count; index += 1) {
      const socket = connect({ host: hostname, port: Number(port), localAddress: from }).on("error", () => {});
      if (index % 3 === 2) {
        socket.pause();
        socket.write("GET /api/openapi.yaml HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20));
      }
      this.#sockets.push(socket);
    }
    this.#timer = setInterval(() => this.#sockets.forEach((socket, index) => {
      if (index % 3 === 1 && socket.writable) socket.write("G");
    }), 1000);
  }

  end() {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}
