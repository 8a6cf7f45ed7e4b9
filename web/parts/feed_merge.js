// @ts-check

/** @import { CaseRow, Named } from "./types.js" */

/** Entries kept; older ones are found in the list. */
export const ENTRIES_MAX = 100;

/**
 * @typedef {object} FeedEntry
 * @property {string} key
 * @property {"case" | "signal"} kind
 * @property {CaseRow} row  of a signal only its title and channel
 * @property {number} at milliseconds
 */

/**
 * A case as the feed sends it, in the shape of lists: unit and street come as bare ids.
 *
 * @param {Record<string, unknown>} data
 * @param {(kind: "unit" | "area", id: string) => Named | null} find
 * @returns {CaseRow}
 */
export function feedRow(data, find) {
  const { street, unit, ...rest } = data;
  const row = /** @type {CaseRow} */ (/** @type {unknown} */ (rest));
  // What a case does not have is left out: it was given back, or its clock stopped.
  row.unit = place(unit, (id) => find("unit", id));
  row.due ??= null;
  row.item ??= null;
  row.closedAt ??= null;
  const area = place(street, (id) => find("area", id));
  if (area && !row.area) row.area = { street: area };
  return row;
}

/**
 * @param {unknown} value an id, a name with its id, or nothing
 * @param {(id: string) => Named | null} find
 * @returns {Named | null}
 */
function place(value, find) {
  if (typeof value === "string") return find(value);
  return value && typeof value === "object" ? /** @type {Named} */ (value) : null;
}

/**
 * What is known of a case with what is new; a version that came late changes nothing.
 *
 * @param {CaseRow | undefined} known
 * @param {CaseRow} fresh
 * @returns {CaseRow}
 */
export function mergeRow(known, fresh) {
  if (!known) return fresh;
  if ((known.version ?? 0) > (fresh.version ?? 0)) return { ...fresh, ...known };
  // A step sends the street alone; the rest of the path does not change with it.
  return { ...known, ...fresh, area: known.area ?? fresh.area };
}

/**
 * The feed after some arrivals: one entry a case, the latest change first.
 *
 * @param {FeedEntry[]} entries latest first
 * @param {FeedEntry[]} arrivals in the order they came
 * @returns {FeedEntry[]}
 */
export function mergeFeed(entries, arrivals) {
  const byKey = new Map(entries.toReversed().map((entry) => [entry.key, entry]));
  for (const arrival of arrivals) {
    const known = byKey.get(arrival.key);
    byKey.delete(arrival.key);
    byKey.set(arrival.key, { ...arrival, row: mergeRow(known?.row, arrival.row) });
  }
  return [...byKey.values()].toReversed().slice(0, ENTRIES_MAX);
}
