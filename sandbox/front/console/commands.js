// Slash commands: which one, its options, and suggestions while one types where the bot offers them. Discord
// decides who may use a command; here everybody may try, and reads its answer.

import { post } from './api.js';
import { h, replace, whenChanged } from './dom.js';
import { showForm } from './form.js';
import { combobox } from './suggest.js';

const command = document.getElementById('command');
const options = document.getElementById('options');
const about = document.getElementById('about-command');
const button = document.querySelector('#command-form button[type=submit]');
const optionalShownMax = 2; // more than that stand behind a disclosure

// Discord's option types, and which control asks for each.
const type = {
  subcommand: 1,
  group: 2,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  number: 10,
};

let calls = []; // each way in which a command can be called
const current = { app: null };

export function startCommands(app) {
  command.addEventListener('change', () => drawOptions(app));
  document.getElementById('command-form').addEventListener('submit', (event) => {
    event.preventDefault();
    app.act(async () => {
      const { interaction_id: id } = await post('/discord/command', asked(app));
      showForm(app, await app.answered(id));
    });
  });
}

export function drawCommands(app) {
  current.app = app;
  draw(app.world.commands(), app.acting);
}

const draw = whenChanged((commands) => {
  const chosen = command.value;
  calls = callable(commands);
  command.disabled = button.disabled = !calls.length;
  const group = (label, list) =>
    list.length &&
    h(
      'optgroup',
      { label },
      list.map((one) => h('option', { value: one.name }, `/${one.name}`)),
    );
  replace(
    command,
    calls.length
      ? [
          group('For everybody', calls.filter((one) => !one.guarded)),
          group('For organizers', calls.filter((one) => one.guarded)),
        ]
      : h('option', {}, 'no commands registered yet'),
  );
  if (calls.some((one) => one.name === chosen)) command.value = chosen;
  drawOptions(current.app);
});

// A command without subcommands can be called in one way, a command with three in three.
function callable(commands) {
  const out = [];
  const visit = (name, description, list, guarded) => {
    const inner = (list ?? []).filter((one) => one.type === type.subcommand || one.type === type.group);
    if (!inner.length) out.push({ name, description, options: list ?? [], guarded });
    for (const one of inner) visit(`${name} ${one.name}`, one.description, one.options, guarded);
  };
  for (const one of commands) {
    const guarded = typeof one.default_member_permissions === 'string';
    if ((one.type ?? 1) === 1) visit(one.name, one.description, one.options, guarded);
  }
  return out.sort((a, b) => a.name.localeCompare(b.name));
}

// ---- Options.

function drawOptions(app) {
  const call = calls.find((one) => one.name === command.value);
  const field = (option) =>
    h(
      'label',
      { title: option.description },
      h('span', {}, option.name, option.required ? '' : ' (optional)'),
      control(app, option),
    );
  const required = (call?.options ?? []).filter((one) => one.required);
  const optional = (call?.options ?? []).filter((one) => !one.required);
  const many = optional.length > optionalShownMax;
  about.textContent = call?.description ?? '';
  replace(
    options,
    required.map(field),
    !many && optional.map(field),
    many &&
      h(
        'details',
        { class: 'further', 'data-key': `further-${call.name}` },
        h('summary', {}, `${optional.length} options`),
        h('div', { class: 'options' }, optional.map(field)),
      ),
  );
}

function control(app, option) {
  // Named here: the label around it holds suggestions and choices, too.
  const common = {
    name: option.name,
    'aria-label': option.name,
    'data-type': option.type,
    required: option.required === true,
  };
  const choices = choicesOf(app.world, option);
  if (choices)
    return h(
      'select',
      common,
      !option.required && h('option', { value: '' }, '–'),
      choices.map(([value, label]) => h('option', { value }, label)),
    );
  const number = option.type === type.integer || option.type === type.number;
  const input = h('input', { ...common, type: number ? 'number' : 'text', autocomplete: 'off' });
  if (option.name === 'faceit_nickname')
    input.value = app.world.players().find((player) => player.user_id === app.acting)?.nickname ?? '';
  return option.autocomplete ? combobox(input, (typed) => suggestions(app, input, typed)) : input;
}

function choicesOf(world, option) {
  if (option.choices?.length) return option.choices.map((one) => [one.value, one.name]);
  switch (option.type) {
    case type.boolean:
      return [
        ['true', 'yes'],
        ['false', 'no'],
      ];
    case type.user:
      return world.people().map((user) => [user.id, world.name(user.id)]);
    case type.channel:
      return world
        .channels()
        .filter((channel) => !option.channel_types || option.channel_types.includes(channel.type))
        .map((channel) => [channel.id, channel.name]);
    case type.role:
      return world.guild.roles.map((role) => [role.id, role.name]);
    default:
      return null;
  }
}

// What the bot offers for an option that is being typed: [[value, words], …].
async function suggestions(app, input, typed) {
  const call = asked(app);
  call.options[input.name] = typed;
  const { interaction_id: id } = await post('/discord/autocomplete', { ...call, focused: input.name });
  const answer = await app.answered(id);
  if (answer?.state !== 'choices') throw new Error('Loading options failed');
  return answer.choices.map((one) => [String(one.value), one.name]);
}

// The command as it stands there. A suggestion that was picked counts by its value, not by its words.
function asked(app) {
  const given = {};
  for (const field of options.querySelectorAll('[name]')) {
    const value = field.dataset.picked ?? field.value;
    if (value === '') continue;
    const kind = Number(field.dataset.type);
    if (kind === type.boolean) given[field.name] = value === 'true';
    else if (kind === type.integer || kind === type.number) given[field.name] = Number(value);
    else given[field.name] = value;
  }
  return { user_id: app.acting, channel_id: app.channel, command: command.value, options: given };
}
