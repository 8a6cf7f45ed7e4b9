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
    this.items = items;
    this.units = units;
    this.areas = areas;
    this.byID = byID(units, areas);
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

  /** Asks for the trees again, after one was changed here. */
  async renew() {
    const [units, areas] = await Promise.all([request("/units"), request("/areas")]);
    this.units = units.elements;
    this.areas = areas.elements;
    this.byID = byID(this.units, this.areas);
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

/** @param {Unit[]} units @param {Area[]} areas */
function byID(units, areas) {
  return {
    unit: new Map(units.map((unit) => [unit.id, unit])),
    area: new Map(areas.map((area) => [area.id, area])),
  };
}
