// @ts-check
/// <reference lib="dom" />

import { ADMIN_TABS } from "./admin_tabs.js";
import { request } from "./api.js";
import { option } from "./choices.js";
import { CityMap } from "./city_map.js";
import { fill, h } from "./element.js";
import { middle } from "./geometry.js";
import { closeButton, icon } from "./icons.js";
import { maybe, t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { listTools, tabRow } from "./list_tools.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { OutlineEdit } from "./outline_edit.js";
import { saidShortly } from "./problems.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { AdminFilter, AdminTab, AdminView } from "./admin_tabs.js"
 */

const AREA_ZOOM = 13;
const SHOWN_MAX = 1_000;
const TYPING_MILLISECONDS = 150;

/** What the city is made of, who works in it, and what was done: each for who may see or change it. */
export class AdminPage {
  /** @param {PageContext} context */
  constructor(context) {
    this.context = context;
    const { session, directory, actions } = context;
    this.directory = directory;
    this.actions = actions;
    this.may = (/** @type {string} */ words) =>
      words === "" || words.split(" ").some((word) => session.permissions.includes(word));
    this.tabs = ADMIN_TABS.filter(({ permission }) => this.may(permission));
    this.tab = this.tabs[0];
    this.query = "";
    this.words = "";
    /** Tabs that are no plain lists, once they were opened. @type {Map<string, AdminView>} */
    this.views = new Map();
    /** What forms want to know. */
    this.forms = { session, directory, done: () => this.load() };
    /** The area whose outline is shown. */
    this.area = "";
    /** @type {CityMap | null} */
    this.map = null;
    /** @type {any[]} */
    this.rows = [];
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
    this.chosen = h("span", { class: "filter-row" });
    this.news = h("span", { class: "filter-row" });
    this.summary = h("span", { class: "hint grow", "aria-live": "polite" });
    this.filters = h(
      "div",
      { class: "filters" },
      this.search,
      this.chosen,
      this.summary,
      this.news,
    );
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
            rows: () =>
              Promise.resolve(this.view?.rows() ?? this.found().map((row) => this.cells(row))),
          }),
        ),
      ),
      this.filters,
      this.body,
    );
    this.element = h("div", { class: "columns one" }, this.list, this.side);
    this.loading = new ListLoading(this.list, this.body, "admin.failed");
  }

  /** @param {string} place @param {URLSearchParams} query */
  open(place, query) {
    const tab = this.tabs.find(({ code }) => code === place) ?? this.tabs[0];
    const area = query.get("area") ?? "";
    const asked = new URLSearchParams(query);
    for (const name of ["area", "case"]) asked.delete(name);
    if (!this.isOpen || tab !== this.tab || asked.toString() !== this.query) {
      if (tab !== this.tab) this.words = this.search.value = "";
      this.isOpen = true;
      this.tab = tab;
      this.query = asked.toString();
      this.load();
    }
    this.showArea(tab?.code === "areas" ? area : "");
  }

  close() {
    this.isOpen = false;
    this.loading.stop();
    this.showArea("");
  }

  /** The tab's own view, where it is no plain list. @returns {AdminView | undefined} */
  get view() {
    const { code, view } = this.tab;
    if (view && !this.views.has(code)) this.views.set(code, view(this.context));
    return this.views.get(code);
  }

  load() {
    const { tab, view } = this;
    this.showTabs();
    this.showTools();
    this.filters.hidden = view !== undefined;
    return this.loading.run(async (signal) => {
      const query = new URLSearchParams(this.query);
      if (view) {
        await view.load(query, signal);
        fill(this.body, view.element);
        this.list.dataset.state = "ready";
      } else {
        this.rows = await tab.load(signal, query);
        this.show();
      }
    }, true);
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

  /** Filters of the tab, and what may be made new on it. */
  async showTools() {
    const { tab } = this;
    fill(
      this.news,
      ...(tab.news ?? []).filter(({ permission }) => this.may(permission)).map((one, index) =>
        h(
          "button",
          {
            type: "button",
            class: index === 0 ? "button primary" : "button",
            "data-do": one.name,
            onclick: () => this.run(() => one.run(this.forms)),
          },
          icon("plus"),
          t(one.name),
        )
      ),
    );
    const query = new URLSearchParams(this.query);
    const controls = await Promise.all(
      (tab.filters ?? []).map((filter) => this.filter(filter, query.get(filter.name) ?? "")),
    );
    if (tab === this.tab) fill(this.chosen, ...controls);
  }

  /** @param {AdminFilter} filter @param {string} value */
  async filter({ name, form, label, options }, value) {
    const changed = (/** @type {Event} */ event) =>
      this.actions.refine({ [name]: /** @type {HTMLInputElement} */ (event.target).value });
    const look = { class: value ? "filter on" : "filter", name, onchange: changed };
    if (form === "day") {
      return h("label", {}, t(label), h("input", { ...look, type: "date", value }));
    }
    const control = h("select", { ...look, "aria-label": t(label) });
    try {
      fill(control, option("", t(label)), ...(await options?.() ?? []));
    } catch {
      // The list says what is wrong.
    }
    control.value = value;
    return control;
  }

  /** @param {() => unknown} task */
  async run(task) {
    try {
      await task();
    } catch (error) {
      toast(saidShortly(error));
    }
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
      const own = `admin.none.${this.tab.code}`;
      const none = maybe(own) ? own : "admin.none";
      const key = this.words || this.query ? "admin.empty" : none;
      const box = { sign: "filter", title: t(key), next: t(`${key}.next`) };
      return fill(this.body, stateBox(box));
    }
    this.list.dataset.state = "ready";
    const { tab } = this;
    const acts = (tab.acts ?? []).filter(({ permission }) => this.may(permission));
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
            acts.length > 0 && h("th", {}, h("span", { class: "hidden" }, t("case.actions"))),
          ),
        ),
        h(
          "tbody",
          {},
          ...found.slice(0, SHOWN_MAX).map((row) =>
            h(
              "tr",
              {},
              ...this.cells(row).map((cell, index) => h("td", {}, this.cell(row, cell, index))),
              acts.length > 0 &&
                h("td", { class: "row-actions" }, ...acts.map((act) => this.action(act, row))),
            )
          ),
        ),
      ),
      found.length > SHOWN_MAX &&
        h("p", { class: "hint league-hint" }, t("admin.first", { count: SHOWN_MAX })),
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

  /** @param {import("./admin_tabs.js").AdminAction} act @param {any} row */
  action(act, row) {
    if (act.fits && !act.fits(row)) return null;
    const { ask, done } = act;
    const name = String(this.cells(row)[0] ?? "");
    return h("button", {
      type: "button",
      class: "button",
      "aria-label": `${t(act.name)} ${name}`,
      onclick: () =>
        this.run(async () => {
          if (ask && !confirm(t(ask, { name }))) return;
          await act.run(row, this.forms);
          if (!done) return;
          toast(t(done));
          this.load();
        }),
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
      this.drawArea(area);
    } catch (error) {
      fill(this.side, failedBox(error, t("admin.failed"), () => this.again(id)));
    }
  }

  /** @param {string} id */
  again(id) {
    this.area = "";
    this.showArea(id);
  }

  /** @param {any} area */
  drawArea(area) {
    const parent = area.parent && this.directory.find("area", area.parent);
    const centre = middle(area.outline);
    const map = this.map = new CityMap({
      label: area.name,
      ...(centre && { centre, zoom: AREA_ZOOM }),
    });
    const edit = this.may("master") && new OutlineEdit(map, area, {
      parentCode: parent?.code ?? null,
      saved: () => this.again(area.id),
    });
    fill(
      this.side,
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, area.name),
        h("span", { class: "tag" }, t(`admin.level.${area.level}`)),
        closeButton(t("dialog.close"), () => this.actions.refine({ area: "" })),
      ),
      h("div", { class: "file-map tall" }, map.element),
      !centre && h("p", { class: "note" }, t("admin.outline.none")),
      edit && edit.element,
    );
    if (area.outline) map.showFace(area.outline, true);
  }

  retheme() {
    this.map?.retheme();
  }
}
