// @ts-check

/**
 * @import { Point } from "./city_map.js"
 *
 * @typedef {{ id: string, name: string, position: Point, at: string }} Vehicle as the server says it
 *
 * @typedef {object} Drive  One vehicle on its way from where it was shown to where it said it is.
 * @property {Vehicle} vehicle
 * @property {Point} from
 * @property {number} begun
 * @property {number} lasts milliseconds; 0 where it stands
 */

/** Who has said nothing for so long is shown grey: nobody knows where it is now. */
const STALE_MILLISECONDS = 5 * 60_000;
/** A way takes as long as between the two messages, within these. */
const WAY_MILLISECONDS = /** @type {const} */ ([2_000, 30_000]);
/** Degrees; who is suddenly further away was not followed there, and jumps. */
const JUMP = 0.03;

/**
 * Who moves where, after new messages.
 *
 * @param {Map<string, Drive>} before
 * @param {Vehicle[]} vehicles
 * @param {number} now
 * @returns {Map<string, Drive>}
 */
export function drives(before, vehicles, now) {
  return new Map(vehicles.map((vehicle) => {
    const old = before.get(vehicle.id);
    if (old?.vehicle.at === vehicle.at) return [vehicle.id, old];
    const from = old ? placeOf(old, now) : vehicle.position;
    const far = Math.max(...from.map((value, at) => Math.abs(value - vehicle.position[at])));
    const between = old ? Date.parse(vehicle.at) - Date.parse(old.vehicle.at) : 0;
    const [least, most] = WAY_MILLISECONDS;
    const lasts = far === 0 || far > JUMP ? 0 : Math.min(Math.max(between, least), most);
    return [vehicle.id, { vehicle, from, begun: now, lasts }];
  }));
}

/** Where one is shown. @param {Drive} drive @param {number} now @returns {Point} */
export function placeOf({ vehicle: { position: [x, y] }, from, begun, lasts }, now) {
  const part = lasts > 0 ? Math.min((now - begun) / lasts, 1) : 1;
  return [from[0] + (x - from[0]) * part, from[1] + (y - from[1]) * part];
}

/** Whether any is still on its way. @param {Map<string, Drive>} drives @param {number} now */
export function areMoving(drives, now) {
  return [...drives.values()].some(({ begun, lasts }) => now < begun + lasts);
}

/** All of them as the map takes them. @param {Map<string, Drive>} drives @param {number} now */
export function vehicleFeatures(drives, now) {
  return {
    type: "FeatureCollection",
    features: [...drives.values()].map((drive) => ({
      type: "Feature",
      properties: {
        id: drive.vehicle.id,
        name: drive.vehicle.name,
        image: now - Date.parse(drive.vehicle.at) > STALE_MILLISECONDS ? "vehicle-old" : "vehicle",
      },
      geometry: { type: "Point", coordinates: placeOf(drive, now) },
    })),
  };
}
