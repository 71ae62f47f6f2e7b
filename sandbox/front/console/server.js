// The left side: the server's channels as people see them, with who sits where and who may enter what is
// locked. The rooms of one match stand side by side. People can be dragged from channel to channel; whoever
// uses the keyboard picks a person by their name and then presses Join or Leave.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';
import { kind } from './world.js';

const places = document.getElementById('channels');
const current = { app: null };
const personData = 'text/x-person'; // of what is being dragged

export function avatar(world, user) {
  const name = world.name(user);
  const tone = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 8;
  return h('span', { class: `avatar tone-${tone}`, 'aria-hidden': 'true' }, name[0]?.toUpperCase() ?? '?');
}

const draw = whenChanged((tree, extra) => {
  const { app } = current;
  replace(
    places,
    tree.map((group) => [
      group.category && h('h3', {}, group.category.name),
      h(
        'ul',
        {},
        group.children.map((channel) => row(app, channel)),
      ),
      group.rooms.map((rooms) =>
        h(
          'ul',
          { class: 'rooms' },
          rooms.map((room) => roomTile(app, room)),
        ),
      ),
    ]),
    outside(app, extra.away),
  );
  document.getElementById('server-count').textContent = extra.count;
});

export function drawServer(app) {
  const { world } = app;
  current.app = app;
  if (app.dragging) return; // what is being dragged must stay
  document.getElementById('server-name').textContent = world.guild?.name ?? 'Discord server';
  const inVoice = world.channels().reduce((sum, channel) => sum + world.sitting(channel).length, 0);
  draw(world.tree(), {
    selected: app.channel,
    acting: app.acting,
    away: world.notInVoice(),
    count: `${inVoice} in voice`,
  });
}

// ---- Channels.

function row(app, channel) {
  const { world } = app;
  const voice = channel.type === kind.voice;
  return h(
    'li',
    {
      class: `channel${app.channel === channel.id ? ' selected' : ''}`,
      ...(voice && dropTarget(app, channel)),
    },
    h(
      'div',
      { class: 'line' },
      nameButton(app, channel),
      voice && joinButton(app, channel),
      voice && channel.made_by_bot && humanMenu(app, channel),
    ),
    people(world, channel),
  );
}

// A room that the bot made: its live score under its name, who is in it and who could be.
function roomTile(app, room) {
  const { world } = app;
  return h(
    'li',
    { class: `channel made${app.channel === room.id ? ' selected' : ''}`, ...dropTarget(app, room) },
    nameButton(app, room, { lock: false }),
    room.voice_status && h('p', { class: 'voice-status' }, room.voice_status),
    people(world, room),
    world.isPrivate(room) && h('p', { class: 'admission' }, icon(padlock), admission(world, room)),
    h('div', { class: 'line foot' }, joinButton(app, room), humanMenu(app, room)),
  );
}

function nameButton(app, channel, { lock = true } = {}) {
  const voice = channel.type === kind.voice;
  const locked = lock && app.world.isPrivate(channel);
  return h(
    'button',
    {
      class: 'name',
      type: 'button',
      'data-key': `channel-${channel.id}`,
      'aria-current': app.channel === channel.id ? 'true' : undefined,
      onclick: () => {
        app.channel = channel.id;
        app.draw();
      },
    },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, voice ? icon(speaker) : '#'),
    h('span', { class: 'text' }, channel.name),
    locked &&
      h('span', { class: 'lock', title: 'Private' }, icon(padlock), h('span', { class: 'sr' }, ' private')),
  );
}

// Drawn, because not every system has a font with these signs.
const speaker = 'M2 6v4h3l4 4V2L5 6zm9-1.5v1.6a2.6 2.6 0 0 1 0 3.8v1.6a4.2 4.2 0 0 0 0-7z';
const padlock = 'M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z';

function icon(shape) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shape);
  svg.append(path);
  return svg;
}

// Who may enter and does not: those inside are shown above anyway.
function admission(world, room) {
  const inside = world.sitting(room);
  const people = world.admitted(room).filter((one) => one.person && !world.isBot(one.id));
  if (!people.length) return 'Nobody but the bot may enter';
  const away = people.filter((one) => !inside.includes(one.id)).map((one) => world.name(one.id));
  return away.length ? `Also open to ${away.join(', ')}` : 'Private to those inside';
}

// ---- People.

function people(world, channel) {
  const sitting = world.sitting(channel);
  if (!sitting.length) return null;
  return h(
    'ul',
    { class: 'sitting', 'aria-label': `In ${channel.name}` },
    sitting.map((user) => person(current.app, user)),
  );
}

function outside(app, away) {
  return [
    h('h3', {}, 'Not in voice'),
    h(
      'ul',
      { class: 'sitting away', 'aria-label': 'Not in voice', ...dropTarget(app, null) },
      away.map((user) => person(app, user.id)),
    ),
  ];
}

function person(app, user) {
  const name = app.world.name(user);
  const me = user === app.acting;
  return h(
    'li',
    {
      'data-person': user,
      class: me ? 'me' : '',
      draggable: 'true',
      ondragstart: (event) => {
        app.dragging = true;
        event.dataTransfer.setData(personData, user);
        event.dataTransfer.effectAllowed = 'move';
      },
      ondragend: () => {
        app.dragging = false;
        app.draw();
      },
    },
    h(
      'button',
      {
        type: 'button',
        class: 'who',
        'data-key': `person-${user}`,
        'aria-pressed': me ? 'true' : 'false',
        title: `Be ${name}`,
        onclick: () => app.be(user),
      },
      avatar(app.world, user),
      name,
    ),
  );
}

const move = (app, user, channel) =>
  app.act(() => post('/discord/voice', { user_id: user, channel_id: channel?.id ?? null }));

// `channel` null: letting somebody go there makes them leave voice.
function dropTarget(app, channel) {
  const over = (event, on) => event.currentTarget.classList.toggle('over', on);
  return {
    ondragover: (event) => {
      if (!event.dataTransfer.types.includes(personData)) return;
      event.preventDefault();
      over(event, true);
    },
    ondragleave: (event) => over(event, false),
    ondrop: (event) => {
      event.preventDefault();
      over(event, false);
      const user = event.dataTransfer.getData(personData);
      if (user) move(app, user, channel);
    },
  };
}

function joinButton(app, channel) {
  const who = app.world.name(app.acting);
  const here = app.world.voiceOf(app.acting)?.id === channel.id;
  const what = here ? `${who} leaves ${channel.name}` : `${who} joins ${channel.name}`;
  return h(
    'button',
    {
      class: 'small',
      type: 'button',
      'data-key': `join-${channel.id}`,
      'aria-label': `${here ? 'Leave' : 'Join'}: ${what}`,
      title: what,
      onclick: () => move(app, app.acting, here ? null : channel),
    },
    here ? 'Leave' : 'Join',
  );
}

// ---- What an organizer does by hand to a channel of the bot's: Matchday must respect it.

function humanMenu(app, channel) {
  return h(
    'details',
    { class: 'menu', 'data-key': `menu-${channel.id}` },
    h('summary', { 'aria-label': `More for ${channel.name}`, title: 'As the organizer…' }, '⋯'),
    h(
      'div',
      {},
      h('button', { type: 'button', onclick: () => rename(app, channel) }, 'Rename by hand'),
      h(
        'button',
        {
          type: 'button',
          class: 'danger',
          onclick: () => app.act(() => post(`/discord/channels/${channel.id}/delete`)),
        },
        'Delete by hand',
      ),
    ),
  );
}

function rename(app, channel) {
  const name = prompt('New name of the channel', channel.name);
  if (name) app.act(() => post(`/discord/channels/${channel.id}/rename`, { name }));
}
