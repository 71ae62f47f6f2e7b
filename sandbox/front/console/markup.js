// Discord's markup as elements: mentions, times, links, bold, code, escapes; everything else stays as it was
// written. Only what a bot's messages need.

import { h, time } from './dom.js';

const tokens = new RegExp(
  [
    /\\([^a-zA-Z0-9\s])/, // an escaped sign is only that sign
    /<@!?(\d+)>/,
    /<@&(\d+)>/,
    /<#(\d+)>/,
    /<t:(-?\d+)(?::([tTdDfFsSR]))?>/,
    /<\/([^:>]+):\d+>/,
    /\*\*(.+?)\*\*/,
    /`([^`]+)`/,
    /(https?:\/\/[^\s<>()]+)/,
  ]
    .map((one) => one.source)
    .join('|'),
  'g',
);

export function markup(world, text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(tokens)) {
    parts.push(text.slice(end, found.index));
    end = found.index + found[0].length;
    parts.push(token(world, found));
  }
  parts.push(text.slice(end));
  return parts;
}

function token(world, [, escaped, user, role, channel, seconds, style, called, bold, code, address]) {
  const mention = (words) => h('span', { class: 'mention' }, words);
  if (escaped) return escaped;
  if (user) return mention(`@${world.name(user)}`);
  if (role) return mention(`@${world.role(role)?.name ?? 'role'}`);
  if (channel) return mention(`#${world.name(channel)}`);
  if (seconds) return h('time', {}, moment(Number(seconds) * 1000, style, world.state.now));
  if (called) return mention(`/${called}`);
  if (bold) return h('b', {}, markup(world, bold));
  if (code) return h('code', {}, code);
  return h('a', { href: address, target: '_blank', rel: 'noreferrer noopener' }, address);
}

const minute = 60_000;

// Discord's styles of <t:…>: R is relative, t and T are times of day; the others here show date and time.
function moment(ms, style, now) {
  const at = new Date(ms);
  if (style === 'T') return time(ms);
  if (style === 't') return time(ms).slice(0, -3);
  if (style !== 'R') return at.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  const away = ms - now;
  const [size, unit] = [
    [24 * 60 * minute, 'day'],
    [60 * minute, 'hour'],
    [minute, 'minute'],
    [1000, 'second'],
  ].find(([size]) => Math.abs(away) >= size) ?? [1000, 'second'];
  return new Intl.RelativeTimeFormat([], { numeric: 'auto' }).format(Math.round(away / size), unit);
}
