// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { momentElement } from "./clock.js";
import { fill, followed, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { moment } from "./times.js";

/**
 * @typedef {object} Notice
 * @property {string} id
 * @property {string} title
 * @property {string} text
 * @property {string | null} link
 * @property {string} at
 * @property {string | null} readAt
 */

/** Notices of the list; more than the badge counts to. */
const SHOWN = 30;
const COUNTED_MAX = 99;
/** Where the feed is silent, the count comes so late. */
const COUNT_MILLISECONDS = 60_000;

/** The bell of the bar: how many notices I have not read, and the list of them. */
export class Bell {
  /** @param {(path: string) => void} go */
  constructor(go) {
    this.go = go;
    this.unread = 0;
    this.badge = h("span", { class: "badge", hidden: true });
    this.button = h(
      "button",
      {
        type: "button",
        class: "button ghost icon-only",
        "data-top": "notices",
        "aria-expanded": "false",
        "aria-controls": "notices",
        onclick: () => this.toggle(),
      },
      icon("bell"),
      this.badge,
    );
    this.list = h("div", { class: "bell-list", id: "notices", hidden: true });
    this.element = h(
      "div",
      {
        class: "bell",
        onfocusout: (/** @type {FocusEvent} */ event) => {
          const next = /** @type {Node | null} */ (event.relatedTarget);
          if (next && !this.element.contains(next)) this.close();
        },
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Escape" || this.list.hidden) return;
          event.stopPropagation();
          this.close();
          this.button.focus();
        },
      },
      this.button,
      this.list,
    );
    this.onClick = (/** @type {MouseEvent} */ event) => {
      if (!this.element.contains(/** @type {Node} */ (event.target))) this.close();
    };
    this.show();
  }

  start() {
    this.count();
    this.timer = setInterval(() => this.count(), COUNT_MILLISECONDS);
    addEventListener("click", this.onClick);
  }

  stop() {
    clearInterval(this.timer);
    removeEventListener("click", this.onClick);
  }

  /** Says how many are unread. */
  show() {
    const { unread } = this;
    const label = unread > 0 ? t("notices.unread", { count: unread }) : t("notices");
    this.badge.textContent = unread > COUNTED_MAX ? `${COUNTED_MAX}+` : String(unread);
    this.badge.hidden = unread === 0;
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
  }

  async count() {
    try {
      const page = await request(`/notices?unread=true&limit=${COUNTED_MAX + 1}`, { bare: true });
      this.unread = page.elements.length;
      this.show();
    } catch {
      // The number stays as it was; the list says what is wrong.
    }
  }

  /** The feed brought one. @param {Record<string, unknown>} notice */
  arrived(notice) {
    this.unread += 1;
    this.show();
    const { title, link } = /** @type {Notice} */ (/** @type {unknown} */ (notice));
    toast(title, link ? { label: t("notices.open"), run: () => this.go(link) } : undefined);
    if (!this.list.hidden) this.load();
  }

  toggle() {
    if (!this.list.hidden) return this.close();
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    fill(this.list, skeleton(3));
    this.load();
  }

  close() {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  async load() {
    try {
      const page = await request(`/notices?limit=${SHOWN}`);
      this.draw(page.elements);
    } catch (error) {
      fill(this.list, failedBox(error, t("notices.failed"), () => this.load()));
    }
  }

  /** @param {Notice[]} notices */
  draw(notices) {
    const box = { sign: "bell", title: t("notices.none"), next: t("notices.none.next") };
    const unread = notices.some(({ readAt }) => !readAt);
    fill(
      this.list,
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, t("notices")),
        unread && h("button", {
          type: "button",
          class: "button ghost",
          "data-do": "read-all",
          onclick: () => this.read([]),
        }, t("notices.read_all")),
      ),
      notices.length === 0
        ? stateBox(box)
        : h("ul", {}, ...notices.map((notice) => this.line(notice))),
    );
  }

  /** @param {Notice} notice */
  line({ id, title, text, link, at, readAt }) {
    const content = [
      h("span", { class: "line" }, h("b", {}, title), momentElement(moment(at) ?? 0)),
      h("span", { class: "two" }, text),
    ];
    const open = followed(async () => {
      if (!readAt) await this.read([id]);
      this.close();
      if (link) this.go(link);
    });
    return h(
      "li",
      { class: !readAt && "unread", "data-notice": id },
      link
        ? h("a", { href: link, onclick: open }, ...content)
        : h("button", { type: "button", onclick: open }, ...content),
    );
  }

  /** Marks notices as read; all of them without ids. @param {string[]} ids */
  async read(ids) {
    try {
      await request("/notices/read", { method: "POST", body: ids.length > 0 ? { ids } : {} });
      await Promise.all([this.count(), this.load()]);
    } catch (error) {
      toast(saidShortly(error));
    }
  }
}
