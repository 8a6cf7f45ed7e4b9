// @ts-check
/// <reference lib="dom" />

import { requestFile } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { daysChoice, daysQuery, readDays } from "./periods.js";

/** @import { PageContext } from "./pages.js" */

const FORMS = /** @type {const} */ (["pdf", "xlsx"]);

/** The check-up report of a period: read here, taken away as PDF or workbook. */
export class CheckUpPage {
  /** @param {PageContext} context */
  constructor({ actions }) {
    this.days = readDays(new URLSearchParams());
    this.asked = "";
    this.period = daysChoice((days) => actions.refine({ ...days }));
    this.body = h("div", { class: "scroll checkup-body" });
    this.links = FORMS.map((form) =>
      h(
        "a",
        { class: "button", "data-form": form, download: `checkup.${form}` },
        t(`checkup.${form}`),
      )
    );
    this.element = h(
      "section",
      { class: "panel checkup", "data-state": "loading", "aria-label": t("nav.checkup") },
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, t("nav.checkup")),
        ...this.period.elements,
        h("div", { class: "tools" }, ...this.links),
      ),
      this.body,
    );
    this.loading = new ListLoading(this.element, this.body, "checkup.failed");
  }

  /** @param {string} _place @param {URLSearchParams} query */
  open(_place, query) {
    this.days = readDays(query);
    this.period.show(this.days);
    const asked = daysQuery(this.days);
    if (asked === this.asked) return;
    this.asked = asked;
    for (const [index, form] of FORMS.entries()) {
      this.links[index].setAttribute("href", `/api/v1/checkup?${asked}&form=${form}`);
    }
    return this.load();
  }

  close() {
    this.loading.stop();
    this.asked = "";
  }

  load() {
    return this.loading.run(async (signal) => {
      const report = await requestFile(`/checkup?${this.asked}`, { signal });
      // A document of its own, without scripts: its look and this page's do not mix.
      const frame = h("iframe", { class: "checkup-frame", title: t("nav.checkup"), sandbox: "" });
      frame.srcdoc = await report.text();
      fill(this.body, frame);
      this.element.dataset.state = "ready";
    }, true);
  }
}
