// FACEIT's side: each match with its two teams, its score, how far it is, and the buttons that move it on.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';
import { roundButton, scoreText, teamName } from './score.js';
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
const stageIndex = (match) =>
  stages.findIndex(([status]) => status === (earlier[match.status] ?? match.status));

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
        ' brings ten players and two teams together.',
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
  draw(world.matches(), seats, world.matches().map(scoreText));
}

function card(app, match) {
  const { world } = app;
  const over = world.isOver(match);
  return h(
    'article',
    { class: `fixture${over ? ' over' : ''}`, 'aria-label': `Match ${match.match_id.slice(0, 8)}` },
    h(
      'header',
      {},
      h('code', { title: match.match_id }, match.match_id.slice(0, 8)),
      match.shape === 'seed' && h('span', { class: 'tag' }, 'specification’s webhooks'),
      match.competition_type === 'championship' && h('span', { class: 'tag' }, match.competition_name),
      match.scheduled_at && h('span', { class: 'tag' }, scheduled(match)),
      h('span', { class: `status ${match.status.toLowerCase()}` }, statusWord(match.status)),
    ),
    progressBar(match),
    over ? result(match) : teams(app, match),
    steps(app, match),
  );
}

// ---- Its steps: the next one in sight, the others behind a disclosure.

function steps(app, match) {
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
  if (app.world.isOver(match)) {
    const finished = match.status === 'FINISHED';
    return h(
      'div',
      { class: 'buttons' },
      finished && step('demo_ready', 'Demo ready', { disabled: (match.demo_url ?? []).length > 0 }),
      step('restart', 'Restart'),
    );
  }
  const at = stageIndex(match);
  return h(
    'div',
    { class: 'steps' },
    h(
      'div',
      { class: 'buttons' },
      at === 0 && step('configuring', 'Next: set up', { class: 'strong' }),
      at === 1 && step('ready', 'Next: ready', { class: 'strong' }),
      at === 2 && step('ongoing', 'Next: live', { class: 'strong' }),
      at === 3 && step('finish', 'Finish', { class: 'strong' }),
      step('substitute', 'Substitute'),
    ),
    h(
      'details',
      { class: 'more', 'data-key': `steps-${match.match_id}` },
      h('summary', {}, 'Other steps'),
      h(
        'div',
        { class: 'buttons' },
        step('ready', 'Ready', { disabled: at >= 2 }),
        step('ongoing', 'Live', { disabled: at >= 3 }),
        step('finish', 'Finish'),
        step('cancel', 'Cancel', { disabled: at >= 3 }),
        step('abort', 'Abort', { class: 'danger' }),
      ),
    ),
  );
}

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

// ---- The teams, and where each player sits: that is what match voice is about.

const result = (match) =>
  h(
    'p',
    { class: 'result' },
    teamName(match.teams.faction1),
    match.status === 'FINISHED' && match.started_at ? h('b', {}, ` ${scoreText(match)} `) : ' – ',
    teamName(match.teams.faction2),
  );

function teams(app, match) {
  const live = match.status === 'ONGOING';
  return [
    h(
      'div',
      { class: 'teams' },
      team(app, match, 'faction1'),
      live
        ? h('output', { class: 'versus', 'aria-label': 'Score' }, scoreText(match))
        : h('span', { class: 'versus' }, 'vs'),
      team(app, match, 'faction2'),
    ),
    live && h('p', { class: 'hint' }, 'FACEIT has no webhook for scores: Matchday looks once a minute.'),
  ];
}

function team(app, match, key) {
  const faction = match.teams[key];
  const roster = faction?.roster ?? [];
  return h(
    'div',
    { class: 'team' },
    h(
      'header',
      {},
      h('h3', {}, teamName(faction)),
      match.status === 'ONGOING' && roundButton(app, match, key, 'card'),
    ),
    roster.length === 0 && h('p', { class: 'hint' }, 'captains still pick'),
    h(
      'ul',
      {},
      roster.map((player) => seat(app.world, player)),
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
