// The least of Discord that a benchmark needs: a gateway (real WebSocket, zlib-stream) and REST routes that
// the benchmark gives, in its own process, so that it can put a time on every request. It has no limits and
// no rules: what must be right is tested against the sandbox.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { constants, deflateRawSync } from "node:zlib";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { WebSocketServer } = createRequire(`${ROOT}tests/node/package.json`)("ws");

export const BOT = "1100000000000000001";
export const APPLICATION = "1100000000000000002";
const PREFIX = "/api/v10";
const GENEROUS = { "x-ratelimit-limit": "1000", "x-ratelimit-remaining": "999",
  "x-ratelimit-reset-after": "1", "x-ratelimit-bucket": "generous" };
const ZLIB_HEADER = Buffer.from([0x78, 0x01]);
const WAITING_BYTES_MAX = 4_000_000;

const pause = (time_ms) => new Promise((done) => setTimeout(done, time_ms));

// Independent deflate blocks after the stream's two bytes of header are a valid zlib stream without context.
function packed(message) {
  return deflateRawSync(JSON.stringify(message), { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
}

export class DiscordStub {
  #http;
  #socket = null;
  #sequence = 0;
  #identified;
  #heartbeats = [];

  /** `answer(method, path, body)` gives the JSON of a REST answer, or undefined for an empty list. */
  constructor(answer = () => undefined) {
    const connected = new Promise((done) => { this.#identified = done; });
    this.connected = connected;
    this.#http = createServer((request, response) => {
      const parts = [];
      request.on("data", (part) => parts.push(part)).on("end", () => {
        const path = request.url.slice(PREFIX.length);
        const text = Buffer.concat(parts).toString();
        const body = text === "" ? null : JSON.parse(text);
        const given = path === "/gateway/bot" ? this.#discovery() : answer(request.method, path, body);
        response.writeHead(200, { "content-type": "application/json", ...GENEROUS });
        response.end(JSON.stringify(given ?? (request.method === "PUT" ? body : [])));
      });
    });
    new WebSocketServer({ server: this.#http, perMessageDeflate: false })
      .on("connection", (socket) => this.#accept(socket));
  }

  async listen() {
    await new Promise((done) => this.#http.listen(0, "127.0.0.1", done));
    return this;
  }

  get #place() {
    return `127.0.0.1:${this.#http.address().port}`;
  }
  get apiUrl() {
    return `http://${this.#place}${PREFIX}`;
  }

  #discovery() {
    return { url: `ws://${this.#place}`, shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 } };
  }

  #accept(socket) {
    const hello = packed({ t: null, s: null, op: 10, d: { heartbeat_interval: 41250 } });
    socket.send(Buffer.concat([ZLIB_HEADER, hello]));
    socket.on("message", (text) => {
      const { op, d } = JSON.parse(text);
      if (op === 1) {
        socket.send(packed({ t: null, s: null, op: 11, d: null }));
        for (const waiter of this.#heartbeats.splice(0)) waiter(d);
      } else if (op === 2) {
        this.#socket = socket;
        this.#identified();
      }
    });
  }

  /** READY with these guilds, which come with their own GUILD_CREATE. */
  ready(guildIds) {
    this.dispatch("READY", { v: 10, user: { id: BOT, username: "matchday", bot: true }, session_id: "bench",
      resume_gateway_url: `ws://${this.#place}`, application: { id: APPLICATION, flags: 0 },
      guilds: guildIds.map((id) => ({ id, unavailable: true })) });
  }

  /** An event as it goes over the wire, for sending it later: {bytes, size of its JSON}. */
  pack(type, data) {
    this.#sequence += 1;
    const message = { t: type, s: this.#sequence, op: 0, d: data };
    return { bytes: packed(message), size: JSON.stringify(message).length };
  }

  dispatch(type, data) {
    this.#socket.send(this.pack(type, data).bytes);
  }

  /** Sends what pack() gave, without filling this side's memory. */
  async send({ bytes }) {
    this.#socket.send(bytes);
    while (this.#socket.bufferedAmount > WAITING_BYTES_MAX) await pause(1);
  }

  /** Until everything that was sent has been handled: a heartbeat carries the sequence of the last event. */
  async handled() {
    for (;;) {
      const answered = new Promise((done) => this.#heartbeats.push(done));
      this.#socket.send(packed({ t: null, s: null, op: 1, d: null }));
      if (await answered === this.#sequence) return;
      await pause(100);
    }
  }
}
