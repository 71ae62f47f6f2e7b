// A backup that is taken while the server works, and what happens when it is put back: nothing that is there is made
// twice, nothing that is there is removed, until an operator says so (promise P13). Also: what is refused, and that
// a refusal changes nothing.

import assert from "node:assert/strict";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync,
  writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { Program, limits, temporaryFolder, until, untilStable } from "../support/programs.mjs";
import { Sandbox, serverEnvironment, startServer } from "../support/sandbox.mjs";

const AUDIT_CHANNEL_CREATE = 10;

let sandbox = null;
let server = null;
const dataFolder = temporaryFolder("matchday-backup");
const backups = temporaryFolder("matchday-backups");
const backup = join(backups, "evening.db");

async function say(args, { folder = dataFolder, changes = {} } = {}) {
  const program = new Program(args, serverEnvironment(sandbox, folder, changes));
  const { code } = await program.ended();
  return { code, text: program.stdout + program.stderr };
}

async function serve() {
  server = startServer(sandbox, { dataFolder });
  await server.ready();
  await sandbox.sendWebhooksTo(server);
}

async function creations() {
  const { audit_log: log } = await sandbox.guild();
  return log.filter((entry) => entry.action_type === AUDIT_CHANNEL_CREATE &&
    JSON.stringify(entry).includes("Match ")).length;
}

const roomIsThere = async () => (await sandbox.matchChannels()).length === 1;

test("a backup is written while the server works, and says what belongs to it", limits, async () => {
  sandbox = await Sandbox.start("backup");
  await serve();
  await sandbox.registerAll();
  const { code, text } = await say(["backup", backup]);
  assert.equal(code, 0, text);
  assert.match(text, /matchday\.key/);
  assert.ok(statSync(backup).size > 10_000);
  assert.deepEqual(readdirSync(backups), ["evening.db"]);
});

test("an old backup that is put back under a live match makes no second room", limits, async () => {
  const matchId = await sandbox.createMatch("real");
  await until("the room is there", roomIsThere);
  await until("the players sit in it", async () =>
    (await sandbox.sittingIn((await sandbox.matchChannels())[0].id)).length === 5);
  const room = (await sandbox.matchChannels())[0].id;
  const before = await creations();
  assert.equal(before, 1);
  await server.stop("SIGKILL");

  const { code, text } = await say(["restore", backup]);
  assert.equal(code, 0, text);
  assert.match(text, /adopt-identity/);
  assert.ok(readdirSync(dataFolder).some((name) => name.includes("before-restore")), "what was there is kept");

  await serve();
  // The match is unknown to the backup; its next webhook tells of it.
  await sandbox.stepMatch(matchId, "ready");
  await untilStable("the one room stays the one room", roomIsThere, 5_000);
  assert.equal((await sandbox.matchChannels())[0].id, room);
  assert.equal(await creations(), before, "channels ever made");

  await sandbox.stepMatch(matchId, "finish");
  await until("the adopted room is removed", async () => !await roomIsThere());
  assert.equal(await creations(), before, "channels ever made");
});

test("a restore can be taken back with everything that was committed last", limits, async () => {
  const folder = temporaryFolder("matchday-undo");
  const other = startServer(sandbox, { dataFolder: folder });
  await other.ready();
  await other.stop("SIGKILL");  // what was committed last stands in the log beside the database
  const size = () => statSync(join(folder, "matchday.db")).size;
  const first = await say(["restore", backup], { folder });
  assert.equal(first.code, 0, first.text);
  const [kept] = readdirSync(folder).filter((name) => name.includes("before-restore"));
  const second = await say(["restore", join(folder, kept)], { folder });
  assert.equal(second.code, 0, second.text);
  assert.ok(size() > 100_000, `${size()} bytes are no database of ours`);
  const again = startServer(sandbox, { dataFolder: folder });
  await again.ready();
  await again.stop();
});

test("a restore that fails half-way has changed nothing", limits, async () => {
  const folder = temporaryFolder("matchday-half");
  assert.equal((await say(["restore", backup], { folder })).code, 0);
  rmSync(join(folder, "matchday.restored"), { force: true });
  mkdirSync(join(folder, "matchday.restored"));  // what must be written before the database counts
  const { code, text } = await say(["restore", backup], { folder });
  assert.equal(code, 1, text);
  assert.deepEqual(readdirSync(folder).filter((name) => /before-restore|db\.restored/.test(name)), [],
    "nothing is left behind");
  const adopted = await say(["adopt-identity"], { folder });
  assert.equal(adopted.code, 0, adopted.text);
});

test("the operator has the last word, once the server stands still", limits, async () => {
  const running = await say(["adopt-identity"]);
  assert.equal(running.code, 1, "while it runs");
  assert.match(running.text, /Another Matchday process works in/);
  await server.stop();
  const { code, text } = await say(["adopt-identity"]);
  assert.equal(code, 0, text);
});

test("a copy of the data folder is noticed, goes on, and is careful", limits, async () => {
  const copy = temporaryFolder("matchday-copy");
  cpSync(dataFolder, copy, { recursive: true });
  const other = startServer(sandbox, { dataFolder: copy });
  await other.ready();
  assert.match(other.output, /is a copy, or was moved/);
  await other.stop();
  assert.equal((await say(["adopt-identity"], { folder: copy })).code, 0);
  const adopted = startServer(sandbox, { dataFolder: copy });
  await adopted.ready();
  assert.doesNotMatch(adopted.output, /is a copy/);
  await adopted.stop();
});

test("a database does not open with another key", limits, async () => {
  const copy = temporaryFolder("matchday-copy");
  copyFileSync(backup, join(copy, "matchday.db"));
  const { code, text } = await say(["serve"], { folder: copy });
  assert.equal(code, 1);
  assert.match(text, /The key .*matchday\.key is missing/);
  assert.ok(!existsSync(join(copy, "matchday.key")), "no key is made that would be taken for the right one");
  writeFileSync(join(copy, "matchday.key"), `${"ab".repeat(32)}\n`);
  const wrong = await say(["serve"], { folder: copy });
  assert.equal(wrong.code, 1);
  assert.match(wrong.text, /belongs to another key/);
});

test("what cannot be a backup is refused, and changes nothing", limits, async () => {
  const database = join(dataFolder, "matchday.db");
  const before = readFileSync(database);
  const junk = join(backups, "junk.db");
  writeFileSync(junk, "this is no database".repeat(100));
  const torn = join(backups, "torn.db");
  writeFileSync(torn, readFileSync(backup).subarray(0, 20_000));
  for (const [args, said] of [
    [["restore", junk], /is no backup of Matchday's/],
    [["restore", torn], /is no backup of Matchday's|is damaged/],
    [["restore", join(backups, "nothing.db")], /There is no file/],
    [["restore"], /Which backup\?/],
    [["backup", backup], /exists already/],
    [["backup", join(backups, "no/such/folder.db")], /cannot be written/],
  ]) {
    const { code, text } = await say(args);
    assert.equal(code, 1, args.join(" "));
    assert.match(text, said);
  }
  assert.ok(before.equals(readFileSync(database)));
  assert.ok(!existsSync(join(dataFolder, "matchday.restored")));
});

test("the sandbox stops", limits, async () => {
  await sandbox.stop();
});
