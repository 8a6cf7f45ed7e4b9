// @ts-check
/// <reference lib="dom" />

import { option } from "./choices.js";
import { h } from "./element.js";
import { t } from "./language.js";
import { dayText, inputMoment } from "./times.js";

/**
 * A span of whole days, the last one meant whole.
 *
 * @typedef {{ from: string, to: string }} Days  `2026-11-20`
 */

const DAY = 24 * 60 * 60 * 1000;
/** Spans that are offered, in days back from yesterday. */
const SPANS = [7, 30, 90, 365];
const STANDARD = 30;

/** The last days up to yesterday. @param {number} days @returns {Days} */
function lastDays(days) {
  const now = Date.now();
  return { from: dayText(now - days * DAY), to: dayText(now - DAY) };
}

/** The span of an address; the last 30 days where it names none. @param {URLSearchParams} query @returns {Days} */
export function readDays(query) {
  const form = /^\d{4}-\d{2}-\d{2}$/;
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (!form.test(from) || !form.test(to) || from > to) return lastDays(STANDARD);
  return { from, to };
}

/** The span as the API takes it. @param {Days} days */
export function daysQuery({ from, to }) {
  const start = new Date(inputMoment(from)).toISOString();
  const end = new Date(inputMoment(to) + DAY).toISOString();
  return `from=${start}&to=${end}`;
}

/**
 * Chooses a span: one of the usual ones, or any days.
 *
 * @param {(days: Days) => void} choose
 */
export function daysChoice(choose) {
  const span = h(
    "select",
    {
      class: "filter",
      "aria-label": t("period.label"),
      onchange: () => span.value && choose(lastDays(Number(span.value))),
    },
    option("", t("period.own")),
    ...SPANS.map((days) => option(String(days), t("period.days", { days }))),
  );
  const ends = /** @type {const} */ (["from", "to"]).map((name) => {
    const input = h("input", {
      type: "date",
      class: "filter",
      "aria-label": t(`period.${name}`),
      onchange: () => {
        const [from, to] = ends.map((end) => end.value);
        if (from && to && from <= to) choose({ from, to });
      },
    });
    return input;
  });
  return {
    elements: [span, ...ends],
    /** @param {Days} days */
    show: (days) => {
      ends[0].value = days.from;
      ends[1].value = days.to;
      const known = SPANS.find((count) => {
        const last = lastDays(count);
        return last.from === days.from && last.to === days.to;
      });
      span.value = known ? String(known) : "";
    },
  };
}
