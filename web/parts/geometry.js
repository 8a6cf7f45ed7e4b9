// @ts-check

/**
 * @typedef {[number, number]} Point  longitude and latitude in degrees
 * @typedef {{ type: string, coordinates: number[][][][] | number[][][] }} Outline  GeoJSON
 */

/**
 * A point in the middle of an outline, and always within it: on the line of latitude through the
 * centre of the largest face, the middle of the longest stretch inside.
 *
 * @param {Outline | null | undefined} outline
 * @returns {Point | null} null where there is no face
 */
export function middle(outline) {
  if (!outline) return null;
  const faces = /** @type {number[][][][]} */ (
    outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates
  );
  let largest = null;
  let extent = 0;
  for (const face of faces) {
    const area = Math.abs(doubleArea(face[0] ?? []));
    if (area > extent) [largest, extent] = [face, area];
  }
  return largest ? middleOfFace(largest) : null;
}

/** Twice the area of a ring, in square degrees. @param {number[][]} ring */
function doubleArea(ring) {
  return edges(ring).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0);
}

/** @param {number[][]} ring @returns {[number[], number[]][]} */
function edges(ring) {
  return ring.map((point, index) => [point, ring[(index + 1) % ring.length]]);
}

/** @param {number[][][]} face @returns {Point | null} */
function middleOfFace(face) {
  const latitudes = face[0].map((point) => point[1]);
  const latitude = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  // Half-open edges: a corner on the line counts once.
  const crossings = face.flatMap(edges)
    .filter(([a, b]) => (a[1] > latitude) !== (b[1] > latitude))
    .map(([a, b]) => a[0] + (latitude - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
    .sort((a, b) => a - b);
  /** @type {Point | null} */
  let best = null;
  let longest = -1;
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const length = crossings[index + 1] - crossings[index];
    if (length > longest) {
      longest = length;
      best = [round((crossings[index] + crossings[index + 1]) / 2), round(latitude)];
    }
  }
  return best;
}

/** To about a decimetre. @param {number} degrees */
function round(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}
