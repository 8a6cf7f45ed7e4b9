// @ts-check
/// <reference lib="dom" />

import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { said } from "./problems.js";

const TOAST_MILLISECONDS = 6_000;
/** What can be pressed is there for who reads slowly. */
const TOAST_WITH_BUTTON_MILLISECONDS = 20_000;
const TOASTS_MAX = 3;

/** The place where short messages appear, read aloud as they come. @type {HTMLElement | null} */
let tray = null;

/**
 * Says what was done, for a while.
 *
 * @param {string} text
 * @param {{ label: string, run: () => void }} [action]
 */
export function toast(text, action) {
  const place = openTray();
  const message = h(
    "div",
    { class: "toast" },
    icon("check"),
    h("span", {}, text),
    action && h("button", {
      type: "button",
      onclick: () => {
        message.remove();
        action.run();
      },
    }, action.label),
    h("button", {
      type: "button",
      class: "toast-close",
      "aria-label": t("toast.close"),
      onclick: () => message.remove(),
    }, icon("close", 14)),
  );
  place.append(message);
  const passing = place.querySelectorAll(".toast:not(.ongoing)");
  for (const old of [...passing].slice(0, -TOASTS_MAX)) old.remove();
  setTimeout(
    () => message.remove(),
    action ? TOAST_WITH_BUTTON_MILLISECONDS : TOAST_MILLISECONDS,
  );
}

/**
 * Says that something goes on, on whatever page the person is, until it is over.
 *
 * @param {string} text
 * @param {{ label: string, run: () => void }} stop
 */
export function ongoing(text, stop) {
  const says = h("span", {}, text);
  const message = h(
    "div",
    { class: "toast ongoing" },
    icon("down"),
    says,
    h("button", { type: "button", onclick: stop.run }, stop.label),
  );
  openTray().append(message);
  return {
    /** @param {string} next */
    say: (next) => says.textContent = next,
    end: () => message.remove(),
  };
}

function openTray() {
  const place = tray ??= h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  if (!place.isConnected) document.body.append(place);
  return place;
}

/**
 * A state that fills a panel: nothing there, an error, no permission. It says what to do next.
 *
 * @param {object} content
 * @param {string} content.sign
 * @param {string} content.title
 * @param {string} content.next
 * @param {string} [content.reference]
 * @param {(HTMLElement | false | null)[]} [content.actions]
 */
export function stateBox({ sign, title, next, reference, actions = [] }) {
  return h(
    "div",
    { class: "state" },
    h("span", { class: "state-sign" }, icon(sign)),
    h("strong", {}, title),
    h("p", {}, next, reference ? ` ${t("problem.reference", { reference })}` : ""),
    h("div", { class: "state-actions" }, ...actions),
  );
}

/**
 * The state of a panel that could not be loaded.
 *
 * @param {unknown} error
 * @param {string} title
 * @param {() => void} retry
 */
export function failedBox(error, title, retry) {
  const { title: what, next, reference } = said(error);
  return stateBox({
    sign: "again",
    title,
    next: `${what} ${next}`,
    reference,
    actions: [
      h(
        "button",
        { type: "button", class: "button primary", onclick: retry },
        t("list.retry"),
      ),
    ],
  });
}

/** Grey bars in the shape of what comes. @param {number} rows */
export function skeleton(rows) {
  return h(
    "div",
    { class: "skeleton", "aria-hidden": "true" },
    ...Array.from({ length: rows }, (_, index) =>
      h(
        "div",
        { class: "skeleton-row" },
        h("i", { class: "round" }),
        h(
          "div",
          {},
          h("i", { style: `width:${[72, 56, 80][index % 3]}%` }),
          h("i", { style: `width:${[48, 64, 40][index % 3]}%` }),
        ),
      )),
  );
}

/**
 * The sentence below a field or form that was refused; empty hides it.
 *
 * @param {HTMLElement} place
 * @param {string} text
 */
export function sayError(place, text) {
  fill(place, ...(text ? [icon("info", 14), h("span", {}, text)] : []));
  place.hidden = !text;
}
