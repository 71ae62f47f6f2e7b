// Forms, which Discord calls modals: the dialog in which the chosen person fills in what the bot asks, and
// sends it off. What a form may hold is Discord's business; unknown parts are left out.

import { post } from './api.js';
import { h, replace } from './dom.js';
import { markup } from './markup.js';

const dialog = document.getElementById('form');
// Component types of Discord's API.
const type = {
  row: 1,
  stringSelect: 3,
  input: 4,
  userSelect: 5,
  roleSelect: 6,
  channelSelect: 8,
  text: 10,
  label: 18,
};
const paragraph = 2; // the style of a text input

// Shows the form that `interaction` was answered with, if it was.
export function showForm(app, interaction) {
  if (interaction?.state !== 'modal') return;
  const { modal } = interaction;
  const said = h('p', { class: 'refusal', role: 'alert' });
  const form = h(
    'form',
    {
      method: 'dialog',
      onsubmit: async (event) => {
        event.preventDefault();
        try {
          await post('/discord/modal', { interaction_id: interaction.id, values: valuesOf(form) });
          dialog.close();
        } catch (error) {
          said.textContent = error.message;
        }
      },
    },
    h('h2', { id: 'form-title' }, modal.title),
    h('p', { class: 'hint' }, `${app.world.name(interaction.user_id)} fills this in`),
    modal.components.map((one) => part(app.world, one)),
    said,
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      h('button', { type: 'submit', class: 'style-1' }, 'Submit'),
    ),
  );
  replace(dialog, form);
  if (!dialog.open) dialog.showModal();
  form.querySelector('[name]')?.focus();
}

function part(world, component) {
  switch (component.type) {
    case type.row:
      return component.components.map((one) => labelled(one.label, '', field(world, one, one.label)));
    case type.label:
      return labelled(
        component.label,
        component.description,
        field(world, component.component, component.label),
      );
    case type.text:
      return h('p', { class: 'content' }, markup(world, component.content));
    default:
      return null;
  }
}

const labelled = (label, description, control) =>
  control &&
  h(
    'label',
    {},
    h('span', {}, label, control.required && h('span', { class: 'must', 'aria-hidden': 'true' }, ' *')),
    description && h('span', { class: 'hint' }, description),
    control,
  );

function field(world, component, label) {
  const common = {
    name: component.custom_id,
    'aria-label': label,
    required: component.required !== false,
  };
  const choices = {
    [type.stringSelect]: () => component.options.map((one) => [one.value, one.label]),
    [type.userSelect]: () => world.people().map((user) => [user.id, world.name(user.id)]),
    [type.roleSelect]: () => world.guild.roles.map((role) => [role.id, role.name]),
    [type.channelSelect]: () => world.channels().map((channel) => [channel.id, channel.name]),
  }[component.type];
  if (choices)
    return h(
      'select',
      { ...common, 'data-list': 'true' },
      h('option', { value: '' }, component.placeholder ?? 'Choose…'),
      choices().map(([value, label]) => h('option', { value }, label)),
    );
  if (component.type !== type.input) return null;
  const input = h(component.style === paragraph ? 'textarea' : 'input', {
    ...common,
    placeholder: component.placeholder ?? '',
    minLength: component.min_length ?? 0,
    maxLength: component.max_length ?? 4000, // Discord's own limit
    autocomplete: 'off',
  });
  input.value = component.value ?? '';
  return input;
}

function valuesOf(form) {
  const values = {};
  for (const control of form.querySelectorAll('[name]')) {
    if (control.dataset.list) values[control.name] = control.value ? [control.value] : [];
    else values[control.name] = control.value;
  }
  return values;
}
