// @ts-check
/// <reference lib="dom" />

import { t } from "./language.js";
import { TablePage } from "./table_page.js";
import { moment, usedShare } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { CaseRow } from "./types.js"
 */

/** From this share of its time on a case is said to be due soon. */
const SOON_SHARE = 0.75;

/** What needs a supervisor's eye: late, nearly late, sent back, done again, red. */
export class SupervisePage extends TablePage {
  /** @param {PageContext} context */
  constructor(context) {
    const isLate = (/** @type {CaseRow} */ row) =>
      !row.closedAt && (moment(row.due) ?? Infinity) < Date.now();
    super(context, {
      view: "supervise",
      tabs: [
        { code: "late", query: "overdue=true", fits: isLate },
        {
          code: "soon",
          query: "open=true",
          fits: (row) => !isLate(row) && share(row) >= SOON_SHARE,
        },
        { code: "red", query: "open=true&grade=red", fits: (row) => !row.closedAt },
        {
          code: "returned",
          query: "open=true",
          fits: (row) => !row.closedAt && (row.returns ?? 0) > 0,
          remark: (row) => t("supervise.returns", { count: row.returns ?? 0 }),
        },
        {
          code: "reworked",
          query: "open=true",
          fits: (row) => !row.closedAt && (row.reworks ?? 0) > 0,
          remark: (row) => t("supervise.reworks", { count: row.reworks ?? 0 }),
        },
      ],
    });
  }
}

/** How much of a case's time is used; 0 where no clock runs. @param {CaseRow} row */
function share(row) {
  const [start, due] = [moment(row.filedAt), moment(row.due)];
  return start === null || due === null ? 0 : usedShare(start, due, Date.now());
}
