// @ts-check
/// <reference lib="dom" />

import { remaining } from "../parts/clock.js";
import { h } from "../parts/element.js";
import { metresBetween, metresText } from "../parts/here.js";
import { gradeMark, icon } from "../parts/icons.js";
import { packName, t } from "../parts/language.js";
import { stateBox } from "../parts/notices.js";
import { moment, momentText } from "../parts/times.js";
import { group, sorted } from "./queue.js";

/**
 * @import { Ground } from "./sending.js"
 * @import { FieldCase } from "./queue.js"
 *
 * @typedef {object} Choice
 * @property {string} tab
 * @property {"due" | "near"} order
 * @property {[number, number] | null} place
 */

const TABS = ["waiting", "all", "working", "checking"];

/** @param {FieldCase} found @param {[number, number] | null} place */
export function distance(found, place) {
  return place && found.position ? metresBetween(place, found.position) : null;
}

/**
 * My orders, the most pressing or the nearest first.
 *
 * @param {Ground} ground
 * @param {Choice} choice changed in place
 * @param {{ draw: () => void, open: (id: string) => void }} actions
 */
export function ordersView(ground, choice, actions) {
  const all = ground.cases;
  const counts = { all: all.length, waiting: 0, working: 0, checking: 0 };
  for (const found of all) counts[group(found)] += 1;
  const tabs = TABS.filter((tab) => tab !== "checking" || counts.checking > 0);
  const shown = sorted(
    all.filter((found) => choice.tab === "all" || group(found) === choice.tab),
    choice.order,
    (found) => distance(found, choice.place),
  );
  return [
    h(
      "div",
      { class: "field-tabs", role: "group" },
      ...tabs.map((tab) =>
        h("button", {
          type: "button",
          "aria-pressed": String(choice.tab === tab),
          "data-tab": tab,
          onclick: () => {
            choice.tab = tab;
            actions.draw();
          },
        }, t(`site.tab.${tab}`, { count: Reflect.get(counts, tab) }))
      ),
    ),
    h(
      "div",
      { class: "field-sort" },
      h("span", {}, t(`site.order.${choice.order}`)),
      ground.snapshot.at > 0 &&
        h("small", {}, t("site.as_of", { time: momentText(ground.snapshot.at, Date.now()) })),
      h("button", {
        type: "button",
        class: "button ghost",
        "data-order": choice.order,
        onclick: () => {
          choice.order = choice.order === "due" ? "near" : "due";
          actions.draw();
        },
      }, t("site.order")),
    ),
    shown.length === 0 && stateBox({
      sign: "check",
      title: t("site.empty"),
      next: t("site.empty.next"),
    }),
    h("ul", { class: "field-list" }, ...shown.map((found) => row(found, choice, actions))),
  ];
}

/**
 * @param {FieldCase} found
 * @param {Choice} choice
 * @param {{ open: (id: string) => void }} actions
 */
function row(found, choice, actions) {
  const far = distance(found, choice.place);
  const due = moment(found.due);
  const stage = packName("stages", found.stage);
  return h(
    "li",
    {},
    h(
      "a",
      {
        href: `/field/case/${found.id}`,
        "data-case": found.id,
        "data-number": found.number ?? "",
        onclick: (/** @type {Event} */ event) => {
          event.preventDefault();
          actions.open(found.id);
        },
      },
      gradeMark(found.grade ?? "blue"),
      h(
        "span",
        { class: "grow" },
        h("strong", {}, found.title ?? ""),
        h("span", { class: "where" }, found.address || found.area?.street?.name || ""),
        h(
          "span",
          { class: "line" },
          found.unsent
            ? h("span", { class: "unsent" }, icon("again", 14), t("site.unsent"))
            : stage,
          h("span", { class: "grow" }),
          far !== null && h("b", {}, metresText(far)),
          due !== null && h(
            "span",
            {},
            t(due < Date.now() ? "case.clock.over" : "site.left"),
            " ",
            remaining(due, true),
          ),
        ),
      ),
    ),
  );
}
