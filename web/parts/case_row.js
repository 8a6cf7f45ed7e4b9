// @ts-check
/// <reference lib="dom" />

import { rowClock } from "./clock.js";
import { followed, h } from "./element.js";
import { channelIcon, gradeMark } from "./icons.js";
import { packName, t } from "./language.js";

/** @import { CaseRow } from "./types.js" */

/**
 * A case in the list.
 *
 * @param {CaseRow} row
 * @param {boolean} chosen whether it is open beside the list
 * @param {string} query the list's filters, kept in the link
 * @param {(number: string) => void} open
 */
export function caseRow(row, chosen, query, open) {
  const number = row.number ?? "";
  const street = row.outside ? t("list.outside") : row.area?.street?.name;
  const place = [street, row.address].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: chosen ? "row on" : "row", "data-number": number },
    h(
      "a",
      {
        href: `/case/${number}${query}`,
        "aria-current": chosen && "true",
        onclick: followed(() => {
          open(number);
        }),
      },
      gradeMark(row.grade ?? "blue"),
      h(
        "span",
        { class: "what" },
        h("span", { class: "title" }, row.title || t("item.none")),
        h(
          "span",
          { class: "meta" },
          channelIcon(row.channel ?? "system"),
          h("span", { class: "number" }, number),
          h("span", { class: "place" }, place),
        ),
      ),
      h("span", { class: "item" }, packName("items", row.item)),
      h("span", { class: row.unit ? "unit" : "unit none" }, row.unit?.name ?? t("list.no_unit")),
      h(
        "span",
        { class: row.unit || row.closedAt ? "stage" : "stage todo" },
        packName("stages", row.stage),
      ),
      h("span", { class: "left" }, rowClock(row)),
    ),
  );
}

/** Names of the columns; the rows say theirs themselves. */
export function listHead() {
  const names = ["case", "item", "unit", "stage", "clock"];
  return h(
    "div",
    { class: "list-head", "aria-hidden": "true" },
    h("span", {}),
    ...names.map((name) => h("span", {}, t(`list.column.${name}`))),
  );
}

/** Keys that work, and how much is shown. @param {HTMLElement} summary */
export function listFoot(summary) {
  const keys = [["J", "K", "move"], ["⏎", "open"], ["/", "search"], ["N", "new"], ["Esc", "close"]];
  return h(
    "footer",
    { class: "foot" },
    h(
      "span",
      { class: "keys", "aria-hidden": "true" },
      ...keys.flatMap((key) => [
        ...key.slice(0, -1).map((name) => h("kbd", {}, name)),
        h("span", {}, t(`list.keys.${key.at(-1)}`)),
      ]),
    ),
    summary,
  );
}
