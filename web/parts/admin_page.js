// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { ADMIN_TABS } from "./admin_tabs.js";
import { CityMap } from "./city_map.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { listTools, tabRow } from "./list_tools.js";
import { middle } from "./geometry.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { saidShortly } from "./problems.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { AdminTab } from "./admin_tabs.js"
 */

const AREA_ZOOM = 13;
const TYPING_MILLISECONDS = 150;

/** What the city is made of, who works in it, and what was done: each for who may see it. */
export class AdminPage {
  /** @param {PageContext} context */
  constructor({ session, directory, actions }) {
    this.session = session;
    this.directory = directory;
    this.actions = actions;
    this.tabs = ADMIN_TABS.filter(({ permission }) => session.permissions.includes(permission));
    this.tab = this.tabs[0];
    this.words = "";
    /** The area whose outline is shown. */
    this.area = "";
    /** @type {CityMap | null} */
    this.map = null;
    /** @type {any[]} */
    this.rows = [];
    /** @type {AbortController | null} */
    this.asking = null;
    this.tabRow = h("div", { class: "grow" });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let typing;
    this.search = h("input", {
      type: "search",
      class: "filter words",
      placeholder: t("admin.words"),
      "aria-label": t("admin.words"),
      oninput: () => {
        clearTimeout(typing);
        typing = setTimeout(() => {
          this.words = this.search.value.trim().toLowerCase();
          this.show();
        }, TYPING_MILLISECONDS);
      },
    });
    this.summary = h("span", { class: "hint", "aria-live": "polite" });
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.side = h("aside", { class: "panel side", "aria-label": t("admin.area"), hidden: true });
    this.list = h(
      "section",
      { class: "panel admin", "data-state": "loading", "aria-label": t("nav.admin") },
      h("h1", { class: "hidden" }, t("nav.admin")),
      h(
        "div",
        { class: "tabs-line" },
        this.tabRow,
        h(
          "div",
          { class: "tools" },
          ...listTools({
            title: t("nav.admin"),
            columns: () => (this.tab?.columns ?? []).map((name) => t(`admin.column.${name}`)),
            rows: () => Promise.resolve(this.found().map((row) => this.cells(row))),
          }),
        ),
      ),
      h("div", { class: "filters" }, this.search, this.summary),
      this.body,
    );
    this.element = h("div", { class: "columns one" }, this.list, this.side);
  }

  /** @param {string} place @param {URLSearchParams} query */
  open(place, query) {
    const tab = this.tabs.find(({ code }) => code === place) ?? this.tabs[0];
    const area = query.get("area") ?? "";
    if (!this.isOpen || tab !== this.tab) {
      this.isOpen = true;
      this.tab = tab;
      this.load();
    }
    this.showArea(tab?.code === "areas" ? area : "");
  }

  close() {
    this.isOpen = false;
    this.asking?.abort();
    this.showArea("");
  }

  async load() {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    this.showTabs();
    this.list.dataset.state = "loading";
    fill(this.body, skeleton(8));
    try {
      this.rows = await this.tab.load(asking.signal);
      this.show();
    } catch (error) {
      if (wasAborted(error)) return;
      this.list.dataset.state = "failed";
      fill(this.body, failedBox(error, t("admin.failed"), () => this.load()));
    }
  }

  showTabs() {
    fill(
      this.tabRow,
      tabRow(
        t("nav.admin"),
        this.tabs.map(({ code }) => ({ code, name: t(`admin.tab.${code}`) })),
        this.tab?.code ?? "",
        (code) => this.actions.go(`/admin/${code}`),
      ),
    );
  }

  /** @param {any} row */
  cells(row) {
    return this.tab.cells(row, this.directory);
  }

  /** The rows in which all that was typed stands. */
  found() {
    if (!this.words) return this.rows;
    return this.rows.filter((row) =>
      this.cells(row).some((cell) => String(cell ?? "").toLowerCase().includes(this.words))
    );
  }

  show() {
    const found = this.found();
    this.summary.textContent = t("list.shown.rows", { count: found.length });
    if (found.length === 0) {
      this.list.dataset.state = "empty";
      const box = { sign: "filter", title: t("admin.empty"), next: t("admin.empty.next") };
      return fill(this.body, stateBox(box));
    }
    this.list.dataset.state = "ready";
    const { tab } = this;
    fill(
      this.body,
      h(
        "table",
        { class: "table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...tab.columns.map((name) => h("th", { scope: "col" }, t(`admin.column.${name}`))),
            tab.act && h("th", {}, h("span", { class: "hidden" }, t("case.actions"))),
          ),
        ),
        h(
          "tbody",
          {},
          ...found.slice(0, tab.shownMax).map((row) =>
            h(
              "tr",
              {},
              ...this.cells(row).map((cell, index) => h("td", {}, this.cell(row, cell, index))),
              tab.act && h("td", { class: "row-actions" }, this.action(tab, row)),
            )
          ),
        ),
      ),
      found.length > tab.shownMax &&
        h("p", { class: "hint league-hint" }, t("admin.first", { count: tab.shownMax })),
    );
  }

  /** @param {any} row @param {string | number | null | undefined} cell @param {number} index */
  cell(row, cell, index) {
    const text = cell === null || cell === undefined || cell === "" ? "–" : cell;
    if (this.tab.code !== "areas" || index !== 0) return text;
    return h("button", {
      type: "button",
      class: "link",
      onclick: () => this.actions.refine({ area: row.id }),
    }, h("b", {}, text));
  }

  /** @param {AdminTab} tab @param {any} row */
  action(tab, row) {
    const { act } = tab;
    if (!act || !act.fits(row)) return null;
    return h("button", {
      type: "button",
      class: "button",
      onclick: async () => {
        if (!confirm(t(act.ask, { name: this.cells(row)[0] }))) return;
        try {
          await act.run(row);
          toast(t(act.done));
        } catch (error) {
          toast(saidShortly(error));
        }
        this.load();
      },
    }, t(act.name));
  }

  /** An area with its outline on the map. @param {string} id */
  async showArea(id) {
    if (id === this.area) return;
    this.area = id;
    this.map?.destroy();
    this.map = null;
    this.side.hidden = id === "";
    this.element.classList.toggle("one", id === "");
    if (!id) return;
    fill(this.side, skeleton(3));
    try {
      const area = await request(`/areas/${id}`);
      if (this.area !== id) return;
      const centre = middle(area.outline);
      const map = this.map = centre
        ? new CityMap({ label: area.name, centre, zoom: AREA_ZOOM })
        : null;
      fill(
        this.side,
        h(
          "div",
          { class: "panel-head" },
          h("h2", {}, area.name),
          h("span", { class: "tag" }, t(`admin.level.${area.level}`)),
        ),
        map ? h("div", { class: "file-map tall" }, map.element) : stateBox({
          sign: "place",
          title: t("admin.outline.none"),
          next: t("admin.outline.next"),
        }),
      );
      map?.showFace(area.outline);
    } catch (error) {
      fill(this.side, failedBox(error, t("admin.failed"), () => this.showArea(id)));
    }
  }

  retheme() {
    this.map?.retheme();
  }
}
