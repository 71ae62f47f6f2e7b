// The chat: the messages of the chosen channel as the chosen user sees them, and what that user can do: run a
// slash command with its options, press a button, pick from a menu, say something. How a message looks is in
// message.js.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';
import { messageView, waitingView } from './message.js';
import { kind } from './world.js';

const messages = document.getElementById('messages');
const acting = document.getElementById('acting');
const command = document.getElementById('command');
const options = document.getElementById('options');
const current = { app: null };
const waitingShownMs = 60000;

// Discord's option types, and which control asks for each.
const optionKind = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  number: 10,
};

export function startChat(app) {
  acting.addEventListener('change', () => {
    app.acting = acting.value;
    app.draw();
  });
  command.addEventListener('change', () => drawOptions(app));
  document.getElementById('command-form').addEventListener('submit', (event) => {
    event.preventDefault();
    app.act(() => run(app));
  });
  document.getElementById('say-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const say = document.getElementById('say');
    if (!say.value.trim()) return;
    app.act(async () => {
      await post('/discord/messages', { user_id: app.acting, channel_id: app.channel, content: say.value });
      say.value = '';
    });
  });
}

export function drawChat(app) {
  current.app = app;
  const { world } = app;
  const channel = world.channel(app.channel);
  if (!channel) app.channel = world.demo.general_channel_id;
  const title = channel && channel.type !== kind.text ? channel.name : `#${channel?.name ?? 'general'}`;
  document.getElementById('chat-title').textContent = title;
  drawPeople(world.people(), app.acting);
  drawCommands(callable(world.commands()));
  drawMessages(visibleTo(app), waitingFor(app), world.state.bot_connected);
}

const drawPeople = whenChanged((people, selected) => {
  const { world } = current.app;
  const nickname = new Map(world.demo.players.map((player) => [player.user_id, player.nickname]));
  replace(
    acting,
    people.map((user) =>
      h(
        'option',
        { value: user.id, selected: user.id === selected },
        world.name(user.id) + (nickname.has(user.id) ? ` · ${nickname.get(user.id)}` : ''),
      ),
    ),
  );
});

// ---- Messages.

const drawMessages = whenChanged((shown, waiting, connected) => {
  const { app } = current;
  const atEnd = messages.scrollTop + messages.clientHeight >= messages.scrollHeight - 40;
  replace(
    messages,
    shown.map((message) => messageView(app, message)),
    waiting.map((one) => waitingView(app, one)),
    !shown.length &&
      !waiting.length &&
      h(
        'p',
        { class: 'empty' },
        connected
          ? 'No messages here yet. Try a slash command below.'
          : 'No messages here yet. Slash commands appear when Matchday connects.',
      ),
  );
  if (atEnd) messages.scrollTop = messages.scrollHeight;
});

// Ephemeral messages are for one person alone.
function visibleTo(app) {
  return app.world
    .messages(app.channel)
    .filter((message) => !message.only_for || message.only_for === app.acting);
}

function waitingFor(app) {
  return app.world
    .interactions(app.channel, app.acting)
    .filter((one) => ['waiting', 'thinking', 'failed'].includes(one.state))
    .filter((one) => app.world.state.now - Date.parse(one.created_at) < waitingShownMs);
}

// ---- Slash commands.

// Each way in which a command can be called: a command without subcommands is one, a command with three is
// three.
function callable(commands) {
  const calls = [];
  const visit = (name, description, list) => {
    const inner = (list ?? []).filter(
      (one) => one.type === optionKind.subcommand || one.type === optionKind.group,
    );
    if (!inner.length) calls.push({ name, description, options: list ?? [] });
    for (const one of inner) visit(`${name} ${one.name}`, one.description, one.options);
  };
  for (const one of commands) if ((one.type ?? 1) === 1) visit(one.name, one.description, one.options);
  return calls.sort((a, b) => a.name.localeCompare(b.name));
}

let calls = [];
const drawCommands = whenChanged((now) => {
  const chosen = command.value;
  calls = now;
  command.disabled = !calls.length;
  document.querySelector('#command-form button').disabled = !calls.length;
  replace(
    command,
    calls.length
      ? calls.map((one) => h('option', { value: one.name }, `/${one.name}`))
      : h('option', {}, 'no commands registered yet'),
  );
  if (calls.some((one) => one.name === chosen)) command.value = chosen;
  drawOptions(current.app);
});

function drawOptions(app) {
  const call = calls.find((one) => one.name === command.value);
  replace(
    options,
    (call?.options ?? []).map((option) =>
      h(
        'label',
        { title: option.description },
        h('span', {}, option.name, option.required ? '' : ' (optional)'),
        control(app, option),
      ),
    ),
    call && !call.options.length && h('span', { class: 'hint' }, call.description),
  );
}

function control(app, option) {
  const common = { name: option.name, 'data-type': option.type, required: option.required === true };
  const choices = (list) =>
    h(
      'select',
      common,
      !option.required && h('option', { value: '' }, '–'),
      list.map(([value, label]) => h('option', { value }, label)),
    );
  if (option.choices?.length) return choices(option.choices.map((one) => [one.value, one.name]));
  if (option.type === optionKind.boolean)
    return choices([
      ['true', 'yes'],
      ['false', 'no'],
    ]);
  if (option.type === optionKind.user)
    return choices(app.world.people().map((user) => [user.id, app.world.name(user.id)]));
  if (option.type === optionKind.channel) {
    return choices(app.world.channels().map((channel) => [channel.id, channel.name]));
  }
  if (option.type === optionKind.role)
    return choices(app.world.guild.roles.map((role) => [role.id, role.name]));
  const number = option.type === optionKind.integer || option.type === optionKind.number;
  const input = h('input', { ...common, type: number ? 'number' : 'text', autocomplete: 'off' });
  if (option.name === 'faceit_nickname') {
    input.value = app.world.demo.players.find((player) => player.user_id === app.acting)?.nickname ?? '';
  }
  return input;
}

async function run(app) {
  const given = {};
  for (const field of options.querySelectorAll('[name]')) {
    if (field.value === '') continue;
    const type = Number(field.dataset.type);
    if (type === optionKind.boolean) given[field.name] = field.value === 'true';
    else if (type === optionKind.integer || type === optionKind.number)
      given[field.name] = Number(field.value);
    else given[field.name] = field.value;
  }
  await post('/discord/command', {
    user_id: app.acting,
    channel_id: app.channel,
    command: command.value,
    options: given,
  });
}
