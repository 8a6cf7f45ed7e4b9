// @ts-check

import { request } from "./api.js";

/** @import { Area, Item, Named, Unit } from "./types.js" */

/** Trees and the catalogue: small enough to be held while the page is open. */
export class Directory {
  /**
   * @param {Unit[]} units
   * @param {Area[]} areas
   * @param {Item[]} items
   */
  constructor(units, areas, items) {
    this.units = units;
    this.areas = areas;
    this.items = items;
    this.byID = {
      unit: new Map(units.map((unit) => [unit.id, unit])),
      area: new Map(areas.map((area) => [area.id, area])),
    };
  }

  static async load() {
    const [units, areas, items] = await Promise.all(
      ["/units", "/areas", "/items"].map((path) => request(path)),
    );
    return new Directory(units.elements, areas.elements, items.elements);
  }

  /**
   * @param {"unit" | "area"} kind
   * @param {string} id
   * @returns {Named | null}
   */
  find(kind, id) {
    return this.byID[kind].get(id) ?? null;
  }

  /** @returns {Area[]} */
  get streets() {
    return this.areas.filter((area) => area.level === "street");
  }
}
