// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { fill, h, tableHead } from "./element.js";
import { gradeChip } from "./icons.js";
import { t } from "./language.js";
import { listTools } from "./list_tools.js";
import { failedBox, skeleton } from "./notices.js";
import { ungradedText, unmeasurableText, vitalText } from "./vital_parts.js";

/**
 * @import { PackDetail } from "./pack_parts.js"
 * @import { VitalRow } from "./vital_parts.js"
 * @import { SheetRow } from "./list_tools.js"
 *
 * @typedef {object} ReportAnswer
 * @property {string} title
 * @property {string} from
 * @property {string} to
 * @property {VitalRow[]} vitals
 * @property {{ name: string, filed: number, closed: number, inTime: number, reworked: number }[]} cases
 * @property {{ title: string, grade: string, name: string, count: number }[]} grades
 */

/** What was counted of cases, in the order of columns. */
const COUNTS = /** @type {const} */ (["filed", "closed", "inTime", "reworked"]);

/**
 * The reports that a pack owes: one is chosen, shown as tables, printed or saved as a workbook.
 *
 * @param {PackDetail} pack
 */
export function reportPart(pack) {
  /** @type {ReportAnswer | null} */
  let shown = null;
  const which = h(
    "select",
    { class: "filter", "aria-label": t("packs.report.which"), onchange: () => load() },
    ...pack.reports.map(({ code, title }) => option(code, title)),
  );
  const day = h("input", {
    type: "date",
    class: "filter",
    "aria-label": t("packs.report.day"),
    onchange: () => load(),
  });
  const body = h("div", { class: "pack-part-body" });
  const links = ["html", "xlsx"].map((form) =>
    h("a", { class: "button", "data-form": form, target: "_blank" }, t(`packs.report.${form}`))
  );
  const element = h(
    "section",
    { class: "pack-view pack-report", "data-state": "loading", "aria-label": t("packs.report") },
    h("h2", {}, t("packs.report")),
    h(
      "div",
      { class: "pack-tools" },
      which,
      day,
      ...listTools({
        title: pack.reports[0]?.title ?? pack.title,
        columns: () => [shown?.title ?? "", spanOf(shown)],
        rows: () => Promise.resolve(shown ? sheetRows(shown) : []),
      }),
      ...links,
    ),
    body,
  );
  const load = async () => {
    element.dataset.state = "loading";
    fill(body, skeleton(4));
    try {
      const path = `/packs/${pack.id}/reports/${which.value}`;
      const asked = day.value ? `day=${day.value}` : "";
      for (const link of links) {
        link.setAttribute("href", `/api/v1${path}?form=${link.dataset.form}&${asked}`);
      }
      shown = await request(`${path}?${asked}`);
      if (!shown) return;
      fill(body, h("p", { class: "note" }, spanOf(shown)), ...tables(shown));
      element.dataset.state = "ready";
    } catch (error) {
      element.dataset.state = "failed";
      fill(body, failedBox(error, t("packs.part.failed"), load));
    }
  };
  load();
  return element;
}

/** @param {ReportAnswer | null} report */
function spanOf(report) {
  return report ? t("packs.report.span", { from: report.from, to: report.to }) : "";
}

/** @param {VitalRow} vital */
function valueOf(vital) {
  return vital.unmeasurable
    ? unmeasurableText(vital)
    : `${vitalText(vital, vital.value)}${vital.unit}`;
}

/** @param {ReportAnswer} report */
function tables(report) {
  return [
    plain(
      ["vitals", "value", "before", "grade"],
      report.vitals.map((vital) => [
        vital.name,
        valueOf(vital),
        vitalText(vital, vital.before),
        vital.grade ? gradeChip(vital.grade) : ungradedText(vital),
      ]),
    ),
    plain(
      ["cases", ...COUNTS],
      report.cases.map((row) => [row.name, ...COUNTS.map((name) => row[name])]),
    ),
    plain(
      ["grades", "grade", "count"],
      report.grades.map((row) => [row.title, gradeChip(row.grade, row.name), row.count]),
    ),
  ];
}

/** @param {string[]} columns @param {(string | number | Node)[][]} rows */
function plain(columns, rows) {
  return h(
    "table",
    { class: "plain" },
    tableHead(columns.map((name) => t(`packs.report.${name}`))),
    h(
      "tbody",
      {},
      ...rows.map((row) =>
        h(
          "tr",
          {},
          ...row.map((cell) =>
            h("td", { class: typeof cell === "number" ? "number" : false }, cell)
          ),
        )
      ),
    ),
  );
}

/** @param {ReportAnswer} report @returns {SheetRow[]} */
function sheetRows(report) {
  return [
    ["vitals", "value", "before", "grade"].map((name) => t(`packs.report.${name}`)),
    ...report.vitals.map((vital) => [
      vital.name,
      vital.value ?? unmeasurableText(vital),
      vital.before,
      vital.grade ? t(`grade.${vital.grade}`) : ungradedText(vital),
    ]),
    ["cases", ...COUNTS].map((name) => t(`packs.report.${name}`)),
    ...report.cases.map((row) => [row.name, ...COUNTS.map((name) => row[name])]),
    ["grades", "grade", "count"].map((name) => t(`packs.report.${name}`)),
    ...report.grades.map(({ title, name, count }) => [title, name, count]),
  ];
}
