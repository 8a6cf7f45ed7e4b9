// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { h } from "./element.js";
import { t } from "./language.js";
import { toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { TablePage } from "./table_page.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { CaseRow } from "./types.js"
 */

const ACCEPT = "accept";

/** A unit's own work: what came in, what is in hand, what was reported back. */
export class OrdersPage extends TablePage {
  /** @param {PageContext} context */
  constructor(context) {
    const me = context.session.staff.id;
    /** @param {string} stage */
    const at = (stage) => ({
      query: `stage=${stage}&open=true`,
      fits: (/** @type {CaseRow} */ row) => row.stage === stage,
    });
    super(context, {
      view: "orders",
      tabs: [
        { code: "new", ...at("dispatched") },
        { code: "mine", query: `handler=${me}&stage=handling&open=true`, fits: isHandled(me) },
        { code: "handling", ...at("handling") },
        { code: "reported", ...at("checking") },
        {
          code: "overdue",
          query: "overdue=true",
          fits: (row) => !row.closedAt && Date.parse(row.due ?? "") < Date.now(),
        },
      ],
      actions: (row) => [
        row.stage === "dispatched" && h(
          "button",
          {
            type: "button",
            class: "button",
            "data-do": ACCEPT,
            onclick: () => this.accept(row),
          },
          t("orders.accept"),
          h("kbd", { "aria-hidden": "true" }, "A"),
        ),
        row.stage === "handling" && h("button", {
          type: "button",
          class: "button",
          onclick: () => this.actions.openCase(row.number ?? ""),
        }, t("orders.report")),
      ],
      keyNames: [["A", t("orders.accept")]],
    });
    this.keys.a = () => {
      const row = this.current ?? this.rows[0];
      if (row?.stage === "dispatched") this.accept(row);
    };
  }

  /** @param {CaseRow} row */
  async accept(row) {
    const number = row.number ?? "";
    try {
      const moved = await request(`/cases/${encodeURIComponent(number)}/steps`, {
        method: "POST",
        body: { action: ACCEPT, version: row.version },
      });
      toast(t("orders.accepted", { number }), {
        label: t("report.open"),
        run: () => this.actions.openCase(number),
      });
      this.changed(moved);
    } catch (error) {
      toast(saidShortly(error));
      this.load();
    }
  }
}

/** @param {string} me */
function isHandled(me) {
  return (/** @type {CaseRow} */ row) => row.stage === "handling" && row.handler?.id === me;
}
