// Several Matchday processes on one database, as an operator would run them: a PostgreSQL of their own, a
// pooler, lines (TCP proxies) that can be cut without a word, and the processes themselves. Everything is on
// ports that the system chose and is gone when the test file ends. Not here: what must be true afterwards
// (process/cluster_scenarios.mjs).

import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { ROOT, skip as noProgram, temporaryFolder, until } from "./programs.mjs";
import { Sandbox, startServer } from "./sandbox.mjs";

const POSTGRES = "/usr/lib/postgresql";
const PGBOUNCER = "/usr/sbin/pgbouncer";
const TOOL = join(ROOT, "tools/postgres");
const HOST = "127.0.0.1";
const STATE_KEPT_MS = 200;  // how old a picture of the sandbox may be: each costs a sanitized program time
const ASKED_MS_MAX = 2_000;  // a stopped process never answers

const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).map(Number).filter((n) => n > 0) : [];
const PSQL = join(POSTGRES, String(Math.max(...versions)), "bin/psql");

/** For `test(name, {skip}, …)`: why a cluster can't be run here, or false. */
export const noPostgres = versions.length > 0 ? false :
  `no PostgreSQL in ${POSTGRES} (tools/install_packages test)`;
export const skip = noProgram || noPostgres;
export const noPooler = existsSync(PGBOUNCER) ? false : `no ${PGBOUNCER} (tools/install_packages test)`;

const run = promisify(execFile);
const cleanups = new Set();
process.on("exit", () => {
  for (const clean of cleanups) clean();
});

async function answers(url) {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port });
  const answer = new Promise((resolve) => {
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
  });
  return answer.finally(() => socket.destroy());
}

/** A PostgreSQL server of one's own. */
export class Postgres {
  static #count = 0;
  #folder;
  #clean;

  static async start() {
    const postgres = new Postgres();
    // Not in one of our own folders: the server runs as another user, who may not enter those.
    postgres.#folder = join(tmpdir(), `matchday-postgres-${process.pid}-${Postgres.#count += 1}`);
    postgres.#clean = () => spawnSync(TOOL, ["stop", postgres.#folder]);
    cleanups.add(postgres.#clean);
    const { stdout } = await run(TOOL, ["start", postgres.#folder, "fsync=off"]);
    postgres.url = stdout.trim();
    return postgres;
  }

  /** A new database; its URL. */
  async database(name) {
    await run(PSQL, ["-X", "-q", "-d", this.url, "-c", `create database ${name}`]);
    return this.url.replace(/[^/]*$/, name);
  }

  /** Stops it as a crash would, and starts it again on the same port. */
  async crash() {
    await run(TOOL, ["restart", this.#folder, "immediate"]);
  }

  async answers() {
    return answers(this.url);
  }

  async stop() {
    await run(TOOL, ["stop", this.#folder]);
    cleanups.delete(this.#clean);
  }
}

/** A line to where `url` leads. It remembers the HTTP requests that went over it, and can be cut: then
    nothing passes in either direction and nobody is told, as with a broken network. What was on its way
    arrives when it heals. */
export class Line {
  requests = [];  // {at, what}; "POST /discord/api/v10/guilds/1/channels"
  #server;
  #target;
  #isCut = false;
  #pairs = new Set();

  static async open(url) {
    const line = new Line();
    const { hostname: host, port } = new URL(url);
    line.#target = { host, port, allowHalfOpen: true };
    line.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => line.#take(near));
    line.#server.unref();
    await new Promise((resolve) => { line.#server.listen(0, HOST, resolve); });
    line.url = line.through(url);
    return line;
  }

  /** The same URL over this line. */
  through(url) {
    return url.replace(/(@|\/\/)([^/@]+)(?=\/|$)/, `$1${HOST}:${this.#server.address().port}`);
  }

  cut() {
    this.#isCut = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far?.pause();
    }
  }

  heal() {
    this.#isCut = false;
    for (const pair of this.#pairs) this.#join(pair);
  }

  async close() {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far?.destroy();
    }
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  #take(near) {
    const pair = { near, far: null };
    this.#pairs.add(pair);
    near.unref();
    near.on("error", () => {}).on("close", () => {
      this.#pairs.delete(pair);
      pair.far?.destroy();
    });
    if (!this.#isCut) this.#join(pair);
  }

  #join(pair) {
    const { near } = pair;
    if (!pair.far) {
      pair.far = connect(this.#target);
      pair.far.unref();
      pair.far.on("error", () => {}).on("close", () => near.destroy());
      near.on("data", (bytes) => {
        this.#note(bytes);
        pair.far.write(bytes);
      }).on("end", () => pair.far.end());
      pair.far.on("data", (bytes) => near.write(bytes)).on("end", () => near.end());
    }
    near.resume();
    pair.far.resume();
  }

  #note(bytes) {
    const request = /^(?:GET|POST|PUT|PATCH|DELETE) \S+/.exec(bytes.toString("latin1", 0, 500));
    if (request) this.requests.push({ at: Date.now(), what: request[0] });
  }
}

/** pgbouncer in front of a database, in transaction mode, with few connections. */
export class Pooler {
  #child;
  #clean;

  static async start(url, { connections }) {
    const pooler = new Pooler();
    const { hostname, port, username } = new URL(url);
    const own = await freePort();
    const folder = temporaryFolder("matchday-pooler");
    chmodSync(folder, 0o755);
    const file = join(folder, "pgbouncer.ini");
    writeFileSync(file, `[databases]\n* = host=${hostname} port=${port} user=${username}\n` +
      `[pgbouncer]\nlisten_addr = ${HOST}\nlisten_port = ${own}\nunix_socket_dir =\nauth_type = any\n` +
      `pool_mode = transaction\ndefault_pool_size = ${connections}\nmax_client_conn = 100\n`);
    pooler.#child = spawn(PGBOUNCER, [file], { ...unprivileged(), cwd: "/", stdio: "ignore" });
    pooler.#child.unref();
    pooler.#clean = () => pooler.#child.kill("SIGKILL");
    cleanups.add(pooler.#clean);
    pooler.url = url.replace(`:${port}/`, `:${own}/`);
    await until("the pooler answers", () => answers(pooler.url));
    return pooler;
  }

  async stop() {
    const ended = new Promise((resolve) => { this.#child.on("exit", resolve); });
    this.#child.kill("SIGKILL");
    await ended;
    cleanups.delete(this.#clean);
  }
}

// pgbouncer refuses root, who therefore gives it to the user that PostgreSQL's package made.
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = (which) => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

// For a program that can't be told to take any: free a moment ago.
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, HOST, resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

/** One of several processes, with its own lines to the platforms and to the database. */
export class Member {
  static async start(name, { sandbox, dataFolder, database, roles }) {
    const member = new Member();
    member.name = name;
    member.platforms = await Line.open(sandbox.url);
    member.database = await Line.open(database);
    member.program = startServer(sandbox, { dataFolder, changes: {
      MATCHDAY_DATABASE_URL: member.database.url,
      MATCHDAY_ROLES: roles,
      MATCHDAY_DISCORD_API_URL: member.platforms.through(`${sandbox.url}/discord/api/v10`),
      MATCHDAY_FACEIT_API_URL: member.platforms.through(`${sandbox.url}/faceit/data/v4`),
    } });
    return member;
  }

  /** Where it listens now: a process that begins anew may say another address. */
  get url() {
    return [...this.program.stdout.matchAll(/^listening (http:\/\/\S+)$/gm)].at(-1)?.[1] ?? null;
  }

  /** How often it has begun anew. */
  get beginnings() {
    return this.program.stdout.match(/^listening /gm)?.length ?? 0;
  }

  async #get(path) {
    if (!this.url || !this.program.running) return null;
    return fetch(this.url + path, { signal: AbortSignal.timeout(ASKED_MS_MAX) }).catch(() => null);
  }

  async isReady() {
    return (await this.#get("/readyz"))?.status === 200;
  }

  /** Whether it is the one that talks with the platforms; null when it does not answer. */
  async isSender() {
    const page = await (await this.#get("/metrics"))?.text().catch(() => null);
    const value = page && /^matchday_sender (\d)$/m.exec(page);
    return value ? value[1] === "1" : null;
  }

  kill(signal) {
    this.program.kill(signal);
  }

  async close() {
    if (this.program.running) {
      this.kill("SIGCONT");
      this.kill("SIGKILL");
      await this.program.ended();
    }
    await this.platforms.close();
    await this.database.close();
  }
}

/** A sandbox with members that share `database`. */
export class Cluster {
  members = [];
  #picture = null;

  /** `roles` of each member, by its name. All start at once; gives a cluster of which one member is the
      sender, all are ready and everybody is linked. FACEIT tells the member called `web`. */
  static async start(name, { database, roles, web }) {
    const cluster = new Cluster();
    try {
      cluster.sandbox = await Sandbox.start(name);
      const shared = { sandbox: cluster.sandbox, dataFolder: temporaryFolder("matchday-cluster"), database };
      cluster.members = await Promise.all(Object.entries(roles)
        .map(([member, its]) => Member.start(member, { ...shared, roles: its })));
      await Promise.all(cluster.members.map(({ program }) => program.ready()));
      const sender = await cluster.sender();
      await until("the sender is ready", () => sender.isReady(), { timeout_ms: 60_000 });
      await cluster.sandbox.registerAll();
      await cluster.sandbox.sendWebhooksTo(cluster.member(web));
      return cluster;
    } catch (error) {
      error.message += cluster.told();
      await cluster.stop();
      throw error;
    }
  }

  member(name) {
    return this.members.find((member) => member.name === name);
  }

  /** The member that talks with the platforms, as soon as there is one. */
  async sender({ timeout_ms = 60_000 } = {}) {
    return until("one process is the sender", async () => {
      const answers = await Promise.all(this.members.map((member) => member.isSender()));
      return this.members[answers.indexOf(true)] ?? null;
    }, { timeout_ms });
  }

  /** The sandbox's state, at most a moment old, for many who wait at once. */
  async state() {
    if (!this.#picture || Date.now() - this.#picture.at > STATE_KEPT_MS)
      this.#picture = { at: Date.now(), state: this.sandbox.state() };
    return this.#picture.state;
  }

  async guild() {
    const { discord } = await this.state();
    return discord.guilds.find(({ id }) => id === this.sandbox.demo.guild_id);
  }

  /** The ends of what the members said, for the message of a failure. */
  told() {
    return this.members.map(({ name, program }) => `\n--- ${name}\n${program.output.slice(-4000)}`).join("");
  }

  async stop() {
    await Promise.all(this.members.map((member) => member.close()));
    await this.sandbox?.stop();
  }
}
