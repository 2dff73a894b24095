// The page that compares the experiments that readers chose in the table

const {
  pageOf, addressOf, make, draw, visible, special, minus, formatMetric, formatParam, plain,
  breakable, loadRows, cellOf, LineReadOut, valuesOf, linkTo,
} = keepsake;

const chartLimit = 24;
const colours = 8;
const units = [['days', 86400], ['hours', 3600], ['minutes', 60], ['seconds', 1]];

const { compare } = new Intl.Collator('en', { numeric: true });
const groupOf = (metric) => (metric.includes('/') ? metric.split('/')[0] : '');

// The primary metric first, then its group (`train` of `train/loss`), those of none, and the others.
function inOrder(names, primary) {
  const rank = (name) => (name === primary ? 0 : groupOf(name) === groupOf(primary) ? 1
    : groupOf(name) ? 3 : 2);
  return [...names].sort((a, b) => rank(a) - rank(b) || compare(a, b));
}

// Of ordered names those that should not be left out: of the others' groups the first of each, then the
// second of each.
function mostImportant(ordered, primary) {
  const counts = new Map();
  const turns = new Map(ordered.map((name) => {
    const group = groupOf(name);
    if (name === primary || group === groupOf(primary) || !group) return [name, 0];
    counts.set(group, (counts.get(group) || 0) + 1);
    return [name, counts.get(group)];
  }));
  const kept = new Set([...ordered].sort((a, b) => turns.get(a) - turns.get(b)).slice(0, chartLimit));
  return ordered.filter((name) => kept.has(name));
}

class ChosenComparison {
  constructor(main) {
    this.main = main;
    const { table, x, smooth, log } = pageOf(main).dataset;
    Object.assign(this, { usualX: x, usualSmooth: smooth, log: JSON.parse(log) });
    loadRows(table).then((data) => {
      Object.assign(this, data);
      // Without a metric to rank by there is no such column.
      const { name = '', goal } = this.columns[this.index.get('score')] || {};
      Object.assign(this, { primary: name, goal });
      window.addEventListener('hashchange', () => {
        // A link within the page says nothing of a choice.
        if (location.hash.includes('=') || !location.hash) this.read();
      });
      this.read();
    }, () => main.append(make('p', { className: 'empty' }, `Cannot load ${table}.`)));
  }

  value(row, key) {
    return this.index.has(key) ? row[this.index.get(key)] : null;
  }

  // The state stands in the address, so that the view can be shared.

  read() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const ids = (parts.get('ids') || '').split(',').filter(Boolean);
    const smooth = Number(parts.get('smooth'));
    this.options = {
      x: ['time', 'step'].find((x) => x === parts.get('x')) || this.usualX,
      scale: ['log', 'linear'].find((scale) => scale === parts.get('y')) || '',
      smooth: smooth >= 0 && smooth < 1 && parts.has('smooth') ? smooth : null,
    };
    // An id may have been written shorter, or by a report with other pages.
    const matches = ids.map((id) => {
      const [found, another] = this.rows.filter((row) => {
        const [stem, short] = this.value(row, 'id');
        return (stem || short).startsWith(id) || id.startsWith(stem || short);
      });
      return another ? null : found;
    });
    this.unknown = ids.filter((_, place) => !matches[place]);
    this.chosen = [...new Set(matches.filter(Boolean))].map((row) => {
      const [stem, name] = this.value(row, 'id');
      return { row, stem, name, id: stem || name, slot: null };
    });
    this.colour();
    this.render();
  }

  write() {
    const { x, scale, smooth } = this.options;
    const parts = [`ids=${this.chosen.map(({ id }) => id)}`, x !== this.usualX && `x=${x}`,
      scale && `y=${scale}`, smooth !== null && `smooth=${smooth}`];
    history.replaceState(null, '', `#${parts.filter(Boolean).join('&')}`);
  }

  // Of more than there are colours the best get one.
  colour() {
    const { goal } = this;
    const sign = goal === 'maximize' ? -1 : 1;
    const key = ({ row }) => {
      const score = this.value(row, 'score');
      return typeof score === 'number' && !Number.isNaN(score) ? sign * score : Infinity;
    };
    const ranked = this.chosen.length > colours && goal
      ? [...this.chosen].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b))) : this.chosen;
    ranked.slice(0, colours).forEach((one, slot) => { one.slot = slot; });
  }

  render() {
    const { chosen, unknown } = this;
    // What was being drawn is of no use any more.
    this.turn = null;
    clearTimeout(this.timer);
    const table = (text) => make('a', {
      href: addressOf('index.html') + (chosen[0] ? `#chosen=${chosen.map(({ id }) => id)}` : ''),
    }, text);
    const content = [make('h1', {}, chosen[1] ? `Compare ${chosen.length} experiments` : 'Compare')];
    if (unknown[0]) {
      content.push(make('p', { className: 'unresolved-block' },
        `Not an experiment of this report: ${unknown.map((id) => visible(id)).join(', ')}.`));
    }
    if (!chosen[1]) {
      content.push(make('p', { className: 'lead' },
        chosen[0] ? `Only ${chosen[0].name} is chosen. ` : 'No experiments are chosen. ',
        'Tick two or more in ', table('the table'), ', and follow Compare above it.'));
      this.main.replaceChildren(...content);
      return;
    }
    content.push(make('p', { className: 'counts' },
      `Each is shown at its ${this.primary ? 'best' : 'latest'} checkpoint. `,
      table('Choose others')), this.note = make('p', { className: 'quiet' }));
    if (chosen.length > colours) {
      const which = this.primary ? `best ${colours} by ${visible(this.primary)}` : `first ${colours}`;
      content.push(make('p', { className: 'quiet' },
        `The ${which} have colours; the others are grey.`));
    }
    const [rows, sameCount] = this.differences();
    if (sameCount) {
      content.push(make('p', { className: 'choice' },
        make('input', {
          type: 'checkbox', id: 'show-same',
          checked: this.main.querySelector('#show-same')?.checked || false,
        }), ' ',
        make('label', { htmlFor: 'show-same' }, 'Show also the ',
          sameCount === 1 ? '1 row that is' : `${sameCount} rows that are`, ' the same')));
    }
    const names = chosen.map(({ name }) => name).join(' ');
    content.push(rows, make('p', { className: 'quiet' },
      'Params and metrics are those of the table. For packages and the rest: ',
      make('code', {}, `keepsake diff ${names}`), '; for lines of code: ',
      make('code', {}, `keepsake diff --files ${names}`)));
    const charts = make('div', { className: 'charts' });
    content.push(make('h2', {}, 'Charts'), this.controls = make('div', { className: 'tools' }),
      charts);
    this.main.replaceChildren(...content);
    this.charts = charts;
    this.load();
  }

  // What differs, in a column for each experiment

  differences() {
    const { chosen } = this;
    let sameCount = 0;
    const body = (title, columns) => {
      const rows = columns.map(({ column, values }) => {
        const isSame = values.every((value) => typeof value === typeof values[0]
          && plain(value) === plain(values[0]));
        sameCount += isSame;
        const row = make('tr', { className: isSame ? 'same' : '' },
          make('th', { scope: 'row' }, ...breakable(visible(column.name))),
          ...values.map((value) => cellOf(column, value)));
        if (column.goal) row.cells[this.bestOf(values, column.goal) + 1]?.classList.add('best');
        return row;
      });
      if (!rows[0]) return '';
      return make('tbody', { className: rows.every((row) => row.className) ? 'same' : '' },
        make('tr', { className: 'group' },
          make('th', { scope: 'rowgroup', colSpan: chosen.length + 1 }, title)), ...rows);
    };
    const of = (keys) => keys.filter((key) => this.index.has(key)).map((key) => {
      const column = this.columns[this.index.get(key)];
      return {
        column: { ...column, key: '', ...(key === 'step' && { name: 'Best step' }) },
        values: chosen.map(({ row }) => this.value(row, key)),
      };
    });
    const keys = (start) => this.columns.map(({ key }) => key).filter((key) => key.startsWith(start));
    const metrics = inOrder(keys('m:').map((key) => key.slice(2)), this.primary);
    const params = [...of(keys('p:')), ...this.constants.map(([name, value]) =>
      ({ column: { name, kind: 'param' }, values: chosen.map(() => value) }))];
    const heads = chosen.map((one, place) => make('th', { scope: 'col' },
      one.slot === null ? '' : make('span', { className: `key s${one.slot + 1}` }),
      linkTo(one.stem, one.name), ' ',
      make('button', {
        className: 'button', 'aria-label': `Remove ${one.name}`, onclick: () => this.remove(place),
      }, '×')));
    const table = make('table', { className: 'compare-table' },
      make('thead', {}, make('tr', {}, make('td'), ...heads)),
      body('Metrics', of(['score', 'step', ...metrics.map((name) => `m:${name}`)])),
      body('Params', params),
      body('Run', of(['status', 'created', 'duration', 'size'])));
    return [make('div', {
      className: 'table-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Differences',
    }, table), sameCount];
  }

  bestOf(values, goal) {
    const finite = values.filter(Number.isFinite);
    return finite[0] === undefined ? values.length
      : values.indexOf(goal === 'maximize' ? Math.max(...finite) : Math.min(...finite));
  }

  remove(place) {
    this.chosen.splice(place, 1);
    this.write();
    this.read();
    const buttons = this.main.querySelectorAll('.compare-table .button');
    (buttons[Math.min(place, buttons.length - 1)] || this.main.querySelector('.lead a')).focus();
  }

  // Charts

  load() {
    const { chosen } = this;
    Promise.all(chosen.map(({ stem }) => stem && valuesOf(stem))).then((all) => {
      if (chosen !== this.chosen) return;
      const names = new Set();
      all.forEach((data, place) => {
        Object.assign(chosen[place], { data });
        for (const [name, values] of Object.entries(data ? data.metrics : {})) {
          if (values.some((value) => value !== null)) names.add(name);
        }
      });
      this.metrics = mostImportant(inOrder(names, this.primary), this.primary);
      const without = (holds) => chosen.filter((one) => !one.data && holds(one)).map(({ name }) => name);
      const missing = without(({ stem }) => !stem);
      const failed = without(({ stem }) => stem);
      const notes = [];
      if (names.size > chartLimit) {
        notes.push(`${chartLimit} of ${names.size} metrics have a chart here.`);
      }
      if (missing[0]) {
        notes.push(`${missing.join(', ')} ${missing[1] ? 'have no pages' : 'has no page'} in this report `
          + 'and no lines in its charts; keepsake report --details all writes a page for each.');
      }
      if (failed[0]) notes.push(`The values of ${failed.join(', ')} cannot be loaded.`);
      this.note.append(notes.join(' '));
      if (names.size) this.addControls();
      this.drawCharts();
    });
  }

  addControls() {
    const { options } = this;
    const choice = (label, name, values) => {
      const select = make('select', {
        onchange: () => this.change({ [name]: select.value }),
      }, ...values.map(([value, text]) =>
        make('option', { value, selected: options[name] === value }, text)));
      return make('label', {}, label, ' ', select);
    };
    this.hasTimes = this.chosen.some(({ data }) => data && data.times.some((time) => time > 0));
    const longest = Math.max(...this.chosen.map(({ data }) => (data ? data.steps.length : 0)));
    // As the report does it unasked.
    this.usual = this.usualSmooth ? Number(this.usualSmooth) : longest > 200 ? 0.6 : 0;
    const output = make('output', {}, String(options.smooth ?? this.usual));
    const slider = make('input', {
      type: 'range', min: 0, max: 0.99, step: 0.01, value: options.smooth ?? this.usual,
      oninput: () => {
        output.value = slider.value;
        this.change({ smooth: slider.valueAsNumber });
      },
    });
    this.controls.append(
      this.hasTimes ? choice('X axis', 'x', [['step', 'step'], ['time', 'time']]) : '',
      choice('Y axis', 'scale', [['', 'automatic'], ['linear', 'linear'], ['log', 'logarithmic']]),
      make('label', {}, 'Smoothing', slider, output),
    );
  }

  change(changes) {
    Object.assign(this.options, changes);
    this.write();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drawCharts(), 60);
  }

  // One after the other, so that long ones do not keep the page from answering.
  async drawCharts() {
    const { x, scale, smooth } = this.options;
    const turn = this.turn = {};
    const lines = this.chosen.filter(({ data }) => data);
    for (const [place, metric] of this.metrics.entries()) {
      const [series, axis] = this.seriesOf(metric, lines, this.hasTimes ? x : 'step');
      const options = {
        axis, goal: metric === this.primary && this.goal, smooth: smooth ?? this.usual,
        scale: scale || ((this.log === true || this.log.includes(metric)) && 'log'),
      };
      const chart = new LineChart(`c-${place + 1}`, metric, series, options);
      const figure = chart.figure();
      const old = this.charts.children[place];
      if (old) old.replaceWith(figure); else this.charts.append(figure);
      if (series[0]) new LineReadOut(figure, chart.svg);
      await new Promise((resolve) => { setTimeout(resolve); });
      if (turn !== this.turn) return;
    }
  }

  // The lines of a metric, and what they stand over.
  seriesOf(metric, lines, x) {
    const [first] = lines[0].data.steps;
    // Where all have the same step, checkpoints are counted.
    const isStill = lines.every(({ data }) => data.steps.every((step) => step === first))
      && lines.some(({ data }) => data.steps.length > 1);
    const series = lines.map(({ stem, name, slot, data }) => {
      const [xs, ys] = [[], []];
      const values = Object.hasOwn(data.metrics, metric) ? data.metrics[metric] : [];
      const places = x === 'time' ? data.times : isStill ? data.steps.map((_, n) => n + 1) : data.steps;
      values.forEach((value, place) => {
        if (value === null || places[place] === null) return;
        xs.push(places[place]);
        ys.push(typeof value === 'string' ? special[value] : value);
      });
      return { stem, name, slot, xs, ys };
    }).filter(({ xs }) => xs[0] !== undefined);
    if (x === 'step') return [series, [isStill ? 'checkpoint' : 'step']];
    // Times are milliseconds; of the unit there are at least three.
    const end = series.reduce((most, { xs }) => xs.reduce((a, b) => Math.max(a, b), most), 0) / 1000;
    const unit = units.find(([, length]) => end >= 3 * length) || units.at(-1);
    for (const one of series) one.xs = one.xs.map((time) => time / 1000 / unit[1]);
    return [series, unit];
  }
}

new ChosenComparison(document.querySelector('main'));
