// @ts-check
/// <reference lib="dom" />

import { Bell } from "./bell.js";
import { fill, followed, h } from "./element.js";
import { icon, logo } from "./icons.js";
import { dateWords, t } from "./language.js";
import { DOCUMENTS, pagesFor } from "./pages.js";
import { searchBox } from "./search_box.js";
import { isDark, switchTheme } from "./page_frame.js";
import { languageButton } from "./sign_in.js";
import { fullText } from "./times.js";

/** @import { Session } from "./types.js" */

/**
 * @typedef {object} ShellActions
 * @property {(path: string) => void} go
 * @property {() => void} home
 * @property {(number: string) => void} find
 * @property {(id: string) => void} thing
 * @property {(filters: { area?: string, unit?: string, item?: string }) => void} filter
 * @property {() => void} report
 * @property {() => void} signOut
 * @property {() => void} languageChanged
 * @property {() => void} themeChanged
 */

/**
 * The bar at the top of every signed-in page.
 *
 * @param {Session} session
 * @param {ShellActions} actions
 */
export function topBar(session, actions) {
  const clock = h("span", { class: "date" });
  const bell = new Bell(actions.go);
  const pages = pagesFor(session);
  const link = (/** @type {import("./pages.js").PageEntry} */ entry) =>
    h("a", {
      href: entry.home,
      "data-nav": entry.view,
      onclick: followed(() => {
        more.open = false;
        actions.go(entry.home);
      }),
    }, t(`nav.${entry.view}`));
  const more = h(
    "details",
    {
      class: "nav-more",
      onfocusout: (/** @type {FocusEvent} */ event) => {
        if (!more.contains(/** @type {Node | null} */ (event.relatedTarget))) more.open = false;
      },
    },
    h("summary", { "data-nav": "more" }, t("nav.more"), icon("open", 12)),
    h(
      "div",
      { class: "nav-menu" },
      ...pages.filter((page) => page.shown === "more").map(link),
      ...DOCUMENTS.filter(({ permission }) => session.permissions.includes(permission))
        .map(({ view, home }) => h("a", { href: home, "data-nav": view }, t(`nav.${view}`))),
    ),
  );
  const nav = h(
    "nav",
    { class: "nav", "aria-label": t("nav.label") },
    ...pages.filter((page) => page.shown === "bar").map(link),
    more.querySelector("a") && more,
  );
  const report = session.permissions.includes("submit") && h(
    "button",
    {
      type: "button",
      class: "button",
      "data-top": "report",
      title: t("shell.new"),
      onclick: actions.report,
    },
    icon("plus"),
    h("span", {}, t("shell.new")),
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
        onclick: followed(actions.home),
      },
      h("span", { class: "brand-inner" }, logo(), h("b", {}, "CivicLoop")),
      h("span", { class: "product" }, t("product")),
    ),
    nav,
    searchBox(actions),
    report,
    h(
      "div",
      { class: "me" },
      clock,
      bell.element,
      themeButton(actions.themeChanged),
      languageButton(actions.languageChanged),
      h(
        "a",
        {
          class: "who",
          href: "/account",
          title: t("shell.account"),
          "data-nav": "account",
          onclick: followed(() => actions.go("/account")),
        },
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
  return {
    element,
    bell,
    tick: () => showDate(clock),
    /** Marks the page that is open. @param {string} view */
    choose: (view) => {
      for (const found of element.querySelectorAll("[data-nav]")) {
        const chosen = found.getAttribute("data-nav") === view ||
          (found.tagName === "SUMMARY" && more.querySelector(`[data-nav="${view}"]`) !== null);
        if (chosen) found.setAttribute("aria-current", "page");
        else found.removeAttribute("aria-current");
      }
    },
  };
}

/** Light or dark. @param {() => void} changed */
function themeButton(changed) {
  const button = h("button", {
    type: "button",
    class: "button ghost icon-only",
    "data-top": "theme",
    onclick: () => {
      switchTheme();
      show();
      changed();
    },
  });
  const show = () => {
    const label = t(isDark() ? "shell.theme.light" : "shell.theme.dark");
    button.setAttribute("aria-label", label);
    button.title = label;
    fill(button, icon(isDark() ? "sun" : "moon"));
  };
  show();
  return button;
}

/** @param {HTMLElement} place */
function showDate(place) {
  const now = Date.now();
  fill(place, `${dateWords(now)} `, h("b", {}, fullText(now, true).slice(11)));
}
