// The table of experiments

const {
  isSingleFile, pageOf, make, draw, visible, short, numberOf, formatTime, plain, breakable,
  loadRows, cellOf, linkTo,
} = keepsake;

const rowsPerPage = 100;

class ExperimentTable {
  constructor(table) {
    this.table = table;
    this.page = pageOf(table);
    this.path = this.page.dataset.table;
    const sorted = table.querySelector('th[aria-sort]');
    this.initial = {
      // A table in an order of its own has no sorted column, and rows come in that order.
      sort: sorted ? sorted.dataset.key : '',
      descending: !sorted || sorted.getAttribute('aria-sort') === 'descending',
      filter: '',
      columns: null,
      page: 0,
      chosen: [],
    };
    this.state = { ...this.initial };
    // A site in one file has no page that compares what was chosen.
    this.comparison = !isSingleFile && table.dataset.compare;
    this.addTools();
    for (const row of table.tBodies[0].rows) this.addBox(row);
    for (const header of table.querySelectorAll('th[data-key]')) this.addSorting(header);
    window.addEventListener('hashchange', () => {
      if (location.hash.includes('=') || !location.hash) this.readFragment();
    });
    if (location.hash.includes('=')) this.readFragment();
  }

  addTools() {
    this.input = make('input', {
      type: 'search', spellcheck: false,
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
      onkeydown: ({ key }) => {
        if (key !== 'Escape') return;
        this.chooser.open = false;
        this.chooser.firstChild.focus();
      },
    }, make('summary', {}, 'Columns'), make('div', { className: 'chooser-list' }));
    this.chosen = make('span', { className: 'chosen sections', role: 'status' });
    this.tools = make('div', { className: 'tools' },
      make('label', {}, 'Filter', this.input), this.chooser, this.chosen, this.output);
    this.table.parentElement.before(this.tools);
    document.addEventListener('click', (event) => {
      this.chooser.open &&= this.chooser.contains(event.target);
    });
  }

  addSorting(header) {
    header.replaceChildren(make('button', {
      className: 'sort', name: header.dataset.key, onclick: () => this.sortBy(header.dataset.key),
    }, header.querySelector('.name')));
  }

  load() {
    this.loading ||= loadRows(this.path).then((data) => Object.assign(this, data), () => {
      this.output.value = `Cannot load ${this.path}.`;
      this.loading = null;
      return new Promise(() => {});
    });
    return this.loading;
  }

  sortBy(key) {
    this.load().then(() => {
      const place = this.index.get(key);
      const { goal } = this.columns[place];
      // The best first; what is neither good nor bad with the largest numbers first.
      const descending = this.state.sort === key ? !this.state.descending
        : goal ? goal === 'maximize' : this.rows.some((row) => typeof row[place] === 'number');
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
    if (state.chosen[0]) parts.set('chosen', state.chosen);
    const text = parts.toString().replaceAll('%2C', ',');
    history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
    this.showChosen();
    if (!changes.chosen) this.load().then(() => this.render());
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
    } catch {
      // A damaged link shows the usual columns.
    }
    state.chosen = (parts.get('chosen') || '').split(',').filter(Boolean);
    this.state = state;
    this.input.value = state.filter;
    this.showChosen();
    // What was chosen may stand on any page of the table.
    parts.delete('chosen');
    if (this.loading || parts.toString()) this.load().then(() => this.render());
  }

  // Choosing what to compare

  addBox(row) {
    if (!this.comparison) return;
    const link = row.querySelector('.id');
    // Without a page of its own an experiment is known by the start of its id.
    const [, value] = /(\w+)\.html$/.exec(link.href) || [null, link.textContent];
    row.cells[0].prepend(make('input', {
      type: 'checkbox', className: 'choose', value, 'aria-label': `Compare ${link.textContent}`,
      checked: this.state.chosen.includes(value),
      onclick: (event) => this.choose(event),
    }));
  }

  boxes() {
    return [...this.table.querySelectorAll('.choose')];
  }

  choose({ target, shiftKey }) {
    const boxes = this.boxes();
    const place = boxes.indexOf(target);
    // With the shift key all from the one before.
    const other = shiftKey ? boxes.findIndex(({ value }) => value === this.lastChosen) : -1;
    const ends = [place, other < 0 ? place : other];
    const chosen = new Set(this.state.chosen);
    for (const { value } of boxes.slice(Math.min(...ends), Math.max(...ends) + 1)) {
      if (target.checked) chosen.add(value); else chosen.delete(value);
    }
    this.lastChosen = target.value;
    this.change({ chosen: [...chosen] });
  }

  showChosen() {
    const { chosen } = this.state;
    for (const box of this.boxes()) box.checked = chosen.includes(box.value);
    for (const link of this.page.querySelectorAll('.pager a')) {
      link.hash = chosen[0] ? `chosen=${chosen}` : '';
    }
    this.tools.classList.toggle('choosing', chosen.length > 0);
    this.chosen.replaceChildren(...(chosen[0] ? [
      chosen[1] ? make('a', { href: `${this.comparison}#ids=${chosen}` },
        make('b', {}, `Compare ${chosen.length}`))
        : '1 chosen',
      make('button', {
        className: 'button',
        onclick: () => {
          this.change({ chosen: [] });
          this.table.parentElement.focus({ preventScroll: true });
        },
      }, 'Clear')] : []));
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
    const [constant] = this.constants.filter(([other]) => other.toLowerCase() === wanted);
    if (place < 0 && !constant) {
      this.unknown = name;
      return () => false;
    }
    const { kind } = this.columns[place] || {};
    const number = numberOf(value);
    const time = Date.parse(value.length > 10 ? `${value.replace(' ', 'T')}Z` : value) / 60000;
    const test = (order) => ({
      '=': order === 0, '!=': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0,
      '>=': order >= 0,
    })[operator];
    return (row) => {
      let cell = place < 0 ? constant[1] : row[place];
      if (kind === 'id') cell = cell[1];
      if (cell === null) return operator === '!=' || (operator === '=' && value === 'null');
      if (kind === 'time') {
        // A day or a year begins with its first minute, as in `keepsake ls`.
        return test(/^!?=$/.test(operator) ? +!formatTime(cell).startsWith(value) : cell - time);
      }
      if (kind === 'tenths') cell /= 10;
      if (typeof cell === 'number') {
        if (Number.isNaN(number)) {
          return (/^nan$/i.test(value) && Number.isNaN(cell)) === (operator === '=');
        }
        return test(cell < number ? -1 : cell > number ? 1 : cell === number ? 0 : NaN);
      }
      const text = plain(cell).toLowerCase();
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
          return plain(cell);
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
      const missing = key === null || key === '' || Number.isNaN(key);
      if (!missing && typeof key !== 'number') key = plain(key);
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
    const held = document.activeElement.name;
    this.unknown = null;
    const conditions = this.conditions();
    const matching = this.rows.filter((row) => conditions.every((holds) => holds(row)));
    const sorted = this.sorted(matching);
    const pageCount = Math.max(1, Math.ceil(sorted.length / rowsPerPage));
    const page = Math.min(this.state.page, pageCount - 1);
    const columns = this.shownColumns();
    const places = columns.map(({ key }) => this.index.get(key));
    const first = page * rowsPerPage;
    const lines = sorted.slice(first, first + rowsPerPage).map((row) =>
      make('tr', { className: row[0][2].startsWith('best') ? 'best' : '' },
        ...columns.map((column, n) => this.cell(column, row[places[n]]))));
    this.table.tBodies[0].replaceChildren(...lines);
    lines.forEach((line) => this.addBox(line));
    this.renderHead(columns);
    this.renderPager(page, pageCount);
    this.output.value = this.unknown
      ? `This table has no column called ${this.unknown}; keepsake report --filter knows all.`
      : this.state.filter ? `${matching.length} of ${this.rows.length}` : '';
    // What had the focus was drawn anew.
    if (held) {
      this.page.querySelector(`button[name=${CSS.escape(held)}]`)?.focus({ preventScroll: true });
    }
  }

  renderHead(columns) {
    const groups = [];
    const cells = columns.map(({ key, name, kind, group, numeric }) => {
      const last = groups[groups.length - 1];
      if (last && last.group === group) last.count += 1; else groups.push({ group, count: 1 });
      if (kind === 'trend') return make('th', { className: 'trend' }, name);
      const header = make('th', { scope: 'col' }, make('span', {
        className: 'name', title: name.length > 24 && name,
      }, ...breakable(short(name))));
      header.dataset.key = key;
      if (numeric) header.className = key === 'score' ? 'number primary' : 'number';
      if (key === this.state.sort) {
        header.setAttribute('aria-sort', this.state.descending ? 'descending' : 'ascending');
      }
      this.addSorting(header);
      return header;
    });
    const top = make('tr', { className: 'groups' }, ...groups.map(({ group, count }) =>
      make(group ? 'th' : 'td', { colSpan: count, scope: group ? 'colgroup' : null }, group || '')));
    this.table.tHead.replaceChildren(top, make('tr', {}, ...cells));
  }

  cell(column, value) {
    if (column.kind === 'trend') return make('td', { className: 'trend' }, this.spark(value || ''));
    if (column.kind !== 'id') return cellOf(column, value);
    const [stem, id, tags] = value;
    const header = make('th', { scope: 'row' }, linkTo(stem, id));
    for (const tag of tags.split(' ').filter(Boolean)) {
      header.append(' ', make('span', { className: tag === 'best' ? 'tag' : 'tag plain' }, tag));
    }
    return header;
  }

  spark(letters) {
    const svg = draw('svg', {
      class: 'spark', width: 96, height: 20, viewBox: '0 0 96 20', 'aria-hidden': 'true',
      fill: 'none',
    });
    const count = letters.length;
    const runs = [...letters.matchAll(/\S+/g)].map(({ 0: run, index }) => [...run].map((letter, n) => {
      const x = count > 1 ? 2 + (91 * (index + n)) / (count - 1) : 47.5;
      const code = letter.charCodeAt(0);
      // The letters are those from 0 to p without the backslash.
      const y = 17.5 - (code - (code > 92 ? 49 : 48)) / 4.2;
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    }));
    if (!runs[0]) return svg;
    const group = draw('g', {
      class: 's1', stroke: 'currentColor', 'stroke-linecap': 'round',
    });
    group.append(
      draw('path', { d: runs.map((run) => `M${run.join('L')}${run[1] ? '' : 'h0'}`).join('') }),
      draw('path', { 'stroke-width': 4, d: `M${runs.at(-1).at(-1)}h0` }),
    );
    svg.append(group);
    return svg;
  }

  renderPager(page, pageCount) {
    this.page.querySelector('nav.pager')?.remove();
    if (pageCount < 2) return;
    const button = (name, target) => {
      // A disabled one would lose the focus.
      const isEnd = target < 0 || target >= pageCount;
      return make('button', {
        name, className: 'button', 'aria-disabled': isEnd,
        onclick: () => {
          if (isEnd) return;
          this.change({ page: target });
          this.table.scrollIntoView();
        },
      }, name);
    };
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

for (const table of document.querySelectorAll('table[data-rows]')) new ExperimentTable(table);
