// @ts-check
/// <reference lib="dom" />

import { lengthText } from "../parts/clock.js";
import { drawn, fill, h } from "../parts/element.js";
import { gradeChip, gradeMark } from "../parts/icons.js";
import { packName, t } from "../parts/language.js";

/**
 * @import { Grave } from "./wall_map.js"
 *
 * @typedef {object} Figures
 * @property {number} filedToday
 * @property {number} closedToday
 * @property {number} open
 * @property {number} overdue
 * @property {Record<string, number>} openByGrade
 * @property {Record<string, number>} byStage
 * @property {number[]} points
 * @property {{ id: string, name: string, open: number, overdue: number, closed: number,
 *   inTime: number }[]} streets
 * @property {Grave[]} grave
 *
 * @typedef {{ code: string, name: string, aspect: string, unit: string, decimals: number, value?: number,
 *   grade?: string | null, from: string, to: string }} Vital
 */

/** Grave cases in the column of a wide wall. */
const STREETS = 11;
const CASES_WIDE = 10;
const GRAVE_SHOWN = 3;
const GRAVE_SHOWN_WIDE = 7;
const STAGES = {
  dispatch: ["filed", "dispatched"],
  handle: ["handling"],
  check: ["checking", "checked"],
};

/** Whether the wall has room for second columns. */
export function isWide() {
  return innerWidth / innerHeight >= 3;
}

/** @param {Vital} vital @param {(number | null)[]} values its last ones */
export function card(vital, values) {
  const value = vital.value ?? 0;
  return h(
    "div",
    { class: "wall-card", "data-vital": vital.code },
    h(
      "div",
      { class: "name" },
      h("span", {}, vital.name),
      vital.grade ? gradeChip(vital.grade) : null,
    ),
    h(
      "div",
      { class: "value" },
      value.toLocaleString("en-US", {
        minimumFractionDigits: vital.decimals,
        maximumFractionDigits: vital.decimals,
      }),
      h("small", {}, vital.unit),
    ),
    spark(values),
  );
}

/** @param {(number | null)[]} values */
function spark(values) {
  const known = values.filter((value) => value !== null);
  const svg = drawn("svg", {
    class: "spark",
    viewBox: "0 0 100 30",
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  if (known.length < 2) return svg;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const line = values.map((value, index) =>
    value === null ? null : [
      index / (values.length - 1) * 100,
      27 - (most > least ? (value - least) / (most - least) : 0.5) * 24,
    ]
  );
  let pen = "M";
  let d = "";
  for (const point of line) {
    if (point) d += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = point ? "L" : "M";
  }
  svg.append(drawn("path", { d }));
  return svg;
}

/** @param {Element} place @param {Figures} found */
export function showFlow(place, found) {
  const count = (/** @type {string[]} */ stages) =>
    stages.reduce((sum, stage) => sum + (found.byStage[stage] ?? 0), 0);
  const rows = [
    ["found", "today", found.filedToday],
    ["dispatch", "waiting", count(STAGES.dispatch)],
    ["handle", "running", count(STAGES.handle)],
    ["check", "unchecked", count(STAGES.check)],
    ["close", "today", found.closedToday],
  ];
  fill(
    place,
    ...rows.map(([name, state, number]) =>
      h(
        "div",
        { "data-flow": name },
        h("span", {}, t(`wall.flow.${name}`), h("em", {}, t(`wall.flow.${state}`))),
        h("b", {}, Number(number).toLocaleString("en-US")),
      )
    ),
  );
}

/** @param {Element} place @param {Figures} found */
export function showSide(place, found) {
  const streets = found.streets.toSorted((a, b) => b.open - a.open).slice(0, STREETS);
  fill(
    place,
    h(
      "div",
      {},
      h(
        "h2",
        {},
        t("wall.streets"),
        h("small", {}, `${t("wall.streets.rate")} · ${t("wall.month")}`),
      ),
      h(
        "ol",
        { class: "wall-streets" },
        ...streets.map((street, index) =>
          h(
            "li",
            {},
            h("span", {}, String(index + 1)),
            h("span", {}, street.name),
            h("b", {}, String(street.open)),
            h(
              "em",
              {},
              street.closed > 0 ? `${(street.inTime / street.closed * 100).toFixed(1)}%` : "–",
            ),
          )
        ),
      ),
    ),
    isWide() && h(
      "div",
      {},
      h("h2", {}, t("wall.grave"), h("small", {}, String(found.grave.length))),
      h("ul", { class: "wall-cases" }, ...found.grave.slice(0, CASES_WIDE).map(caseCard)),
    ),
    h(
      "div",
      { class: "wall-bottom" },
      h(
        "h2",
        {},
        t("wall.grade.count"),
        h("small", {}, t("wall.overdue", { count: found.overdue })),
      ),
      h(
        "ul",
        { class: "wall-grades" },
        ...Object.entries(found.openByGrade).map(([grade, number]) =>
          h(
            "li",
            { "data-grade": grade },
            gradeMark(grade),
            h("span", {}, t(`grade.${grade}`)),
            h("b", {}, number.toLocaleString("en-US")),
          )
        ),
      ),
    ),
  );
}

/** @param {Grave} one */
function caseCard(one) {
  return h(
    "li",
    {},
    gradeMark(one.grade),
    h("b", {}, one.name ?? t("item.none")),
    h("span", {}, [one.street, packName("stages", one.stage)].filter(Boolean).join(" · ")),
  );
}

/**
 * The gravest cases, by kind and street only.
 *
 * @param {Element} place
 * @param {Figures} found
 * @param {number} turn
 */
export function showGrave(place, found, turn) {
  const size = isWide() ? GRAVE_SHOWN_WIDE : GRAVE_SHOWN;
  const pages = Math.max(1, Math.ceil(found.grave.length / size));
  const start = turn % pages * size;
  const list = found.grave.slice(start, start + size);
  const counts = { red: found.openByGrade.red ?? 0, orange: found.openByGrade.orange ?? 0 };
  fill(
    place,
    counts.red > 0 && gradeChip("red", t("wall.grave.red", { count: counts.red })),
    counts.orange > 0 && gradeChip("orange", t("wall.grave.orange", { count: counts.orange })),
    found.grave.length === 0 && h("span", { class: "muted" }, t("wall.grave.none")),
    ...list.map((one) =>
      h(
        "span",
        { class: "one", "data-grave": one.id, "data-grade": one.grade },
        h("b", {}, one.name ?? t("item.none")),
        h(
          "span",
          {},
          [
            one.street,
            packName("stages", one.stage),
            t("wall.since", { time: lengthText(Date.now() - Date.parse(one.filedAt)) }),
          ].filter(Boolean).join(" · "),
        ),
      )
    ),
  );
}
