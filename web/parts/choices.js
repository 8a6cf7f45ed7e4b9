// @ts-check
/// <reference lib="dom" />

import { h } from "./element.js";
import { packTexts, t } from "./language.js";

/** @import { Directory } from "./directory.js" */

/** Sorts of units, from the centre outwards. */
export const UNIT_KINDS = ["centre", "department", "streetCentre", "station", "team"];

/**
 * @param {string} value
 * @param {string} label
 * @param {string} chosen
 */
export function option(value, label, chosen = "") {
  return h("option", { value, selected: value === chosen }, label);
}

/** Units by their sort. @param {Directory} directory @param {string} chosen */
export function unitOptions(directory, chosen = "") {
  return UNIT_KINDS.map((kind) => {
    const units = directory.units.filter((unit) => unit.kind === kind);
    return units.length > 0 && h(
      "optgroup",
      { label: t(`unit.${kind}`) },
      ...units.map((unit) => option(unit.id, unit.name, chosen)),
    );
  });
}

/** Items by their category. @param {Directory} directory @param {string} chosen */
export function itemOptions(directory, chosen = "") {
  const categories = packTexts()?.categories ?? [];
  const names = new Map(categories.map((category) => [category.code, category.name]));
  const groups = Map.groupBy(directory.items, (item) => item.category);
  return [...groups].map(([category, items]) =>
    h(
      "optgroup",
      { label: names.get(category) ?? t("unknown") },
      ...items.map((item) => option(item.code, item.name, chosen)),
    )
  );
}

/** @param {Directory} directory @param {string} chosen */
export function streetOptions(directory, chosen = "") {
  return directory.streets.map((area) => option(area.id, area.name, chosen));
}
