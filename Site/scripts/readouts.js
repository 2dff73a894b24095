// Read-outs of lines: by pointer, and by a slider for the keyboard

const { pageOf, make, draw, load, special, formatMetric } = keepsake;

const experimentValues = new Map();

function valuesOf(stem) {
  if (!experimentValues.has(stem)) {
    experimentValues.set(stem, load(`data/e/${stem}.js`, 'keepsake-values',
      ({ id }) => id === stem).catch(() => null));
  }
  return experimentValues.get(stem);
}

// How many of the first elements fulfil a condition, which those after them do not.
function countFirst(list, holds) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) low = middle + 1; else high = middle;
  }
  return low;
}

// What is read, of which there is one at a time.
let current = null;

document.addEventListener('pointerdown', ({ target }) => {
  if (current && !current.svg.contains(target)) current.hide();
});

class ReadOut {
  constructor(figure, svg, label) {
    this.svg = svg;
    this.metric = figure.dataset.metric;
    this.output = make('p', { className: 'readout' });
    this.slider = make('input', {
      type: 'range', className: 'slider', max: 1000, value: 1000, 'aria-label': label,
      oninput: () => this.show(),
      onfocus: () => this.show(),
      onblur: () => this.hide(),
    });
    const summary = figure.querySelector('.chart-summary');
    this.under = make('div', { className: 'under' });
    summary.replaceWith(this.under);
    this.under.append(summary, this.output);
    svg.parentElement.after(this.slider);
    // Fingers leave before they have clicked; what they read stays until they tap elsewhere.
    svg.onpointermove = svg.onclick = (event) => this.point(event);
    svg.onpointerleave = () => this.hide();
    this.mark = draw('g', { class: 'cursor' });
  }

  // Loads the values once; resolves when there is something to show.
  ready() {
    this.loading ||= this.load().then(([first, last]) => {
      this.slider.max = Math.max(0, last);
      this.slider.value = first;
      this.isLoaded = true;
    });
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

  show(place = this.slider.valueAsNumber) {
    if (!this.isLoaded) {
      this.ready().then(() => this.show());
      return;
    }
    const items = this.items(place);
    if (!items) return;
    this.output.replaceChildren(...items);
    this.slider.setAttribute('aria-valuetext', items.map((item) => item.textContent).join(', '));
    this.svg.append(this.mark);
    this.under.classList.add('reading');
    current = this;
  }
}

class LineReadOut extends ReadOut {
  constructor(figure, svg) {
    super(figure, svg, `${'unit' in svg.dataset ? 'Time' : 'Step'} of ${figure.dataset.metric}`);
    this.unit = Number(svg.dataset.seconds || 0);
    [this.plot, this.x, this.y] = ['plot', 'x', 'y'].map((key) =>
      svg.dataset[key].split(' ').map(Number));
    this.scale = 'log' in svg.dataset ? Math.log10 : (value) => value;
  }

  load() {
    const own = (pageOf(this.svg).dataset.values || '').replace(/^.*\/|\.js$/g, '');
    // The best line is drawn last, and read first.
    const groups = [...this.svg.querySelectorAll('g[data-series]')].reverse();
    return Promise.all(groups.map(async (group) => {
      const key = group.dataset.series;
      const isOwn = key === this.metric || !/^([0-9a-f]{12,64}|seeds-\d)$/.test(key);
      const stem = isOwn ? own : key;
      const data = stem && await valuesOf(stem);
      const values = data && data.metrics[this.metric];
      if (!values) return null;
      // Times are milliseconds.
      const places = this.unit ? data.times.map((time) => time && time / this.unit / 1000) : data.steps;
      const isStill = !this.unit && places.length > 1 && places.every((step) => step === places[0]);
      const points = places.map((step, place) => {
        const value = values[place];
        return {
          step: isStill ? place + 1 : step, value: value in special ? special[value] : value,
          spread: data.spread && data.spread[place],
        };
      }).filter(({ step, value }) => step !== null && value !== null).sort((a, b) => a.step - b.step);
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
    const place = Math.min(steps.length - 1, countFirst(steps, (other) => other < step));
    return place > 0 && step - steps[place - 1] < steps[place] - step ? place - 1 : place;
  }

  items(place) {
    const step = this.steps[place];
    if (step === undefined) return null;
    const [left, top, width, height] = this.plot;
    const x = left + ((step - this.x[0]) / (this.x[1] - this.x[0] || 1)) * width;
    this.mark.replaceChildren(draw('path', {
      class: 'axis', d: `M${x.toFixed(1)} ${top}v${height}`,
    }));
    const [low, high] = this.y.map(this.scale);
    const at = formatMetric(step);
    const items = [make('span', { className: 'quiet' },
      this.unit ? `${at} ${this.svg.dataset.unit}` : `step ${at}`)];
    for (const { label, group, points } of this.series) {
      const found = points[countFirst(points, (point) => point.step <= step) - 1];
      if (!found || points.at(-1).step < step) continue;
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

function addReadOuts(charts, selector, Kind) {
  for (const figure of charts) {
    const svg = figure.querySelector('.chart-scroll > svg');
    if (svg?.querySelector(selector)) new Kind(figure, svg);
  }
}

Object.assign(keepsake, { ReadOut, LineReadOut, addReadOuts, valuesOf });
addReadOuts(document.querySelectorAll('.line-chart'), 'g[data-series]', LineReadOut);
