// The left side: the server's channels as people see them, with who sits where and who may enter what is
// locked.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';
import { kind } from './world.js';

const places = document.getElementById('channels');

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
    ]),
  );
  document.getElementById('server-count').textContent = extra.count;
});

const current = { app: null };

export function drawServer(app) {
  const { world } = app;
  current.app = app;
  document.getElementById('server-name').textContent = world.guild?.name ?? 'Discord server';
  const inVoice = world.channels().reduce((sum, channel) => sum + world.sitting(channel).length, 0);
  draw(world.tree(), { selected: app.channel, acting: app.acting, count: `${inVoice} in voice` });
}

function row(app, channel) {
  const { world } = app;
  const locked = world.isPrivate(channel);
  const voice = channel.type === kind.voice;
  const here = world.voiceOf(app.acting)?.id === channel.id;
  return h(
    'li',
    { class: `channel${channel.made_by_bot ? ' made' : ''}${app.channel === channel.id ? ' selected' : ''}` },
    h(
      'div',
      { class: 'line' },
      h(
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
          h(
            'span',
            { class: 'lock', title: 'Private' },
            icon(padlock),
            h('span', { class: 'sr' }, ' private'),
          ),
      ),
      voice && joinButton(app, channel, here),
      channel.made_by_bot && humanMenu(app, channel),
    ),
    channel.voice_status && h('p', { class: 'voice-status' }, channel.voice_status),
    locked && admission(world, channel),
    world.sitting(channel).length > 0 &&
      h(
        'ul',
        { class: 'sitting', 'aria-label': `In ${channel.name}` },
        world
          .sitting(channel)
          .map((user) =>
            h(
              'li',
              { 'data-person': user, class: user === app.acting ? 'me' : '' },
              avatar(world, user),
              world.name(user),
            ),
          ),
      ),
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

function joinButton(app, channel, here) {
  const who = app.world.name(app.acting);
  return h(
    'button',
    {
      class: 'small',
      type: 'button',
      'data-key': `join-${channel.id}`,
      title: here ? `${who} leaves voice` : `${who} joins ${channel.name}`,
      onclick: () =>
        app.act(() => post('/discord/voice', { user_id: app.acting, channel_id: here ? null : channel.id })),
    },
    here ? 'Leave' : 'Join',
  );
}

// Who may enter. Players who sit inside are shown below anyway, so only a number and the others' names are
// needed.
function admission(world, channel) {
  const admitted = world.admitted(channel);
  const people = admitted.filter((one) => one.person && !world.isBot(one.id));
  const names = people.map((one) => world.name(one.id)).join(', ');
  return h('p', { class: 'admission' }, people.length ? `Only for ${names}` : 'Nobody but the bot may enter');
}

// What an organizer does by hand to a channel of the bot's: Matchday must respect it.
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
