// The chat: the messages of the chosen channel as the chosen person sees them, and a line to say something.
// How a message looks is in message.js, slash commands are in commands.js.

import { post } from './api.js';
import { drawCommands, startCommands } from './commands.js';
import { h, replace, whenChanged } from './dom.js';
import { messageView, waitingView } from './message.js';
import { kind } from './world.js';

const messages = document.getElementById('messages');
const acting = document.getElementById('acting');
const current = { app: null, channel: null };
const waitingShownMs = 60000;
const autocomplete = 4; // Discord's type of such an interaction: no message stands for it

export function startChat(app) {
  acting.addEventListener('change', () => app.be(acting.value));
  document.getElementById('say-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const say = document.getElementById('say');
    if (!say.value.trim()) return;
    app.act(async () => {
      await post('/discord/messages', { user_id: app.acting, channel_id: app.channel, content: say.value });
      say.value = '';
    });
  });
  startCommands(app);
}

export function drawChat(app) {
  current.app = app;
  const { world } = app;
  if (!world.channel(app.channel)) app.channel = world.demo.match_cards_channel_id;
  const channel = world.channel(app.channel);
  const sign = channel?.type === kind.text ? '#' : '';
  document.getElementById('chat-title').textContent = channel ? sign + channel.name : 'Chat';
  document.getElementById('say').placeholder = `Message ${sign}${channel?.name ?? ''}`;
  drawPeople(world.people(), app.acting);
  drawCommands(app);
  // Messages show relative times and names of channels: they are drawn anew each minute, and when a name
  // changes.
  const around = [app.channel, Math.floor(world.state.now / 60000), world.channels().map((one) => one.name)];
  drawMessages(visibleTo(app), waitingFor(app), world.state.bot_connected, around);
}

const drawPeople = whenChanged((people, selected) => {
  const { world } = current.app;
  const nickname = new Map(world.players().map((player) => [player.user_id, player.nickname]));
  replace(
    acting,
    people.map((user) =>
      h(
        'option',
        { value: user.id, selected: user.id === selected },
        `${world.name(user.id)} · ${nickname.get(user.id) ?? 'organizer'}`,
      ),
    ),
  );
});

const drawMessages = whenChanged((shown, waiting, connected) => {
  const { app } = current;
  const sameChannel = current.channel === app.channel;
  const atEnd = messages.scrollTop + messages.clientHeight >= messages.scrollHeight - 40;
  current.channel = app.channel;
  replace(
    messages,
    shown.map((message) => messageView(app, message)),
    waiting.map((one) => waitingView(app, one)),
    !shown.length && !waiting.length && h('p', { class: 'empty' }, emptyWords(app, connected)),
  );
  if (atEnd || !sameChannel) messages.scrollTop = messages.scrollHeight;
});

// The newest message that everybody sees, such as a match's card: private answers may stand below it.
export function showNewest() {
  [...messages.querySelectorAll('.message:not(.only-you)')].at(-1)?.scrollIntoView({ block: 'nearest' });
}

function emptyWords(app, connected) {
  if (!connected) return 'No messages here yet. Slash commands appear when Matchday connects.';
  if (app.channel === app.world.demo.match_cards_channel_id)
    return 'Each match gets its card here. Press Start match.';
  return 'No messages here yet. Try a slash command below.';
}

// Ephemeral messages are for one person alone.
function visibleTo(app) {
  return app.world
    .messages(app.channel)
    .filter((message) => !message.only_for || message.only_for === app.acting)
    .filter((message) => !app.dismissed.has(message.id));
}

function waitingFor(app) {
  return app.world
    .interactions(app.channel, app.acting)
    .filter((one) => one.kind !== autocomplete && ['waiting', 'thinking', 'failed'].includes(one.state))
    .filter((one) => app.world.state.now - Date.parse(one.created_at) < waitingShownMs);
}
