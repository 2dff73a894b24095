// The rows of the table of experiments

const plain = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

// A name that may go on in the next line after some of its signs.
const breakable = (text) => text.split(/(?<=[_./-])/).flatMap((part) => [part, make('wbr')]);

function loadRows(path) {
  return load(path, 'keepsake-rows', () => true).then(({ columns, rows, constants }) => ({
    columns,
    rows: rows.map((row) => row.map((cell) => (cell in special ? special[cell] : cell))),
    constants,
    index: new Map(columns.map(({ key }, place) => [key, place])),
  }));
}

const linkTo = (stem, id) => (stem
  ? make('a', { className: 'id', href: addressOf(`e/${stem}.html`) }, id)
  : make('code', { className: 'id' }, id));

function cellOf({ kind, key, goal, numeric }, value) {
  const td = (className, content) => make('td', { className }, content);
  if (value === null) return td(numeric ? 'none' : 'none text', '–');
  switch (kind) {
    case 'status': return td('', make('span', { className: `status ${value}` }, value));
    case 'time': return td('time', formatTime(value));
    case 'tenths': return td('number', formatDuration(value));
    case 'bytes': return td('number', formatBytes(value));
    case 'delta': {
      const isGood = goal === 'minimize' ? value < 0 : value > 0;
      const judgement = !goal || value === 0 ? '' : isGood ? ' good' : ' bad';
      return td(`number delta${judgement}`, (value > 0 ? '+' : '') + formatMetric(value));
    }
    default:
  }
  if (typeof value === 'number') {
    return td(key === 'score' ? 'number best' : 'number',
      (kind === 'metric' ? formatMetric : formatParam)(value));
  }
  const text = plain(value);
  return make('td', { className: 'text', title: text.length > 32 && text },
    short(text, 14, 17));
}
