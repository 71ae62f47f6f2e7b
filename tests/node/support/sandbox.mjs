// The sandbox as a test uses it: simulated Discord and FACEIT in the real program, its control API, and a
// Matchday server connected to it. What the tests believe about the outcome is read here, from the sandbox,
// never from Matchday.

import { Program, exchangeLog, temporaryFolder, until } from "./programs.mjs";

const JSON_BODY = { "content-type": "application/json" };

export class Sandbox {
  /** Credentials and ids of the ready-made world (GET /control/demo). */
  demo = null;

  /** `url` is where the sandbox is reached; for `matchday demo` that is another port than the server's. */
  constructor(program, url = program.url) {
    this.program = program;
    this.url = url;
  }

  /** `name` names the exchange log, which the runner judges afterwards. */
  static async start(name) {
    const program = new Program(["sandbox", "--port", "0", "--exchange-log", exchangeLog(name)]);
    await program.listening();
    const sandbox = new Sandbox(program);
    sandbox.demo = await sandbox.control("GET", "/control/demo");
    return sandbox;
  }

  async stop() {
    return this.program.stop("SIGTERM");
  }

  /** One request to the control API; its JSON answer. Anything but a 2xx throws. */
  async control(method, path, body) {
    const content = body === undefined ? {} : { headers: JSON_BODY, body: JSON.stringify(body) };
    const answer = await fetch(this.url + path, { method, ...content });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  async state() {
    return this.control("GET", "/control/state");
  }

  async guild() {
    const { discord } = await this.state();
    return discord.guilds.find(({ id }) => id === this.demo.guild_id);
  }

  /** Voice channels that the bot made, oldest first, as the guild's own listing shows them. */
  async matchChannels() {
    const { channels } = await this.guild();
    return channels.filter((channel) => channel.made_by_bot && channel.type === 2);
  }

  /** Names of those sitting in a channel, or null when there is no such channel. */
  async sittingIn(channelId) {
    const { channels } = await this.guild();
    return channels.find(({ id }) => id === channelId)?.sitting ?? null;
  }

  // ---- FACEIT

  /** Makes a match and gives its id. FACEIT tells the webhook target, if one is set. `players`: two lists of
      nicknames; without it the ready-made teams of five. */
  async createMatch(shape = "real", players = undefined) {
    return (await this.control("POST", "/control/faceit/matches", { shape, players })).match_id;
  }

  async stepMatch(matchId, step) {
    return this.control("POST", `/control/faceit/matches/${matchId}/${step}`);
  }

  async sendWebhooksTo(server) {
    await this.control("POST", "/control/faceit/webhook-target", { url: `${server.url}/faceit-webhook`,
      header: this.demo.webhook_header, secret: this.demo.webhook_secret });
  }

  // ---- People on Discord

  async joinVoice(userId, channelId) {
    await this.control("POST", "/control/discord/voice", { user_id: userId, channel_id: channelId });
  }

  /** What the user of an interaction sees once it has been answered, or has failed. */
  async answerTo(interactionId) {
    return until(`an answer to interaction ${interactionId}`, async () => {
      const view = await this.control("GET", `/control/discord/interactions/${interactionId}`);
      return view.state === "thinking" ? null : view;
    });
  }

  /** Runs a slash command as a user and gives what that user sees in the end. */
  async command(userId, command, options = {}) {
    const { interaction_id: id } = await this.control("POST", "/control/discord/command",
      { user_id: userId, channel_id: this.demo.general_channel_id, command, options });
    return this.answerTo(id);
  }

  /** Links all ten players by /register, as people would, and waits for the last answer. */
  async registerAll() {
    const { interaction_ids: ids } = await this.control("POST", "/control/demo/register-all");
    for (const id of ids) await this.answerTo(id);
  }

  // ---- Faults

  async addFault(rule) {
    return this.control("POST", "/control/faults", rule);
  }

  async clearFaults() {
    await this.control("DELETE", "/control/faults");
  }

  /** The request that a hold rule keeps, as soon as there is one; null when none came in time. */
  async waitForHold(timeout_ms) {
    const { holds } = await this.control("GET", `/control/holds/wait?timeout_ms=${timeout_ms}`);
    return holds?.[0] ?? null;
  }

  /** With `drop` the held requests have no further effect and no answer, else they go on. */
  async releaseHolds({ drop }) {
    await this.control("POST", "/control/holds/release", { drop });
  }

  /** How many requests Discord has had so far: the number that hold rules count by. */
  async discordRequests() {
    const { timeline } = await this.state();
    const requests = timeline.filter(({ platform }) => platform === "discord");
    return Math.max(0, ...requests.map(({ number }) => number));
  }
}

/** The environment of a Matchday that belongs to `sandbox`, in the names of the seed's .env file. */
export function serverEnvironment(sandbox, dataFolder, changes = {}) {
  const { demo } = sandbox;
  return {
    MATCHDAY_DATA_DIR: dataFolder,
    MATCHDAY_LISTEN: "127.0.0.1:0",
    MATCHDAY_DISCORD_API_URL: `${sandbox.url}/discord/api/v10`,
    MATCHDAY_FACEIT_API_URL: `${sandbox.url}/faceit/data/v4`,
    DISCORD_TOKEN: demo.bot_token,
    DISCORD_GUILD_ID: demo.guild_id,
    FACEIT_API_KEY: demo.faceit_api_key,
    WEBHOOK_SECRET: demo.webhook_secret,
    VC_CATEGORY_ID: demo.matches_category_id,
    LOBBY_VC_ID: demo.lobby_channel_id,
    ALERT_CHANNEL_ID: demo.match_alerts_channel_id,
    ...changes,
  };
}

/** Starts `matchday serve`. `changes` to the environment; undefined removes a variable. Does not wait. */
export function startServer(sandbox, { dataFolder = temporaryFolder(), changes = {} } = {}) {
  const environment = serverEnvironment(sandbox, dataFolder, changes);
  for (const [key, value] of Object.entries(environment)) if (value === undefined) delete environment[key];
  const server = new Program(["serve"], environment);
  server.dataFolder = dataFolder;
  return server;
}
