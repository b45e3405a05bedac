// SPDX-License-Identifier: Apache-2.0
// Numbers and names as people read them.

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** "1.50 MB": 1024-based, as pprof has it. @param {number} value */
export function bytesText(value) {
  let scale = 0;
  let number = Math.abs(value);
  while (number >= 1024 && scale < UNITS.length - 1) {
    number /= 1024;
    scale++;
  }
  const digits = scale === 0 ? String(Math.round(number)) : number.toFixed(2);
  return `${value < 0 ? "-" : ""}${digits} ${UNITS[scale]}`;
}

/** "12 345". @param {number} value */
export function countText(value) {
  const digits = String(Math.round(Math.abs(value)));
  return (value < 0 ? "-" : "") + digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** @param {number} value @param {string} unit */
export function valueText(value, unit) {
  if (unit === "bytes") return bytesText(value);
  if (unit === "nanoseconds") return `${(value / 1e9).toFixed(3)} s`;
  return unit === "count" || unit === "" ? countText(value) : `${countText(value)} ${unit}`;
}

/** With its sign. @param {number} value @param {string} unit */
export function changeText(value, unit) {
  return value > 0 ? `+${valueText(value, unit)}` : valueText(value, unit);
}

/** "12.3 %". @param {number} part @param {number} whole */
export function shareText(part, whole) {
  if (!whole) return "0 %";
  const percent = (part / whole) * 100;
  const size = Math.abs(percent);
  return `${size >= 99.95 || size === 0 ? percent.toFixed(0) : percent.toFixed(size < 1 ? 2 : 1)} %`;
}

/** "3 min 20 s". @param {number} ms */
export function durationText(ms) {
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(2)} s`;
  if (s < 60) return `${Math.round(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** The last component of a path. @param {string} path */
export function baseName(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A long name with its middle left out. @param {string} text @param {number} most */
export function shorten(text, most) {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.7);
  return `${text.slice(0, head)}\u2026${text.slice(text.length - (most - 1 - head))}`;
}
