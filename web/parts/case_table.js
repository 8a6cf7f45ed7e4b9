// @ts-check
/// <reference lib="dom" />

import { clockBar, rowClock } from "./clock.js";
import { followed, h } from "./element.js";
import { channelIcon, gradeMark } from "./icons.js";
import { packName, t } from "./language.js";
import { fullText, moment } from "./times.js";

/**
 * @import { CaseRow } from "./types.js"
 * @import { SheetRow } from "./list_tools.js"
 *
 * @typedef {object} TableEvents
 * @property {(number: string) => void} open
 * @property {(row: CaseRow) => (HTMLElement | false | null)[]} [actions] buttons at the end of a row
 * @property {(row: CaseRow) => string} [remark] what stands in the last column of words
 */

/**
 * Cases with their clocks, in the order given.
 *
 * @param {CaseRow[]} rows
 * @param {string} chosen the number of the case that is open
 * @param {TableEvents} events
 */
export function caseTable(rows, chosen, events) {
  const names = ["problem", "item", "unit", "stage"];
  return h(
    "table",
    { class: "table case-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { class: "mark-cell" }, h("span", { class: "hidden" }, t("sheet.column.grade"))),
        ...names.map((name) => h("th", { scope: "col" }, t(`sheet.column.${name}`))),
        events.remark && h("th", { scope: "col" }, t("sheet.column.remark")),
        h("th", { scope: "col" }, t("list.column.clock")),
        events.actions && h("th", {}, h("span", { class: "hidden" }, t("case.actions"))),
      ),
    ),
    h("tbody", {}, ...rows.map((row) => caseLine(row, chosen, events))),
  );
}

/** @param {CaseRow} row @param {string} chosen @param {TableEvents} events */
function caseLine(row, chosen, events) {
  const number = row.number ?? "";
  const place = [row.area?.street?.name ?? (row.outside ? t("list.outside") : ""), row.address]
    .filter(Boolean).join(" · ");
  return h(
    "tr",
    { class: number === chosen && "on", "data-number": number },
    h("td", { class: "mark-cell" }, gradeMark(row.grade ?? "blue")),
    h(
      "td",
      {},
      h("a", {
        class: "title",
        href: `/case/${number}`,
        "data-do": "open",
        onclick: followed(() => {
          events.open(number);
        }),
      }, row.title || t("item.none")),
      h(
        "span",
        { class: "two with-icon" },
        channelIcon(row.channel ?? "system"),
        `${number} ${place}`,
      ),
    ),
    h("td", {}, packName("items", row.item)),
    h(
      "td",
      {},
      row.unit?.name ?? h("span", { class: "muted" }, t("list.no_unit")),
      row.handler && h("span", { class: "two" }, row.handler.name),
    ),
    h("td", {}, packName("stages", row.stage)),
    events.remark && h("td", {}, events.remark(row)),
    h("td", { class: "clock-cell" }, rowClock(row), timeBar(row)),
    events.actions && h("td", { class: "row-actions" }, ...events.actions(row)),
  );
}

/** How much of the time is used; nothing where no clock runs. @param {CaseRow} row */
function timeBar(row) {
  const due = moment(row.due);
  const start = moment(row.filedAt);
  if (due === null || start === null || row.closedAt) return null;
  return clockBar(start, due);
}

/** Names of the columns of an exported list of cases. */
export function sheetColumns() {
  return [
    "number",
    "grade",
    "title",
    "address",
    "street",
    "item",
    "channel",
    "unit",
    "handler",
    "stage",
    "filed",
    "due",
    "closed",
    "verdict",
    "returns",
    "reworks",
  ].map((name) => t(`sheet.column.${name}`));
}

/** A case as a row of an exported list. @param {CaseRow} row @returns {SheetRow} */
export function sheetRow(row) {
  const time = (/** @type {string | null | undefined} */ text) => {
    const at = moment(text);
    return at === null ? "" : fullText(at);
  };
  return [
    row.number,
    t(`grade.${row.grade}`),
    row.title,
    row.address,
    row.area?.street?.name ?? (row.outside ? t("list.outside") : ""),
    packName("items", row.item),
    t(`channel.${row.channel}`),
    row.unit?.name,
    row.handler?.name,
    packName("stages", row.stage),
    time(row.filedAt),
    time(row.due),
    time(row.closedAt),
    row.verdict ? t(`verdict.${row.verdict}`) : "",
    row.returns ?? 0,
    row.reworks ?? 0,
  ];
}
