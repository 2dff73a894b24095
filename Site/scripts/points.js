// Points of a scatter chart and lines of parallel coordinates: which experiment is it?

const {
  pageOf, addressOf, make, draw, load, short, visible, formatMetric, formatParam, ReadOut, addReadOuts,
} = keepsake;

let points = null;

function loadPoints(path) {
  points ||= load(path, 'keepsake-points', () => true);
  return points;
}

class ExperimentReadOut extends ReadOut {
  constructor(figure, svg) {
    super(figure, svg, 'Experiment, the best first');
    svg.addEventListener('pointerdown', () => {
      this.before = this.under.classList.contains('reading') && this.found;
    });
    // Only what was read before leads away: a first tap reads.
    svg.addEventListener('click', () => {
      const page = this.found && this.found[1];
      if (page && this.found === this.before) location.href = addressOf(page);
    });
  }

  load() {
    return loadPoints(pageOf(this.svg).dataset.points).then((data) => {
      this.data = data;
      // Corners are absolute at first, then relative to the one before.
      const corners = (path) => {
        const all = [];
        let [x, y] = [0, 0];
        for (const [, dx, dy] of path.matchAll(/(-?[\d.]+) ?(-?[\d.]+)/g)) {
          all.push([x += Number(dx), y += Number(dy)]);
        }
        return all;
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

addReadOuts(document.querySelectorAll('.chart'), '.points, [data-first]', ExperimentReadOut);
