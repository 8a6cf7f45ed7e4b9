// @ts-check
/// <reference lib="dom" />

import { drawn, fill, h } from "./element.js";
import { icon, logo } from "./icons.js";
import { language, t } from "./language.js";
import { searchBox } from "./search_box.js";
import { languageButton } from "./sign_in.js";
import { fullText } from "./times.js";

/** @import { Session } from "./types.js" */

/**
 * @typedef {object} ShellActions
 * @property {() => void} home
 * @property {() => void} devices
 * @property {(number: string) => void} find
 * @property {(filters: { area?: string, unit?: string, item?: string }) => void} filter
 * @property {() => void} report
 * @property {() => void} signOut
 * @property {() => void} languageChanged
 */

/**
 * The bar at the top of every signed-in page.
 *
 * @param {Session} session
 * @param {ShellActions} actions
 */
export function topBar(session, actions) {
  const clock = h("span", { class: "date" });
  const report = session.permissions.includes("submit") && h(
    "button",
    { type: "button", class: "button", "data-top": "report", onclick: actions.report },
    icon("plus"),
    t("shell.new"),
  );
  const element = h(
    "header",
    { class: "top" },
    h(
      "a",
      {
        class: "brand",
        href: "/",
        "aria-label": `CivicLoop ${t("product")}，${t("shell.home")}`,
        onclick: (/** @type {Event} */ event) => {
          event.preventDefault();
          actions.home();
        },
      },
      h("span", { class: "brand-inner" }, logo(), h("b", {}, "CivicLoop")),
      h(
        "span",
        { class: "product" },
        t("product"),
      ),
    ),
    session.permissions.includes("read") && h("a", {
      class: "button ghost",
      href: "/devices",
      "data-top": "devices",
      onclick: (/** @type {Event} */ event) => {
        event.preventDefault();
        actions.devices();
      },
    }, t("devices.title")),
    searchBox(actions),
    report,
    h(
      "div",
      { class: "me" },
      clock,
      languageButton(actions.languageChanged),
      h(
        "span",
        { class: "who", title: t("shell.account") },
        h("b", {}, session.staff.name || session.login),
        h("span", {}, session.unit?.name ?? ""),
      ),
      h("button", {
        type: "button",
        class: "button ghost icon-only",
        "data-top": "sign-out",
        "aria-label": t("shell.sign_out"),
        title: t("shell.sign_out"),
        onclick: actions.signOut,
      }, icon("out")),
    ),
  );
  return { element, tick: () => showDate(clock) };
}

/** @param {HTMLElement} place */
function showDate(place) {
  const now = new Date();
  const date = t("time.date", {
    month: now.getMonth() + 1,
    day: now.getDate(),
    weekday: t(`time.weekday.${now.getDay()}`),
  });
  fill(place, `${date} `, h("b", {}, fullText(now.getTime(), true).slice(11)));
}

/** Who, and when: it lies over every signed-in page. @param {Session} session */
export function watermark(session) {
  return {
    element: h("div", { class: "watermark", "aria-hidden": "true" }),
    draw() {
      const words = `${session.staff.name} · ${session.login} · ${fullText(Date.now())}`;
      const text = drawn(
        "text",
        {
          x: 20,
          y: 170,
          transform: "rotate(-20 20 170)",
          "font-size": 14,
          "font-family": "Noto Sans CJK SC, sans-serif",
          fill: "#93A1B2",
        },
        words,
      );
      const sheet = drawn("svg", { width: 360, height: 200 }, text);
      const source = new XMLSerializer().serializeToString(sheet);
      document.documentElement.style.setProperty(
        "--watermark-image",
        `url("data:image/svg+xml,${encodeURIComponent(source)}")`,
      );
    },
  };
}

/** @param {string} name what the page shows */
export function titlePage(name) {
  document.title = `${name} · ${t("title.suffix")}`;
  document.documentElement.dataset.language = language();
}
