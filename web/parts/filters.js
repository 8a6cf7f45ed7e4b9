// @ts-check

import { inputMoment } from "./times.js";

/**
 * What the list of cases shows, as it stands in the address bar.
 *
 * @typedef {object} Filters
 * @property {string} stage
 * @property {string} item
 * @property {string} grade
 * @property {string} channel
 * @property {string} area
 * @property {string} unit
 * @property {string} state open, closed or overdue
 * @property {string} from first day of filing, `2026-11-20`
 * @property {string} to last day of filing
 * @property {string} words
 */

/** @type {(keyof Filters)[]} */
const NAMES = [
  "stage",
  "item",
  "grade",
  "channel",
  "area",
  "unit",
  "state",
  "from",
  "to",
  "words",
];

/** The item of cases that have none. */
export const UNCLASSIFIED = "-";
/** The four official grades, the worst first. */
export const GRADES = ["red", "orange", "yellow", "blue"];
export const CHANNELS = [
  "hotline",
  "inspector",
  "citizen",
  "video",
  "device",
  "opinion",
  "system",
];
const STATES = ["open", "closed", "overdue"];
const WORDS_MAX = 100;
const DAY = 24 * 60 * 60 * 1000;

/** @returns {Filters} */
export function noFilters() {
  return {
    stage: "",
    item: "",
    grade: "",
    channel: "",
    area: "",
    unit: "",
    state: "",
    from: "",
    to: "",
    words: "",
  };
}

/** A calendar day that exists, or nothing. @param {string} text */
function day(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return "";
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return date.getUTCMonth() + 1 === Number(match[2]) ? text : "";
}

/** What each filter lets through; the rest of an address typed by hand is left out. */
const CHECKS = /** @type {Record<keyof Filters, (text: string) => string>} */ ({
  stage: (text) => /^[\w-]{1,64}$/.test(text) ? text : "",
  item: (text) => /^[\w.-]{1,64}$/.test(text) ? text : "",
  grade: (text) => GRADES.includes(text) ? text : "",
  channel: (text) => CHANNELS.includes(text) ? text : "",
  area: (text) => /^\d{1,19}$/.test(text) ? text : "",
  unit: (text) => /^\d{1,19}$/.test(text) ? text : "",
  state: (text) => STATES.includes(text) ? text : "",
  from: day,
  to: day,
  words: (text) => text.trim().slice(0, WORDS_MAX),
});

/**
 * @param {string} search the part of an address from `?` on
 * @returns {Filters}
 */
export function readFilters(search) {
  const parameters = new URLSearchParams(search);
  const filters = noFilters();
  for (const name of NAMES) filters[name] = CHECKS[name](parameters.get(name) ?? "");
  return filters;
}

/** The part of the address from `?` on; nothing where nothing is filtered. @param {Filters} filters */
export function writeFilters(filters) {
  const parameters = new URLSearchParams();
  for (const name of NAMES) if (filters[name]) parameters.set(name, filters[name]);
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

/**
 * The query of the API for a page of cases.
 *
 * @param {Filters} filters
 * @param {{ limit: number, before?: string | null }} page
 */
export function caseQuery(filters, page) {
  const query = new URLSearchParams();
  if (filters.stage) query.append("stage", filters.stage);
  if (filters.item === UNCLASSIFIED) query.set("unclassified", "true");
  else if (filters.item) query.set("item", filters.item);
  for (const name of /** @type {const} */ (["grade", "channel", "area", "unit", "words"])) {
    if (filters[name]) query.set(name, filters[name]);
  }
  if (filters.state === "open") query.set("open", "true");
  if (filters.state === "closed") query.set("open", "false");
  if (filters.state === "overdue") query.set("overdue", "true");
  // Days are the reader's own; the last one is meant whole.
  if (filters.from) query.set("filedFrom", new Date(inputMoment(filters.from)).toISOString());
  if (filters.to) {
    query.set("filedTo", new Date(inputMoment(filters.to) + DAY).toISOString());
  }
  query.set("limit", String(page.limit));
  if (page.before) query.set("before", page.before);
  return query.toString();
}

/** How many filters are set besides the stage. @param {Filters} filters */
export function filterCount(filters) {
  return NAMES.filter((name) => name !== "stage" && filters[name]).length;
}

/** As people type a number: spaces and the word before it do not matter. @param {string} text */
export function caseNumber(text) {
  const match = /^\s*(?:案\s*|case\s+)?(\d{4}-\d{4}-\d{5,9})\s*$/i.exec(text);
  return match ? match[1] : null;
}
