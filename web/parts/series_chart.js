// @ts-check
/// <reference lib="dom" />

import { drawn } from "./element.js";
import { t } from "./language.js";
import { momentText } from "./times.js";

/**
 * @typedef {object} SeriesPoint
 * @property {string} at
 * @property {number} least
 * @property {number} greatest
 * @property {number} mean
 * @property {number} count
 */

const WIDTH = 640;
const HEIGHT = 120;
const LEFT = 56;
const BOTTOM = 20;
const TOP = 8;
/** So many usual steps without a point are a gap, which no line crosses. */
const GAP_STEPS = 4;

/** @param {number} value */
export function valueText(value) {
  return String(Math.round(value * 100) / 100);
}

/**
 * Runs of points without a gap between them.
 *
 * @param {{ at: number }[]} points in the order of time
 */
export function runs(points) {
  const steps = points.slice(1).map((point, index) => point.at - points[index].at)
    .sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? 0;
  /** @type {number[][]} */
  const found = [];
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (!before || point.at - before.at > usual * GAP_STEPS) found.push([]);
    found[found.length - 1].push(index);
  });
  return found;
}

/**
 * One measure over a time: the mean as a line, least to greatest as a band, gaps left open.
 *
 * @param {SeriesPoint[]} series
 * @param {{ from: number, to: number, title: string, unit: string }} span
 */
export function seriesChart(series, { from, to, title, unit }) {
  const points = series.map((point) => ({ ...point, at: Date.parse(point.at) }));
  const least = Math.min(...points.map((point) => point.least));
  const greatest = Math.max(...points.map((point) => point.greatest));
  const height = greatest - least || Math.abs(greatest) || 1;
  const x = (/** @type {number} */ at) => LEFT + (at - from) / (to - from) * (WIDTH - LEFT - 4);
  const y = (/** @type {number} */ value) =>
    TOP + (1 - (value - least) / height) * (HEIGHT - TOP - BOTTOM);
  const place = (/** @type {number} */ at, /** @type {number} */ value) =>
    `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
  const parts = runs(points).flatMap((run) => {
    const own = run.map((index) => points[index]);
    const line = own.map((point) => place(point.at, point.mean)).join("L");
    const upper = own.map((point) => place(point.at, point.greatest));
    const lower = own.toReversed().map((point) => place(point.at, point.least));
    return [
      drawn("path", { class: "band", d: `M${[...upper, ...lower].join("L")}Z` }),
      drawn("path", { class: "mean", d: `M${line}${own.length === 1 ? "h1" : ""}` }),
    ];
  });
  const label = (
    /** @type {string} */ text,
    /** @type {Record<string, string | number>} */ attributes,
  ) => drawn("text", attributes, text);
  return drawn(
    "svg",
    {
      class: "series",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": t("devices.series.label", {
        title,
        least: valueText(least),
        greatest: valueText(greatest),
        unit,
      }),
    },
    drawn("path", {
      class: "axis",
      d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 4}`,
    }),
    ...parts,
    label(valueText(greatest), { x: LEFT - 6, y: TOP + 8, "text-anchor": "end" }),
    label(valueText(least), { x: LEFT - 6, y: HEIGHT - BOTTOM, "text-anchor": "end" }),
    label(momentText(from, to), { x: LEFT, y: HEIGHT - 4 }),
    label(momentText(to, to), { x: WIDTH - 4, y: HEIGHT - 4, "text-anchor": "end" }),
  );
}
