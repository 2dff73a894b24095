// Charts of lines: the same pictures that the report draws, so that its styles and read-outs fit

const dashes = [null, '7 3', '2 3', '9 3 2 3'];
const shapes = [
  'm-3.5 0a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0z', 'm-3-3h6v6h-6z', 'm0-4.5l4.5 4.5-4.5 4.5-4.5-4.5z',
  'm0-4.2l4.2 7.2h-8.4z', 'm0 4.2l4.2-7.2h-8.4z', 'm-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z',
  'm-4.5-1.5h9v3h-9z', 'm-1.5-4.5h3v9h-3z',
];
const round = { 'stroke-linejoin': 'round', 'stroke-linecap': 'round', stroke: 'currentColor' };

// Older values count less by their distance, so that it does not matter how often values were logged.
function smoothed({ xs, ys }, amount, unit, counts) {
  const weight = Math.min(Math.sqrt(amount), 0.999);
  let [sum, divisor, before] = [0, 0, -Infinity];
  return ys.map((y, place) => {
    if (!counts(y)) return y;
    const x = xs[place];
    // A run that goes back begins a line of its own.
    const decay = x < before ? 0 : weight ** ((x - before) / unit);
    before = x;
    sum = sum * decay + y;
    divisor = divisor * decay + 1;
    return Number.isFinite(sum) ? sum / divisor : y;
  });
}

// The first and last positions of what can be drawn in one go.
function runsOf(xs, ys, isLog) {
  const runs = [];
  let open = null;
  ys.forEach((y, place) => {
    const isShown = Number.isFinite(y) && (!isLog || y > 0);
    if (isShown && open && xs[place] >= xs[place - 1]) open[1] = place;
    else if (isShown) runs.push(open = [place, place]);
    else open = null;
  });
  return runs;
}

// Of each column of a long line the smallest and the largest value.
function pick(ys, [first, last], columnOf) {
  const kept = [first];
  let [low, high, column] = [first, first, columnOf(first)];
  const keep = () => kept.push(Math.min(low, high), Math.max(low, high));
  for (let place = first + 1; place <= last; place += 1) {
    if (columnOf(place) !== column) {
      keep();
      [low, high, column] = [place, place, columnOf(place)];
    } else if (ys[place] < ys[low]) low = place; else if (ys[place] > ys[high]) high = place;
  }
  keep();
  return [...kept, last];
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
const tenths = (place) => place.toFixed(1);
const crisp = (place) => Math.floor(place) + 0.5;

function write(parent, x, y, text, attributes) {
  const element = draw('text', { x: tenths(x), y: tenths(y), ...attributes });
  element.append(text);
  parent.append(element);
}

// A metric of several experiments.
//
// A series has a name, stem, slot (its colour, null for grey), xs and ys; options are axis (what xs count,
// and of a unit of time its seconds), scale ('log', 'linear' or neither), smooth (0 to 1) and goal (of the
// metric that experiments are ranked by).
class LineChart {
  constructor(id, metric, series, options) {
    Object.assign(this, { id, metric, options, top: 12, bottom: 240, right: 624 });
    let [start, end] = [Infinity, -Infinity];
    for (const { xs } of series) {
      for (const x of xs) {
        start = Math.min(start, x);
        end = Math.max(end, x);
      }
    }
    [this.start, this.end] = start < end ? [start, end] : [start - 1, start + 1];
    this.lines = series.map((one) => ({ ...one, drawn: one.ys }));
    if (options.goal) this.findBest();
    this.fit();
    const isFew = series.length < 3;
    this.showsRaw = options.smooth > 0 && isFew;
    if (options.smooth) {
      // Spikes that the axis leaves out would be in averages for long.
      const counts = (y) => Number.isFinite(y) && !this.isBeyond(y);
      const longest = Math.max(...series.map(({ ys }) => ys.length));
      const unit = (this.end - this.start) / Math.max(1, Math.min(1000, longest - 1));
      const drawn = this.lines.map((line) => smoothed(line, options.smooth, unit, counts));
      this.lines.forEach((line, place) => { line.drawn = drawn[place]; });
      if (!isFew) this.fit();
    }
    this.isClipped = this.shown.some((y) => this.isBeyond(y));
    this.ticks = (this.isLog ? logTicks : linearTicks)(this.low, this.high, 5.7);
    const letters = Math.max(0, ...this.ticks.map((tick) => this.ticks.format(tick).length));
    this.left = Math.min(160, Math.max(52, 8 + 7.6 * letters));
    this.scale = this.isLog ? Math.log10 : Number;
    this.perUnit = (this.bottom - this.top) / (this.scale(this.high) - this.scale(this.low));
  }

  // The best measured value: of equals the first line's, and there the last.
  findBest() {
    const sign = this.options.goal === 'maximize' ? -1 : 1;
    for (const line of this.lines) {
      line.ys.forEach((y, place) => {
        const lead = this.best ? sign * (this.best.y - y) : 1;
        if (!Number.isFinite(y) || lead < 0 || (lead === 0 && this.best.line !== line)) return;
        this.best = { line, y, x: line.xs[place] };
      });
    }
  }

  // The ends of the vertical axis.
  fit() {
    this.shown = this.lines.flatMap(({ drawn }) => drawn).filter(Number.isFinite);
    if (this.best) this.shown.push(this.best.y);
    const sorted = Float64Array.from(this.shown[0] === undefined ? [0] : this.shown).sort();
    Object.assign(this, { isLog: false }, domainOf(sorted, this.options.scale, 5.7));
  }

  isBeyond(y) {
    return y > this.high || (y < this.low && (!this.isLog || y > 0));
  }

  x(value) {
    const { left, right, start, end } = this;
    return left + ((value - start) / (end - start)) * (right - left);
  }

  // What is beyond an end is cut off there, not drawn along it.
  y(value) {
    const distance = (this.scale(value) - this.scale(this.low)) * this.perUnit;
    return Math.min(2e3, Math.max(-2e3, this.bottom - distance));
  }

  figure() {
    const { id, metric, left, right, top, bottom, options: { axis: [unit, seconds] } } = this;
    const titled = { 'aria-labelledby': `${id}-title` };
    const figure = make('figure', { className: 'chart line-chart', id },
      make('figcaption', { id: `${id}-title` }, ...breakable(visible(metric))));
    figure.dataset.metric = metric;
    if (!this.lines[0]) {
      figure.append(make('p', { className: 'chart-summary' },
        'No values were recorded at a known time.'));
      return figure;
    }
    this.svg = draw('svg', {
      width: 640, height: 280, viewBox: '0 0 640 280', role: 'img', fill: 'none', ...titled,
      'aria-describedby': `${id}-summary`, 'font-family': 'system-ui,sans-serif', 'font-size': 12,
      'data-plot': `${left} ${top} ${right - left} ${bottom - top}`,
      'data-x': `${this.start} ${this.end}`, 'data-y': `${this.low} ${this.high}`,
      ...(this.isLog && { 'data-log': '' }),
      ...(seconds && { 'data-unit': unit, 'data-seconds': seconds }),
    });
    this.drawAxes();
    this.drawLines();
    figure.append(
      make('ul', { className: 'legend' }, ...this.named().map((line) => this.legend(line))),
      make('div', { className: 'chart-scroll', role: 'group', tabIndex: 0, ...titled }, this.svg),
      make('p', { className: 'chart-summary', id: `${id}-summary` }, ...this.summary()),
    );
    return figure;
  }

  named() {
    return this.lines.filter(({ slot }) => slot !== null);
  }

  drawAxes() {
    const { svg, left, right, bottom, ticks, options: { axis: [unit, seconds], smooth } } = this;
    const labels = draw('g', { class: 'tick', 'text-anchor': 'end' });
    for (const tick of ticks) write(labels, left - 8, this.y(tick) + 4, ticks.format(tick));
    const below = linearTicks(this.start, this.end, (right - left) / 90, !seconds);
    const bottoms = draw('g', { class: 'tick', 'text-anchor': 'middle' });
    for (const tick of below) {
      const text = below.format(tick);
      write(bottoms, Math.min(this.x(tick), 640 - text.length * 3.5), bottom + 18, text);
    }
    const marks = below.map((tick) => `M${crisp(this.x(tick))} ${bottom}.5v4`).join('');
    svg.append(
      draw('path', {
        class: 'grid', d: ticks.map((tick) => `M${left} ${crisp(this.y(tick))}H${right}`).join(''),
      }),
      labels,
      draw('path', { class: 'axis', d: `M${left} ${bottom}.5H${right}${marks}` }),
      bottoms,
    );
    write(svg, right, bottom + 35, seconds ? `${unit} since the start` : unit,
      { class: 'note', 'text-anchor': 'end' });
    const notes = [this.isLog && 'log scale', smooth > 0
      && `smoothed ${formatParam(smooth)}${this.showsRaw ? ', measured values faint' : ''}`];
    write(svg, left, bottom + 35, notes.filter(Boolean).join(' · '), { class: 'note' });
  }

  drawLines() {
    const { svg, left, right, top, bottom } = this;
    if (this.isClipped) {
      const clip = draw('clipPath', { id: `${this.id}-plot` });
      clip.append(draw('rect', {
        x: left - 3, y: top, width: right - left + 6, height: bottom - top,
      }));
      svg.append(clip);
    }
    // Those without a colour are one path, beneath. The first matters most, so it is on top.
    const others = draw('g', { class: 'other', ...round });
    this.add(others, {
      d: this.lines.filter(({ slot }) => slot === null).map(({ xs, drawn }) =>
        this.path(xs, drawn, runsOf(xs, drawn, this.isLog))).join(''),
    });
    const named = this.named();
    svg.append(others, ...named.map((line) => this.line(line)).reverse());
    if (this.best) {
      const { line, x, y } = this.best;
      const ring = { r: 4, cx: tenths(this.x(x)), cy: tenths(this.y(y)), stroke: 'currentColor' };
      svg.append(
        draw('circle', { ...ring, class: 'halo', 'stroke-width': 5 }),
        draw('circle', {
          ...ring, class: line.slot === null ? 'other' : `s${line.slot + 1}`, 'stroke-width': 2,
        }),
      );
    }
    let crosses = '';
    for (const { xs, ys } of named) {
      let before = -Infinity;
      ys.forEach((y, place) => {
        const x = this.x(xs[place]);
        // Those of a run that never recovers would stand on each other.
        if (!Number.isNaN(y) || Math.abs(x - before) < 8) return;
        before = x;
        crosses += `M${tenths(x - 3.5)} ${bottom - 3.5}l7 7m0-7l-7 7`;
      });
    }
    if (crosses) svg.append(draw('path', { class: 'bad', 'stroke-width': 1.5, d: crosses }));
  }

  line(line) {
    const { slot, stem, xs, ys, drawn } = line;
    const { isLog } = this;
    const group = draw('g', { class: `s${slot + 1}`, ...round, 'data-series': stem });
    if (this.showsRaw) {
      this.add(group, {
        class: 'raw', 'stroke-opacity': 0.3, d: this.path(xs, ys, runsOf(xs, ys, isLog)),
      });
    }
    const runs = runsOf(xs, drawn, isLog);
    line.dash = this.lines[1] && this.isCalm(drawn, runs) && dashes[slot % 4];
    const isLone = ([first, last]) => first === last;
    this.add(group, {
      class: 'line', 'stroke-width': 1.8, ...(line.dash && { 'stroke-dasharray': line.dash }),
      d: this.path(xs, drawn, runs.filter((run) => !isLone(run))),
    });
    // A thin line's caps would hide a value without neighbours.
    this.add(group, { 'stroke-width': 4, d: this.path(xs, drawn, runs.filter(isLone)) });
    if (runs[0]) {
      const [, last] = runs.at(-1);
      this.add(group, {
        fill: 'currentColor', stroke: 'none',
        d: `M${tenths(this.x(xs[last]))} ${tenths(this.y(drawn[last]))}${shapes[slot]}`,
      });
    }
    return group;
  }

  add(group, attributes) {
    if (!attributes.d) return;
    group.append(draw('path', {
      ...(this.isClipped && { 'clip-path': `url(#${this.id}-plot)` }), ...attributes,
    }));
  }

  // Dashes would be lost in a restless line.
  isCalm(values, runs) {
    if (this.isLog) return this.options.smooth || values.length <= 100;
    let travel = 0;
    for (const [first, last] of runs) {
      for (let place = first; place < last; place += 1) {
        travel += Math.abs(values[place + 1] - values[place]);
      }
    }
    return travel < 4 * (this.high - this.low);
  }

  path(xs, ys, runs) {
    const width = this.right - this.left;
    const columns = Math.min(width, 3000 / this.lines.length);
    return runs.map((run) => {
      const places = ys.length > 2 * columns
        ? pick(ys, run, (place) => Math.floor(((this.x(xs[place]) - this.left) / width) * columns))
        : Array.from({ length: run[1] - run[0] + 1 }, (_, n) => run[0] + n);
      const points = places.map((place) =>
        `${tenths(this.x(xs[place]))} ${tenths(this.y(ys[place]))}`);
      return `M${points.join('L')}${run[0] === run[1] ? 'h0' : ''}`;
    }).join('');
  }

  legend({ slot, name, stem, dash }) {
    const sample = draw('svg', {
      width: 20, height: 12, viewBox: '0 0 20 12', 'aria-hidden': 'true', fill: 'none',
    });
    const group = draw('g', { class: `s${slot + 1}` });
    group.append(
      draw('path', {
        stroke: 'currentColor', 'stroke-width': 1.8, d: 'M2 6h16',
        ...(dash && { 'stroke-dasharray': dash }),
      }),
      draw('path', { fill: 'currentColor', d: `M14 6${shapes[slot]}` }),
    );
    sample.append(group);
    return make('li', {}, sample, ' ', linkTo(stem, name));
  }

  summary() {
    const { lines, isLog } = this;
    const named = this.named();
    const all = lines.flatMap(({ ys }) => ys);
    const number = (holds) => all.reduce((sum, y) => sum + holds(y), 0);
    const parts = [
      `${lines.length} series`, named.length < lines.length && `, ${named.length} in colour`, '.',
      this.best && ` Best: ${this.best.line.name} with ${formatMetric(this.best.y)}.`, ' Last: ',
      named.map(({ name, ys }) => `${name} ${formatMetric(ys.at(-1))}`).join(', '), '.',
    ];
    const beyond = this.shown.filter((y) => this.isBeyond(y)).length;
    if (beyond) parts.push(` ${count(beyond, 'value')} beyond the axis.`);
    const hidden = isLog && number((y) => y <= 0 && y > -Infinity);
    if (hidden) parts.push(` ${count(hidden, 'value')} ≤ 0 not on the log scale.`);
    const broken = number((y) => !Number.isFinite(y));
    if (broken) {
      parts.push(' ', make('span', { className: 'bad' }, `${count(broken, 'value')} not finite`), '.');
    }
    return parts.filter(Boolean);
  }
}
