// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { caseTable, sheetColumns, sheetRow } from "./case_table.js";
import { fill, h } from "./element.js";
import { mergeRow } from "./feed_merge.js";
import { t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { allRows, keyFoot, listTools, tabRow } from "./list_tools.js";
import { stateBox } from "./notices.js";
import { moment } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { CaseRow } from "./types.js"
 *
 * @typedef {object} CaseTab  A list of cases under a name.
 * @property {string} code
 * @property {string} query of `/cases`, without `limit` and `before`
 * @property {(row: CaseRow) => boolean} fits whether a case that changed belongs here still
 * @property {(row: CaseRow) => string} [remark]
 * @property {string} [path] where its rows come from, if not from `/cases`
 * @property {(element: any) => CaseRow | null} [read] the case of an element of that list
 */

const LIMIT = 200;
const REFRESH_MILLISECONDS = 3_000;

/**
 * The cases of a list, each once.
 *
 * @param {any[]} elements
 * @param {CaseTab} tab
 */
function rowsOf(elements, tab) {
  const seen = new Set();
  /** @type {CaseRow[]} */
  const rows = [];
  for (const element of elements) {
    const row = tab.read ? tab.read(element) : element;
    if (!row || seen.has(row.id) || !tab.fits(row)) continue;
    seen.add(row.id);
    rows.push(row);
  }
  return rows;
}

/** A page of lists of cases under tabs, the most pressing first, with the open case beside. */
export class TablePage {
  /**
   * @param {PageContext} context
   * @param {object} settings
   * @param {string} settings.view
   * @param {CaseTab[]} settings.tabs
   * @param {(row: CaseRow) => (HTMLElement | false | null)[]} [settings.actions]
   * @param {[...string[]][]} [settings.keyNames]
   */
  constructor({ actions }, { view, tabs, actions: rowActions, keyNames = [] }) {
    this.actions = actions;
    this.view = view;
    this.caseTabs = tabs;
    this.rowActions = rowActions;
    this.tab = tabs[0];
    this.number = "";
    /** @type {CaseRow[]} */
    this.rows = [];
    /** How many lie behind each tab, as far as they were counted. @type {Record<string, number>} */
    this.counts = {};
    this.isMore = false;
    this.tabRow = h("div", { class: "grow" });
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.summary = h("span", { class: "summary", "aria-live": "polite" });
    const foot = keyFoot([
      ["J", "K", t("list.keys.move")],
      ["⏎", t("list.keys.open")],
      ...keyNames,
      ["Esc", t("list.keys.close")],
    ]);
    foot.append(this.summary);
    this.element = h(
      "section",
      {
        class: "panel table-page",
        "data-page": view,
        "data-state": "loading",
        "aria-label": t(`nav.${view}`),
      },
      h("h1", { class: "hidden" }, t(`nav.${view}`)),
      h(
        "div",
        { class: "tabs-line" },
        this.tabRow,
        h(
          "div",
          { class: "tools" },
          ...listTools({
            title: t(`nav.${view}`),
            columns: sheetColumns,
            rows: (count, signal) => allRows(this.path(this.tab), sheetRow, count, signal),
          }),
        ),
      ),
      this.body,
      foot,
    );
    this.loading = new ListLoading(this.element, this.body, "list.failed");
    /** @type {Record<string, () => void>} */
    this.keys = {
      j: () => this.move(1),
      k: () => this.move(-1),
      enter: () => this.current && this.actions.openCase(this.current.number ?? ""),
    };
  }

  /** @param {CaseTab} tab */
  path(tab) {
    return `${tab.path ?? "/cases"}?${tab.query}`;
  }

  /** @param {string} place */
  open(place) {
    const tab = this.caseTabs.find(({ code }) => code === place) ?? this.caseTabs[0];
    if (this.isOpen && tab === this.tab) return;
    this.isOpen = true;
    this.tab = tab;
    this.load(true);
  }

  close() {
    this.isOpen = false;
    this.loading.stop();
  }

  /** @param {boolean} [isNew] */
  load(isNew = false) {
    const { tab } = this;
    this.showTabs();
    return this.loading.run(async (signal) => {
      const page = await request(`${this.path(tab)}&limit=${LIMIT}`, { signal });
      this.rows = rowsOf(page.elements, tab);
      this.isMore = page.next !== null;
      this.show();
      this.countOthers(signal);
    }, isNew);
  }

  /** @param {AbortSignal} signal */
  async countOthers(signal) {
    for (const tab of this.caseTabs) {
      if (tab === this.tab) continue;
      try {
        const page = await request(`${this.path(tab)}&limit=${LIMIT}`, { signal });
        this.counts[tab.code] = rowsOf(page.elements, tab).length;
      } catch {
        // The tab works without its figure.
        return;
      }
    }
    if (!signal.aborted) this.showTabs();
  }

  showTabs() {
    fill(
      this.tabRow,
      tabRow(
        t(`nav.${this.view}`),
        this.caseTabs.map(({ code }) => ({
          code,
          name: t(`${this.view}.tab.${code}`),
          count: this.counts[code] ?? null,
        })),
        this.tab.code,
        (code) => this.actions.go(`/${this.view}/${code}`),
      ),
    );
  }

  show() {
    this.counts[this.tab.code] = this.rows.length;
    this.showTabs();
    this.rows.sort((a, b) => (moment(a.due) ?? Infinity) - (moment(b.due) ?? Infinity));
    const focused = document.activeElement?.closest("tr")?.getAttribute("data-number");
    if (this.rows.length === 0) {
      this.element.dataset.state = "empty";
      this.summary.textContent = "";
      return fill(
        this.body,
        stateBox({
          sign: "check",
          title: t(`${this.view}.empty`),
          next: t(`${this.view}.empty.next`),
        }),
      );
    }
    this.element.dataset.state = "ready";
    fill(
      this.body,
      caseTable(this.rows, this.number, {
        open: this.actions.openCase,
        actions: this.rowActions,
        remark: this.tab.remark,
      }),
    );
    this.summary.textContent = t(this.isMore ? "list.shown" : "list.shown.all", {
      count: this.rows.length,
    });
    if (focused) this.focusNumber(focused);
  }

  /** The row that has the focus, or is open. */
  get current() {
    const focused = document.activeElement?.closest("tr")?.getAttribute("data-number");
    return this.rows.find((row) => row.number === (focused ?? this.number));
  }

  /** @param {1 | -1} direction */
  move(direction) {
    const at = this.current ? this.rows.indexOf(this.current) : -1;
    const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, at + direction))];
    if (next) this.focusNumber(next.number ?? "");
  }

  /** @param {string} number */
  focusNumber(number) {
    const link = this.body.querySelector(`tr[data-number="${number}"] [data-do="open"]`);
    if (link instanceof HTMLElement) link.focus();
  }

  focus() {
    if (this.number) this.focusNumber(this.number);
  }

  /** @param {CaseRow | null} _row @param {string} number */
  select(_row, number) {
    for (const line of this.body.querySelectorAll("tr[data-number]")) {
      line.classList.toggle("on", line.getAttribute("data-number") === number);
    }
    if (number) this.number = number;
  }

  /** @param {CaseRow} fresh */
  changed(fresh) {
    const index = this.rows.findIndex((row) => row.id === fresh.id);
    if (index >= 0) {
      const merged = mergeRow(this.rows[index], fresh);
      if (this.tab.fits(merged)) this.rows[index] = merged;
      else this.rows.splice(index, 1);
      this.show();
    }
    this.loading.soon(() => this.load(), REFRESH_MILLISECONDS);
  }

  missed() {
    this.load();
  }
}
