// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { itemOptions, option } from "./choices.js";
import { CityMap, within } from "./city_map.js";
import { fill, followed, h } from "./element.js";
import { closeButton, icon } from "./icons.js";
import { packNames, t } from "./language.js";
import { toast } from "./notices.js";
import { saidShortly } from "./problems.js";

/**
 * @import { CasePoints, Point } from "./city_map.js"
 * @import { Directory } from "./directory.js"
 * @import { CaseRow, Named } from "./types.js"
 */

/** Changes are gathered for so long before the points are asked for again, … */
const REFRESH_MILLISECONDS = 4_000;
/** … and longer where there are many: grouping them anew is the browser's work. */
const REFRESH_MILLISECONDS_EACH = 1;
/** Cases within a drawn face that are listed with their titles. */
const LISTED_MAX = 30;
/** Trackers send every ten seconds. */
const VEHICLES_MILLISECONDS = 10_000;
const REMEMBERED = "civicloop.map";

/**
 * The map as the desks use it: cases, heat, things by kind, drawing a face, and who is responsible
 * where it is clicked.
 */
export class MapPanel {
  /**
   * @param {Directory} directory
   * @param {object} events
   * @param {(number: string) => void} events.openCase
   * @param {(id: string) => void} events.openThing
   */
  constructor(directory, events) {
    this.directory = directory;
    this.events = events;
    this.query = "open=true";
    this.item = "";
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.following = undefined;
    this.isStopped = true;
    /** @type {{ cases: boolean, heat: boolean, vehicles: boolean, kinds: string[] }} */
    this.shown = remembered();
    this.map = new CityMap({
      label: t("map.label"),
      events: {
        openCase: events.openCase,
        openThing: events.openThing,
        clickGround: (point) => this.ask(point),
      },
    });
    this.card = h("div", { class: "over-map map-card", hidden: true, role: "status" });
    this.layers = this.makeLayers();
    this.legend = h("div", { class: "over-map map-legend" });
    this.element = this.map.element;
    this.element.append(this.layers, this.makeTools(), this.legend, this.card);
    this.apply();
  }

  /** Shows what was chosen last. */
  apply() {
    this.map.showCases(this.shown.cases);
    this.map.showHeat(this.shown.heat);
    this.map.showThings(this.shown.kinds);
    this.follow();
    const steps = [1, 2, 3, 4, 5, 6, 7].map((step) =>
      h("b", { style: `background:var(--heat-${step})` })
    );
    fill(
      this.legend,
      this.shown.cases && h("span", {}, h("i", {}), t("map.legend.cases")),
      this.shown.heat &&
        h(
          "span",
          {},
          t("map.legend.few"),
          h("span", { class: "ramp" }, ...steps),
          t("map.legend.many"),
        ),
      this.shown.vehicles && h("span", {}, t("map.legend.vehicles")),
      this.shown.kinds.length > 0 && h("span", {}, t("map.legend.things")),
    );
    this.legend.hidden = this.legend.childElementCount === 0;
  }

  makeTools() {
    /** @param {string} name @param {string} sign @param {() => void} run */
    const tool = (name, sign, run) =>
      h("button", {
        type: "button",
        class: "button icon-only",
        "data-map-do": name,
        "aria-label": t(`map.${name}`),
        title: t(`map.${name}`),
        onclick: run,
      }, icon(sign));
    return h(
      "div",
      { class: "over-map map-tools", role: "group", "aria-label": t("map.tools") },
      tool("draw", "draw", () => this.draw()),
      tool("closer", "plus", () => this.map.zoom(1)),
      tool("farther", "minus", () => this.map.zoom(-1)),
      tool("whole", "whole", () => this.map.whole()),
    );
  }

  makeLayers() {
    const box = h("fieldset", { hidden: true });
    const count = h("span", { class: "muted" });
    const toggle = h(
      "button",
      {
        type: "button",
        class: "button",
        "aria-expanded": "false",
        "data-map-do": "layers",
        onclick: () => {
          box.hidden = !box.hidden;
          toggle.setAttribute("aria-expanded", String(!box.hidden));
        },
      },
      h("span", { class: "with-icon" }, icon("layers"), t("map.layers"), count),
      icon("open", 12),
    );
    const showCount = () => {
      const { cases, heat, vehicles, kinds } = this.shown;
      const layers = [cases, heat, vehicles].filter(Boolean).length + kinds.length;
      count.textContent = String(layers);
    };
    const changed = () => {
      localStorage.setItem(REMEMBERED, JSON.stringify(this.shown));
      showCount();
      this.apply();
    };
    /** @param {string} name @param {boolean} on @param {string} label @param {(on: boolean) => void} set */
    const choice = (name, on, label, set) => {
      const input = h("input", {
        type: "checkbox",
        checked: on,
        "data-layer": name,
        onchange: () => {
          set(input.checked);
          changed();
        },
      });
      return h("label", {}, input, label);
    };
    fill(
      box,
      h("legend", {}, t("map.layers.cases")),
      choice("cases", this.shown.cases, t("map.layer.cases"), (on) => this.shown.cases = on),
      choice("heat", this.shown.heat, t("map.layer.heat"), (on) => this.shown.heat = on),
      choice(
        "vehicles",
        this.shown.vehicles,
        t("map.layer.vehicles"),
        (on) => this.shown.vehicles = on,
      ),
      h("legend", {}, t("map.layers.things")),
      ...packNames("kinds").map(([code, name]) =>
        choice(code, this.shown.kinds.includes(code), name, (on) => {
          const others = this.shown.kinds.filter((kind) => kind !== code);
          this.shown.kinds = on ? [...others, code] : others;
        })
      ),
    );
    showCount();
    return h("div", { class: "over-map map-layers" }, toggle, box);
  }

  // Cases

  /** Begins to show the cases of a query of `/map/cases`. @param {string} [query] */
  async load(query = this.query) {
    this.query = query;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    try {
      /** @type {CasePoints} */
      const points = await request(`/map/cases?${query}`, {
        signal: asking.signal,
        patient: true,
      });
      if (asking === this.asking) this.map.setCases(points);
    } catch (error) {
      // The map stays as it was; who looks at it is told, once.
      if (!wasAborted(error) && !this.isTold) toast(saidShortly(error));
      this.isTold = true;
    }
  }

  /** Something changed: the points follow, all changes of a while together. */
  changed() {
    const many = (this.map.points?.number.length ?? 0) * REFRESH_MILLISECONDS_EACH;
    this.timer ??= setTimeout(() => this.load(), Math.max(REFRESH_MILLISECONDS, many));
  }

  /** Vehicles move: their places are asked for as long as they are shown. */
  async follow() {
    clearTimeout(this.following);
    if (!this.shown.vehicles) return this.map.setVehicles([]);
    if (this.isStopped) return;
    try {
      this.map.setVehicles((await request("/vehicles")).elements);
    } catch {
      // They stay where they were last; the next round asks again.
    }
    if (this.isStopped || !this.shown.vehicles) return;
    clearTimeout(this.following);
    this.following = setTimeout(() => this.follow(), VEHICLES_MILLISECONDS);
  }

  /** @param {CaseRow | null} row @param {boolean} [near] */
  choose(row, near) {
    this.map.choose(row?.position, near);
  }

  start() {
    this.isStopped = false;
    this.load();
    this.follow();
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.following);
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asking?.abort();
  }

  // What the map is asked

  /** @param {string} title @param {...(HTMLElement | string | null | false)} content */
  showCard(title, ...content) {
    const close = closeButton(t("map.card.close"), () => this.closeCard());
    fill(this.card, h("h2", {}, title, close), ...content);
    this.card.hidden = false;
  }

  closeCard() {
    this.card.hidden = true;
    this.map.undraw();
  }

  /** Who answers for a place. @param {Point} point */
  async ask([longitude, latitude]) {
    const item = this.item ? `&item=${encodeURIComponent(this.item)}` : "";
    const place = `longitude=${longitude.toFixed(6)}&latitude=${latitude.toFixed(6)}`;
    try {
      const found = await request(`/responsible?${place}${item}`);
      this.showResponsible([longitude, latitude], found);
    } catch (error) {
      toast(saidShortly(error));
    }
  }

  /**
   * @param {Point} point
   * @param {{ area: Record<string, Named>, centre: Named | null, people: (Named & { unit: Named | null })[],
   *   proposal: { unit?: Named, why?: string, reason?: string } | null }} found
   */
  showResponsible(point, found) {
    const names = ["district", "street", "neighbourhood", "grid"].map((level) =>
      found.area[level]?.name
    ).filter(Boolean);
    const choose = h(
      "select",
      {
        "aria-label": t("map.responsible.item"),
        onchange: () => {
          this.item = choose.value;
          this.ask(point);
        },
      },
      option("", t("map.responsible.item")),
      ...itemOptions(this.directory, this.item),
    );
    const { proposal } = found;
    /** @param {string} key @param {...(HTMLElement | string | false)} value */
    const fact = (
      key,
      ...value
    ) => [h("dt", {}, t(`map.responsible.${key}`)), h("dd", {}, ...value)];
    const people = found.people.map((person) =>
      `${person.name}${person.unit ? ` ${person.unit.name}` : ""}`
    ).join("、");
    this.showCard(
      names.length > 0 ? t("map.responsible") : t("map.responsible.outside"),
      h(
        "dl",
        {},
        ...fact("area", names.join(" · ") || t("list.outside")),
        ...fact("centre", found.centre?.name ?? t("map.responsible.nobody")),
        ...(people ? fact("people", people) : []),
        ...(proposal
          ? fact(
            "unit",
            h("b", {}, proposal.unit?.name ?? t("map.responsible.nobody")),
            h("p", { class: "muted" }, proposal.why ?? ""),
          )
          : []),
      ),
      choose,
    );
  }

  async draw() {
    this.showCard(t("map.draw"), h("p", { class: "muted" }, t("map.draw.how")));
    const corners = await this.map.draw();
    if (!corners || !this.map.points) return this.closeCard();
    const { points } = this.map;
    const found = within(points, corners);
    const list = h("ul", {});
    this.showCard(
      t("map.drawn", { count: found.length }),
      found.length === 0 ? h("p", { class: "muted" }, t("map.drawn.none")) : list,
      found.length > LISTED_MAX &&
        h("p", { class: "muted" }, t("map.drawn.first", { count: LISTED_MAX })),
    );
    const numbers = found.slice(0, LISTED_MAX).map((index) => points.number[index]);
    const rows = await Promise.all(numbers.map(async (number) => {
      try {
        return await request(`/cases/${number}`);
      } catch {
        // It left my scope meanwhile.
        return null;
      }
    }));
    fill(
      list,
      ...rows.filter(Boolean).map((/** @type {CaseRow} */ row) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              href: `/case/${row.number}`,
              onclick: followed(() => {
                this.events.openCase(row.number ?? "");
              }),
            },
            h("span", { class: "number muted" }, (row.number ?? "").slice(5)),
            row.title ?? "",
          ),
        )
      ),
    );
  }
}

/** What was shown last on this browser. */
function remembered() {
  const standard = {
    cases: true,
    heat: false,
    vehicles: false,
    kinds: /** @type {string[]} */ ([]),
  };
  try {
    const found = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}");
    return {
      cases: found.cases !== false,
      heat: found.heat === true,
      vehicles: found.vehicles === true,
      kinds: Array.isArray(found.kinds) ? found.kinds.filter(isText) : [],
    };
  } catch {
    return standard;
  }
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string";
}
