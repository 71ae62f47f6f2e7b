#!/usr/bin/env node
// The API under load: two hundred members of eight organizations call it for 30 s, each twice a second, while 20
// webhooks a second come in and 150 clients are silent, slow or deaf; then one organization's ten members alone, and
// the same beside sixty members of another who flood. Needs the release build, Debian's sqlite3 and `npm ci` in
// tests/node.
// usage: bench/api_load.mjs [program] [seconds]

import { readFileSync } from "node:fs";
import { resolve, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const here = new URL(".", import.meta.url).pathname;
process.env.MATCHDAY_BINARY = resolve(process.argv[2] ?? join(here, "../build/release/src/server/matchday"));
const { temporaryFolder } = await import("../tests/node/support/programs.mjs");
const { Sandbox, startServer } = await import("../tests/node/support/sandbox.mjs");
const { BadClients, addMembers, addOrganizations, callAll, floodAside, quantiles, webhooksUntil } =
  await import("../tests/node/support/load.mjs");
const { matchDocument } = await import("../tests/node/support/webhooks.mjs");
const seconds = Number(process.argv[3] ?? 30);

const dataFolder = temporaryFolder("matchday-bench");
const sandbox = await Sandbox.start("bench");
const server = startServer(sandbox, { dataFolder });
await server.ready();
const match = await matchDocument(sandbox, await sandbox.createMatch());
const organizations = addOrganizations(dataFolder, 9);
const pathOf = (organization) => `/api/organizations/${organization}/matches?all=true`;
const resident = () =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) / 1024);
const show = (name, { count, p50, p99, worst }) => process.stdout.write(
  `${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, worst ${worst.toFixed(1)} ms (${count})\n`);

async function crowd(bad) {
  const stop = new AbortController();
  const unwanted = bad ? new BadClients(server.url, 150) : null;
  const sent = webhooksUntil(stop.signal, server, match, sandbox.demo.webhook_secret);
  const results = (await Promise.all(organizations.slice(0, 8).map((organization, index) =>
    callAll(server.url, pathOf(organization), tokens[index],
      { seconds, every_ms: 500, from: `127.0.0.${index + 2}` })))).flat();
  stop.abort();
  unwanted?.end();
  const name = bad ? "beside 150 bad clients" : "without bad clients";
  show(`200 clients, ${seconds} s, ${name}: API`, quantiles(results));
  show(`200 clients, ${seconds} s, ${name}: webhook`, quantiles(await sent));
  const refused = results.filter(({ status }) => status !== 200).length;
  process.stdout.write(`refused or failed: ${refused}, ${resident()} MB\n`);
}

const tokens = organizations.slice(0, 8).map((organization) => addMembers(dataFolder, organization, 25));
process.stdout.write(`idle: ${resident()} MB\n`);
await crowd(false);
await crowd(true);

const ours = addMembers(dataFolder, organizations[0], 10, 1000);
const theirs = addMembers(dataFolder, organizations[8], 60, 1000);
const measure = () => callAll(server.url, pathOf(organizations[0]), ours,
  { seconds: 15, every_ms: 400, from: "127.0.0.3" });
await measure();
show("ten members alone", quantiles(await measure()));
const flood = floodAside(server.url, pathOf(organizations[8]), theirs,
  { seconds: 18, every_ms: 0, from: "127.0.0.2" });
await pause(1000);
show("ten members beside a flood", quantiles(await measure()));
const flooded = await flood;
process.stdout.write(`the flood: ${flooded.length} answers in 18 s, ` +
  `${flooded.filter(({ status }) => status === 429).length} of them 429; ${resident()} MB\n`);
await server.stop();
await sandbox.stop();
