// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { request, wasAborted } from "./api.js";
import { filterRow, stageTabs } from "./case_filters.js";
import { caseRow, listFoot, listHead } from "./case_row.js";
import { fill, h } from "./element.js";
import { mergeRow } from "./feed_merge.js";
import { caseQuery, filterCount, noFilters, writeFilters } from "./filters.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { failedBox, skeleton, stateBox } from "./notices.js";
import { Problem } from "./problems.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Filters } from "./filters.js"
 * @import { CaseRow } from "./types.js"
 */

const PAGE = 50;
/** A list that comes sooner needs no grey bars. */
const SKELETON_AFTER_MILLISECONDS = 300;
const COUNTS_AFTER_MILLISECONDS = 1_500;

/**
 * @typedef {object} ListActions
 * @property {(change: Partial<Filters>) => void} change
 * @property {(number: string) => void} open
 */

/** The list of cases with its filters. What it shows follows the address bar. */
export class CaseList {
  /** @param {Directory} directory @param {ListActions} actions */
  constructor(directory, actions) {
    this.actions = actions;
    this.filters = noFilters();
    /** @type {CaseRow[]} */
    this.rows = [];
    /** @type {string | null} */
    this.next = null;
    /** @type {Record<string, number> | null} */
    this.counts = null;
    this.selected = "";
    this.fresh = new Set();
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.countsTimer = undefined;
    this.tabs = stageTabs((stage) => actions.change({ stage }));
    this.filterRow = filterRow(directory, actions.change);
    this.freshBar = h("button", {
      type: "button",
      class: "fresh",
      hidden: true,
      onclick: () => this.load(this.filters),
    });
    this.list = h("ul", { class: "rows" });
    this.body = h("div", { class: "list-body", tabindex: -1 });
    this.summary = h("span", { class: "summary", "aria-live": "polite" });
    this.element = h(
      "section",
      { class: "panel cases", id: "cases", "aria-label": t("list.title"), "data-state": "loading" },
      h("h1", { class: "hidden" }, t("list.title")),
      this.tabs.element,
      this.filterRow.element,
      this.freshBar,
      listHead(),
      this.body,
      listFoot(this.summary),
    );
  }

  /** Loads the first page anew. @param {Filters} filters */
  async load(filters) {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    this.filters = filters;
    this.tabs.show(filters.stage, this.counts);
    this.filterRow.show(filters);
    this.fresh.clear();
    this.showFresh();
    const grey = setTimeout(() => {
      fill(this.body, skeleton(8));
      this.summary.textContent = t("list.loading");
    }, SKELETON_AFTER_MILLISECONDS);
    this.element.dataset.state = "loading";
    try {
      this.loadCounts();
      const page = await request(`/cases?${caseQuery(filters, { limit: PAGE })}`, {
        signal: asking.signal,
      });
      this.rows = page.elements;
      this.next = page.next;
      clearTimeout(grey);
      this.show();
    } catch (error) {
      clearTimeout(grey);
      if (!wasAborted(error)) this.fail(error);
    }
  }

  async loadCounts() {
    try {
      this.counts = (await request("/cases/counts")).byStage;
      this.tabs.show(this.filters.stage, this.counts);
    } catch {
      // The tabs work without figures, and the list says what is wrong.
    }
  }

  async more() {
    const asking = this.asking;
    const button = this.body.querySelector(".more");
    button?.setAttribute("disabled", "");
    try {
      const query = caseQuery(this.filters, { limit: PAGE, before: this.next });
      const page = await request(`/cases?${query}`, { signal: asking?.signal });
      const known = new Set(this.rows.map((row) => row.id));
      const added = page.elements.filter((/** @type {CaseRow} */ row) => !known.has(row.id));
      const first = this.rows.length;
      this.rows.push(...added);
      this.next = page.next;
      this.show();
      this.focusRow(first);
    } catch (error) {
      if (!wasAborted(error)) {
        button?.replaceWith(failedBox(error, t("list.failed"), () => this.show()));
      }
    }
  }

  show() {
    if (this.rows.length === 0) return this.showEmpty();
    this.element.dataset.state = "ready";
    fill(this.list, ...this.rows.map((row) => this.draw(row)));
    const more = this.next &&
      h("button", { type: "button", class: "button more", onclick: () => this.more() }, [
        t("list.more"),
      ]);
    fill(this.body, this.list, more);
    const key = this.next ? "list.shown" : "list.shown.all";
    this.summary.textContent = t(key, { count: this.rows.length });
  }

  showEmpty() {
    this.element.dataset.state = "empty";
    const filtered = this.filters.stage !== "" || filterCount(this.filters) > 0;
    this.summary.textContent = "";
    fill(
      this.body,
      stateBox({
        sign: filtered ? "filter" : "check",
        title: t(filtered ? "list.empty" : "list.none"),
        next: t(filtered ? "list.empty.next" : "list.none.next"),
        actions: [
          filtered && h("button", {
            type: "button",
            class: "button",
            onclick: () => this.actions.change(noFilters()),
          }, t("list.clear")),
        ],
      }),
    );
  }

  /** @param {unknown} error */
  fail(error) {
    this.summary.textContent = "";
    const forbidden = error instanceof Problem && error.status === 403;
    this.element.dataset.state = forbidden ? "forbidden" : "failed";
    fill(
      this.body,
      forbidden
        ? stateBox({
          sign: "person",
          title: t("list.forbidden"),
          next: t("list.forbidden.next"),
        })
        : failedBox(error, t("list.failed"), () => this.load(this.filters)),
    );
  }

  /** @param {CaseRow} row */
  draw(row) {
    const chosen = row.number === this.selected;
    return caseRow(row, chosen, writeFilters(this.filters), this.actions.open);
  }

  /** Takes in what the feed says of a case. @param {CaseRow} fresh */
  patch(fresh) {
    const index = this.rows.findIndex((row) => row.id === fresh.id);
    if (index >= 0) {
      const before = this.rows[index];
      this.rows[index] = mergeRow(before, fresh);
      const old = this.list.children[index];
      if (old && !old.contains(document.activeElement)) {
        old.replaceWith(this.draw(this.rows[index]));
      }
    } else if (fresh.filedAt && fresh.version !== undefined && fresh.number) {
      this.fresh.add(fresh.id);
      this.showFresh();
    }
    this.countsTimer ??= setTimeout(() => {
      this.countsTimer = undefined;
      this.loadCounts();
    }, COUNTS_AFTER_MILLISECONDS);
  }

  showFresh() {
    // Under filters nobody knows without asking whether a new case belongs here.
    const shown = this.fresh.size > 0 && filterCount(this.filters) === 0;
    this.freshBar.hidden = !shown;
    fill(
      this.freshBar,
      icon("up"),
      h("b", {}, t("list.fresh", { count: this.fresh.size })),
      h("span", {}, t("feed.fresh.next")),
    );
  }

  /** @param {string} number of the case that is open, or nothing */
  select(number) {
    this.selected = number;
    for (const element of this.list.children) {
      const chosen = /** @type {HTMLElement} */ (element).dataset.number === number &&
        number !== "";
      element.classList.toggle("on", chosen);
      if (chosen) element.firstElementChild?.setAttribute("aria-current", "true");
      else element.firstElementChild?.removeAttribute("aria-current");
    }
  }

  /** Goes up or down from the row that has the focus or is open. @param {1 | -1} direction */
  move(direction) {
    const rows = [...this.list.children];
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    const open = rows.findIndex((row) =>
      /** @type {HTMLElement} */ (row).dataset.number === this.selected
    );
    const from = focused >= 0 ? focused : open;
    this.focusRow(Math.min(rows.length - 1, Math.max(0, from + direction)));
  }

  /** @param {number} index */
  focusRow(index) {
    const link = this.list.children[index]?.firstElementChild;
    if (link instanceof HTMLElement) link.focus();
  }
}
