// Axes of charts, as the report draws them

// The distance of about `count` round numbers between two ends; below 1 its negative inverse, so that
// three tenths are 0.3. Ticks are those of d3.
function increment(low, high, count) {
  const rough = (high - low) / count;
  const power = Math.floor(Math.log10(rough));
  const error = rough / 10 ** power;
  const factor = error >= Math.sqrt(50) ? 10 : error >= Math.sqrt(10) ? 5
    : error >= Math.SQRT2 ? 2 : 1;
  return power < 0 ? -(10 ** -power) / factor : 10 ** power * factor;
}

const indexOf = (value, step) => (step < 0 ? value * -step : value / step);
const valueAt = (index, step) => (step < 0 ? index / -step : index * step);

function linearTicks(low, high, count, isWhole) {
  let step = increment(low, high, count);
  if (isWhole && step < 0) step = 1;
  let [first, last] = [low, high].map((end) => Math.round(indexOf(end, step)));
  if (valueAt(first, step) < low) first += 1;
  if (valueAt(last, step) > high) last -= 1;
  if (last < first && count < 2) return linearTicks(low, high, count * 2, isWhole);
  const ticks = [];
  for (let index = first; index <= last; index += 1) ticks.push(valueAt(index, step));
  ticks.format = axisFormat(Math.max(Math.abs(low), Math.abs(high)), step < 0 ? -1 / step : step);
  return ticks;
}

function nice(low, high, count) {
  let previous;
  for (let round = 0; round < 10; round += 1) {
    const step = increment(low, high, count);
    if (step === previous) break;
    previous = step;
    low = valueAt(Math.floor(indexOf(low, step)), step);
    high = valueAt(Math.ceil(indexOf(high, step)), step);
  }
  return [low, high];
}

function logTicks(low, high, count) {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const ticks = [];
  for (let power = Math.floor(from); power <= to; power += 1) {
    for (let digit = 1; digit < 10; digit += 1) {
      const tick = power < 0 ? digit / 10 ** -power : digit * 10 ** power;
      if (tick >= low && tick <= high) ticks.push({ tick, digit });
    }
  }
  if (ticks.length * 2 < count) return linearTicks(low, high, count);
  const all = to - from < count ? ticks : linearTicks(from, to, count, true).map((power) =>
    ({ tick: 10 ** power, digit: 1 }));
  const labelled = all.filter(({ digit }) => digit <= Math.max(1, (10 * count) / all.length))
    .map(({ tick }) => tick);
  labelled.format = (tick) => axisFormat(tick, tick)(tick);
  return labelled;
}

// One way of writing all the labels of an axis.
function axisFormat(largest, step) {
  const size = Math.floor(Math.log10(largest));
  const last = Math.floor(Math.log10(step) + 1e-9);
  const group = Math.floor(size / 3);
  return (tick) => {
    if (tick === 0) return '0';
    if (size < -3 || size > 20) {
      const digits = Math.floor(Math.log10(Math.abs(tick))) - last;
      return minus(tick.toExponential(Math.max(0, digits)).replace('+', ''));
    }
    return size < 5 ? minus(tick.toFixed(Math.max(0, -last)))
      : minus((tick / 10 ** (3 * group)).toFixed(Math.max(0, 3 * group - last))) + ' kMGTPE'[group];
  };
}

// The ends of an axis for sorted values, without the few that would flatten all others.
function domainOf(sorted, scale, count) {
  const endsOf = (values, map) => {
    const margin = Math.ceil((values.length - 1) * 0.005);
    const [least, low, high, most] = [0, margin, values.length - 1 - margin, values.length - 1]
      .map((place) => map(values[place]));
    const room = 3 * (high - low);
    const isMany = scale !== 'linear' && values.length >= 20 && room > 0;
    const [clipsLow, clipsHigh] = [isMany && low - least > room, isMany && most - high > room];
    return { clips: clipsLow || clipsHigh, low: clipsLow ? low : least, high: clipsHigh ? high : most };
  };
  const positive = sorted.subarray(sorted.findIndex((value) => value > 0));
  const isWide = sorted[0] > 0 && sorted.at(-1) / sorted[0] >= 1000;
  if (scale === 'log' ? sorted.at(-1) > 0 : !scale && isWide) {
    const { low, high, clips } = endsOf(positive, Math.log10);
    // One spike does not make a quantity logarithmic.
    if (scale || !clips) {
      const padding = Math.max((high - low) * 0.03, 0.02);
      return {
        isLog: true, low: 10 ** Math.max(low - padding, -300), high: 10 ** Math.min(high + padding, 300),
      };
    }
  }
  const bound = (value) => Math.min(1e300, Math.max(-1e300, value));
  const { low, high } = endsOf(sorted, bound);
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-290) return { low: -1, high: 1 };
  // Those of a constant are 5% from it.
  if (high - low <= size * 1e-13) return { low: low - size / 20, high: high + size / 20 };
  const ends = nice(low, high, count);
  return { low: ends[0], high: ends[1] };
}
