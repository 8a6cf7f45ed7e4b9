// @ts-check
import assert from "node:assert/strict";
import { corners, counted, grid, step, STEPS } from "./heat.js";

Deno.test("every point is in one hexagon, that of the nearest middle", () => {
  /** @type {[number, number][]} */
  const points = Array.from({ length: 500 }, (_, index) => [
    (index * 37) % 211,
    (index * 53) % 173,
  ]);
  const cells = counted(points, 20);
  assert.equal(cells.reduce((sum, cell) => sum + cell.count, 0), 500);
  for (const [x, y] of points) {
    const far = Math.min(...cells.map((cell) => Math.hypot(cell.x - x, cell.y - y)));
    assert.ok(far <= 20 / Math.sqrt(3) + 1e-9);
  }
  assert.deepEqual(counted([], 20), []);
});

Deno.test("a hexagon has six corners, the scale its ends", () => {
  assert.equal(corners({ x: 0, y: 0, count: 1 }, 10).split(" ").length, 6);
  assert.equal(step(1, 100), 3);
  assert.equal(step(100, 100), STEPS);
  assert.equal(step(1, 1), 3);
});

Deno.test("the empty grid covers its ground", () => {
  const cells = grid(100, 60, 10);
  for (const [x, y] of [[0, 0], [100, 0], [0, 60], [100, 60], [51, 33]]) {
    const far = Math.min(...cells.map((cell) => Math.hypot(cell.x - x, cell.y - y)));
    assert.ok(far <= 10 / Math.sqrt(3) + 1e-9);
  }
});
