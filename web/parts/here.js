// @ts-check
/// <reference lib="dom" />

/** A phone that has not found its place by then says so. */
const WAIT_MILLISECONDS_MAX = 12_000;
const AGE_MILLISECONDS_MAX = 30_000;

/**
 * Where this phone is.
 *
 * @returns {Promise<{ point: [number, number], metres: number }>} with the error it may have
 * @throws where the person or the phone refuses
 */
export function here() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error("no place"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          point: [round(coords.longitude), round(coords.latitude)],
          metres: Math.round(coords.accuracy),
        }),
      reject,
      {
        enableHighAccuracy: true,
        timeout: WAIT_MILLISECONDS_MAX,
        maximumAge: AGE_MILLISECONDS_MAX,
      },
    );
  });
}

/** To about a decimetre. @param {number} degrees */
function round(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

/**
 * Metres between two points, along the ground.
 *
 * @param {[number, number]} one longitude and latitude in degrees
 * @param {[number, number]} other
 */
export function metresBetween(one, other) {
  const radius = 6_371_000;
  const turn = Math.PI / 180;
  const [dx, dy] = [(other[0] - one[0]) * turn, (other[1] - one[1]) * turn];
  const flat = dx * Math.cos((one[1] + other[1]) / 2 * turn);
  return radius * Math.hypot(flat, dy);
}

/** `20 m`, `1.3 km`. @param {number} metres */
export function metresText(metres) {
  if (metres < 1_000) return `${Math.round(metres / 10) * 10 || Math.round(metres)} m`;
  return `${(metres / 1_000).toFixed(metres < 10_000 ? 1 : 0)} km`;
}
