// What can go wrong, one press each: on the way to the platforms, on the gateway, with webhooks, and by
// people.

import { post, remove } from './api.js';
import { h, replace, whenChanged } from './dom.js';

const container = document.getElementById('faults');
const current = { app: null };
// Discord's permissions that are worth taking away from the bot.
const permissions = [
  ['No “Manage Channels”', 1n << 4n],
  ['No “Move Members”', 1n << 24n],
  ['No voice status', 1n << 48n],
];

const rule = (label, hint, body) => ({ label, hint, run: () => post('/faults', body) });
const change = { platform: 'discord' };

const groups = [
  [
    'Requests of the bot',
    [
      rule('Slow Discord', 'every request takes 800 ms longer', {
        ...change,
        kind: 'latency',
        delay_ms: 800,
      }),
      rule('Lose next answer', 'the next change takes effect, its answer never comes', {
        ...change,
        kind: 'answer_lost',
        method: 'POST',
        path: '/guilds',
        count: 1,
      }),
      rule('Next effect late', 'no answer, and the effect lands 5 s later', {
        ...change,
        kind: 'late_effect',
        method: 'POST',
        path: '/guilds',
        count: 1,
        delay_ms: 5000,
      }),
      rule('500 × 3', 'the next three requests fail', { ...change, kind: 'status', status: 500, count: 3 }),
      rule('429', 'Discord asks for patience once', { ...change, kind: 'status', status: 429, count: 1 }),
      rule('Hold next create', 'keeps it unanswered until released: the moment to kill the bot', {
        ...change,
        kind: 'hold_after',
        method: 'POST',
        path: '/guilds',
        count: 1,
      }),
      rule('FACEIT down', 'its API answers 503', { platform: 'faceit', kind: 'status', status: 503 }),
      rule('Slow osu!', 'every answer takes 3 s', { platform: 'osu', kind: 'slow_answer', delay_ms: 3000 }),
      rule('osu! 429', 'osu! is asked too much, once', {
        platform: 'osu',
        kind: 'status',
        status: 429,
        count: 1,
      }),
    ],
  ],
  [
    'Gateway',
    [
      {
        label: 'Drop',
        hint: 'the connection breaks',
        run: () => post('/discord/gateway', { action: 'drop' }),
      },
      {
        label: 'Reconnect',
        hint: 'Discord asks for it (op 7)',
        run: () => post('/discord/gateway', { action: 'reconnect' }),
      },
      {
        label: 'Invalidate',
        hint: 'the session is gone (op 9)',
        run: () => post('/discord/gateway', { action: 'invalid_session' }),
      },
    ],
  ],
];

const draw = whenChanged((planned, holds, webhooks, role, kicked) => {
  const { app } = current;
  replace(
    container,
    held(app, holds),
    groups.map(([title, faults]) =>
      group(
        title,
        faults.map((fault) => button(app, fault)),
      ),
    ),
    group('Webhooks of FACEIT', [
      toggle(app, 'Lose all', webhooks.loss > 0, (on) =>
        post('/faceit/webhook-faults', { loss: on ? 1 : 0 }),
      ),
      toggle(app, 'Send twice', webhooks.duplication > 0, (on) =>
        post('/faceit/webhook-faults', { duplication: on ? 1 : 0 }),
      ),
      toggle(app, 'Out of order', webhooks.reordering > 0, (on) =>
        post('/faceit/webhook-faults', { reordering: on ? 0.7 : 0 }),
      ),
      h(
        'p',
        { class: 'hint' },
        'Without webhooks, Matchday finds matches by itself: it lists the hub once a minute.',
      ),
    ]),
    group('People', [
      role && permissions.map(([label, bit]) => permissionToggle(app, role, label, bit)),
      toggle(app, 'Kick the bot', kicked, (on) => post('/discord/bot', { action: on ? 'kick' : 'invite' })),
    ]),
    plan(app, planned),
  );
});

export function drawFaults(app) {
  current.app = app;
  const { state } = app.world;
  const kicked = app.world.guild?.has_bot === false;
  const waiting = state.faults.filter((one) => !one.count || one.fired < one.count);
  const role = app.world.botRole();
  draw(waiting, state.holds, state.webhook_faults, role, kicked);
  const lacking = permissions.filter(([, bit]) => role && (BigInt(role.permissions) & bit) === 0n).length;
  const lossy = Object.values(state.webhook_faults).filter((value) => value > 0).length;
  const count = waiting.length + state.holds.length + lacking + lossy + (kicked ? 1 : 0);
  document.getElementById('faults-count').textContent = count ? `${count} going on` : '';
}

const group = (title, children) =>
  h('div', { class: 'group' }, h('h3', {}, title), h('div', { class: 'buttons' }, children));

const button = (app, { label, hint, run }) =>
  h(
    'button',
    {
      type: 'button',
      title: hint,
      'data-key': `fault-${label}`,
      onclick: () => app.act(run),
    },
    label,
  );

const toggle = (app, label, on, run) =>
  h(
    'button',
    {
      type: 'button',
      'aria-pressed': on ? 'true' : 'false',
      'data-key': `toggle-${label}`,
      onclick: () => app.act(() => run(!on)),
    },
    label,
  );

function permissionToggle(app, role, label, bit) {
  const bits = BigInt(role.permissions);
  return toggle(app, label, (bits & bit) === 0n, (off) =>
    post(`/discord/roles/${role.id}`, { permissions: String(off ? bits & ~bit : bits | bit) }),
  );
}

function plan(app, planned) {
  if (!planned.length) return null;
  return h(
    'div',
    { class: 'group' },
    h('h3', {}, 'Planned'),
    h(
      'ul',
      { class: 'planned' },
      planned.map((one) =>
        h(
          'li',
          {},
          h('span', {}, describe(one)),
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              'data-key': `planned-${one.id}`,
              'aria-label': `Remove: ${describe(one)}`,
              onclick: () => app.act(() => remove(`/faults/${one.id}`)),
            },
            'Remove',
          ),
        ),
      ),
    ),
  );
}

function describe(one) {
  const parts = [one.kind.replaceAll('_', ' ')];
  if (one.platform) parts.push(`on ${one.platform}`);
  if (one.method) parts.push(one.method);
  if (one.status && one.kind.startsWith('status')) parts.push(one.status);
  if (one.delay_ms) parts.push(`${one.delay_ms} ms`);
  parts.push(one.count ? `${one.fired} of ${one.count}` : `${one.fired} times so far`);
  return parts.join(' · ');
}

function held(app, holds) {
  if (!holds.length) return null;
  return h(
    'div',
    { class: 'group held' },
    h('h3', {}, 'Held'),
    h(
      'ul',
      { class: 'planned' },
      holds.map((one) => h('li', {}, h('span', {}, `${one.method} ${one.path} · ${one.when} its effect`))),
    ),
    h(
      'button',
      { type: 'button', 'data-key': 'release', onclick: () => app.act(() => post('/holds/release')) },
      'Release',
    ),
  );
}
