// The form for another match: who plays, when, where. Two matches at once, a player who is in both, a match
// of next hour: all begin here.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';

const form = document.getElementById('match-form');
const who = form.elements.who;
const chooser = document.getElementById('chooser');
const current = { app: null };

export function startNewMatch(app) {
  who.addEventListener('change', () => (chooser.hidden = who.value !== 'choose'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    app.act(async () => {
      await post('/faceit/matches', wanted(app.world));
      form.closest('details').open = false;
    });
  });
}

// The list is drawn once: what somebody has chosen in it must not be lost.
const draw = whenChanged((players) =>
  replace(
    chooser,
    h('legend', {}, 'Who plays where'),
    players.map((player) =>
      h(
        'label',
        {},
        h('span', {}, `${player.nickname} `, h('small', {}, player.name)),
        h(
          'select',
          { 'data-nickname': player.nickname, 'aria-label': `${player.nickname} plays in` },
          h('option', { value: '' }, '–'),
          h('option', { value: '0' }, 'team 1'),
          h('option', { value: '1' }, 'team 2'),
        ),
      ),
    ),
  ),
);

export function drawNewMatch(app) {
  current.app = app;
  draw(app.world.players());
}

function wanted(world) {
  const { minutes, shape, competition, without_teams: undecided } = form.elements;
  const body = {
    shape: shape.value,
    championship: competition.value === 'championship',
    without_teams: undecided.checked,
  };
  if (minutes.value !== '') body.scheduled_in_s = Number(minutes.value) * 60;
  const teams = teamsOf(world);
  if (teams) body.players = teams;
  return body;
}

// Two lists of nicknames, or null for the ready-made ten.
function teamsOf(world) {
  if (who.value === 'all') return null;
  if (who.value === 'choose') {
    const chosen = [[], []];
    for (const one of chooser.querySelectorAll('[data-nickname]'))
      if (one.value) chosen[Number(one.value)].push(one.dataset.nickname);
    return chosen;
  }
  const free = world.freePlayers().map((player) => player.nickname);
  const size = Math.min(5, Math.floor(free.length / 2), who.value === 'four' ? 2 : 5);
  if (size < 1) throw new Error('Everybody plays already. Finish a match, or choose who plays.');
  return [free.slice(0, size), free.slice(size, 2 * size)];
}
