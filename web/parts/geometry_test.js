// @ts-check
import assert from "node:assert/strict";
import { middle } from "./geometry.js";

const SQUARE = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]];

Deno.test("the middle of a square", () => {
  assert.deepEqual(middle({ type: "Polygon", coordinates: SQUARE }), [1, 1]);
});

Deno.test("the largest face counts", () => {
  const large = [[[10, 10], [20, 10], [20, 20], [10, 20], [10, 10]]];
  const outline = { type: "MultiPolygon", coordinates: [SQUARE, large] };
  assert.deepEqual(middle(outline), [15, 15]);
});

Deno.test("the middle lies within, also of a horseshoe and beside a hole", () => {
  // Open to the right: its centre of mass is air.
  const horseshoe = [[[0, 0], [9, 0], [9, 1], [1, 1], [1, 9], [9, 9], [9, 10], [0, 10], [0, 0]]];
  assert.deepEqual(middle({ type: "Polygon", coordinates: horseshoe }), [0.5, 5]);
  const ring = [
    [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
    [[2, 2], [9, 2], [9, 9], [2, 9], [2, 2]],
  ];
  assert.deepEqual(middle({ type: "Polygon", coordinates: ring }), [1, 5]);
});

Deno.test("no outline has no middle", () => {
  assert.equal(middle(null), null);
  assert.equal(middle({ type: "MultiPolygon", coordinates: [] }), null);
});
