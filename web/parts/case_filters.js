// @ts-check
/// <reference lib="dom" />

import { itemOptions, option, streetOptions, unitOptions } from "./choices.js";
import { fill, h } from "./element.js";
import { CHANNELS, filterCount, noFilters, UNCLASSIFIED } from "./filters.js";
import { icon } from "./icons.js";
import { packTexts, t } from "./language.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Filters } from "./filters.js"
 */

/** What is typed is asked for when the hand rests. */
const TYPING_MILLISECONDS = 350;

/**
 * Tabs of the stages with how many stand in each.
 *
 * @param {(stage: string) => void} choose
 */
export function stageTabs(choose) {
  const element = h("nav", { class: "tabs", "aria-label": t("list.stages") });
  /** @param {string} chosen @param {Record<string, number> | null} counts */
  const show = (chosen, counts) => {
    const total = counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
    const stages = Object.entries(packTexts()?.stages ?? {});
    fill(
      element,
      tab("", t("list.all"), total, chosen, choose),
      // The flows have many more, in most of which no case stands.
      ...stages.filter(([code]) => counts?.[code] || code === chosen).map(([code, name]) =>
        tab(code, name, counts && (counts[code] ?? 0), chosen, choose)
      ),
    );
  };
  return { element, show };
}

/**
 * @param {string} code
 * @param {string} name
 * @param {number | null} count
 * @param {string} chosen
 * @param {(stage: string) => void} choose
 */
function tab(code, name, count, chosen, choose) {
  return h(
    "button",
    {
      type: "button",
      class: code === chosen ? "tab on" : "tab",
      "data-stage-tab": code || "all",
      "aria-pressed": String(code === chosen),
      onclick: () => choose(code),
    },
    name,
    count !== null && h("span", { class: "count" }, count.toLocaleString("en")),
  );
}

/**
 * The row of filters; each change goes to the address bar at once.
 *
 * @param {Directory} directory
 * @param {(change: Partial<Filters>) => void} change
 */
export function filterRow(directory, change) {
  /** @type {Partial<Record<keyof Filters, HTMLSelectElement | HTMLInputElement>>} */
  const controls = {};

  /** @param {keyof Filters} name @param {...(HTMLElement | false)} options */
  const select = (name, ...options) => {
    const label = t(`list.${name}`);
    const control = h(
      "select",
      {
        class: "filter",
        name,
        "aria-label": label,
        onchange: () => change({ [name]: control.value }),
      },
      option("", label),
      ...options,
    );
    return controls[name] = control;
  };
  /** @param {"from" | "to"} name */
  const day = (name) => {
    const control = h("input", {
      type: "date",
      class: "filter",
      name,
      onchange: () => change({ [name]: control.value }),
    });
    controls[name] = control;
    return h("label", { class: "day" }, t(`list.${name}`), control);
  };

  const clear = h("button", {
    type: "button",
    class: "button ghost",
    onclick: () => change({ ...noFilters() }),
  }, t("list.clear"));
  const count = h("span", {}, t("list.filters"));
  const element = h(
    "div",
    { class: "filters" },
    words(controls, change),
    h(
      "button",
      {
        type: "button",
        class: "button filters-open",
        "aria-expanded": "false",
        onclick: (/** @type {Event} */ event) => {
          const open = element.classList.toggle("open");
          /** @type {HTMLElement} */ (event.currentTarget).setAttribute(
            "aria-expanded",
            String(open),
          );
        },
      },
      icon("filter"),
      count,
    ),
    h(
      "div",
      { class: "filters-more" },
      select("state", ...["open", "closed", "overdue"].map((s) => option(s, t(`list.state.${s}`)))),
      select(
        "grade",
        ...["red", "orange", "yellow", "blue"].map((grade) => option(grade, t(`grade.${grade}`))),
      ),
      select("item", option(UNCLASSIFIED, t("item.none")), ...itemOptions(directory)),
      select("area", ...streetOptions(directory)),
      select("unit", ...unitOptions(directory)),
      select("channel", ...CHANNELS.map((channel) => option(channel, t(`channel.${channel}`)))),
      h("div", { class: "days" }, day("from"), day("to")),
      clear,
    ),
  );
  /** @param {Filters} filters */
  const show = (filters) => {
    for (const [name, control] of Object.entries(controls)) {
      const value = filters[/** @type {keyof Filters} */ (name)];
      if (document.activeElement !== control || control.value.trim() !== value) {
        control.value = value;
      }
      control.classList.toggle("on", value !== "");
    }
    const set = filterCount(filters);
    clear.hidden = set === 0;
    count.textContent = set ? t("list.filters.count", { count: set }) : t("list.filters");
  };
  return { element, show };
}

/**
 * @param {Partial<Record<keyof Filters, HTMLSelectElement | HTMLInputElement>>} controls
 * @param {(change: Partial<Filters>) => void} change
 */
function words(controls, change) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const input = h("input", {
    type: "search",
    class: "filter words",
    name: "words",
    placeholder: t("list.words"),
    "aria-label": t("list.words"),
    autocomplete: "off",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => change({ words: input.value.trim() }), TYPING_MILLISECONDS);
    },
  });
  controls.words = input;
  return input;
}
