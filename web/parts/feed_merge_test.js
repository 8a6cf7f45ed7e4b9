// @ts-check
import assert from "node:assert/strict";
import { ENTRIES_MAX, feedRow, mergeFeed, mergeRow } from "./feed_merge.js";

/** @import { FeedEntry } from "./feed_merge.js" */

const NAMES =
  /** @type {Record<string, string>} */ ({ "unit 31": "区建管委", "area 12": "清溪镇" });

/** @param {"unit" | "area"} kind @param {string} id */
const find = (kind, id) => {
  const name = NAMES[`${kind} ${id}`];
  return name ? { id, name } : null;
};

/**
 * @param {string} id
 * @param {number} version
 * @param {Record<string, unknown>} [more]
 * @returns {FeedEntry}
 */
const entry = (id, version, more = {}) => ({
  key: id,
  kind: "case",
  row: { id, version, ...more },
  at: version,
});

Deno.test("units and streets of the feed get their names", () => {
  const row = feedRow({ id: "1", version: 2, unit: "31", street: "12" }, find);
  assert.deepEqual(row.unit, { id: "31", name: "区建管委" });
  assert.deepEqual(row.area, { street: { id: "12", name: "清溪镇" } });
  assert.equal(feedRow({ id: "1", unit: null }, find).unit, null);
  assert.equal(feedRow({ id: "1", unit: "99" }, find).unit, null);
  const bare = feedRow({ id: "1", version: 3 }, find);
  assert.deepEqual([bare.unit, bare.due, bare.item, bare.closedAt], [null, null, null, null]);
  assert.deepEqual(feedRow({ id: "1", unit: { id: "5", name: "x" } }, find).unit, {
    id: "5",
    name: "x",
  });
});

Deno.test("a step adds to what is known of a case", () => {
  const known = { id: "1", title: "积水", version: 1, stage: "filed", area: {} };
  const merged = mergeRow(known, { id: "1", version: 2, stage: "dispatched" });
  assert.deepEqual(merged, { ...known, version: 2, stage: "dispatched" });
});

Deno.test("a version that comes late changes nothing", () => {
  const known = { id: "1", version: 3, stage: "checking" };
  assert.equal(mergeRow(known, { id: "1", version: 2, stage: "handling" }).stage, "checking");
});

Deno.test("one entry a case, the latest change first", () => {
  const start = mergeFeed([], [entry("a", 1, { title: "A" }), entry("b", 1)]);
  assert.deepEqual(start.map(({ key }) => key), ["b", "a"]);
  const next = mergeFeed(start, [entry("a", 2), entry("c", 1), entry("a", 3)]);
  assert.deepEqual(next.map(({ key }) => key), ["a", "c", "b"]);
  assert.equal(next[0].row.title, "A");
  assert.equal(next[0].at, 3);
});

Deno.test("the feed has an end", () => {
  const many = Array.from({ length: ENTRIES_MAX + 50 }, (_, index) => entry(`${index}`, 1));
  const merged = mergeFeed([], many);
  assert.equal(merged.length, ENTRIES_MAX);
  assert.equal(merged[0].key, `${ENTRIES_MAX + 49}`);
});
