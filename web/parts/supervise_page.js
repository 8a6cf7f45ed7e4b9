// @ts-check
/// <reference lib="dom" />

import { t } from "./language.js";
import { TablePage } from "./table_page.js";
import { moment } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { CaseRow } from "./types.js"
 */

/** What needs a supervisor's eye: lights, late, sent back, done again, suspended, red. */
export class SupervisePage extends TablePage {
  /** @param {PageContext} context */
  constructor(context) {
    const isOpen = (/** @type {CaseRow} */ row) => !row.closedAt;
    super(context, {
      view: "supervise",
      tabs: [
        {
          code: "late",
          query: "overdue=true",
          fits: (row) => isOpen(row) && (moment(row.due) ?? Infinity) < Date.now(),
        },
        { code: "red", query: "open=true", fits: (row) => isOpen(row) && row.light === "red" },
        {
          code: "yellow",
          query: "open=true",
          fits: (row) => isOpen(row) && row.light === "yellow",
        },
        { code: "grade", query: "open=true&grade=red", fits: isOpen },
        {
          code: "returned",
          query: "open=true",
          fits: (row) => isOpen(row) && (row.returns ?? 0) > 0,
          remark: (row) => t("supervise.returns", { count: row.returns ?? 0 }),
        },
        {
          code: "reworked",
          query: "open=true",
          fits: (row) => isOpen(row) && (row.reworks ?? 0) > 0,
          remark: (row) => t("supervise.reworks", { count: row.reworks ?? 0 }),
        },
        {
          code: "suspended",
          query: "open=true&stage=suspended",
          fits: (row) => row.stage === "suspended",
        },
      ],
    });
  }
}
