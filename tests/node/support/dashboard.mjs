// Somebody who is signed in to the dashboard, without a browser: cookies, the token against forged requests, and
// the way over simulated Discord's page.

import { createServer } from "node:net";

/** Discord's redirect addresses are literal: the port must be known before the demo starts. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Visitor {
  #cookies = new Map();
  #csrf = "";

  constructor(address) {
    this.address = address;
  }

  async #fetch(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", ...options,
      headers: { ...options.headers, ...(cookie && url.startsWith(this.address) ? { cookie } : {}) } });
    for (const one of answer.headers.getSetCookie?.() ?? [answer.headers.get("set-cookie")].filter(Boolean)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one);
      if (one.includes("Max-Age=0;")) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  /** `user`: an id of Discord's. */
  async signIn(user) {
    const away = await this.#fetch(`${this.address}/auth/login`);
    const back = await this.#fetch(`${away.headers.get("location")}&as=${user}`);
    await this.#fetch(back.headers.get("location"));
    this.#csrf = (await this.api("GET", "/api/me")).body.csrf_token;
  }

  /** An answer that goes on; its reader. */
  async listen(path, signal) {
    const answer = await this.#fetch(this.address + path, { signal });
    return { answer, reader: answer.body.pipeThrough(new TextDecoderStream()).getReader() };
  }

  /** One call of the API: {status, headers, body}. */
  async api(method, path, body = undefined, headers = {}) {
    const answer = await this.#fetch(this.address + path, { method,
      headers: { ...headers, ...(method === "GET" ? {} : { "x-csrf-token": this.#csrf }),
        ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  }
}
