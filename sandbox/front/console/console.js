// The console's beginning and heart: asks the sandbox for its state, gives it to the views, and knows what
// the one big button does next. The views draw (server.js, chat.js, matches.js, story.js, faults.js); nothing
// here draws.

import { post, state as fetchState } from './api.js';
import { World } from './world.js';
import { drawServer } from './server.js';
import { drawChat, showNewest, startChat } from './chat.js';
import { drawMatches } from './matches.js';
import { drawNewMatch, startNewMatch } from './new_match.js';
import { drawScore } from './score.js';
import { drawStory, startStory } from './story.js';
import { drawFaults } from './faults.js';
import { drawOsu } from './osu.js';

// Between the steps of a started match: long enough to see each one take effect.
const stepPause = 1500;
const retryPause = 1000;

const element = (id) => document.getElementById(id);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const app = {
  world: null,
  channel: null, // the selected channel
  acting: null, // the user whom the visitor plays
  busy: false, // the big button is at work
  dismissed: new Set(), // private messages that the visitor has seen enough of
  dragging: false, // somebody is on the way from channel to channel

  // Does something, and says the sandbox's sentence when it refuses.
  async act(doing) {
    try {
      notice('');
      return await doing();
    } catch (error) {
      notice(error.message);
      return undefined;
    }
  },
  say(text) {
    element('said').textContent = text;
  },
  dismiss(message) {
    app.dismissed.add(message);
    draw();
  },
  be(user) {
    app.acting = user;
    draw();
  },
  // An interaction, as soon as the bot has answered it in some way, or Discord has given up waiting.
  answered(id) {
    return new Promise((resolve) => {
      expected.set(id, resolve);
      settle();
    });
  },
  draw,
};

const expected = new Map();

function settle() {
  for (const [id, resolve] of expected) {
    const interaction = app.world?.interaction(id);
    if (!interaction || interaction.state === 'waiting') continue;
    expected.delete(id);
    resolve(interaction);
  }
}

function notice(text, kind = 'error') {
  const box = element('notice');
  box.hidden = !text;
  box.textContent = text;
  box.dataset.kind = kind;
}

function draw() {
  const { world } = app;
  if (!world) return;
  app.channel ??= world.demo.match_cards_channel_id;
  app.acting ??= world.demo.players[0]?.user_id;
  drawBotState(world);
  drawPrimary(world);
  drawServer(app);
  drawStory(app);
  drawChat(app);
  drawMatches(app);
  drawNewMatch(app);
  drawOsu(app);
  drawFaults(app);
}

function drawBotState(world) {
  const pill = element('bot-state');
  const connected = world.state.bot_connected;
  pill.textContent = connected ? 'Matchday is connected' : 'Matchday is not connected';
  pill.dataset.kind = connected ? 'good' : 'bad';
  const box = element('notice');
  if (!connected && box.hidden) {
    notice(
      'Matchday is not connected yet. ./run starts it together with this page; if it runs somewhere else, ' +
        `point its Discord and FACEIT addresses at ${world.state.base_url}.`,
      'waiting',
    );
  } else if (connected && box.dataset.kind === 'waiting') {
    notice('');
  }
}

// ---- The big button: one match at a time, from beginning to end.

// What a match that has not begun still has to go through.
const steps = [
  ['CONFIGURING', 'configuring', 'Server is being set up…'],
  ['READY', 'ready', 'Match is ready…'],
  ['ONGOING', 'ongoing', 'Match goes live…'],
];

// A match that is only scheduled does not keep another from being started.
const currentMatch = (world) =>
  world.matches().find((match) => !world.isOver(match) && match.status !== 'SCHEDULED');

function drawPrimary(world) {
  const button = element('primary');
  const match = currentMatch(world);
  const live = match?.status === 'ONGOING';
  button.disabled = app.busy;
  if (!app.busy) button.textContent = live ? 'Finish match' : match ? 'Play on' : 'Start match';
  button.dataset.kind = live ? 'finish' : 'start';
  drawScore(app, live && !app.busy ? match : null);
}

// Whoever left voice comes back to the lobby: a match begins with people who wait for it.
async function gather(world) {
  const away = world.demo.players.filter((player) => !world.voiceOf(player.user_id));
  if (away.length) progress('Players join the lobby…');
  for (const player of away) {
    await post('/discord/voice', { user_id: player.user_id, channel_id: world.demo.lobby_channel_id });
  }
}

async function startMatch() {
  await gather(app.world);
  if (!app.world.state.registered_all && app.world.state.bot_connected) {
    progress('Players link their FACEIT accounts…');
    await post('/demo/register-all');
    await pause(stepPause);
  }
  progress('Making the match…');
  const { match_id: match } = await post('/faceit/matches', { shape: 'real' });
  await playOn(match, 'CREATED');
}

async function playOn(match, status) {
  const reached = steps.findIndex(([name]) => name === status);
  for (const [, step, text] of steps.slice(reached + 1)) {
    await pause(stepPause);
    progress(text);
    await post(`/faceit/matches/${encodeURIComponent(match)}/${step}`);
  }
}

async function finishMatch(match) {
  progress('Finishing…');
  await post(`/faceit/matches/${encodeURIComponent(match.match_id)}/finish`);
}

function progress(text) {
  element('primary').textContent = text;
  app.say(text);
}

async function onPrimary() {
  if (app.busy || !app.world) return;
  app.busy = true;
  const match = currentMatch(app.world);
  drawPrimary(app.world);
  app.channel = app.world.demo.match_cards_channel_id;
  await app.act(() => {
    if (!match) return startMatch();
    return match.status === 'ONGOING' ? finishMatch(match) : playOn(match.match_id, match.status);
  });
  app.busy = false;
  draw();
  showNewest();
}

// ---- Asking for news, for ever.

async function watch() {
  let revision = 0;
  let lost = false;
  for (;;) {
    try {
      const state = await fetchState(revision);
      revision = state.revision;
      app.world = new World(state);
      settle();
      if (lost) notice('');
      lost = false;
      draw();
      await pause(document.hidden ? 2000 : 120); // a burst of changes becomes one drawing
    } catch (error) {
      if (!lost) console.warn(error);
      lost = true;
      revision = 0;
      element('bot-state').textContent = 'The sandbox does not answer';
      element('bot-state').dataset.kind = 'bad';
      notice('The sandbox does not answer. Is it still running? This page tries again by itself.');
      await pause(retryPause);
    }
  }
}

element('primary').addEventListener('click', onPrimary);
startChat(app);
startNewMatch(app);
startStory(app);
watch();
