// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { pageLink } from "./list_tools.js";
import { failedBox, skeleton, stateBox } from "./notices.js";
import { drawPart } from "./pack_parts.js";
import { reportPart } from "./pack_report.js";
import { Problem } from "./problems.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Drawn, PackDetail } from "./pack_parts.js"
 *
 * @typedef {{ code: string, title: string }} ViewTitle
 * @typedef {{ id: string, title: string, views: ViewTitle[] }} PackHead
 */

/**
 * The pages of all packs, drawn from what each pack says of itself: the list of packs at the left, and
 * the parts of the chosen one's views. Nothing here knows any pack.
 */
export class PackPage {
  /** @param {PageContext} context */
  constructor(context) {
    this.context = context;
    this.id = "";
    /** @type {PackHead[] | null} */
    this.packs = null;
    /** @type {Drawn[]} */
    this.parts = [];
    this.nav = h("nav", { class: "pack-nav", "aria-label": t("packs.list") });
    this.body = h("div", { class: "scroll pack-body", tabindex: 0 });
    this.element = h(
      "section",
      { class: "panel pack-page", "data-state": "loading", "aria-label": t("nav.packs") },
      this.nav,
      this.body,
    );
  }

  /** @param {string} id */
  async open(id) {
    const isNew = id !== this.id || !this.isOpen;
    this.isOpen = true;
    this.id = id;
    if (!isNew) return;
    try {
      this.packs ??= (await request("/packs")).elements
        .filter((/** @type {PackHead} */ pack) => pack.views.length > 0);
      this.showNav();
      await this.load();
    } catch (error) {
      this.fail(failedBox(error, t("packs.failed"), () => this.open(id)));
    }
  }

  close() {
    this.isOpen = false;
    this.drop();
  }

  drop() {
    for (const part of this.parts) part.close?.();
    this.parts = [];
  }

  showNav() {
    fill(
      this.nav,
      ...(this.packs ?? []).map((pack) => {
        const link = pageLink(`/packs/${pack.id}`, this.context.actions.go, pack.title);
        if (pack.id === this.id) link.setAttribute("aria-current", "page");
        link.dataset.pack = pack.id;
        return link;
      }),
    );
  }

  async load() {
    this.drop();
    const { id } = this;
    if ((this.packs ?? []).length === 0) {
      return this.fail(
        stateBox({ sign: "list", title: t("packs.empty"), next: t("packs.empty.next") }),
      );
    }
    if (!id) {
      return this.fail(
        stateBox({ sign: "list", title: t("packs.choose"), next: t("packs.choose.next") }),
      );
    }
    this.element.dataset.state = "loading";
    fill(this.body, skeleton(8));
    try {
      const pack = await request(`/packs/${id}`);
      if (id === this.id && this.isOpen) this.show(pack);
    } catch (error) {
      if (id !== this.id) return;
      const missing = error instanceof Problem && error.status === 404;
      this.fail(
        missing
          ? stateBox({ sign: "search", title: t("packs.missing"), next: t("packs.missing.next") })
          : failedBox(error, t("packs.failed"), () => this.load()),
      );
    }
  }

  /** @param {PackDetail} pack */
  show(pack) {
    this.element.dataset.state = "ready";
    const views = pack.views.map((view) => {
      const parts = view.parts.map((part) => drawPart(part, pack, this.context));
      this.parts.push(...parts);
      return h(
        "section",
        { class: "pack-view" },
        h("h1", {}, view.title),
        h("div", { class: "pack-parts" }, ...parts.map(({ element }) => element)),
      );
    });
    fill(this.body, ...views, pack.reports.length > 0 && reportPart(pack));
  }

  /** @param {HTMLElement} box */
  fail(box) {
    this.element.dataset.state = "empty";
    fill(this.body, box);
  }

  missed() {
    this.load();
  }

  retheme() {
    for (const part of this.parts) part.retheme?.();
  }
}
