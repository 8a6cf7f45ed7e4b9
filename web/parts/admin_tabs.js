// @ts-check

import { request } from "./api.js";
import { packName, packTexts, t } from "./language.js";
import { fullText, moment } from "./times.js";

/**
 * @import { Directory } from "./directory.js"
 *
 * @typedef {object} AdminAction
 * @property {string} name key of its text
 * @property {string} ask key of the question before
 * @property {string} done key of what is said after
 * @property {(row: any) => boolean} fits
 * @property {(row: any) => Promise<unknown>} run
 *
 * @typedef {object} AdminTab  One list of the administration.
 * @property {string} code
 * @property {string} permission
 * @property {string[]} columns
 * @property {number} shownMax
 * @property {(signal: AbortSignal) => Promise<any[]>} load
 * @property {(row: any, directory: Directory) => (string | number | null | undefined)[]} cells
 * @property {AdminAction} [act]
 */

const SHOWN_MAX = 1_000;
const JOURNAL_LIMIT = 500;
const DAY = 24 * 60 * 60 * 1000;

/** @param {string | null | undefined} text */
function time(text) {
  const at = moment(text);
  return at === null ? "" : fullText(at);
}

/** @param {string} path */
function elements(path) {
  return async (/** @type {AbortSignal} */ signal) => (await request(path, { signal })).elements;
}

/** The newest entries of the journal, the newest first. @param {AbortSignal} signal */
async function journal(signal) {
  const path = `/journal?newest=true&limit=${JOURNAL_LIMIT}`;
  return (await request(path, { signal })).elements;
}

/** @param {AbortSignal} signal */
async function duties(signal) {
  const now = Date.now();
  const from = new Date(now - DAY).toISOString();
  const to = new Date(now + 7 * DAY).toISOString();
  return (await request(`/duties?from=${from}&to=${to}`, { signal })).elements;
}

/** @type {AdminTab[]} */
export const ADMIN_TABS = [
  {
    code: "units",
    permission: "read",
    columns: ["name", "kind", "parent", "code", "hours"],
    shownMax: SHOWN_MAX,
    load: elements("/units"),
    cells: (row, directory) => [
      row.name,
      t(`unit.${row.kind}`),
      row.parent && directory.find("unit", row.parent)?.name,
      row.code,
      row.hours,
    ],
  },
  {
    code: "staff",
    permission: "read",
    columns: ["name", "unit", "posts", "code", "active"],
    shownMax: SHOWN_MAX,
    load: elements("/staff"),
    cells: (row) => [
      row.name,
      row.unit?.name,
      row.posts.map((/** @type {string} */ post) => packName("posts", post)).join("、"),
      row.code,
      t(row.active ? "admin.active" : "admin.inactive"),
    ],
  },
  {
    code: "duties",
    permission: "read",
    columns: ["name", "unit", "from", "to"],
    shownMax: SHOWN_MAX,
    load: duties,
    cells: (row) => [row.staff?.name, row.unit?.name, time(row.from), time(row.to)],
  },
  {
    code: "areas",
    permission: "read",
    columns: ["name", "level", "parent", "code"],
    shownMax: SHOWN_MAX,
    load: elements("/areas"),
    cells: (row, directory) => [
      row.name,
      t(`admin.level.${row.level}`),
      row.parent && directory.find("area", row.parent)?.name,
      row.code,
    ],
  },
  {
    code: "items",
    permission: "read",
    columns: ["name", "category", "grade", "clocks", "code"],
    shownMax: SHOWN_MAX,
    load: elements("/items"),
    cells: (row) => [
      row.name,
      packTexts()?.categories.find(({ code }) => code === row.category)?.name,
      t(`grade.${row.grade}`),
      row.clocks.map((/** @type {{ name: string }} */ clock) => clock.name).join("、"),
      row.code,
    ],
  },
  {
    code: "keys",
    permission: "administer",
    columns: ["label", "made", "expires", "active"],
    shownMax: SHOWN_MAX,
    load: elements("/keys"),
    cells: (row) => [
      row.label || t("admin.key.session"),
      time(row.createdAt),
      time(row.expiresAt),
      t(row.revoked ? "admin.key.ended" : "admin.key.works"),
    ],
    act: {
      name: "admin.key.end",
      ask: "admin.key.end.ask",
      done: "admin.key.end.done",
      fits: (row) => !row.revoked,
      run: (row) => request(`/keys/${row.id}`, { method: "DELETE" }),
    },
  },
  {
    code: "journal",
    permission: "audit",
    columns: ["sequence", "at", "what", "actor", "subject", "facts"],
    shownMax: SHOWN_MAX,
    load: journal,
    cells: (row) => [
      row.sequence,
      time(row.at),
      row.kind,
      actorText(row.actor),
      row.subject ? `${row.subject.kind} ${row.subject.id}` : "",
      row.facts,
    ],
  },
];

/**
 * Who did it, by name where it has one.
 *
 * @param {{ name?: string, local?: string, engine?: string } | null} actor
 */
function actorText(actor) {
  return actor?.name || actor?.local || t("engine");
}
