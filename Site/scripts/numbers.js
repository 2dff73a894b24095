// Numbers, as the pages write them

const special = {
  __proto__: null, '[NaN]': NaN, '[+Infinity]': Infinity, '[-Infinity]': -Infinity,
};
// A number as people write it; `NaN` for anything else.
const numberOf = (text) => Number(text.replace(/^([+-]?)inf(inity)?$/i, '$1Infinity') || NaN);
const minus = (text) => text.replace(/-/g, '\u2212');

function formatNumber(value, digits, keepsZeros) {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '\u2212Inf' : 'Inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return minus(String(value));
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const magnitude = Number(exponent);
  if (magnitude < (digits > 4 ? -4 : -3) || magnitude > (digits > 4 ? 6 : 3)) {
    return minus(`${Number(mantissa)}e${magnitude}`);
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
  if (d > 0) return `${d}d\u00a0${h}h`;
  return h > 0 ? `${h}h\u00a0${m}m` : `${m}m\u00a0${seconds % 60}s`;
}

function formatBytes(count) {
  if (count < 1000) return `${count}\u00a0B`;
  let scaled = count / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < 5) {
    scaled /= 1000;
    unit += 1;
  }
  const rounded = scaled < 9.95 ? Math.round(scaled * 10) / 10 : Math.round(scaled);
  return `${rounded}\u00a0${['kB', 'MB', 'GB', 'TB', 'PB', 'EB'][unit]}`;
}

const formatTime = (minutes) =>
  new Date(minutes * 60000).toISOString().slice(0, 16).replace('T', ' ');
