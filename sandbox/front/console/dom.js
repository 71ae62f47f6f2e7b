// Building the page: elements from values, and replacing them without losing the keyboard's place. Text
// always goes in as text nodes, so that nothing that somebody wrote can become markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name in element && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

// Replaces the contents of `container`. It stays scrolled where it was, the focus stays on the element with
// the same data-key, open <details> with a data-key stay open, and people (data-person) glide from where they
// were to where they are.
export function replace(container, ...children) {
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const open = new Set([...container.querySelectorAll('details[open][data-key]')].map((e) => e.dataset.key));
  const before = new Map(
    [...container.querySelectorAll('[data-person]')].map((e) => [
      e.dataset.person,
      e.getBoundingClientRect(),
    ]),
  );
  const scrolled = container.scrollTop;
  container.replaceChildren();
  append(container, children);
  for (const details of container.querySelectorAll('details[data-key]')) {
    if (open.has(details.dataset.key)) details.open = true;
  }
  container.scrollTop = scrolled;
  if (focused) container.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  glide(container, before);
}

function glide(container, before) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  for (const element of container.querySelectorAll('[data-person]')) {
    const was = before.get(element.dataset.person);
    if (!was) continue;
    const is = element.getBoundingClientRect();
    const x = was.left - is.left;
    const y = was.top - is.top;
    if (Math.abs(x) + Math.abs(y) < 2) continue;
    element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], {
      duration: 450,
      easing: 'cubic-bezier(.2,.8,.2,1)',
    });
  }
}

// Runs `draw` only when the values that it shows have changed, so that a page that polls stays still while
// one reads.
export function whenChanged(draw) {
  let last;
  return (...values) => {
    const now = JSON.stringify(values);
    if (now === last) return;
    last = now;
    draw(...values);
  };
}

export const time = (ms) =>
  new Date(ms).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
