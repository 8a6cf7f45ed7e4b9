// @ts-check

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on days and hours say more than seconds. */
const CLOCK_MAX = 48 * HOUR;

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}

/**
 * What is left on a clock: `25:23`, `2:14:00`, `3 天 4 小时`; counts on with − when overdue.
 *
 * @param {number} milliseconds until the limit; negative past it
 * @param {{ day: string, hour: string }} words
 */
export function clockText(milliseconds, words) {
  const sign = milliseconds < 0 ? "−" : "";
  const left = Math.abs(milliseconds);
  if (left >= CLOCK_MAX) {
    const hours = Math.floor(left / HOUR);
    const rest = hours % 24;
    const days = `${sign}${Math.floor(hours / 24)} ${words.day}`;
    return rest ? `${days} ${rest} ${words.hour}` : days;
  }
  const seconds = Math.floor(left / 1000);
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? sign + minutes : `${sign}${Math.floor(seconds / 3600)}:${minutes}`;
}

/**
 * How long something took, in its two largest measures.
 *
 * @param {number} milliseconds
 * @param {{ day: string, hour: string, minute: string, second: string }} words
 */
export function durationText(milliseconds, words) {
  const length = Math.max(0, milliseconds);
  if (length < MINUTE) return `${Math.floor(length / 1000)} ${words.second}`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} ${words.minute}`;
  const [large, small, first, second] = length < DAY
    ? [HOUR, MINUTE, words.hour, words.minute]
    : [DAY, HOUR, words.day, words.hour];
  const rest = Math.floor((length % large) / small);
  const head = `${Math.floor(length / large)} ${first}`;
  return rest ? `${head} ${rest} ${second}` : head;
}

/**
 * Which part of a limit is used, 0 to 1.
 *
 * @param {number} start
 * @param {number} due
 * @param {number} now
 */
export function usedShare(start, due, now) {
  if (due <= start) return now >= due ? 1 : 0;
  return Math.min(1, Math.max(0, (now - start) / (due - start)));
}

/** The moment of an RFC 3339 text in milliseconds, or null. @param {string | null | undefined} text */
export function moment(text) {
  const value = text ? Date.parse(text) : NaN;
  return Number.isNaN(value) ? null : value;
}

/** How far the city's clocks are before UTC; China keeps one time, without summer time. */
let cityOffset = 8 * HOUR;

/** Takes up the city's time as the server states it. @param {number} minutes east of UTC */
export function useCityTime(minutes) {
  cityOffset = minutes * MINUTE;
}

/** The city's clock as ISO writes it, `2026-11-20T14:26:00`, wherever the reader is. */
/** @param {number} at */
function written(at) {
  return new Date(at + cityOffset).toISOString().slice(0, 19);
}

/** The day in the city, `2026-11-20`. @param {number} at */
export function dayText(at) {
  return written(at).slice(0, 10);
}

/** The time of day in the city, `14:26`. @param {number} at */
export function timeText(at) {
  return written(at).slice(11, 16);
}

/** Midnight in the city, so many days on. @param {number} at @param {number} [days] */
export function dayStart(at, days = 0) {
  return (Math.floor((at + cityOffset) / DAY) + days) * DAY - cityOffset;
}

/** The day of the week in the city, Sunday 0. @param {number} at */
export function weekday(at) {
  return new Date(at + cityOffset).getUTCDay();
}

/** A moment as fields of date and time want it; nothing where there is none. @param {number} at */
export function inputText(at) {
  return Number.isNaN(at) ? "" : written(at).slice(0, 16);
}

/** What such a field says, or a day alone: its midnight; NaN for anything else. */
/** @param {string} text */
export function inputMoment(text) {
  return Date.parse(`${text}${text.includes("T") ? "" : "T00:00"}Z`) - cityOffset;
}

/**
 * A moment as short as it stays clear: today `14:26`, this year `11-19 14:26`, else with the year.
 *
 * @param {number} at
 * @param {number} now
 */
export function momentText(at, now) {
  const text = fullText(at);
  const today = dayText(now);
  if (text.startsWith(today)) return text.slice(11);
  return text.startsWith(today.slice(0, 5)) ? text.slice(5) : text;
}

/** A moment in full, `2026-11-20 14:26`; with seconds where they count. */
/** @param {number} at @param {boolean} [seconds] */
export function fullText(at, seconds = false) {
  return written(at).slice(0, seconds ? 19 : 16).replace("T", " ");
}
