// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { drawn, followed, h } from "./element.js";
import { GRADES } from "./filters.js";
import { gradeChip, icon } from "./icons.js";
import { t } from "./language.js";

/**
 * @typedef {object} VitalRow  As `/vitals` answers.
 * @property {string} code
 * @property {string} name
 * @property {string} aspect
 * @property {string} unit
 * @property {number} decimals
 * @property {"above" | "below"} worse
 * @property {string} from
 * @property {string} to
 * @property {number} [value]
 * @property {number} [count]
 * @property {number} [per]
 * @property {{ code: string }} [unmeasurable]
 * @property {number | null} [before]
 * @property {string | null} grade
 * @property {number | null} usual
 * @property {number | null} deviation
 * @property {Record<string, number>} edges
 */

const BAND_WIDTH = 240;
const BAND_HEIGHT = 40;

/** All vitals of a place, the worst first. @param {string} [query] @returns {Promise<VitalRow[]>} */
export async function loadVitals(query = "") {
  // A server that has just started counts its cases first.
  const answer = await request(`/vitals${query}`, { patient: true });
  return worstFirst(answer.elements);
}

/** Red before orange, yellow, blue, normal, and what cannot be measured last. */
/** @param {VitalRow[]} vitals */
export function worstFirst(vitals) {
  /** @param {VitalRow} vital */
  const rank = (vital) =>
    vital.unmeasurable ? 9 : vital.grade ? GRADES.indexOf(vital.grade) : GRADES.length;
  return vitals.toSorted((a, b) => rank(a) - rank(b));
}

/** @param {VitalRow} vital @param {number | null | undefined} value */
export function vitalText(vital, value) {
  if (value === null || value === undefined) return "–";
  return value.toLocaleString("en", {
    minimumFractionDigits: vital.decimals,
    maximumFractionDigits: vital.decimals,
  });
}

/** Why there is no number. @param {VitalRow} vital */
export function unmeasurableText(vital) {
  return t(`vitals.not.${vital.unmeasurable?.code ?? "noData"}`);
}

/** What could not be measured is not well either. @param {VitalRow} vital */
export function ungradedText(vital) {
  return vital.unmeasurable ? "–" : t("vitals.normal");
}

/** A vital small: name, grade, number, and how it moved. */
/** @param {VitalRow} vital @param {(code: string) => void} open */
export function vitalTile(vital, open) {
  return h(
    "a",
    {
      class: "vital-tile",
      href: `/vitals/${vital.code}`,
      "data-vital": vital.code,
      onclick: followed(() => {
        open(vital.code);
      }),
    },
    h(
      "span",
      { class: "vital-name" },
      h("span", {}, vital.name),
      vital.grade && gradeChip(vital.grade),
    ),
    vital.unmeasurable
      ? h("span", { class: "vital-value quiet" }, "–", h("small", {}, unmeasurableText(vital)))
      : h(
        "span",
        { class: "vital-value" },
        vitalText(vital, vital.value),
        h("small", {}, vital.unit),
        moved(vital),
      ),
  );
}

/** @param {VitalRow} vital */
function moved(vital) {
  const { value, before } = vital;
  if (value === undefined || before === null || before === undefined) return null;
  const difference = value - before;
  if (Math.abs(difference) < 0.5 * 10 ** -vital.decimals) {
    return h("span", { class: "vital-moved" }, t("vitals.same"));
  }
  const sign = icon("up", 12);
  if (difference < 0) sign.setAttribute("style", "transform:rotate(180deg)");
  return h(
    "span",
    { class: "vital-moved", title: t("vitals.before", { value: vitalText(vital, before) }) },
    sign,
    vitalText(vital, Math.abs(difference)),
  );
}

/**
 * The number on its band: the usual in the middle, the grades where they begin, a dot for now.
 *
 * @param {VitalRow} vital
 */
export function bandChart(vital) {
  const edges = Object.entries(vital.edges ?? {});
  const marks = [vital.value, vital.usual, vital.before, ...edges.map(([, edge]) => edge)]
    .filter((mark) => mark !== null && mark !== undefined);
  if (vital.value === undefined || marks.length < 2) return null;
  const least = Math.min(...marks);
  const greatest = Math.max(...marks);
  const room = (greatest - least) * 0.08 || 1;
  const x = (/** @type {number} */ value) =>
    8 + (value - least + room) / (greatest - least + 2 * room) * (BAND_WIDTH - 16);
  const end = vital.worse === "above" ? BAND_WIDTH - 8 : 8;
  const sorted = edges.toSorted(([, a], [, b]) => vital.worse === "above" ? a - b : b - a);
  const parts = sorted.map(([grade, edge], index) => {
    const from = x(edge);
    const to = index + 1 < sorted.length ? x(sorted[index + 1][1]) : end;
    return drawn("rect", {
      x: Math.min(from, to),
      y: 16,
      width: Math.abs(to - from),
      height: 8,
      fill: `var(--${grade}-tint)`,
      stroke: `var(--${grade}-edge)`,
      "stroke-width": 0.6,
    });
  });
  const usual = vital.usual;
  return drawn(
    "svg",
    {
      class: "band-chart",
      viewBox: `0 0 ${BAND_WIDTH} ${BAND_HEIGHT}`,
      role: "img",
      "aria-label": t("vitals.band", {
        value: vitalText(vital, vital.value),
        value2: vitalText(vital, usual),
      }),
    },
    drawn("rect", { x: 8, y: 16, width: BAND_WIDTH - 16, height: 8, fill: "var(--data-band)" }),
    ...parts,
    ...(usual === null || usual === undefined ? [] : [
      drawn("path", { d: `M${x(usual)} 12v16`, stroke: "var(--data-2)", "stroke-width": 1.5 }),
      drawn(
        "text",
        { x: x(usual), y: 38, "text-anchor": "middle", class: "axis-text" },
        t("vitals.usual", { value: vitalText(vital, usual) }),
      ),
    ]),
    drawn("circle", { cx: x(vital.value), cy: 20, r: 5, fill: "var(--accent)" }),
    drawn(
      "text",
      { x: x(vital.value), y: 10, "text-anchor": "middle", class: "axis-text now" },
      vitalText(vital, vital.value),
    ),
  );
}
