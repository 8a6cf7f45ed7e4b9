// @ts-check
/// <reference lib="dom" />

import { momentElement } from "./clock.js";
import { fill, followed, h } from "./element.js";
import { mergeFeed } from "./feed_merge.js";
import { GRADES } from "./filters.js";
import { channelIcon, gradeChip, gradeMark, icon } from "./icons.js";
import { packName, t } from "./language.js";
import { stateBox } from "./notices.js";

/** @import { FeedEntry } from "./feed_merge.js" */

/** Above this the reader is taken to be at the top. */
const AT_TOP_PIXELS = 8;

/** What changes, as it changes. New entries wait while somebody reads further down. */
export class FeedView {
  /** @param {(number: string) => void} open @param {() => void} reconnect */
  constructor(open, reconnect) {
    this.openCase = open;
    /** @type {FeedEntry[]} */
    this.entries = [];
    /** @type {FeedEntry[]} */
    this.waiting = [];
    this.grade = "";
    this.selected = "";
    this.light = h("span", { class: "light", role: "status" });
    this.segments = h("div", { class: "segments", role: "group", "aria-label": t("feed.grades") });
    this.freshBar = h("button", {
      type: "button",
      class: "fresh",
      hidden: true,
      onclick: () => this.showWaiting(),
    });
    this.list = h("ul", { class: "feed-list" });
    this.scroll = h("div", {
      class: "feed-scroll",
      tabindex: 0,
      role: "group",
      "aria-label": t("feed.title"),
      onscroll: () => {
        if (this.scroll.scrollTop <= AT_TOP_PIXELS && this.waiting.length > 0) this.showWaiting();
      },
    }, this.list);
    this.lost = h(
      "div",
      { class: "lost", role: "alert", hidden: true },
      icon("lost"),
      h("span", {}, t("feed.lost")),
      h("button", { type: "button", onclick: reconnect }, t("feed.lost.now")),
    );
    this.element = h(
      "section",
      { class: "panel feed", "aria-labelledby": "feed-title" },
      h(
        "div",
        { class: "panel-head" },
        h("h2", { id: "feed-title" }, t("feed.title")),
        this.light,
      ),
      this.lost,
      this.segments,
      this.freshBar,
      this.scroll,
    );
    this.setState("waiting");
  }

  /** @param {"waiting" | "live" | "lost"} state */
  setState(state) {
    this.element.dataset.live = state;
    this.lost.hidden = state !== "lost";
    this.light.className = `light ${state}`;
    this.light.textContent = state === "lost" ? "" : t(`feed.${state}`);
  }

  /** Begins with what changed last. @param {FeedEntry[]} entries in the order they came */
  start(entries) {
    this.entries = mergeFeed([], entries);
    this.waiting = [];
    this.show();
  }

  /** @param {FeedEntry[]} arrivals in the order they came */
  add(arrivals) {
    if (this.scroll.scrollTop > AT_TOP_PIXELS) {
      // Only the latest can be shown; what is older is found in the list.
      this.waiting = mergeFeed(mergeFeed([], this.waiting), arrivals).toReversed();
      this.showFreshBar();
    } else {
      this.entries = mergeFeed(this.entries, arrivals);
      this.show();
    }
  }

  showWaiting() {
    this.entries = mergeFeed(this.entries, this.waiting);
    this.waiting = [];
    this.show();
    this.scroll.scrollTop = 0;
    this.scroll.focus();
  }

  showFreshBar() {
    const count = mergeFeed([], this.waiting).length;
    this.freshBar.hidden = count === 0;
    fill(
      this.freshBar,
      icon("up"),
      h("b", {}, t("feed.fresh", { count })),
      h("span", {}, t("feed.fresh.next")),
    );
  }

  show() {
    this.showSegments();
    this.showFreshBar();
    const shown = this.entries.filter((entry) => !this.grade || entry.row.grade === this.grade);
    if (shown.length === 0) {
      const key = this.entries.length > 0 ? "feed.empty.grade" : "feed.empty";
      fill(
        this.list,
        h("li", {}, stateBox({ sign: "pulse", title: t(key), next: t("feed.empty.next") })),
      );
      return;
    }
    fill(this.list, ...shown.map((entry) => this.entry(entry)));
  }

  showSegments() {
    /** @param {string} grade */
    const count = (grade) => this.entries.filter((entry) => entry.row.grade === grade).length;
    /** @param {string} grade @param {...(Node | string)} content */
    const segment = (grade, ...content) =>
      h("button", {
        type: "button",
        class: grade === this.grade ? "segment on" : "segment",
        "aria-pressed": String(grade === this.grade),
        onclick: () => {
          this.grade = grade;
          this.show();
        },
      }, ...content);
    const focused = [...this.segments.children].indexOf(
      /** @type {Element} */ (document.activeElement),
    );
    fill(
      this.segments,
      segment("", `${t("feed.all")} ${this.entries.length}`),
      ...GRADES.map((grade) =>
        segment(grade, gradeChip(grade, `${t(`grade.${grade}.short`)} ${count(grade)}`))
      ),
    );
    if (focused >= 0) /** @type {HTMLElement} */ (this.segments.children[focused])?.focus();
  }

  /** @param {FeedEntry} entry */
  entry(entry) {
    const { row } = entry;
    const number = row.number ?? "";
    const place = [row.area?.street?.name, row.address].filter(Boolean).join(" · ");
    const content = [
      row.grade ? gradeMark(row.grade) : h("span", { class: "joined" }, icon("link")),
      h(
        "span",
        { class: "what" },
        h(
          "span",
          { class: "line" },
          h("span", { class: "title" }, row.title || t("feed.untitled")),
          momentElement(entry.at),
        ),
        h(
          "span",
          { class: "line meta" },
          row.channel && channelIcon(row.channel),
          h("span", { class: "place" }, entry.kind === "signal" ? t("feed.joined") : place),
          row.stage && h(
            "span",
            { class: row.unit || row.closedAt ? "stage" : "stage todo" },
            packName("stages", row.stage),
          ),
        ),
      ),
    ];
    const chosen = number !== "" && number === this.selected;
    return h(
      "li",
      { class: chosen ? "entry on" : "entry", "data-number": number },
      number
        ? h("a", {
          href: `/case/${number}`,
          onclick: followed(() => {
            this.openCase(number);
          }),
        }, ...content)
        : h("div", {}, ...content),
    );
  }

  /** @param {string} number */
  select(number) {
    this.selected = number;
    for (const element of this.list.children) {
      const chosen = number !== "" && /** @type {HTMLElement} */
        (element).dataset.number === number;
      element.classList.toggle("on", chosen);
    }
  }
}
