// osu!'s side: everybody with an account, by rank, with what can happen to one of them or to all of them.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';

const gains = [10, 100, 400];
const container = document.getElementById('osu');
const current = { app: null };
const absent = ['restricted', 'deleted'];

const draw = whenChanged((players, maintenance) => {
  const { app } = current;
  replace(
    container,
    h(
      'ul',
      { class: 'ladder', 'aria-label': 'Players of osu!, by rank' },
      players.map((player) => row(app, player)),
    ),
    h(
      'div',
      { class: 'group' },
      h('h3', {}, 'Everybody'),
      h('div', { class: 'buttons' }, [
        button(app, 'others', 'Others gain 50 pp', 'everybody above falls behind', () =>
          post('/osu/others', { pp: 50 }),
        ),
        button(app, 'rework', 'Rework', 'all pp are worked out anew, to about 95 %', () =>
          post('/osu/rework', { factor: 0.95 }),
        ),
        toggle(app, 'maintenance', 'Maintenance', maintenance, (on) => post('/osu/maintenance', { on })),
      ]),
    ),
  );
});

export function drawOsu(app) {
  current.app = app;
  const { osu } = app.world.state;
  const order = (player) => player.global_rank ?? Number.MAX_SAFE_INTEGER;
  draw(
    [...osu.players].sort((a, b) => order(a) - order(b)),
    osu.maintenance,
  );
  document.getElementById('osu-count').textContent = osu.maintenance ? 'down' : '';
}

function row(app, player) {
  const { state } = player;
  const inactive = state === 'inactive';
  const restricted = state === 'restricted';
  return h(
    'li',
    {},
    h('span', {}, player.username, ' ', state !== 'ranked' && h('span', { class: 'tag' }, state)),
    h('span', { class: 'rank' }, standing(player)),
    state !== 'deleted' &&
      h(
        'details',
        { class: 'more buttons', 'data-key': `osu-${player.id}` },
        h('summary', { 'aria-label': `More for ${player.username}` }, 'What happens…'),
        h('div', { class: 'buttons' }, [
          gains.map((pp) => act(app, player, `+${pp} pp`, 'gain', { pp })),
          act(app, player, '−100 pp', 'lose', { pp: 100 }),
          h(
            'button',
            { type: 'button', 'data-key': `osu-rename-${player.id}`, onclick: () => rename(app, player) },
            'Rename',
          ),
          flag(app, player, 'Restricted', restricted, 'restrict'),
          flag(app, player, 'Away for months', inactive, 'inactive'),
        ]),
      ),
  );
}

function standing(player) {
  if (absent.includes(player.state)) return 'not shown';
  const rank = player.global_rank ? `#${player.global_rank.toLocaleString()}` : 'no rank';
  return `${player.pp.toLocaleString()} pp · ${rank}`;
}

const path = (player, what) => `/osu/players/${player.id}/${what}`;

const act = (app, player, label, what, body) =>
  button(app, `${what}-${player.id}-${label}`, label, `${player.username}: ${label}`, () =>
    post(path(player, what), body),
  );

const flag = (app, player, label, on, what) =>
  toggle(app, `${what}-${player.id}`, label, on, (wanted) => post(path(player, what), { on: wanted }));

function rename(app, player) {
  const username = prompt('New name on osu!', player.username);
  if (username) app.act(() => post(path(player, 'rename'), { username }));
}

const button = (app, key, label, title, run) =>
  h('button', { type: 'button', title, 'data-key': `osu-${key}`, onclick: () => app.act(run) }, label);

const toggle = (app, key, label, on, run) =>
  h(
    'button',
    {
      type: 'button',
      'aria-pressed': on ? 'true' : 'false',
      'data-key': `osu-${key}`,
      onclick: () => app.act(() => run(!on)),
    },
    label,
  );
