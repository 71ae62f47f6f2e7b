// The live score of a match: how it stands, and one more round for either team. FACEIT announces no score by
// webhook, so Discord shows it when Matchday has looked: once a minute.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';

// What was pressed may be ahead of the state that came last; a round must not get lost by pressing quickly.
const pressed = new Map();

export function scoreOf(match) {
  const told = match.results?.score ?? {};
  const score = { faction1: told.faction1 ?? 0, faction2: told.faction2 ?? 0 };
  const ahead = pressed.get(match.match_id);
  if (match.status !== 'ONGOING' || !ahead) return score;
  return ahead.faction1 + ahead.faction2 > score.faction1 + score.faction2 ? ahead : score;
}

export const teamName = (team) => team?.name?.replace(/^team_/, '') ?? '–';

// The rounds of an ended match's last map say more than "1 : 0 maps".
export function scoreText(match) {
  const last = match.detailed_results?.at(-1)?.factions;
  const score = last ? { faction1: last.faction1.score, faction2: last.faction2.score } : scoreOf(match);
  return `${score.faction1} : ${score.faction2}`;
}

export function roundButton(app, match, faction, where) {
  const team = teamName(match.teams[faction]);
  return h(
    'button',
    {
      type: 'button',
      class: 'small',
      'data-key': `${where}-${match.match_id}-${faction}`,
      'aria-label': `One more round for ${team}`,
      title: `One more round for ${team}`,
      onclick: () =>
        app.act(async () => {
          const score = scoreOf(match);
          const next = { ...score, [faction]: score[faction] + 1 };
          pressed.set(match.match_id, next);
          try {
            await post(`/faceit/matches/${encodeURIComponent(match.match_id)}/score`, next);
          } catch (error) {
            pressed.delete(match.match_id);
            throw error;
          }
          app.draw();
        }),
    },
    '+1',
  );
}

// Beside the big button: the match that it is about.
const bar = document.getElementById('score');
const current = { app: null };

const draw = whenChanged((match) => {
  bar.hidden = !match;
  if (!match) return replace(bar);
  const { app } = current;
  return replace(
    bar,
    h('span', { class: 'side-name' }, teamName(match.teams.faction1)),
    roundButton(app, match, 'faction1', 'bar'),
    h('output', {}, scoreText(match)),
    roundButton(app, match, 'faction2', 'bar'),
    h('span', { class: 'side-name' }, teamName(match.teams.faction2)),
  );
});

export function drawScore(app, match) {
  current.app = app;
  draw(match, match && scoreText(match));
}
