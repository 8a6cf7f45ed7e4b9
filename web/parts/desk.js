// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { CaseList } from "./case_list.js";
import { CaseView } from "./case_view.js";
import { tick } from "./clock.js";
import { fill, h } from "./element.js";
import { feedRow } from "./feed_merge.js";
import { openFeed } from "./feed_stream.js";
import { FeedView } from "./feed_view.js";
import { readFilters, readPath, writeFilters } from "./filters.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { stateBox, toast } from "./notices.js";
import { openReport } from "./report_dialog.js";
import { titlePage, topBar, watermark } from "./shell.js";
import { moment } from "./times.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { FeedEntry } from "./feed_merge.js"
 * @import { Filters } from "./filters.js"
 * @import { CaseRow, Session } from "./types.js"
 */

const FEED_START = 40;
/** Arrivals are shown together, this often. */
const GATHER_MILLISECONDS = 250;
/** Cases known by their id alone that are asked for at once; the rest waits for the next time. */
const LOOK_UPS_MAX = 8;
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
    /** @type {FeedEntry[]} */
    this.arrivals = [];
    /** @type {Map<string, CaseRow>} */
    this.known = new Map();
    this.query = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.gathering = undefined;
    /** @type {ReturnType<typeof setInterval>[]} */
    this.timers = [];
    const open = (/** @type {string} */ number) => this.go(`/case/${number}`);
    this.list = new CaseList(directory, { change: (change) => this.filter(change), open });
    this.feed = new FeedView(open, () => this.stream?.reconnect());
    this.view = new CaseView(directory, {
      close: () => this.closeCase(),
      changed: (row) => {
        this.known.set(row.id, row);
        this.list.patch(row);
      },
    });
    this.bar = topBar(session, {
      home: () => this.go("/"),
      find: open,
      report: () => this.report(),
      signOut: events.signOut,
      languageChanged: events.languageChanged,
    });
    this.mark = watermark(session);
    this.main = h("main", { id: "main" }, this.feed.element, this.list.element, this.view.element);
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
    this.startFeed();
  }

  stop() {
    removeEventListener("keydown", this.onKey);
    removeEventListener("popstate", this.onAddress);
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.gathering);
    this.stream?.close();
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
    this.element.classList.toggle("with-case", number !== "");
    this.list.select(number);
    this.feed.select(number);
    if (number) this.view.open(number);
    else this.view.close();
    titlePage(number ? t("case.number", { number }) : t("title.desk"));
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

  async startFeed() {
    await this.fillFeed();
    this.stream = openFeed({
      onCase: (data) => {
        const row = feedRow(data, (kind, id) => this.directory.find(kind, id));
        this.arrive({ key: row.id, kind: "case", row, at: Date.now() });
      },
      onSignal: (data) => {
        const row = /** @type {CaseRow} */ (/** @type {unknown} */ ({
          id: data.id,
          title: data.title,
          channel: data.channel,
        }));
        this.arrive({ key: `signal ${row.id}`, kind: "signal", row, at: Date.now() });
      },
      onReset: () => {
        this.fillFeed();
        this.list.load(this.list.filters);
      },
      onState: (state) => this.feed.setState(state),
    });
  }

  async fillFeed() {
    try {
      const page = await request(`/cases?limit=${FEED_START}`);
      const rows = /** @type {CaseRow[]} */ (page.elements);
      for (const row of rows) this.known.set(row.id, row);
      const entries = rows.map((row) => (
        { key: row.id, kind: /** @type {const} */ ("case"), row, at: moment(row.since) ?? 0 }
      ));
      this.feed.start(entries.sort((a, b) => a.at - b.at));
    } catch {
      // The list says what is wrong; the feed begins with what changes next.
      this.feed.start([]);
    }
  }

  /** @param {FeedEntry} entry */
  arrive(entry) {
    this.arrivals.push(entry);
    this.gathering ??= setTimeout(() => this.gathered(), GATHER_MILLISECONDS);
  }

  async gathered() {
    const arrivals = this.arrivals;
    this.arrivals = [];
    this.gathering = undefined;
    await this.lookUp(arrivals);
    for (const { kind, row } of arrivals) {
      if (kind !== "case") continue;
      this.list.patch(row);
      this.view.patch(row);
    }
    this.feed.add(arrivals);
  }

  /** After a step the feed sends no title; what nobody has seen yet is asked for. */
  /** @param {FeedEntry[]} arrivals */
  async lookUp(arrivals) {
    const nameless = arrivals.filter(({ kind, row }) =>
      kind === "case" && !row.title && !this.known.get(row.id)?.title
    );
    const ids = [...new Set(nameless.map(({ row }) => row.id))].slice(-LOOK_UPS_MAX);
    await Promise.all(ids.map(async (id) => {
      try {
        this.known.set(id, await request(`/cases/${id}`));
      } catch {
        // It has left my scope meanwhile; its entry stays without a title.
      }
    }));
    for (const arrival of arrivals) {
      if (arrival.kind !== "case") continue;
      const known = this.known.get(arrival.row.id);
      arrival.row = { ...known, ...arrival.row, area: known?.area ?? arrival.row.area };
      this.known.set(arrival.row.id, arrival.row);
    }
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
    const run = this.keys()[event.key.toLowerCase()];
    if (!run) return;
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
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [index + 1, () => this.view.press(index)]),
      ),
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
