// The middle: what happened, newest first, in sentences. Requests of the bot, webhooks, people and faults
// come from different places of the state and become one list here. Rows are added and updated, never
// redrawn, so that a screen reader hears each only once.

import { h, time } from './dom.js';

const list = document.getElementById('timeline');
const empty = document.getElementById('timeline-empty');
const rowsMax = 200;
const rows = new Map();

export function startStory() {
  const box = document.getElementById('show-reads');
  box.addEventListener('change', () => list.classList.toggle('with-reads', box.checked));
}

export function drawStory({ world }) {
  const entries = [
    ...world.state.timeline.map((entry) => fromTimeline(world, entry)),
    ...world.state.webhooks.map((webhook) => fromWebhook(webhook)),
  ].sort((a, b) => a.at - b.at);
  for (const entry of entries) show(entry);
  while (rows.size > rowsMax) {
    const [key, row] = rows.entries().next().value;
    row.remove();
    rows.delete(key);
  }
  empty.hidden = rows.size > 0;
}

function show(entry) {
  const known = rows.get(entry.key);
  if (known?.dataset.text === entry.text + entry.detail) return;
  const row = h(
    'li',
    { class: `row ${entry.kind}${entry.bad ? ' bad' : ''}`, 'data-text': entry.text + entry.detail },
    h('time', { datetime: new Date(entry.at).toISOString() }, time(entry.at)),
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    h('div', {}, h('p', {}, entry.text), entry.detail && h('p', { class: 'detail' }, entry.detail)),
  );
  rows.set(entry.key, row);
  if (known) known.replaceWith(row);
  else list.prepend(row);
}

// ---- Sentences.

function fromWebhook(webhook) {
  const key = `webhook-${webhook.id}`;
  const took =
    webhook.answered_at && webhook.sent_at ? ` in ${webhook.answered_at - webhook.sent_at} ms` : '';
  const answer = webhook.status ? `answered ${webhook.status}${took}` : `no answer${took}`;
  const detail =
    {
      waiting: 'on its way',
      sent: 'sent, waiting for the answer',
      delivered: answer,
      retrying: `${answer}, FACEIT will try again`,
      given_up: `${answer}, FACEIT gave up after ${webhook.attempts} attempts`,
      lost: 'lost on the way: Matchday never sees it',
      no_target: 'not sent: nobody has told FACEIT where to send webhooks',
    }[webhook.state] ?? webhook.state;
  const bad = ['retrying', 'given_up', 'lost', 'no_target'].includes(webhook.state);
  return {
    key,
    at: webhook.created_at,
    kind: 'webhook',
    text: `FACEIT webhook ${webhook.event}`,
    detail,
    bad,
  };
}

function fromTimeline(world, entry) {
  const base = { key: `entry-${entry.id}`, at: entry.at, kind: entry.kind, detail: '', bad: false };
  if (entry.kind !== 'request')
    return { ...base, text: entry.what, detail: entry.rule ? ruleText(entry.rule) : '' };
  const failed = entry.status === null || entry.status >= 400;
  const read = entry.method === 'GET' && !entry.fault;
  const outcome = [
    `${entry.method} ${readable(world, entry.path)}`,
    entry.status ?? 'no answer',
    `${entry.took_ms} ms`,
  ];
  if (entry.fault) outcome.push(`fault: ${entry.fault}`);
  if (entry.reason && !failed) outcome.push(`“${entry.reason}”`);
  return {
    ...base,
    kind: read ? 'read' : entry.fault ? 'fault' : 'request',
    bad: failed,
    text: failed ? `${sentence(world, entry)} did not work` : sentence(world, entry),
    detail: outcome.join(' · '),
  };
}

// Discord's long ids as the names of what they are, or as their last digits.
const readable = (world, path) =>
  path.replace(/\d{17,19}/g, (id) => (world.knows(id) ? world.name(id) : `…${id.slice(-4)}`));

function ruleText(rule) {
  return Object.entries(rule)
    .filter(([, value]) => value !== '' && value !== null)
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`)
    .join(' · ');
}

// Discord's types of a first answer to an interaction.
const answers = {
  4: 'Bot answered a command',
  5: 'Bot acknowledged a command',
  6: 'Bot acknowledged a button',
  8: 'Bot suggested what to type',
  9: 'Bot showed a form',
};

// [method, path, sentence]: the first that fits. The pattern's groups are ids.
const sentences = [
  ['POST', /^\/guilds\/\d+\/channels$/, (w, e) => `Bot created the channel ${e.request?.name ?? ''}`],
  ['PATCH', /^\/guilds\/\d+\/members\/(\d+)$/, (w, e, [user]) => moved(w, e, user)],
  ['DELETE', /^\/channels\/(\d+)$/, (w, e, [channel]) => `Bot deleted the channel ${w.name(channel)}`],
  ['PATCH', /^\/channels\/(\d+)$/, (w, e, [channel]) => `Bot changed the channel ${w.name(channel)}`],
  [
    'PUT',
    /^\/channels\/(\d+)\/permissions\/(\d+)$/,
    (w, e, [channel, who]) => `Bot let ${w.name(who)} into ${w.name(channel)}`,
  ],
  [
    'DELETE',
    /^\/channels\/(\d+)\/permissions\/(\d+)$/,
    (w, e, [channel, who]) => `Bot took ${w.name(who)} off the list of ${w.name(channel)}`,
  ],
  [
    'PUT',
    /^\/channels\/(\d+)\/voice-status$/,
    (w, e, [channel]) => `Bot set the status of ${w.name(channel)}`,
  ],
  ['POST', /^\/channels\/(\d+)\/messages$/, (w, e, [channel]) => `Bot posted in ${w.name(channel)}`],
  [
    'PATCH',
    /^\/channels\/(\d+)\/messages\/\d+$/,
    (w, e, [channel]) => `Bot edited its message in ${w.name(channel)}`,
  ],
  [
    'DELETE',
    /^\/channels\/(\d+)\/messages\/\d+$/,
    (w, e, [channel]) => `Bot deleted a message in ${w.name(channel)}`,
  ],
  ['POST', /^\/interactions\/.*\/callback$/, (w, e) => answers[e.request?.type] ?? 'Bot answered'],
  ['PATCH', /^\/webhooks\/.*\/messages\/@original$/, () => 'Bot answered a command'],
  ['POST', /^\/webhooks\/\d+\/[^/]+$/, () => 'Bot added to its answer'],
  [
    'PUT',
    /^\/applications\/\d+\/(guilds\/\d+\/)?commands$/,
    (w, e) => `Bot registered ${Array.isArray(e.request) ? `${e.request.length} ` : ''}commands`,
  ],
  ['GET', /^\/matches\/(.+)$/, (w, e, [match]) => `Bot looked up match ${match.slice(0, 8)} on FACEIT`],
  ['GET', /^\/search\/players$/, () => 'Bot searched for a player on FACEIT'],
  ['GET', /^\/players/, () => 'Bot looked up a player on FACEIT'],
  ['GET', /^\/api\/v2\/users$/, () => 'Bot looked up players on osu!'],
  ['GET', /^\/api\/v2\/users\/[^/]+\/scores\/best$/, () => 'Bot looked up best scores on osu!'],
  ['GET', /^\/api\/v2\/users\/.+$/, () => 'Bot looked up a player on osu!'],
  ['GET', /^\/api\/v2\/me/, () => 'Bot asked osu! who logged in'],
  ['DELETE', /^\/api\/v2\/oauth\/tokens\/current$/, () => 'Bot gave a token back to osu!'],
  ['POST', /^\/oauth\/token$/, (w, e) => `Bot asked ${e.platform === 'osu' ? 'osu!' : 'FACEIT'} for a token`],
  ['GET', /./, (w, e) => `Bot read ${e.path}`],
];

function sentence(world, entry) {
  for (const [method, pattern, make] of sentences) {
    const found = method === entry.method && pattern.exec(entry.path);
    if (found) return make(world, entry, found.slice(1));
  }
  return `Bot sent ${entry.method} ${entry.path}`;
}

function moved(world, entry, user) {
  if (!entry.request || !('channel_id' in entry.request)) return `Bot changed the member ${world.name(user)}`;
  const channel = entry.request.channel_id;
  return channel
    ? `Bot moved ${world.name(user)} to ${world.name(channel)}`
    : `Bot disconnected ${world.name(user)}`;
}
