// How figures are written.

export const share = (part) => {
  if (part == null || Number.isNaN(part)) return '–';
  const percent = part * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '< 0.1 %';
  return (percent < 10 ? percent.toFixed(1) : Math.round(percent)) + ' %';
};

export const count = (number) => {
  if (number == null || Number.isNaN(number)) return '–';
  if (number >= 1e6) return (number / 1e6).toFixed(1) + ' M';
  if (number >= 1e4) return (number / 1e3).toFixed(1) + ' k';
  return Math.round(number).toLocaleString('en').replace(/,/g, ' ');
};

export const rate = (perSecond) => {
  if (perSecond == null || Number.isNaN(perSecond)) return '–';
  if (perSecond > 0 && perSecond < 10) return perSecond.toFixed(1);
  return count(perSecond);
};

export const millis = (ms) => {
  if (ms == null || Number.isNaN(ms)) return '–';
  if (ms === 0) return '0 ms';
  if (ms < 0.01) return '< 0.01 ms';
  if (ms < 0.995) return ms.toFixed(2) + ' ms';
  if (ms < 9.95) return ms.toFixed(1) + ' ms';
  if (ms < 1000) return Math.round(ms) + ' ms';
  return (ms / 1000).toFixed(ms < 9950 ? 1 : 0) + ' s';
};

export const bytes = (number) => {
  if (number == null || number < 0) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let size = number;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return (unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)) + ' ' + units[unit];
};

export const duration = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return seconds + ' s';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes + ' min';
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return hours + ' h ' + (minutes % 60) + ' min';
  return Math.floor(hours / 24) + ' days';
};

/** Time since a moment. The clock is the gateway's, as far as it is known, for the browser's may be wrong. */
export const ago = (instant, now) => (instant ? duration(now - Date.parse(instant)) : '');

export const clock = (instant) => new Date(instant).toLocaleTimeString('en-GB');

export const plural = (number, one, many) => number + ' ' + (number === 1 ? one : many ?? one + 's');

export const dots = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);
