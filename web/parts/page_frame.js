// @ts-check
/// <reference lib="dom" />

import { drawn, h } from "./element.js";
import { language, t } from "./language.js";
import { fullText } from "./times.js";

/** @import { Session } from "./types.js" */

const THEME = "civicloop.theme";
/** Takes up the theme chosen last; light where none was. */
export function startTheme() {
  const dark = globalThis.localStorage?.getItem(THEME) === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** Whether the dark theme holds. */
export function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

/** From light to dark and back; remembered on this browser. */
export function switchTheme() {
  globalThis.localStorage?.setItem(THEME, isDark() ? "light" : "dark");
  startTheme();
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
