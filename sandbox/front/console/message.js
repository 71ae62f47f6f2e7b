// How one Discord message looks: author, embeds, and components that can be used. How text looks is in
// markup.js.

import { post } from './api.js';
import { h, time } from './dom.js';
import { showForm } from './form.js';
import { markup } from './markup.js';
import { avatar } from './server.js';

const ephemeralFlag = 1 << 6;
// Component types of Discord's API.
const type = {
  row: 1,
  button: 2,
  stringSelect: 3,
  userSelect: 5,
  roleSelect: 6,
  channelSelect: 8,
  section: 9,
  text: 10,
  gallery: 12,
  separator: 14,
  container: 17,
};

// `message` as the person sees it whom the visitor plays.
export function messageView(app, message) {
  const { world } = app;
  const author = message.author?.id ?? message.author_id;
  const forOne = message.only_for || (message.flags & ephemeralFlag) !== 0;
  const image = (one) => h('p', { class: 'attachment' }, `📎 ${one.filename}`);
  return h(
    'article',
    { class: `message${forOne ? ' only-you' : ''}` },
    avatar(world, author),
    h(
      'div',
      {},
      h(
        'header',
        {},
        h('b', {}, world.name(author)),
        world.isBot(author) && h('span', { class: 'tag' }, 'bot'),
        message.timestamp && h('time', {}, time(Date.parse(message.timestamp))),
        message.edited_timestamp && h('span', { class: 'hint' }, '(edited)'),
      ),
      message.content && h('p', { class: 'content' }, markup(world, message.content)),
      (message.attachments ?? []).map(image),
      (message.embeds ?? []).map((embed) => embedView(world, embed)),
      (message.components ?? []).map((component) => componentView(app, message, component)),
      forOne && onlyYou(app, message),
    ),
  );
}

const onlyYou = (app, message) =>
  h(
    'p',
    { class: 'hint' },
    'Only you can see this · ',
    h(
      'button',
      {
        type: 'button',
        class: 'link',
        'data-key': `dismiss-${message.id}`,
        onclick: () => app.dismiss(message.id),
      },
      'Dismiss message',
    ),
  );

// What stands in place of an answer that is not there.
export function waitingView(app, interaction) {
  const text = interaction.state === 'failed' ? 'The application did not respond' : 'Matchday is thinking…';
  return h(
    'article',
    { class: `message ${interaction.state}` },
    h('span', { class: 'avatar' }, '…'),
    h('div', {}, h('p', { class: 'content' }, text)),
  );
}

// ---- Embeds and components.

function embedView(world, embed) {
  const view = h(
    'div',
    { class: 'embed' },
    embed.author?.name && h('p', { class: 'hint' }, embed.author.name),
    embed.title && h('p', { class: 'title' }, markup(world, embed.title)),
    embed.description && h('p', { class: 'content' }, markup(world, embed.description)),
    h(
      'dl',
      {},
      (embed.fields ?? []).map((field) =>
        h(
          'div',
          { class: field.inline ? 'inline' : '' },
          h('dt', {}, markup(world, field.name)),
          h('dd', {}, markup(world, field.value)),
        ),
      ),
    ),
    embed.footer?.text && h('p', { class: 'hint' }, embed.footer.text),
  );
  if (embed.color) view.style.setProperty('--edge', `#${embed.color.toString(16).padStart(6, '0')}`);
  return view;
}

function componentView(app, message, component) {
  const { world } = app;
  const inner = () =>
    [...(component.components ?? []), ...(component.accessory ? [component.accessory] : [])].map((one) =>
      componentView(app, message, one),
    );
  switch (component.type) {
    case type.row:
      return h('div', { class: 'buttons' }, inner());
    case type.section:
      return h('div', { class: 'section' }, inner());
    case type.container:
      return h('div', { class: 'embed' }, inner());
    case type.text:
      return h('p', { class: 'content' }, markup(world, component.content));
    case type.separator:
      return h('hr');
    case type.button:
      return buttonView(app, message, component);
    case type.stringSelect:
      return selectView(
        app,
        message,
        component,
        component.options.map((one) => [one.value, one.label]),
      );
    case type.userSelect:
      return selectView(
        app,
        message,
        component,
        world.people().map((user) => [user.id, world.name(user.id)]),
      );
    case type.roleSelect:
      return selectView(
        app,
        message,
        component,
        world.guild.roles.map((role) => [role.id, role.name]),
      );
    case type.channelSelect:
      return selectView(
        app,
        message,
        component,
        world.channels().map((channel) => [channel.id, channel.name]),
      );
    case type.gallery:
      return h('p', { class: 'attachment' }, '🖼 picture');
    default:
      return null;
  }
}

const use = (app, message, component, values = []) =>
  app.act(async () => {
    const { interaction_id: id } = await post('/discord/component', {
      user_id: app.acting,
      message_id: message.id,
      custom_id: component.custom_id,
      values,
    });
    showForm(app, await app.answered(id));
  });

function buttonView(app, message, component) {
  const label = [component.emoji?.name, component.label].filter(Boolean).join(' ');
  if (component.url)
    return h(
      'a',
      { href: safe(component.url), target: '_blank', rel: 'noreferrer noopener' },
      label,
      h('span', { 'aria-hidden': 'true' }, ' ↗'),
    );
  return h(
    'button',
    {
      type: 'button',
      class: `style-${component.style}`,
      disabled: component.disabled === true,
      'data-key': `component-${message.id}-${component.custom_id}`,
      onclick: () => use(app, message, component),
    },
    label,
  );
}

// A bot may only link to web pages; a javascript: address must not run here.
const safe = (url) => (/^https?:\/\//.test(url) ? url : '#');

function selectView(app, message, component, choices) {
  const select = h(
    'select',
    {
      disabled: component.disabled === true,
      'aria-label': component.placeholder ?? 'Choose',
      'data-key': `component-${message.id}-${component.custom_id}`,
    },
    h('option', { value: '' }, component.placeholder ?? 'Choose…'),
    choices.map(([value, label]) => h('option', { value }, label)),
  );
  select.addEventListener('change', () => {
    if (select.value) use(app, message, component, [select.value]);
  });
  return select;
}
