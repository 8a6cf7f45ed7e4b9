// @ts-check
/// <reference lib="dom" />

import { CaseView } from "./case_view.js";
import { tick } from "./clock.js";
import { fill, h } from "./element.js";
import { FeedView } from "./feed_view.js";
import { readFilters, writeFilters } from "./filters.js";
import { icon } from "./icons.js";
import { openKeys } from "./keys_help.js";
import { t } from "./language.js";
import { Live } from "./live.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { titlePage, watermark } from "./page_frame.js";
import { findPage, homeOf } from "./pages.js";
import { openReport } from "./report_dialog.js";
import { topBar } from "./shell.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Filters } from "./filters.js"
 * @import { Page, PageEntry } from "./pages.js"
 * @import { Session } from "./types.js"
 */

const SECOND = 1_000;
/** The member of a query that names the case beside a page. */
const CASE = "case";

/**
 * The frame of those who are signed in: the bar, one page that follows the address, what changes and
 * the open case beside it.
 */
export class Office {
  /**
   * @param {Session} session
   * @param {Directory} directory
   * @param {{ signOut: () => void, languageChanged: () => void }} events
   */
  constructor(session, directory, events) {
    this.session = session;
    this.directory = directory;
    /** @type {ReturnType<typeof setInterval>[]} */
    this.timers = [];
    /** Pages that were opened once, by their view. @type {Map<string, Page>} */
    this.pages = new Map();
    /** @type {Page | null} */
    this.page = null;
    this.entry = /** @type {PageEntry | null} */ (null);
    this.feed = new FeedView((number) => this.openCase(number), () => this.live.reconnect());
    this.view = new CaseView(directory, {
      mayCorrect: session.permissions.includes("correct"),
      mayHandle: session.permissions.includes("handle"),
      mayReveal: session.permissions.includes("reveal"),
      close: () => this.closeCase(),
      map: (number) => this.go(`/desk?case=${number}`),
      changed: (row) => {
        this.live.know(row);
        this.page?.changed?.(row);
        if (row.number === this.view.number) this.page?.select?.(row, row.number);
      },
    });
    this.live = new Live(directory, this.feed, {
      changed: (row) => {
        this.page?.changed?.(row);
        this.view.patch(row);
      },
      missed: () => this.page?.missed?.(),
      told: (notice) => this.bar.bell.arrived(notice),
      state: (state) => this.showLine(state),
    });
    this.bar = topBar(session, {
      go: (path) => this.go(path),
      home: () => this.go(homeOf(session)),
      find: (number) => this.go(`/case/${number}`),
      filter: (change) => this.filter(change),
      thing: (id) => this.go(`/things/${id}`),
      report: () => this.report(),
      signOut: events.signOut,
      languageChanged: events.languageChanged,
      themeChanged: () => {
        for (const page of this.pages.values()) page.retheme?.();
      },
    });
    this.mark = watermark(session);
    this.place = h("div", { class: "page" });
    this.main = h(
      "main",
      { id: "main" },
      // On a phone the feed stands alone, without the heading of the page.
      h("h1", { class: "hidden feed-heading" }, t("feed.title")),
      this.feed.element,
      this.place,
      this.view.element,
    );
    this.lost = h(
      "div",
      { class: "line-lost", role: "alert", hidden: true },
      icon("lost"),
      h("span", {}, t("shell.lost")),
      h("button", { type: "button", onclick: () => this.live.reconnect() }, t("feed.lost.now")),
    );
    this.element = h(
      "div",
      { class: "desk", "data-view": "desk", "data-panel": "cases" },
      h("a", { class: "skip", href: "#main" }, t("shell.skip")),
      this.bar.element,
      this.lost,
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
    this.bar.bell.start();
    this.follow();
    if (this.session.permissions.includes("read")) this.live.start();
    else this.feed.start([]);
  }

  stop() {
    removeEventListener("keydown", this.onKey);
    removeEventListener("popstate", this.onAddress);
    for (const timer of this.timers) clearInterval(timer);
    this.page?.close();
    this.bar.bell.stop();
    this.live.stop();
    for (const page of this.pages.values()) page.element.remove();
  }

  second() {
    this.bar.tick();
    tick();
  }

  /** @param {"waiting" | "live" | "lost"} state */
  showLine(state) {
    // Where the feed stands beside the page, it says so itself.
    this.lost.hidden = state !== "lost" || this.entry?.feed === true;
  }

  // The address

  /** Shows what the address says. */
  async follow() {
    const found = findPage(location.pathname);
    const query = new URLSearchParams(location.search);
    if (!found) return this.showUnknown();
    const { entry, place } = found;
    const number = (entry.view === "cases" ? place : query.get(CASE)) ?? "";
    this.element.dataset.place = entry.view;
    this.element.classList.toggle("with-feed", entry.feed === true);
    this.element.classList.toggle("with-case", number !== "");
    this.bar.choose(entry.view);
    titlePage(number ? t("case.number", { number }) : t(`nav.${entry.view}`));
    if (!this.mayOpen(entry)) return this.showForbidden(entry);
    const page = await this.bring(entry);
    if (!page) return;
    page.open(entry.view === "cases" ? "" : place, query);
    page.select?.(this.view.found?.number === number ? this.view.found : null, number);
    this.feed.select(number);
    if (number) this.view.open(number);
    else this.view.close();
  }

  /** @param {PageEntry} entry */
  mayOpen(entry) {
    // The list of cases says itself what is missing.
    return entry.view === "cases" || !entry.permission ||
      this.session.permissions.includes(entry.permission);
  }

  /** Puts the page of an address into the frame. @param {PageEntry} entry @returns {Promise<Page | null>} */
  async bring(entry) {
    if (this.entry === entry && this.page) return this.page;
    this.leave();
    this.entry = entry;
    let page = this.pages.get(entry.view);
    if (!page) {
      fill(this.place, skeleton(6));
      try {
        page = await entry.make({
          session: this.session,
          directory: this.directory,
          actions: {
            go: (path) => this.go(path),
            refine: (change) => this.refine(change),
            openCase: (number) => this.openCase(number),
            report: () => this.report(),
          },
        });
      } catch (error) {
        fill(this.place, failedBox(error, t("shell.start_failed"), () => location.reload()));
        return null;
      }
      this.pages.set(entry.view, page);
    }
    // Somebody may have gone on while the page was fetched.
    if (this.entry !== entry) return null;
    this.page = page;
    fill(this.place, page.element);
    return page;
  }

  leave() {
    this.page?.close();
    this.page = null;
    this.entry = null;
  }

  showUnknown() {
    this.leave();
    this.view.close();
    this.element.dataset.place = "unknown";
    this.element.classList.remove("with-feed", "with-case");
    this.bar.choose("");
    titlePage(t("shell.unknown"));
    this.showState("search", t("shell.unknown"), t("shell.unknown.next"));
  }

  /** @param {PageEntry} entry */
  showForbidden(entry) {
    this.leave();
    this.view.close();
    const permission = t(`permission.${entry.permission}`);
    this.showState(
      "person",
      t("shell.forbidden", { page: t(`nav.${entry.view}`) }),
      t("shell.forbidden.next", { permission }),
    );
  }

  /** @param {string} sign @param {string} title @param {string} next */
  showState(sign, title, next) {
    const home = h("button", {
      type: "button",
      class: "button primary",
      onclick: () => this.go(homeOf(this.session)),
    }, t("shell.home"));
    fill(
      this.place,
      h(
        "section",
        { class: "panel" },
        h("h1", { class: "hidden" }, title),
        stateBox({ sign, title, next, actions: [home] }),
      ),
    );
  }

  /** Goes to another page; the list of cases keeps its filters. @param {string} address */
  go(address) {
    const kept = findPage(address)?.entry.view === "cases" && this.entry?.view === "cases"
      ? writeFilters(readFilters(location.search))
      : "";
    this.visit(address.includes("?") ? address : address + kept);
  }

  /** @param {Record<string, string>} change */
  refine(change) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(change)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    this.visit(location.pathname + (text && `?${text}`));
  }

  /** @param {string} address */
  visit(address) {
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    this.element.dataset.panel = "cases";
    this.follow();
  }

  /** Opens a case beside the page; in the list of cases it has an address of its own. */
  /** @param {string} number */
  openCase(number) {
    if (!this.entry || this.entry.view === "cases") this.go(`/case/${number}`);
    else this.refine({ [CASE]: number });
  }

  closeCase() {
    if (this.entry?.view === "cases") this.go("/");
    else this.refine({ [CASE]: "" });
    this.page?.focus?.();
  }

  /** Shows the list of cases under a filter. @param {Partial<Filters>} change */
  filter(change) {
    const filters = this.entry?.view === "cases" ? readFilters(location.search) : {};
    const query = writeFilters(/** @type {Filters} */ ({ ...filters, ...change }));
    const path = this.entry?.view === "cases" ? location.pathname : "/";
    history.pushState(null, "", path + query);
    this.follow();
  }

  report() {
    if (document.querySelector("dialog[open]")) return;
    openReport(this.directory, (outcome) => {
      const number = outcome.number ?? "";
      toast(
        t(`report.${outcome.outcome}`, { number }),
        number ? { label: t("report.open"), run: () => this.openCase(number) } : undefined,
      );
      this.page?.missed?.();
    });
  }

  // The keyboard

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
    if (target.matches("input:not([type=checkbox]), select, textarea")) return;
    const key = event.key.toLowerCase();
    const run = this.keys()[key];
    if (!run) {
      // A button that has the focus is pressed by these keys itself.
      if ((key === "enter" || key === " ") && target.matches("button, a, summary")) return;
      return this.view.press(key);
    }
    const isPressed = target.matches("button:not([data-do=choose]), a[href], summary, input");
    if ((key === "enter" || key === " ") && isPressed) return;
    event.preventDefault();
    run();
  }

  /** @returns {Record<string, () => void>} */
  keys() {
    // While a case is open, these belong to its own buttons.
    const own = Object.entries(this.page?.keys ?? {}).filter(([key]) =>
      !this.view.number || /^[jk]$/.test(key)
    );
    return {
      ...Object.fromEntries(own),
      n: () => this.session.permissions.includes("submit") && this.report(),
      "/": () => document.getElementById("search")?.focus(),
      "?": () => openKeys(this.entry?.view ?? ""),
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
            if (this.view.number) this.closeCase();
            if (!this.entry?.feed) this.go("/");
            this.element.dataset.panel = name;
          },
        },
        icon(sign, 20),
        t(`shell.tab.${name}`),
      );
    const report = this.session.permissions.includes("submit") && h(
      "button",
      { type: "button", onclick: () => this.report() },
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
