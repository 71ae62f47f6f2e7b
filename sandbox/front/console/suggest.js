// A text field with suggestions, as ARIA's "combobox" has it: the arrow keys walk through them, Enter takes
// one, Escape closes. What was picked stands in the input's data-picked; typing on forgets it.

import { h, replace } from './dom.js';

const typingPause = 150; // ms without a key before the bot is asked: Discord waits a little, too
let count = 0;

// `ask(typed)` gives [[value, words], …]; its error is shown in the list's place.
export function combobox(input, ask) {
  const id = `suggestions-${++count}`;
  const list = h('ul', { id, class: 'suggestions', role: 'listbox', 'aria-label': input.name, hidden: true });
  let shown = [];
  let at = -1;
  let asking = 0;
  let timer;

  const open = (yes) => {
    list.hidden = !yes;
    input.setAttribute('aria-expanded', String(yes));
    if (!yes) mark(-1);
  };
  const mark = (index) => {
    at = index;
    [...list.children].forEach((one, i) => one.setAttribute('aria-selected', String(i === at)));
    if (at < 0) input.removeAttribute('aria-activedescendant');
    else {
      input.setAttribute('aria-activedescendant', `${id}-${at}`);
      list.children[at].scrollIntoView({ block: 'nearest' });
    }
  };
  const pick = ([value, words]) => {
    input.value = words;
    input.dataset.picked = value;
    open(false);
  };
  const show = (rows, words) => {
    shown = rows;
    replace(
      list,
      rows.map((row, i) =>
        h(
          'li',
          {
            id: `${id}-${i}`,
            role: 'option',
            'aria-selected': 'false',
            onmousedown: (event) => event.preventDefault(), // the input keeps the focus
            onclick: () => pick(row),
          },
          row[1],
        ),
      ),
      !rows.length && h('li', { class: 'hint', role: 'option', 'aria-disabled': 'true' }, words),
    );
    open(document.activeElement === input);
  };
  const lookUp = async () => {
    const number = ++asking;
    try {
      const rows = await ask(input.dataset.picked ? '' : input.value);
      if (number === asking) show(rows, 'Nothing fits that');
    } catch (error) {
      if (number === asking) show([], error.message);
    }
  };

  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': id,
  }))
    input.setAttribute(name, value);
  input.addEventListener('focus', lookUp);
  input.addEventListener('blur', () => {
    asking += 1; // what still comes is too late
    open(false);
  });
  input.addEventListener('input', () => {
    delete input.dataset.picked;
    clearTimeout(timer);
    timer = setTimeout(lookUp, typingPause);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') open(false);
    else if (event.key === 'Enter' && at >= 0) pick(shown[at]);
    else if (event.key === 'ArrowDown' && shown.length) {
      open(true);
      mark((at + 1) % shown.length);
    } else if (event.key === 'ArrowUp' && shown.length) {
      open(true);
      mark(at > 0 ? at - 1 : shown.length - 1);
    } else return;
    event.preventDefault();
  });
  return h('span', { class: 'combobox' }, input, list);
}
