// @ts-check
/// <reference lib="dom" />

import { CaseList } from "./case_list.js";
import { CaseView } from "./case_view.js";
import { tick } from "./clock.js";
import { DevicesView } from "./devices_view.js";
import { fill, h } from "./element.js";
import { FeedView } from "./feed_view.js";
import { readFilters, readPath, writeFilters } from "./filters.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { Live } from "./live.js";
import { stateBox, toast } from "./notices.js";
import { openReport } from "./report_dialog.js";
import { titlePage, topBar, watermark } from "./shell.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Filters } from "./filters.js"
 * @import { Session } from "./types.js"
 */

const SECOND = 1_000;

/** The page of those who are signed in: feed, list and case, each following the address. */
export class Desk {
  /**
   * @param {Session} session
   * @param {Directory} directory
   * @param {{ signOut: () => void, languageChanged: () => void }} events
   */
  constructor(session, directory, events) {
    this.session = session;
    this.directory = directory;
    this.query = "";
    /** @type {ReturnType<typeof setInterval>[]} */
    this.timers = [];
    const open = (/** @type {string} */ number) => this.go(`/case/${number}`);
    this.list = new CaseList(directory, { change: (change) => this.filter(change), open });
    this.feed = new FeedView(open, () => this.live.reconnect());
    this.view = new CaseView(directory, {
      mayCorrect: session.permissions.includes("correct"),
      close: () => this.closeCase(),
      changed: (row) => {
        this.live.know(row);
        this.list.patch(row);
      },
    });
    this.live = new Live(directory, this.feed, {
      changed: (row) => {
        this.list.patch(row);
        this.view.patch(row);
      },
      missed: () => this.list.load(this.list.filters),
    });
    this.bar = topBar(session, {
      home: () => this.go("/"),
      devices: () => this.go("/devices"),
      find: open,
      filter: (change) => this.filter(change),
      report: () => this.report(),
      signOut: events.signOut,
      languageChanged: events.languageChanged,
    });
    this.mark = watermark(session);
    this.devices = new DevicesView(session, { go: (path) => this.go(path), openCase: open });
    this.main = h(
      "main",
      { id: "main" },
      this.feed.element,
      this.list.element,
      this.view.element,
      this.devices.element,
    );
    this.element = h(
      "div",
      { class: "desk", "data-view": "desk", "data-panel": "cases" },
      h("a", { class: "skip", href: "#cases" }, t("shell.skip")),
      this.bar.element,
      this.main,
      this.panelTabs(),
      this.mark.element,
    );
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    this.onAddress = () => this.follow();
  }

  start() {
    addEventListener("keydown", this.onKey);
    addEventListener("popstate", this.onAddress);
    this.timers = [
      setInterval(() => this.second(), SECOND),
      setInterval(() => this.mark.draw(), 60 * SECOND),
    ];
    this.second();
    this.mark.draw();
    this.follow(true);
    if (this.session.permissions.includes("read")) this.live.start();
    else this.feed.start([]);
  }

  stop() {
    removeEventListener("keydown", this.onKey);
    removeEventListener("popstate", this.onAddress);
    for (const timer of this.timers) clearInterval(timer);
    this.devices.close();
    this.live.stop();
  }

  second() {
    this.bar.tick();
    tick();
  }

  /** Shows what the address says. @param {boolean} [first] */
  follow(first = false) {
    const filters = readFilters(location.search);
    const query = writeFilters(filters);
    if (first || query !== this.query) {
      this.query = query;
      this.list.load(filters);
    }
    const place = readPath(location.pathname);
    const number = place.view === "case" ? place.number : "";
    this.element.dataset.place = place.view;
    if (place.view === "devices") this.devices.open(place.place);
    else this.devices.close();
    this.element.classList.toggle("with-case", number !== "");
    this.list.select(number);
    this.feed.select(number);
    if (number) this.view.open(number);
    else this.view.close();
    const view = place.view === "devices" ? t("devices.title") : t("title.desk");
    titlePage(number ? t("case.number", { number }) : view);
    if (place.view === "unknown") this.showUnknown();
  }

  showUnknown() {
    fill(
      this.list.body,
      stateBox({
        sign: "search",
        title: t("shell.unknown"),
        next: t("shell.unknown.next"),
        actions: [
          h("button", { type: "button", class: "button primary", onclick: () => this.go("/") }, [
            t("shell.home"),
          ]),
        ],
      }),
    );
  }

  /** @param {string} path */
  go(path) {
    const address = path + writeFilters(this.list.filters);
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    this.element.dataset.panel = "cases";
    this.follow();
  }

  closeCase() {
    const { number } = this.view;
    this.go("/");
    const row = this.list.rows.findIndex((row) => row.number === number);
    this.list.focusRow(row);
  }

  /** @param {Partial<Filters>} change */
  filter(change) {
    const filters = { ...this.list.filters, ...change };
    const known = readPath(location.pathname).view !== "unknown";
    history.pushState(null, "", (known ? location.pathname : "/") + writeFilters(filters));
    this.follow();
  }

  report() {
    if (document.querySelector("dialog[open]")) return;
    openReport(this.directory, (outcome) => {
      const number = outcome.number ?? "";
      toast(
        t(`report.${outcome.outcome}`, { number }),
        number ? { label: t("report.open"), run: () => this.go(`/case/${number}`) } : undefined,
      );
      this.list.load(this.list.filters);
    });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape") {
      if (this.view.closeForm()) return;
      if (this.view.number && !target.matches("input[type=search]")) this.closeCase();
      return target.blur();
    }
    if (target.matches("input, select, textarea")) return;
    const key = event.key.toLowerCase();
    const run = this.keys()[key];
    if (!run) return this.view.press(key);
    event.preventDefault();
    run();
  }

  /** @returns {Record<string, () => void>} */
  keys() {
    return {
      j: () => this.list.move(1),
      k: () => this.list.move(-1),
      n: () => this.session.permissions.includes("submit") && this.report(),
      "/": () => document.getElementById("search")?.focus(),
    };
  }

  /** On a phone one panel is seen at a time. */
  panelTabs() {
    const tab = (/** @type {string} */ name, /** @type {string} */ sign) =>
      h(
        "button",
        {
          type: "button",
          "data-panel-tab": name,
          onclick: () => {
            if (this.view.number) this.go("/");
            this.element.dataset.panel = name;
          },
        },
        icon(sign, 20),
        t(`shell.tab.${name}`),
      );
    const report = this.session.permissions.includes("submit") && h(
      "button",
      {
        type: "button",
        onclick: () => this.report(),
      },
      icon("plus", 20),
      t("shell.new"),
    );
    return h(
      "nav",
      { class: "panel-tabs", "aria-label": t("shell.tabs") },
      tab("cases", "list"),
      report,
      tab("feed", "pulse"),
    );
  }
}
