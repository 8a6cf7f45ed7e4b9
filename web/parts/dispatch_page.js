// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { itemOptions, option, streetOptions } from "./choices.js";
import { DispatchQueue } from "./dispatch_queue.js";
import { fill, h } from "./element.js";
import { CHANNELS, GRADES } from "./filters.js";
import { packName, t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { allRows, keyFoot, listTools, tabRow } from "./list_tools.js";
import { stateBox } from "./notices.js";
import { fullText, moment } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Waiting } from "./dispatch_queue.js"
 */

const LIMIT = 100;
const REFRESH_MILLISECONDS = 3_000;
const FILTERS = ["area", "item", "channel", "grade"];

/** The dispatcher's page: what waits, with the machine's proposal, and what each unit has in hand. */
export class DispatchPage {
  /** @param {PageContext} context */
  constructor({ directory, actions }) {
    this.directory = directory;
    this.actions = actions;
    this.tab = "all";
    this.query = "";
    /** @type {Waiting[]} */
    this.rows = [];
    this.total = 0;
    this.queue = new DispatchQueue(directory, {
      open: actions.openCase,
      moved: (number) => this.moved(number),
      showAll: () => this.load(),
    });
    this.tabs = h("div", {});
    this.filters = this.makeFilters();
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.loads = h("div", {});
    this.list = h(
      "section",
      { class: "panel dispatch", "data-state": "loading", "aria-label": t("nav.dispatch") },
      h("h1", { class: "hidden" }, t("nav.dispatch")),
      this.tabs,
      this.filters,
      this.queue.bulk,
      this.body,
      keyFoot([
        ["J", "K", t("list.keys.move")],
        ["␣", t("dispatch.keys.select")],
        ["⏎", t("dispatch.accept")],
        ["1", "–", "9", t("dispatch.keys.change")],
        ["O", t("list.keys.open")],
      ]),
    );
    this.loading = new ListLoading(this.list, this.body, "dispatch.failed");
    this.element = h(
      "div",
      { class: "columns" },
      this.list,
      h(
        "aside",
        { class: "panel side loads", "aria-label": t("dispatch.loads") },
        h(
          "div",
          { class: "panel-head" },
          h("h2", {}, t("dispatch.loads")),
          h("span", { class: "muted" }, t("dispatch.loads.what")),
        ),
        this.loads,
      ),
    );
    this.keys = this.queue.keys;
  }

  makeFilters() {
    /** @type {Record<string, HTMLSelectElement>} */
    this.selects = {};
    /** @param {string} name @param {...(HTMLElement | false)} options */
    const select = (name, ...options) => {
      const control = h(
        "select",
        {
          class: "filter",
          name,
          "aria-label": t(`list.${name}`),
          onchange: () => this.actions.refine({ [name]: control.value }),
        },
        option("", t(`list.${name}`)),
        ...options,
      );
      return /** @type {Record<string, HTMLSelectElement>} */ (this.selects)[name] = control;
    };
    return h(
      "div",
      { class: "filters" },
      select("area", ...streetOptions(this.directory)),
      select("item", ...itemOptions(this.directory)),
      select("channel", ...CHANNELS.map((code) => option(code, t(`channel.${code}`)))),
      select("grade", ...GRADES.map((code) => option(code, t(`grade.${code}`)))),
      h("span", { class: "hint grow" }, t("dispatch.order")),
      ...listTools({
        title: t("nav.dispatch"),
        columns: () =>
          ["number", "grade", "title", "address", "item", "channel", "filed", "proposal"]
            .map((name) => t(`sheet.column.${name}`)),
        rows: (count, signal) =>
          allRows(
            `/dispatch${this.query}`,
            (/** @type {Waiting} */ row) => [
              row.number,
              t(`grade.${row.grade}`),
              row.title,
              row.address,
              packName("items", row.item),
              t(`channel.${row.channel}`),
              fullText(moment(row.filedAt) ?? 0),
              row.proposal?.unit?.name,
            ],
            count,
            signal,
          ),
      }),
    );
  }

  /** @param {string} place @param {URLSearchParams} query */
  open(place, query) {
    const asked = new URLSearchParams();
    for (const name of FILTERS) {
      const value = query.get(name) ?? "";
      if (value) asked.set(name, value);
      const control = this.selects?.[name];
      if (control) {
        control.value = value;
        control.classList.toggle("on", value !== "");
      }
    }
    const text = asked.toString() && `?${asked}`;
    this.tab = place || "all";
    if (this.isOpen && text === this.query) return this.show();
    this.isOpen = true;
    this.query = text;
    this.load(true);
  }

  close() {
    this.isOpen = false;
    this.loading.stop();
  }

  /** @param {boolean} [isNew] */
  load(isNew = false) {
    const joint = this.query ? "&" : "?";
    const path = `/dispatch${this.query}${joint}limit=${LIMIT}`;
    return this.loading.run(async (signal) => {
      const [page, loads] = await Promise.all([
        request(path, { signal }),
        request("/loads", { signal }),
      ]);
      this.rows = page.elements;
      this.isMore = page.next !== null;
      this.queue.take(this.rows);
      this.show();
      this.showLoads(loads.elements);
    }, isNew);
  }

  show() {
    const groups = {
      all: this.rows,
      sure: this.rows.filter((row) => this.queue.isSure(row)),
      unsure: this.rows.filter((row) => !this.queue.isSure(row)),
      returned: this.rows.filter((row) => (row.returns ?? 0) > 0),
    };
    fill(
      this.tabs,
      tabRow(
        t("nav.dispatch"),
        Object.entries(groups).map(([code, rows]) => ({
          code,
          name: t(`dispatch.tab.${code}`),
          count: rows.length,
        })),
        this.tab,
        (code) => this.actions.go(`/dispatch${code === "all" ? "" : `/${code}`}${location.search}`),
      ),
    );
    const shown = Reflect.get(groups, this.tab) ?? groups.all;
    this.list.dataset.state = shown.length > 0 ? "ready" : "empty";
    if (shown.length > 0) {
      fill(
        this.body,
        this.queue.draw(shown),
        this.isMore && h("p", { class: "hint more" }, t("dispatch.more", { count: LIMIT })),
      );
      return;
    }
    fill(
      this.body,
      stateBox({
        sign: "check",
        title: t(this.query ? "list.empty" : "dispatch.empty"),
        next: t(this.query ? "list.empty.next" : "dispatch.empty.next"),
      }),
    );
  }

  /** @param {{ id: string, name: string, open: number, overdue: number }[]} loads */
  showLoads(loads) {
    const most = Math.max(1, ...loads.map((load) => load.open));
    const sorted = loads.toSorted((a, b) => b.open - a.open);
    if (sorted.length === 0) {
      const box = { sign: "check", title: t("dispatch.loads.none"), next: t("list.none.next") };
      return fill(this.loads, stateBox(box));
    }
    fill(
      this.loads,
      ...sorted.map((load) =>
        h(
          "button",
          {
            type: "button",
            class: "load",
            onclick: () => this.actions.go(`/?unit=${load.id}&state=open`),
          },
          h("span", { class: "title" }, load.name),
          h(
            "span",
            { class: "figure" },
            h("b", {}, load.open),
            load.overdue > 0 &&
              h("small", {}, t("dispatch.loads.overdue", { count: load.overdue })),
          ),
          h("span", { class: "bar" }, h("i", { style: `width:${load.open / most * 100}%` })),
        )
      ),
    );
  }

  /** A case was given away: it leaves the list at once. @param {string} number */
  moved(number) {
    this.rows = this.rows.filter((row) => row.number !== number);
    this.queue.take(this.rows);
    this.show();
    this.changed();
  }

  changed() {
    this.loading.soon(() => {
      // Nobody's choice is taken away while it is made.
      if (!this.queue.isBusy) this.load();
    }, REFRESH_MILLISECONDS);
  }

  missed() {
    this.load();
  }

  focus() {
    this.queue.focus();
  }
}
