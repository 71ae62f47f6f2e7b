// FACEIT's side: each match with its two teams, how far it is, and the buttons that move it on.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';
import { avatar } from './server.js';

const shownMax = 6;
const container = document.getElementById('matches');
const current = { app: null };

const stages = [
  ['CREATED', 'Made'],
  ['CONFIGURING', 'Set up'],
  ['READY', 'Ready'],
  ['ONGOING', 'Live'],
  ['FINISHED', 'Done'],
];
const statusWord = (status) => (status === 'ONGOING' ? 'live' : status.replace('_', ' ').toLowerCase());
const earlier = { SCHEDULED: 'CREATED', CAPTAIN_PICK: 'CREATED', VOTING: 'CREATED' };

export function startMatches(app) {
  const form = document.getElementById('match-form');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const minutes = form.elements.minutes.value;
    const body = { shape: form.elements.shape.value, without_teams: form.elements.without_teams.checked };
    if (minutes !== '') body.scheduled_in_s = Number(minutes) * 60;
    app.act(() => post('/faceit/matches', body));
    form.closest('details').open = false;
  });
}

const draw = whenChanged((matches) => {
  const { app } = current;
  if (!matches.length) {
    replace(
      container,
      h(
        'p',
        { class: 'empty' },
        'No match yet. ',
        h('b', {}, 'Start match'),
        ' links ten players and brings two teams together.',
      ),
    );
    return;
  }
  replace(
    container,
    matches.slice(0, shownMax).map((match) => card(app, match)),
    matches.length > shownMax && h('p', { class: 'hint' }, `and ${matches.length - shownMax} older ones`),
  );
});

export function drawMatches(app) {
  current.app = app;
  const { world } = app;
  const seats = world.channels().map((channel) => [channel.id, channel.name, world.sitting(channel)]);
  draw(world.matches(), seats);
}

function card(app, match) {
  const { world } = app;
  const over = world.isOver(match);
  const step = (name, label, options = {}) =>
    h(
      'button',
      {
        type: 'button',
        class: options.class,
        disabled: options.disabled ?? false,
        'data-key': `${match.match_id}-${name}`,
        onclick: () => app.act(() => post(`/faceit/matches/${encodeURIComponent(match.match_id)}/${name}`)),
      },
      label,
    );
  const at = stageIndex(match);
  return h(
    'article',
    { class: `fixture${over ? ' over' : ''}`, 'aria-label': `Match ${match.match_id.slice(0, 8)}` },
    h(
      'header',
      {},
      h('code', { title: match.match_id }, match.match_id.slice(0, 8)),
      match.shape === 'seed' && h('span', { class: 'tag' }, 'specification’s webhooks'),
      match.scheduled_at && h('span', { class: 'tag' }, scheduled(match)),
      h('span', { class: `status ${match.status.toLowerCase()}` }, statusWord(match.status)),
    ),
    progressBar(match),
    !over &&
      h(
        'div',
        { class: 'teams' },
        team(world, match.teams.faction1),
        h('span', { class: 'versus' }, 'vs'),
        team(world, match.teams.faction2),
      ),
    over
      ? h('div', { class: 'buttons' }, step('restart', 'Restart'))
      : h(
          'div',
          { class: 'buttons' },
          step('configuring', 'Configuring', { disabled: at >= 1 }),
          step('ready', 'Ready', { disabled: at >= 2 }),
          step('ongoing', 'Live', { disabled: at >= 3 }),
          step('finish', 'Finish', { class: 'strong' }),
          step('cancel', 'Cancel', { disabled: at >= 3 }),
          step('abort', 'Abort'),
          step('substitute', 'Substitute'),
        ),
  );
}

const stageIndex = (match) =>
  stages.findIndex(([status]) => status === (earlier[match.status] ?? match.status));

function scheduled(match) {
  const begins = new Date(match.scheduled_at * 1000);
  return `at ${begins.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
}

function progressBar(match) {
  const at = stageIndex(match);
  if (at < 0) return null; // cancelled and aborted matches are nowhere on this line
  return h(
    'ol',
    { class: 'progress', 'aria-label': 'Progress' },
    stages.map(([, label], index) =>
      h(
        'li',
        {
          class: index < at ? 'done' : index === at ? 'now' : '',
          'aria-current': index === at ? 'step' : undefined,
        },
        label,
      ),
    ),
  );
}

// A team and where each of its players sits: that is what match voice is about.
function team(world, faction) {
  const roster = faction?.roster ?? [];
  return h(
    'div',
    { class: 'team' },
    h('h3', {}, faction?.name.replace(/^team_/, '') ?? '–'),
    roster.length === 0 && h('p', { class: 'hint' }, 'captains still pick'),
    h(
      'ul',
      {},
      roster.map((player) => seat(world, player)),
    ),
  );
}

function seat(world, player) {
  const user = world.userOfPlayer(player.player_id);
  const channel = user && world.voiceOf(user);
  return h(
    'li',
    { class: channel?.made_by_bot ? 'in-match' : '' },
    user ? avatar(world, user) : h('span', { class: 'avatar' }, '?'),
    h('span', {}, player.nickname, h('small', {}, whereabouts(channel))),
  );
}

const whereabouts = (channel) =>
  !channel ? 'not in voice' : channel.made_by_bot ? 'in match voice' : `in ${channel.name}`;
