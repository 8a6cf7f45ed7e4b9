// @ts-check
/// <reference lib="dom" />

import { fill, h } from "./element.js";
import { t } from "./language.js";
import { MapPanel } from "./map_panel.js";
import { failedBox } from "./notices.js";
import { loadVitals, vitalTile } from "./vital_parts.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { CaseRow } from "./types.js"
 */

/** Vitals of the strip below the map: those that are worst come first. */
const VITALS_SHOWN = 6;
const VITALS_MILLISECONDS = 60_000;

/** The duty officer's desk: what changes on the left, the map, vitals below, a case beside. */
export class DeskPage {
  /** @param {PageContext} context */
  constructor({ directory, actions }) {
    this.actions = actions;
    this.number = "";
    this.map = new MapPanel(directory, {
      openCase: actions.openCase,
      openThing: (id) => actions.go(`/things/${id}`),
    });
    this.strip = h("section", { class: "vital-strip", "aria-label": t("nav.vitals") });
    this.element = h(
      "div",
      { class: "desk-page" },
      h("h1", { class: "hidden" }, t("nav.desk")),
      this.map.element,
      this.strip,
    );
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.keys = { j: () => this.move(1), k: () => this.move(-1) };
  }

  open() {
    if (this.timer) return;
    this.map.start();
    if (!this.strip.dataset.state) {
      this.strip.dataset.state = "loading";
      fill(this.strip, h("p", { class: "hint counting" }, t("vitals.counting")));
    }
    this.loadVitals();
    this.timer = setInterval(() => this.loadVitals(), VITALS_MILLISECONDS);
  }

  close() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.map.stop();
  }

  async loadVitals() {
    try {
      const vitals = await loadVitals();
      fill(
        this.strip,
        ...vitals.slice(0, VITALS_SHOWN).map((vital) =>
          vitalTile(vital, (code) => this.actions.go(`/vitals/${code}`))
        ),
      );
      this.strip.dataset.state = "ready";
    } catch (error) {
      this.strip.dataset.state = "failed";
      fill(this.strip, failedBox(error, t("vitals.failed"), () => this.loadVitals()));
    }
  }

  changed() {
    this.map.changed();
  }

  missed() {
    this.map.load();
  }

  /** @param {CaseRow | null} row @param {string} number */
  select(row, number) {
    if (!number) this.map.choose(null);
    else if (row) this.map.choose(row, number !== this.number);
    if (row || !number) this.number = number;
  }

  /** Goes through what changed, from the entry that has the focus. @param {1 | -1} direction */
  move(direction) {
    const links = /** @type {HTMLElement[]} */ (
      [...document.querySelectorAll(".feed-list .entry > a")]
    );
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + direction))]?.focus();
  }

  retheme() {
    this.map.map.retheme();
  }
}
