// @ts-check
/// <reference lib="dom" />

import { h } from "./element.js";
import { t } from "./language.js";
import { openSupervision } from "./supervision_dialog.js";
import { TablePage } from "./table_page.js";
import { moment } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Act } from "./supervision_dialog.js"
 * @import { CaseRow } from "./types.js"
 */

/** What was said of each case under supervision, by its id. @type {Map<string, string>} */
const words = new Map();
/** The supervision that brought a case into the list, by the case's id. @type {Map<string, string>} */
const causes = new Map();

/** Of several on one case the oldest, which comes last, is answered first. @param {any} element of `/supervisions` */
function supervised(element) {
  if (!element.case) return null;
  words.set(element.case.id, element.reply?.words ?? element.words);
  causes.set(element.case.id, element.id);
  return element.case;
}

/** @param {any} element of `/supervisions/groups` */
function reported(element) {
  if (!element.case) return null;
  words.set(element.case.id, t("supervise.people", { count: element.people }));
  return element.case;
}

const remark = (/** @type {CaseRow} */ row) => words.get(row.id) ?? "";

/**
 * What may be done about a case, by the list that it stands in.
 *
 * @param {string} tab
 * @param {CaseRow} row
 * @returns {Act[]}
 */
function acts(tab, row) {
  const about = `/supervisions/${causes.get(row.id)}`;
  switch (tab) {
    case "orders":
      return [{ code: "reply", path: `${about}/reply` }];
    case "replied":
      return [
        {
          code: "accept",
          path: `${about}/end`,
          body: { outcome: "accepted" },
          mayBeSilent: true,
        },
        { code: "refuse", path: `${about}/refuse` },
      ];
    case "checks":
      return [
        { code: "fine", path: `${about}/end`, body: { outcome: "accepted" }, mayBeSilent: true },
        { code: "faulty", path: `${about}/end`, body: { outcome: "faulty" } },
      ];
    default: {
      const path = `/cases/${row.id}/supervisions`;
      return [
        { code: "remind", path, body: { form: "reminder" } },
        { code: "order", path, body: { form: "order" }, wantsDays: true },
      ];
    }
  }
}

/** What needs a supervisor's eye: lights, late, sent back, done again, suspended, red. */
export class SupervisePage extends TablePage {
  /** @param {PageContext} context */
  constructor(context) {
    const isOpen = (/** @type {CaseRow} */ row) => !row.closedAt;
    super(context, {
      view: "supervise",
      actions: (row) =>
        context.session.permissions.includes("handle")
          ? acts(this.tab.code, row).map((act) =>
            h("button", {
              type: "button",
              class: "button",
              "data-do": act.code,
              onclick: () => openSupervision(act, row.number ?? "", () => this.load()),
            }, t(`supervise.act.${act.code}`))
          )
          : [],
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
        {
          code: "orders",
          path: "/supervisions",
          query: "form=order&state=open",
          read: supervised,
          fits: () => true,
          remark,
        },
        {
          code: "replied",
          path: "/supervisions",
          query: "form=order&state=replied",
          read: supervised,
          fits: () => true,
          remark,
        },
        {
          code: "checks",
          path: "/supervisions",
          query: "form=spotCheck&state=open",
          read: supervised,
          fits: () => true,
        },
        {
          code: "groups",
          path: "/supervisions/groups",
          // As many as the pack says.
          query: "people=",
          read: reported,
          fits: isOpen,
          remark,
        },
      ],
    });
  }
}
