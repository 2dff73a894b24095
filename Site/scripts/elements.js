// Scripts make the report's table sortable and its charts readable by pointer and keyboard. Pages are
// complete without them: everything inert that needs a script is made by one.
//
// This one is on every page and sets up `keepsake`, from which the others take what they use.

const root = document.body.dataset.root || '';

// A site in one file has its pages as sections and its data as elements.
const isSingleFile = document.body.dataset.page === 'single-file';
const pageOf = (element) => element.closest('[data-page]');
const addressOf = (path) => (isSingleFile
  ? `#${path.replace('/', '-').replace('.html', '')}` : root + path);

function make(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === false || value === null) continue;
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function draw(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Characters that turn text around are spelled out, as on the pages; quotes show where nothing is.
const visible = (text) => (String(text).trim() ? String(text) : `“${text}”`).replace(
  /[\u202a-\u202e\u2066-\u2069]/g,
  (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase()}]`);

// Of long names and values the start and the end, where they differ.
function short(text, head = 18, tail = 40) {
  const letters = [...text];
  return visible(letters.length <= head + 1 + tail ? text
    : `${letters.slice(0, head).join('')}…${letters.slice(-tail).join('')}`);
}

// Data files are scripts that send an event, because pages opened from a disk cannot fetch.
function load(path, event, accept) {
  const inside = document.querySelector(`script[data-path="${path}"]`);
  if (inside) return Promise.resolve(JSON.parse(inside.textContent));
  return new Promise((resolve, reject) => {
    const listen = ({ detail }) => {
      if (!accept(detail)) return;
      document.removeEventListener(event, listen);
      resolve(detail);
    };
    document.addEventListener(event, listen);
    document.head.append(make('script', {
      src: root + path,
      onerror: reject,
    }));
  });
}
