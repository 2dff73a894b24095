// Makes the report's table sortable and its charts readable by pointer and keyboard. Pages are
// complete without it: everything inert that needs a script is made here.
(() => {
  'use strict';

  const root = document.body.dataset.root || '';

  // A site in one file has its pages as sections and its data as elements.
  const isSingleFile = document.body.dataset.page === 'single-file';
  const pageOf = (element) => element.closest('[data-page]');
  const addressOf = (path) => (isSingleFile
    ? `#${path.replace('/', '-').replace('.html', '')}` : root + path);

  // Elements

  function make(name, properties, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (value === false || value === null || value === undefined) continue;
      if (key in element && key !== 'list') element[key] = value;
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

  // Characters that turn text around are spelled out, as on the pages.
  const visible = (text) => String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g,
    (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase()}]`);

  // Of long names and values the start and the end, where they differ.
  function short(text, head = 9, tail = 14) {
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
        onerror: () => {
          document.removeEventListener(event, listen);
          reject(new Error(`cannot load ${path}`));
        },
      }));
    });
  }

  // Numbers, as the pages write them

  const special = { '[NaN]': NaN, '[+Infinity]': Infinity, '[-Infinity]': -Infinity };
  const minus = (text) => text.replace(/-/g, '\u2212');

  function formatNumber(value, digits, keepsZeros) {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value < 0 ? '\u2212Inf' : 'Inf';
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return minus(String(value));
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
    const magnitude = Number(exponent);
    if (magnitude < (digits > 4 ? -4 : -3) || magnitude > (digits > 4 ? 6 : 3)) {
      return minus(`${String(Number(mantissa))}e${magnitude}`);
    }
    const text = Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - magnitude));
    return minus(keepsZeros ? text : text.replace(/\.?0+$/, ''));
  }

  const formatMetric = (value) => formatNumber(value, 4, true);

  function formatParam(value) {
    const short = Number(value.toPrecision(6)) === value;
    return formatNumber(value, short ? 6 : 4, false);
  }

  function formatDuration(tenths) {
    if (tenths < 600) return `${tenths / 10}s`;
    const seconds = Math.floor(tenths / 10);
    const [d, h, m] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24,
      Math.floor(seconds / 60) % 60];
    if (d > 0) return `${d}d ${h}h`;
    return h > 0 ? `${h}h ${m}m` : `${m}m ${seconds % 60}s`;
  }

  function formatBytes(count) {
    if (count < 1000) return `${count} B`;
    let scaled = count / 1000;
    let unit = 0;
    while (scaled >= 999.5 && unit < 5) {
      scaled /= 1000;
      unit += 1;
    }
    const rounded = scaled < 9.95 ? Math.round(scaled * 10) / 10 : Math.round(scaled);
    return `${rounded} ${['kB', 'MB', 'GB', 'TB', 'PB', 'EB'][unit]}`;
  }

  const formatTime = (minutes) =>
    new Date(minutes * 60000).toISOString().slice(0, 16).replace('T', ' ');

  // The table

  class ExperimentTable {
    constructor(table) {
      this.table = table;
      this.page = pageOf(table);
      this.path = this.page.dataset.table;
      this.rowsPerPage = 100;
      const sorted = table.querySelector('th[aria-sort]');
      this.initial = {
        // A table in an order of its own has no sorted column, and rows come in that order.
        sort: sorted ? sorted.dataset.key : '',
        descending: !sorted || sorted.getAttribute('aria-sort') === 'descending',
        filter: '',
        columns: null,
        page: 0,
      };
      this.state = { ...this.initial };
      this.bestDescending = null;
      this.addTools();
      for (const header of table.querySelectorAll('th[data-key]')) this.addSorting(header);
      window.addEventListener('hashchange', () => {
        if (location.hash.includes('=') || !location.hash) this.readFragment();
      });
      if (location.hash.includes('=')) this.readFragment();
    }

    addTools() {
      this.input = make('input', {
        type: 'search', autocomplete: 'off', spellcheck: false,
        placeholder: 'optimizer = adam  lr < 0.01  failed',
        oninput: () => {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => {
            this.change({ filter: this.input.value.trim(), page: 0 });
          }, 120);
        },
      });
      this.output = make('output', { className: 'quiet' });
      this.chooser = make('details', {
        className: 'chooser',
        ontoggle: () => this.chooser.open && this.load().then(() => this.fillChooser()),
      }, make('summary', {}, 'Columns'), make('div', { className: 'chooser-list' }));
      const tools = make('div', { className: 'tools' },
        make('label', {}, 'Filter', this.input), this.chooser, this.output);
      this.table.parentElement.before(tools);
      document.addEventListener('click', (event) => {
        if (!this.chooser.contains(event.target)) this.chooser.open = false;
      });
    }

    addSorting(header) {
      const label = header.querySelector('.name') || header;
      const button = make('button', {
        type: 'button', className: 'sort', onclick: () => this.sortBy(header.dataset.key),
      }, ...(label === header ? [...header.childNodes] : [label]));
      header.replaceChildren(button);
    }

    load() {
      if (!this.loading) {
        this.loading = load(this.path, 'keepsake-rows', () => true).then((data) => {
          this.columns = data.columns;
          this.rows = data.rows;
          this.texts = null;
          this.index = new Map(data.columns.map((column, place) => [column.key, place]));
        });
      }
      return this.loading;
    }

    sortBy(key) {
      this.load().then(() => {
        let { descending } = this.state;
        if (this.state.sort === key) {
          descending = !descending;
        } else {
          const { kind } = this.columns[this.index.get(key)];
          const place = this.index.get(key);
          descending = kind !== 'id' && kind !== 'status'
            && this.rows.some((row) => typeof row[place] === 'number');
          if (key === 'score') descending = this.page.dataset.goal !== 'minimize';
        }
        this.change({ sort: key, descending, page: 0 });
      });
    }

    change(changes) {
      Object.assign(this.state, changes);
      const { state, initial } = this;
      const parts = new URLSearchParams();
      if (state.sort !== initial.sort || state.descending !== initial.descending) {
        parts.set('sort', state.sort);
        parts.set('order', state.descending ? 'desc' : 'asc');
      }
      if (state.filter) parts.set('filter', state.filter);
      if (state.columns) parts.set('columns', JSON.stringify([...state.columns]));
      if (state.page) parts.set('page', state.page + 1);
      const text = parts.toString();
      history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
      this.load().then(() => this.render());
    }

    readFragment() {
      const parts = new URLSearchParams(location.hash.slice(1));
      const state = { ...this.initial };
      if (parts.has('sort')) {
        state.sort = parts.get('sort');
        state.descending = parts.get('order') !== 'asc';
      }
      state.filter = parts.get('filter') || '';
      state.page = Math.max(0, (parseInt(parts.get('page'), 10) || 1) - 1);
      try {
        const columns = JSON.parse(parts.get('columns'));
        if (Array.isArray(columns)) state.columns = new Set(columns.map(String));
      } catch { /* A damaged link shows the usual columns. */ }
      this.state = state;
      this.input.value = state.filter;
      this.load().then(() => this.render());
    }

    // Filtering: `name operator value` and words, all of which must hold.

    conditions() {
      const found = [];
      const pattern = /("[^"]*"|[^\s<>=!"]+)\s*(<=|>=|!=|=|<|>)\s*("[^"]*"|\S+)|("[^"]*"|\S+)/g;
      const bare = (text) => text.replace(/^"|"$/g, '');
      for (const [, name, operator, value, word] of this.state.filter.matchAll(pattern)) {
        if (operator === undefined) {
          const needle = bare(word).toLowerCase();
          found.push((row) => this.text(row).includes(needle));
        } else {
          found.push(this.condition(bare(name), operator, bare(value)));
        }
      }
      return found;
    }

    condition(name, operator, value) {
      const wanted = name.toLowerCase();
      const place = this.columns.findIndex((column) =>
        column.name.toLowerCase() === wanted || column.key === wanted);
      if (place < 0) {
        this.unknown = name;
        return () => false;
      }
      const { kind } = this.columns[place];
      const number = Number(value);
      const test = (order) => ({
        '=': order === 0, '!=': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0,
        '>=': order >= 0,
      })[operator];
      return (row) => {
        let cell = row[place];
        if (kind === 'id') cell = cell[1];
        if (cell === null) return operator === '!=' || (operator === '=' && value === 'null');
        if (kind === 'time') {
          const text = formatTime(cell).slice(0, value.length);
          return test(text < value ? -1 : text > value ? 1 : 0);
        }
        if (kind === 'tenths') cell /= 10;
        if (typeof cell === 'string' && cell in special) cell = special[cell];
        if (typeof cell === 'number') {
          if (Number.isNaN(number)) return operator === '!=';
          return test(cell < number ? -1 : cell > number ? 1 : cell === number ? 0 : NaN);
        }
        const text = String(typeof cell === 'object' ? JSON.stringify(cell) : cell).toLowerCase();
        const other = value.toLowerCase();
        if (kind === 'id' && operator === '=') return text.startsWith(other);
        return test(text < other ? -1 : text > other ? 1 : 0);
      };
    }

    text(row) {
      if (!this.texts) {
        this.texts = new Map(this.rows.map((cells) => [
          cells, this.columns.map((column, place) => {
            const cell = cells[place];
            if (cell === null || column.kind === 'trend') return '';
            if (column.kind === 'id') return `${cell[0]} ${cell[1]} ${cell[2]}`;
            if (column.kind === 'time') return formatTime(cell);
            return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
          }).join('\n').toLowerCase(),
        ]));
      }
      return this.texts.get(row);
    }

    sorted(rows) {
      const place = this.index.get(this.state.sort);
      if (place === undefined) return rows;
      const { kind } = this.columns[place];
      const sign = this.state.descending ? -1 : 1;
      const keyed = rows.map((row, position) => {
        let key = row[place];
        if (kind === 'id') [, key] = key;
        if (typeof key === 'string' && key in special) key = special[key];
        if (key !== null && typeof key === 'object') key = JSON.stringify(key);
        if (typeof key === 'boolean') key = String(key);
        const missing = key === null || key === '' || Number.isNaN(key);
        return { row, position, key, missing };
      });
      // What is missing comes last, whichever way the rest is sorted.
      keyed.sort((a, b) => {
        if (a.missing || b.missing) return a.missing - b.missing || a.position - b.position;
        const mixed = (typeof a.key === 'string') - (typeof b.key === 'string');
        if (mixed) return mixed;
        if (a.key !== b.key) return a.key < b.key ? -sign : sign;
        // Rows come newest first, and times are of minutes.
        return (kind === 'time' ? -sign : 1) * (a.position - b.position);
      });
      return keyed.map(({ row }) => row);
    }

    // Drawing

    shownColumns() {
      const { columns } = this.state;
      return this.columns.filter(({ key, shown }) =>
        key === 'id' || (columns ? columns.has(key) : shown));
    }

    render() {
      this.unknown = null;
      const conditions = this.conditions();
      const matching = this.rows.filter((row) => conditions.every((holds) => holds(row)));
      const sorted = this.sorted(matching);
      const pageCount = Math.max(1, Math.ceil(sorted.length / this.rowsPerPage));
      const page = Math.min(this.state.page, pageCount - 1);
      const columns = this.shownColumns();
      const places = columns.map(({ key }) => this.index.get(key));
      const first = page * this.rowsPerPage;
      const lines = sorted.slice(first, first + this.rowsPerPage).map((row) =>
        make('tr', { className: row[0][2].startsWith('best') ? 'best' : '' },
          ...columns.map((column, n) => this.cell(column, row[places[n]]))));
      this.table.tBodies[0].replaceChildren(...lines);
      this.renderHead(columns);
      this.renderPager(page, pageCount);
      if (this.unknown) {
        this.output.value = `There is no column called ${this.unknown}.`;
      } else if (this.state.filter) {
        this.output.value = `${matching.length} of ${this.rows.length}`;
      } else {
        this.output.value = '';
      }
    }

    renderHead(columns) {
      const groups = [];
      const cells = columns.map(({ key, name, kind, group, numeric }) => {
        const last = groups[groups.length - 1];
        if (last && last.group === group) last.count += 1; else groups.push({ group, count: 1 });
        if (kind === 'trend') return make('th', { className: 'trend' }, name);
        const label = short(name);
        const header = make('th', { scope: 'col' }, make('span', {
          className: 'name', title: label === name ? null : name,
        }, label));
        header.dataset.key = key;
        if (numeric) header.className = key === 'score' ? 'number primary' : 'number';
        if (key === this.state.sort) {
          header.setAttribute('aria-sort', this.state.descending ? 'descending' : 'ascending');
        }
        this.addSorting(header);
        return header;
      });
      const top = make('tr', { className: 'groups' }, ...groups.map(({ group, count }) => {
        return group ? make('th', { colSpan: count, scope: 'colgroup' }, group)
          : make('td', { colSpan: count });
      }));
      const focused = document.activeElement.closest('th');
      this.table.tHead.replaceChildren(top, make('tr', {}, ...cells));
      if (focused && focused.dataset.key) {
        const again = cells.find((cell) => cell.dataset.key === focused.dataset.key);
        if (again) again.querySelector('button').focus();
      }
    }

    cell({ kind, key, goal, numeric }, value) {
      if (kind === 'id') {
        const [stem, id, tags] = value;
        const link = stem
          ? make('a', { className: 'id', href: addressOf(`e/${stem}.html`) }, id)
          : make('code', { className: 'id' }, id);
        const header = make('th', { scope: 'row' }, link);
        for (const tag of tags.split(' ').filter(Boolean)) {
          header.append(' ', make('span', { className: tag === 'best' ? 'tag' : 'tag plain' }, tag));
        }
        return header;
      }
      if (kind === 'trend') return make('td', { className: 'trend' }, this.spark(value || ''));
      if (value === null) return make('td', { className: numeric ? 'none' : 'none text' }, '–');
      switch (kind) {
        case 'status':
          return make('td', {}, make('span', { className: `status ${value}` }, value));
        case 'time': return make('td', { className: 'time' }, formatTime(value));
        case 'tenths': return make('td', { className: 'number' }, formatDuration(value));
        case 'delta': {
          const isGood = goal === 'minimize' ? value < 0 : value > 0;
          const judgement = !goal || value === 0 ? '' : isGood ? ' good' : ' bad';
          return make('td', { className: `number delta${judgement}` },
            (value > 0 ? '+' : '') + formatMetric(value));
        }
        case 'bytes': return make('td', { className: 'number' }, formatBytes(value));
        default:
      }
      const number = typeof value === 'string' && value in special ? special[value] : value;
      if (typeof number === 'number') {
        return make('td', { className: key === 'score' ? 'number best' : 'number' },
          kind === 'metric' ? formatMetric(number) : formatParam(number));
      }
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
      return make('td', { className: 'text', title: text.length > 32 ? text : null },
        text === '' ? '“”' : short(text, 14, 17));
    }

    spark(letters) {
      const svg = draw('svg', {
        class: 'spark', width: 96, height: 20, viewBox: '0 0 96 20', 'aria-hidden': 'true',
        fill: 'none',
      });
      const runs = [];
      let run = null;
      [...letters].forEach((letter, place) => {
        if (letter === ' ') {
          run = null;
          return;
        }
        const x = letters.length > 1 ? 2 + (91 * place) / (letters.length - 1) : 47.5;
        const y = 17.5 - ((letter.charCodeAt(0) - 48) / 63) * 15;
        if (!run) runs.push(run = []);
        run.push(`${x.toFixed(1)} ${y.toFixed(1)}`);
      });
      if (runs.length === 0) return svg;
      const group = draw('g', {
        class: 's1', stroke: 'currentColor', 'stroke-linejoin': 'round', 'stroke-linecap': 'round',
      });
      group.append(draw('path', {
        d: runs.map((points) => `M${points.join('L')}${points.length === 1 ? 'h0' : ''}`).join(''),
      }));
      const end = runs[runs.length - 1];
      group.append(draw('path', { 'stroke-width': 4, d: `M${end[end.length - 1]}h0` }));
      svg.append(group);
      return svg;
    }

    renderPager(page, pageCount) {
      for (const pager of this.page.querySelectorAll('nav.pager')) pager.remove();
      if (pageCount < 2) return;
      const button = (label, target) => make('button', {
        type: 'button', disabled: target < 0 || target >= pageCount,
        onclick: () => {
          this.change({ page: target });
          this.table.scrollIntoView({ block: 'start' });
        },
      }, label);
      this.table.parentElement.after(make('nav', { className: 'pager', 'aria-label': 'Pages of the table' },
        button('Previous', page - 1), make('span', {}, `Page ${page + 1} of ${pageCount}`),
        button('Next', page + 1)));
    }

    fillChooser() {
      const list = this.chooser.querySelector('.chooser-list');
      const shown = new Set(this.shownColumns().map(({ key }) => key));
      list.replaceChildren(...this.columns.filter(({ key }) => key !== 'id').map(({ key, name }) => {
        const box = make('input', {
          type: 'checkbox', checked: shown.has(key),
          onchange: () => {
            if (box.checked) shown.add(key); else shown.delete(key);
            this.change({ columns: new Set(shown) });
          },
        });
        return make('label', {}, box, ' ', visible(name));
      }));
    }
  }

  // Read-outs of charts: by pointer, and by a slider for the keyboard

  const experimentValues = new Map();

  function valuesOf(stem) {
    if (!experimentValues.has(stem)) {
      experimentValues.set(stem, load(`data/e/${stem}.js`, 'keepsake-values',
        ({ id }) => id === stem).catch(() => null));
    }
    return experimentValues.get(stem);
  }

  class ReadOut {
    constructor(figure, svg, label) {
      this.svg = svg;
      this.metric = figure.dataset.metric;
      this.output = make('p', { className: 'readout' });
      this.slider = make('input', {
        type: 'range', className: 'slider', min: 0, max: 1000, value: 1000, 'aria-label': label,
        oninput: () => this.show(Number(this.slider.value)),
        onfocus: () => this.show(Number(this.slider.value)),
        onblur: () => this.hide(),
      });
      const summary = figure.querySelector('.chart-summary');
      this.under = make('div', { className: 'under' });
      summary.replaceWith(this.under);
      this.under.append(summary, this.output);
      svg.parentElement.after(this.slider);
      svg.addEventListener('pointermove', (event) => this.point(event));
      svg.addEventListener('pointerleave', () => this.hide());
      this.mark = draw('g', { class: 'cursor' });
    }

    // Loads the values once; resolves when there is something to show.
    ready() {
      if (!this.loading) {
        this.loading = this.load().then(([first, last]) => {
          this.slider.max = Math.max(0, last);
          this.slider.value = first;
          this.isLoaded = true;
        });
      }
      return this.loading;
    }

    point(event) {
      const box = this.svg.getBoundingClientRect();
      const scale = this.svg.viewBox.baseVal.width / box.width;
      const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      this.ready().then(() => {
        const place = this.nearest(x, y);
        if (place === undefined) {
          this.hide();
        } else {
          this.slider.value = place;
          this.show(place);
        }
      });
    }

    hide() {
      if (document.activeElement === this.slider) return;
      this.mark.remove();
      this.under.classList.remove('reading');
    }

    show(place) {
      if (!this.isLoaded) {
        this.ready().then(() => this.show(Number(this.slider.value)));
        return;
      }
      const items = this.items(place);
      if (!items) return;
      this.output.replaceChildren(...items);
      this.slider.setAttribute('aria-valuetext', items.map((item) => item.textContent).join(', '));
      this.svg.append(this.mark);
      this.under.classList.add('reading');
    }
  }

  class LineReadOut extends ReadOut {
    constructor(figure, svg) {
      super(figure, svg, `Step at which to read ${figure.dataset.metric}`);
      const numbers = (text) => text.split(' ').map(Number);
      [this.plot, this.x, this.y] = ['plot', 'x', 'y'].map((key) => numbers(svg.dataset[key]));
      this.scale = 'log' in svg.dataset ? Math.log10 : (value) => value;
    }

    load() {
      const own = (pageOf(this.svg).dataset.values || '').replace(/^.*\/|\.js$/g, '');
      const groups = [...this.svg.querySelectorAll('g[data-series]')];
      return Promise.all(groups.map(async (group) => {
        const key = group.dataset.series;
        const isOwn = key === this.metric || !/^([0-9a-f]{12,64}|seeds-\d)$/.test(key);
        const stem = isOwn ? own : key;
        const data = stem && await valuesOf(stem);
        const values = data && data.metrics[this.metric];
        if (!values) return null;
        const isStill = data.steps.length > 1 && data.steps[0] === data.steps[data.steps.length - 1];
        const points = data.steps.map((step, place) => {
          const value = values[place];
          return {
            step: isStill ? place + 1 : step, value: value in special ? special[value] : value,
            spread: data.spread && data.spread[place],
          };
        }).filter(({ value }) => value !== null).sort((a, b) => a.step - b.step);
        return { label: isOwn ? '' : data.name, group, points };
      })).then((all) => {
        this.series = all.filter((one) => one && one.points.length > 0);
        this.steps = [...new Set(this.series.flatMap(({ points }) =>
          points.map(({ step }) => step)))].sort((a, b) => a - b);
        return [this.steps.length - 1, this.steps.length - 1];
      });
    }

    nearest(x) {
      const [left, , width] = this.plot;
      const share = Math.min(1, Math.max(0, (x - left) / width));
      const step = this.x[0] + share * (this.x[1] - this.x[0]);
      const { steps } = this;
      let [low, high] = [0, steps.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (steps[middle] < step) low = middle + 1; else high = middle;
      }
      return low > 0 && step - steps[low - 1] < steps[low] - step ? low - 1 : low;
    }

    items(place) {
      const step = this.steps[place];
      if (step === undefined) return null;
      const [left, top, width, height] = this.plot;
      const x = left + ((step - this.x[0]) / (this.x[1] - this.x[0] || 1)) * width;
      this.mark.replaceChildren(draw('path', {
        class: 'axis', stroke: '#818b98', d: `M${x.toFixed(1)} ${top}v${height}`,
      }));
      const [low, high] = this.y.map(this.scale);
      const items = [make('span', { className: 'quiet' }, `step ${formatMetric(step)}`)];
      for (const { label, group, points } of this.series) {
        let [first, end] = [0, points.length];
        while (first < end) {
          const middle = (first + end) >> 1;
          if (points[middle].step <= step) first = middle + 1; else end = middle;
        }
        const found = points[first - 1];
        if (!found) continue;
        const { value, spread } = found;
        const style = group.getAttribute('class');
        const item = make('span', {});
        if (label) item.append(make('span', { className: `key ${style}` }), `${label} `);
        item.append(make('b', {}, typeof value === 'number' ? formatMetric(value) : String(value)));
        if (typeof spread === 'number') item.append(` ± ${formatMetric(spread)}`);
        items.push(item);
        const share = (this.scale(value) - low) / (high - low);
        if (share >= 0 && share <= 1) {
          this.mark.append(draw('circle', {
            class: style, color: group.getAttribute('color') || '', r: 3.5, fill: 'currentColor',
            cx: x.toFixed(1), cy: (top + height * (1 - share)).toFixed(1),
          }));
        }
      }
      return items;
    }
  }

  // Points of a scatter chart and lines of parallel coordinates: which experiment is it?
  class ExperimentReadOut extends ReadOut {
    constructor(figure, svg) {
      super(figure, svg, 'Experiment to read, the best first');
      svg.addEventListener('click', () => {
        const page = this.found && this.found[1];
        if (page && this.under.classList.contains('reading')) location.href = addressOf(page);
      });
    }

    load() {
      return loadPoints(pageOf(this.svg).dataset.points).then((data) => {
        this.data = data;
        const corners = (path) => {
          let [x, y] = [0, 0];
          return path.split('l').map((part) => part.match(/-?(\d+\.?\d*|\.\d+)/g).map(Number))
            .flatMap((all) => all.flatMap((dx, n) => {
              if (n % 2) return [];
              [x, y] = [x + dx, y + all[n + 1]];
              return [[x, y]];
            }));
        };
        const shapes = (path) => path.getAttribute('d').replace(/h0/g, '').split('M').slice(1)
          .map(corners);
        this.shapes = [];
        const dots = this.svg.querySelector('.points');
        if (dots) {
          const [low, high] = this.svg.dataset.y.split(' ').map(Number);
          const all = shapes(dots);
          const values = data.params[this.metric] || [];
          const chosen = values.map((_, n) => n).filter((n) => values[n] !== null
            && data.metric[n] !== null && data.metric[n] >= low && data.metric[n] <= high);
          if (chosen.length === all.length) {
            this.shapes = all.map((corner, n) => ({ experiment: chosen[n], corners: corner }));
          }
        }
        for (const path of this.svg.querySelectorAll('[data-first]')) {
          const first = Number(path.dataset.first);
          shapes(path).forEach((corner, n) => {
            this.shapes.push({ experiment: data.drawn[first + n], corners: corner });
          });
        }
        this.shapes.sort((a, b) => a.experiment - b.experiment);
        return [0, this.shapes.length - 1];
      });
    }

    nearest(x, y) {
      let [best, shortest] = [undefined, 20];
      this.shapes.forEach(({ corners }, place) => {
        corners.forEach(([ax, ay], n) => {
          const [bx, by] = corners[n + 1] || (n ? [] : [ax, ay]);
          if (bx === undefined) return;
          const [dx, dy] = [bx - ax, by - ay];
          const part = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
          const share = Math.min(1, Math.max(0, part));
          const distance = Math.hypot(x - ax - share * dx, y - ay - share * dy);
          if (distance < shortest) [best, shortest] = [place, distance];
        });
      });
      return best;
    }

    items(place) {
      if (!this.shapes[place]) return null;
      const { experiment, corners } = this.shapes[place];
      const { experiments, metric, params } = this.data;
      this.found = experiments[experiment];
      const isLine = corners.length > 1;
      this.mark.replaceChildren(draw('path', {
        stroke: 'currentColor', 'stroke-linecap': 'round',
        'stroke-width': isLine ? 3 : 10, d: `M${corners.join('L')}${isLine ? '' : 'h0'}`,
      }));
      const value = (name, cell) => make('span', {}, `${short(name)} `, make('b', {},
        typeof cell === 'number' ? formatParam(cell) : visible(cell === null ? 'none' : cell)));
      const names = isLine ? Object.keys(params) : [this.metric];
      return [make('code', { className: 'id' }, this.found[0]),
        make('span', {}, make('b', {}, formatMetric(metric[experiment]))),
        ...names.slice(0, 8).map((name) => value(name, params[name][experiment]))];
    }
  }

  let points = null;

  function loadPoints(path) {
    points = points || load(path, 'keepsake-points', () => true);
    return points;
  }

  // Commands can be copied.

  function addCopying(block) {
    const button = make('button', {
      type: 'button', className: 'copy',
      onclick: () => {
        const text = block.querySelector('code').textContent;
        const done = () => {
          button.textContent = 'Copied';
          setTimeout(() => { button.textContent = 'Copy'; }, 1500);
        };
        if (navigator.clipboard) {
          navigator.clipboard.writeText(text).then(done, () => {});
        } else {
          getSelection().selectAllChildren(block.querySelector('code'));
        }
      },
    }, 'Copy');
    block.append(button);
  }

  for (const table of document.querySelectorAll('table[data-rows]')) new ExperimentTable(table);
  for (const figure of document.querySelectorAll('.chart')) {
    const svg = figure.querySelector('.chart-scroll > svg');
    if (!svg) continue;
    if (svg.querySelector('g[data-series]')) new LineReadOut(figure, svg);
    if (svg.querySelector('.points, [data-first]')) new ExperimentReadOut(figure, svg);
  }
  for (const block of document.querySelectorAll('.command')) addCopying(block);
})();
