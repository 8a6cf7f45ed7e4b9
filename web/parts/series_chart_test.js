// @ts-check
import assert from "node:assert/strict";
import { runs, valueText } from "./series_chart.js";

Deno.test("points far apart are different runs", () => {
  const at = (/** @type {number[]} */ ...times) => times.map((time) => ({ at: time }));
  assert.deepEqual(runs([]), []);
  assert.deepEqual(runs(at(5)), [[0]]);
  assert.deepEqual(runs(at(0, 10, 20, 30)), [[0, 1, 2, 3]]);
  assert.deepEqual(runs(at(0, 10, 20, 61, 71)), [[0, 1, 2], [3, 4]]);
  assert.deepEqual(runs(at(0, 10, 20, 60, 70)), [[0, 1, 2, 3, 4]]);
});

Deno.test("values have two decimals at most", () => {
  assert.equal(valueText(1.005), "1");
  assert.equal(valueText(-3.456), "-3.46");
  assert.equal(valueText(20), "20");
});
