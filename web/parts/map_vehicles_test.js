// @ts-check

import { areMoving, drives, placeOf, vehicleFeatures } from "./map_vehicles.js";

/** @param {[number, number]} position @param {number} at seconds */
function message(position, at) {
  return { id: "1", name: "A", position, at: new Date(at * 1_000).toISOString() };
}

/** @param {unknown} found @param {unknown} wanted */
function same(found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(JSON.stringify(found));
}

/** @param {[number, number]} to @param {number} seconds between the two messages */
function driven(to, seconds) {
  const first = drives(new Map(), [message([10, 50], 0)], 1_000);
  return drives(first, [message(to, seconds)], 20_000);
}

/** @param {Map<string, import("./map_vehicles.js").Drive>} found @param {number} now */
function place(found, now) {
  const drive = found.get("1");
  return drive && placeOf(drive, now);
}

Deno.test("a vehicle stands where it first said it is", () => {
  const found = drives(new Map(), [message([10, 50], 0)], 1_000);
  same(place(found, 1_000), [10, 50]);
  same(areMoving(found, 1_000), false);
});

Deno.test("it drives as long as between its messages", () => {
  const found = driven([10.01, 50], 10);
  same(place(found, 20_000), [10, 50]);
  same(Math.round((place(found, 25_000)?.[0] ?? 0) * 1_000), 10_005);
  same(place(found, 31_000), [10.01, 50]);
  same([areMoving(found, 29_000), areMoving(found, 30_000)], [true, false]);
});

Deno.test("never faster or slower than can be watched", () => {
  same(place(driven([10.01, 50], 600), 50_000), [10.01, 50]);
  same(areMoving(driven([10.01, 50], 600), 49_000), true);
  same(areMoving(driven([10.01, 50], 0.5), 21_500), true);
});

Deno.test("who is suddenly far away jumps, and the same message moves nobody", () => {
  same(place(driven([10.1, 50], 10), 20_000), [10.1, 50]);
  const found = driven([10.01, 50], 10);
  same(drives(found, [message([10.01, 50], 10)], 24_000).get("1"), found.get("1"));
});

Deno.test("who said nothing for long is grey", () => {
  const found = drives(new Map(), [message([10, 50], 0)], 1_000);
  const images = [1_000, 299_000, 301_000].map((now) =>
    vehicleFeatures(found, now).features[0].properties.image
  );
  same(images, ["vehicle", "vehicle", "vehicle-old"]);
});
