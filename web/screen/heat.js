// @ts-check

/**
 * Points counted in hexagons that stand on a corner. Pure.
 *
 * @typedef {{ x: number, y: number, count: number }} Cell  the middle of a hexagon
 */

const ROOT_3 = Math.sqrt(3);
/** Steps of the scale of colours; the first is ground without a case. */
export const STEPS = 7;
/** One case must be seen from the other end of the room. */
const LEAST = 3;

/**
 * @param {[number, number][]} points in the drawing's own measure
 * @param {number} width of a hexagon, from side to side
 * @returns {Cell[]}
 */
export function counted(points, width) {
  const radius = width / ROOT_3;
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  for (const [x, y] of points) {
    const near = Math.round(y / (radius * 1.5));
    /** @type {{ column: number, row: number, x: number, y: number, far: number } | null} */
    let best = null;
    for (const row of [near - 1, near, near + 1]) {
      const shift = row % 2 === 0 ? 0 : 0.5;
      const column = Math.round(x / width - shift);
      const middle = { x: (column + shift) * width, y: row * radius * 1.5 };
      const far = (middle.x - x) ** 2 + (middle.y - y) ** 2;
      if (!best || far < best.far) best = { column, row, ...middle, far };
    }
    if (!best) continue;
    const key = `${best.column},${best.row}`;
    const cell = cells.get(key);
    if (cell) cell.count += 1;
    else cells.set(key, { x: best.x, y: best.y, count: 1 });
  }
  return [...cells.values()];
}

/** Corners of a hexagon as a drawing takes them. @param {Cell} cell @param {number} width */
export function corners(cell, width) {
  const [half, radius] = [width / 2, width / ROOT_3];
  return [
    [0, -radius],
    [half, -radius / 2],
    [half, radius / 2],
    [0, radius],
    [-half, radius / 2],
    [-half, -radius / 2],
  ].map(([dx, dy]) => `${(cell.x + dx).toFixed(1)},${(cell.y + dy).toFixed(1)}`).join(" ");
}

/**
 * The step of a count, up to STEPS: on the logarithm, so that one place far above all others does
 * not leave the rest dark.
 *
 * @param {number} count
 * @param {number} most
 */
export function step(count, most) {
  if (most <= 1) return LEAST;
  return LEAST + Math.round((STEPS - LEAST) * Math.log(count) / Math.log(most));
}

/**
 * The middles of all hexagons of a rectangle.
 *
 * @param {number} across
 * @param {number} down
 * @param {number} width
 * @returns {Cell[]} with nothing in them
 */
export function grid(across, down, width) {
  const radius = width / ROOT_3;
  /** @type {Cell[]} */
  const cells = [];
  for (let row = 0; row * radius * 1.5 <= down + radius; row += 1) {
    const shift = row % 2 === 0 ? 0 : 0.5;
    for (let column = 0; (column + shift) * width <= across + width; column += 1) {
      cells.push({ x: (column + shift) * width, y: row * radius * 1.5, count: 0 });
    }
  }
  return cells;
}
