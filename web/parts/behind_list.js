// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, followed, h } from "./element.js";
import { gradeMark } from "./icons.js";
import { packName, t } from "./language.js";
import { failedBox, skeleton } from "./notices.js";

/** @import { CaseRow } from "./types.js" */

const SHOWN = 20;

/**
 * The cases behind a number, a score of them with their titles.
 *
 * @param {string} title
 * @param {string | string[]} source a route that answers ids, or the ids themselves
 * @param {(number: string) => void} open
 */
export function behindList(title, source, open) {
  const count = h("span", { class: "count" });
  const list = h("ul", { class: "behind" });
  const load = async () => {
    fill(list, skeleton(3));
    try {
      /** @type {string[]} */
      const ids = typeof source === "string" ? (await request(source)).elements : source;
      count.textContent = ids.length.toLocaleString("en");
      const rows = await Promise.all(
        ids.slice(0, SHOWN).map(async (id) => {
          try {
            return await request(`/cases/${id}`);
          } catch {
            // It left my scope meanwhile.
            return null;
          }
        }),
      );
      const shown = rows.filter(Boolean);
      fill(
        list,
        ...shown.map((row) => line(row, open)),
        shown.length === 0 && h("li", { class: "hint" }, t("behind.none")),
        ids.length > SHOWN && h("li", { class: "hint" }, t("behind.first", { count: SHOWN })),
      );
    } catch (error) {
      fill(list, h("li", {}, failedBox(error, t("list.failed"), load)));
    }
  };
  load();
  return h("section", { class: "behind-cases" }, h("h3", {}, title, count), list);
}

/** @param {CaseRow} row @param {(number: string) => void} open */
function line(row, open) {
  const number = row.number ?? "";
  return h(
    "li",
    {},
    h(
      "a",
      {
        href: `/case/${number}`,
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
          { class: "two" },
          [number, row.unit?.name, packName("stages", row.stage)].filter(Boolean).join(" · "),
        ),
      ),
    ),
  );
}
