// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, h } from "./element.js";
import { caseNumber } from "./filters.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { saidShortly } from "./problems.js";

/** @import { SearchHit } from "./types.js" */

/** Typing pauses for so long before names are offered. */
const PAUSE_MILLISECONDS = 150;
const HITS_SHOWN = 12;
const WORDS_MAX = 100;

/**
 * What a search hit leads to: the number of a case, filters of the list, or a document.
 *
 * @typedef {object} SearchActions
 * @property {(number: string) => void} find
 * @property {(filters: { area?: string, unit?: string, item?: string }) => void} filter
 * @property {(id: string) => void} thing
 */

/**
 * One box for everything: names while typing, and what is found, by kind.
 *
 * @param {SearchActions} actions
 */
export function searchBox(actions) {
  const box = new SearchBox(actions);
  return box.element;
}

class SearchBox {
  /** @param {SearchActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.kind = "";
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.input = h("input", {
      type: "search",
      id: "search",
      placeholder: t("shell.search"),
      "aria-label": t("shell.search.label"),
      title: t("shell.search.label"),
      "aria-describedby": "search-error",
      "aria-controls": "search-found",
      autocomplete: "off",
      maxlength: WORDS_MAX,
      oninput: () => this.typed(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.error = h("p", { class: "search-error", id: "search-error", role: "alert", hidden: true });
    this.found = h("div", { class: "search-found", id: "search-found", hidden: true });
    this.element = h(
      "form",
      {
        class: "search",
        role: "search",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.submit();
        },
        onfocusout: (/** @type {FocusEvent} */ event) => {
          const next = /** @type {Node | null} */ (event.relatedTarget);
          if (!next || !this.element.contains(next)) this.close();
        },
      },
      icon("search"),
      this.input,
      h("kbd", { "aria-hidden": "true" }, "/"),
      this.found,
      this.error,
    );
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.found.hidden = true;
  }

  typed() {
    sayError(this.error, "");
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (!words) return this.close();
    this.timer = setTimeout(() => this.suggest(words), PAUSE_MILLISECONDS);
  }

  /** Up and down move through what is offered. @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape") return this.close();
    if (event.key !== "ArrowDown") return;
    const first = this.found.querySelector("button");
    if (!first || this.found.hidden) return;
    event.preventDefault();
    first.focus();
  }

  submit() {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    const number = caseNumber(words);
    if (number) return this.open(number);
    this.kind = "";
    if (words) this.search(words);
    else sayError(this.error, t("shell.search.form"));
  }

  /** @param {string} number */
  open(number) {
    this.input.value = "";
    this.input.blur();
    this.close();
    this.actions.find(number);
  }

  /** @param {string} path @returns {Promise<any>} null where another question came after */
  async ask(path) {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    try {
      const answer = await request(path, { signal: asking.signal });
      return asking === this.asking ? answer : null;
    } catch (error) {
      if (asking === this.asking && !asking.signal.aborted) {
        sayError(this.error, saidShortly(error));
      }
      return null;
    }
  }

  /** @param {string} words */
  async suggest(words) {
    const answer = await this.ask(`/search/suggest?q=${encodeURIComponent(words)}`);
    if (!answer) return;
    /** @type {SearchHit[]} */
    const hits = answer.elements;
    const rows = hits.map((hit) =>
      h(
        "button",
        {
          type: "button",
          class: "search-hit",
          onclick: () => {
            this.input.value = hit.title;
            this.submit();
          },
        },
        h("span", { class: "tag" }, t(`search.kind.${hit.kind}`)),
        h("span", { class: "grow" }, ...marked(hit.title, hit.titleMarks)),
      )
    );
    fill(this.found, ...rows, this.allRow(words));
    this.found.hidden = false;
  }

  /** @param {string} words */
  allRow(words) {
    return h(
      "button",
      { type: "button", class: "search-hit", "data-search": "all", onclick: () => this.submit() },
      t("search.all", { words }),
    );
  }

  /** @param {string} words */
  async search(words) {
    const kind = this.kind ? `&kind=${this.kind}` : "";
    const path = `/search?q=${encodeURIComponent(words)}&limit=${HITS_SHOWN}${kind}`;
    const answer = await this.ask(path);
    if (!answer) return;
    /** @type {Record<string, number>} */
    const counts = answer.counts;
    const chips = Object.entries(counts).map(([name, count]) => this.chip(words, name, count));
    /** @type {SearchHit[]} */
    const hits = answer.hits;
    fill(
      this.found,
      h("div", { class: "search-kinds" }, ...chips),
      ...hits.map((hit) => this.hitRow(hit)),
      hits.length === 0 && h("p", { class: "muted" }, t("search.none", { words })),
    );
    this.found.hidden = false;
  }

  /** @param {string} words @param {string} name @param {number} count */
  chip(words, name, count) {
    return h("button", {
      type: "button",
      class: "tag",
      "aria-pressed": this.kind === name ? "true" : "false",
      onclick: () => {
        this.kind = this.kind === name ? "" : name;
        this.search(words);
      },
    }, `${t(`search.kind.${name}`)} ${count}`);
  }

  /** @param {SearchHit} hit */
  hitRow(hit) {
    return h(
      "button",
      {
        type: "button",
        class: "search-hit",
        "data-kind": hit.kind,
        onclick: () => this.choose(hit),
      },
      h("span", { class: "tag" }, t(`search.kind.${hit.kind}`)),
      h(
        "span",
        { class: "grow" },
        h("b", {}, ...marked(hit.title, hit.titleMarks)),
        hit.code && h("span", { class: "muted" }, ` ${hit.code} `),
        hit.snippet && h("span", { class: "muted" }, ...marked(hit.snippet, hit.snippetMarks)),
      ),
    );
  }

  /** @param {SearchHit} hit */
  async choose(hit) {
    if (hit.kind === "case") return this.open(hit.code);
    if (hit.kind === "event") {
      const event = await this.ask(`/events/${hit.id}`);
      const found = event?.case && await this.ask(`/cases/${event.case}`);
      if (found) this.open(found.number);
      return;
    }
    if (hit.kind === "document") return this.read(hit);
    this.close();
    if (hit.kind === "place") return this.actions.filter({ area: hit.id });
    if (hit.kind === "unit") return this.actions.filter({ unit: hit.id });
    if (hit.kind === "item") return this.actions.filter({ item: hit.code });
    if (hit.kind === "thing" || hit.kind === "device") return this.actions.thing(hit.id);
    this.input.value = hit.title;
    this.kind = "case";
    await this.search(hit.title);
  }

  /** @param {SearchHit} hit */
  async read(hit) {
    const found = await this.ask(`/documents/${hit.id}`);
    if (!found) return;
    fill(
      this.found,
      h("h3", {}, found.title),
      h("p", { class: "muted" }, [found.kind, found.url].filter(Boolean).join(" · ")),
      h("p", { class: "report-text" }, found.text),
    );
  }
}

/**
 * A text with its marks; places count as scripts count them.
 *
 * @param {string} text
 * @param {[number, number][] | undefined} marks
 */
export function marked(text, marks) {
  /** @type {(string | HTMLElement)[]} */
  const parts = [];
  let at = 0;
  for (const [from, to] of marks ?? []) {
    if (from < at || to > text.length) continue;
    parts.push(text.slice(at, from), h("mark", {}, text.slice(from, to)));
    at = to;
  }
  parts.push(text.slice(at));
  return parts;
}
