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

  /**
   * @param {boolean} mayRead whether the post may see the trees; without it only the catalogue is
   *   there, and the lists say why they are empty
   */
  static async load(mayRead) {
    const nothing = Promise.resolve({ elements: [] });
    const [units, areas, items] = await Promise.all([
      mayRead ? request("/units") : nothing,
      mayRead ? request("/areas") : nothing,
      request("/items"),
    ]);
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
