// Makes the report's table sortable and its charts readable by pointer and keyboard. Pages are
// complete without it: everything inert that needs a script is made here.
(() => {
  'use strict';

  const root = document.body.dataset.root || '';

  // A site in one file has its pages as sections and its data as elements.
  const isSingleFile = document.body.dataset.page === 'single-file';
  const pageOf = (element) => element.closest('[data-page]');

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
        placeholder: 'optimizer = adam  learning_rate < 0.01  failed',
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
        make('tr', { className: row[0][2] },
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
      const cells = columns.map(({ key, name, kind }) => {
        const group = key.startsWith('p:') ? 'Params that differ'
          : /^([md]:|score$|trend$|step$)/.test(key) ? 'Best checkpoint' : '';
        const last = groups[groups.length - 1];
        if (last && last.group === group) last.count += 1; else groups.push({ group, count: 1 });
        if (kind === 'trend') return make('th', { className: 'trend' }, name);
        const place = this.index.get(key);
        const numeric = ['tenths', 'bytes', 'metric', 'delta'].includes(kind)
          || (kind === 'param' && this.rows.every((row) =>
            row[place] === null || typeof row[place] === 'number' || row[place] in special));
        const header = make('th', { scope: 'col' }, make('span', { className: 'name' }, name));
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

    cell({ kind, key, goal }, value) {
      if (kind === 'id') {
        const [stem, id, tag] = value;
        const link = stem
          ? make('a', { className: 'id', href: isSingleFile ? `#e-${stem}` : `${root}e/${stem}.html` }, id)
          : make('code', { className: 'id' }, id);
        const header = make('th', { scope: 'row' }, link);
        if (tag) header.append(' ', make('span', { className: 'tag' }, tag));
        return header;
      }
      if (kind === 'trend') return make('td', { className: 'trend' }, this.spark(value || ''));
      if (value === null) return make('td', { className: 'none' }, '–');
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
        text === '' ? '“”' : text);
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
        return make('label', {}, box, ' ', name);
      }));
    }
  }

  // Read-outs of charts

  const experimentValues = new Map();

  function valuesOf(stem) {
    if (!experimentValues.has(stem)) {
      experimentValues.set(stem, load(`data/e/${stem}.js`, 'keepsake-values',
        ({ id }) => id === stem).catch(() => null));
    }
    return experimentValues.get(stem);
  }

  class ReadOut {
    constructor(figure, svg) {
      this.svg = svg;
      this.metric = figure.dataset.metric;
      this.plot = svg.dataset.plot.split(' ').map(Number);
      this.x = svg.dataset.x.split(' ').map(Number);
      this.y = svg.dataset.y.split(' ').map(Number);
      this.isLogarithmic = 'log' in svg.dataset;
      this.output = make('p', { className: 'readout' });
      this.slider = make('input', {
        type: 'range', className: 'slider', min: 0, max: 1000, value: 1000,
        'aria-label': `Step at which to read ${this.metric}`,
        oninput: () => this.show(Number(this.slider.value)),
        onfocus: () => this.show(Number(this.slider.value)),
      });
      const summary = figure.querySelector('.chart-summary');
      this.under = make('div', { className: 'under' });
      summary.replaceWith(this.under);
      this.under.append(summary, this.output);
      svg.parentElement.after(this.slider);
      svg.addEventListener('pointermove', (event) => this.point(event));
      svg.addEventListener('pointerleave', () => this.hide());
      this.slider.addEventListener('blur', () => this.hide());
      this.mark = draw('g', { class: 'cursor' });
    }

    load() {
      if (this.loading) return this.loading;
      const groups = [...this.svg.querySelectorAll('g[data-series]')];
      const own = (pageOf(this.svg).dataset.values || '').replace(/^.*\/|\.js$/g, '');
      this.loading = Promise.all(groups.map(async (group) => {
        const key = group.dataset.series;
        const isStem = key !== this.metric && /^[0-9a-f]{12,64}$/.test(key);
        const stem = isStem ? key : own;
        const data = stem && await valuesOf(stem);
        const values = data && data.metrics[this.metric];
        if (!values) return null;
        let { steps } = data;
        if (steps.length > 1 && steps[0] === steps[steps.length - 1]) {
          steps = steps.map((_, place) => place + 1);
        }
        const points = steps.map((step, place) => {
          const value = values[place];
          return { step, value: value in special ? special[value] : value };
        }).filter(({ value }) => value !== null).sort((a, b) => a.step - b.step);
        return { label: isStem ? key.slice(0, 7) : '', group, points };
      })).then((all) => {
        this.series = all.filter((one) => one && one.points.length > 0);
        this.steps = [...new Set(this.series.flatMap(({ points }) =>
          points.map(({ step }) => step)))].sort((a, b) => a - b);
        const last = Math.max(0, this.steps.length - 1);
        this.slider.max = last;
        this.slider.value = last;
        this.isLoaded = true;
      });
      return this.loading;
    }

    point(event) {
      const box = this.svg.getBoundingClientRect();
      const [left, , width] = this.plot;
      const unit = this.svg.viewBox.baseVal.width;
      const share = ((event.clientX - box.left) / box.width * unit - left) / width;
      const step = this.x[0] + Math.min(1, Math.max(0, share)) * (this.x[1] - this.x[0]);
      this.load().then(() => {
        let [low, high] = [0, this.steps.length - 1];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (this.steps[middle] < step) low = middle + 1; else high = middle;
        }
        if (low > 0 && step - this.steps[low - 1] < this.steps[low] - step) low -= 1;
        this.slider.value = low;
        this.show(low);
      });
    }

    hide() {
      if (document.activeElement === this.slider) return;
      this.mark.remove();
      this.under.classList.remove('reading');
    }

    show(place) {
      if (!this.isLoaded) {
        this.load().then(() => this.show(Number(this.slider.value)));
        return;
      }
      const step = this.steps[place];
      if (step === undefined) return;
      const [left, top, width, height] = this.plot;
      const x = left + ((step - this.x[0]) / (this.x[1] - this.x[0] || 1)) * width;
      this.mark.replaceChildren(draw('path', {
        class: 'axis', stroke: '#818b98', d: `M${x.toFixed(1)} ${top}v${height}`,
      }));
      const scale = (value) => (this.isLogarithmic ? Math.log10(value) : value);
      const [low, high] = this.y.map(scale);
      const spoken = [`step ${step}`];
      const items = [make('span', { className: 'quiet' }, `step ${formatMetric(step)}`)];
      for (const { label, group, points } of this.series) {
        let [first, end] = [0, points.length];
        while (first < end) {
          const middle = (first + end) >> 1;
          if (points[middle].step <= step) first = middle + 1; else end = middle;
        }
        const found = points[first - 1];
        if (!found) continue;
        const { value } = found;
        const text = typeof value === 'number' ? formatMetric(value) : String(value);
        const item = make('span', {});
        if (label) item.append(make('span', { className: `key ${group.getAttribute('class')}` }), `${label} `);
        item.append(make('b', {}, text));
        items.push(item);
        spoken.push(`${label || this.metric} ${text}`);
        const share = (scale(value) - low) / (high - low);
        if (share >= 0 && share <= 1) {
          this.mark.append(draw('circle', {
            class: group.getAttribute('class'), color: group.getAttribute('color') || '', r: 3.5,
            fill: 'currentColor', cx: x.toFixed(1), cy: (top + height * (1 - share)).toFixed(1),
          }));
        }
      }
      this.output.replaceChildren(...items);
      this.slider.setAttribute('aria-valuetext', spoken.join(', '));
      this.svg.append(this.mark);
      this.under.classList.add('reading');
    }
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
  for (const figure of document.querySelectorAll('.line-chart')) {
    const svg = figure.querySelector('svg[data-plot]');
    if (svg && figure.querySelector('g[data-series]')) new ReadOut(figure, svg);
  }
  for (const block of document.querySelectorAll('.command')) addCopying(block);
})();
