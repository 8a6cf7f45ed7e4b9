// @ts-check
/// <reference lib="dom" />

import { request, whenSessionEnds } from "../parts/api.js";
import { Directory } from "../parts/directory.js";
import { fill, h } from "../parts/element.js";
import { icon, logo } from "../parts/icons.js";
import { startLanguage, t, usePackTexts } from "../parts/language.js";
import { failedBox, stateBox } from "../parts/notices.js";
import { Problem } from "../parts/problems.js";
import { titlePage, watermark } from "../parts/page_frame.js";
import { languageButton, signInAgain, signInPage } from "../parts/sign_in.js";
import { backTab } from "./back_tab.js";
import { callTab } from "./call_tab.js";

/** @import { Session } from "../parts/types.js" */

const page = /** @type {HTMLElement} */ (document.getElementById("page"));
const WATERMARK_MILLISECONDS = 30_000;
/** @type {Session | null} */
let session = null;
/** @type {Directory | null} */
let directory = null;

async function start() {
  try {
    usePackTexts(await request("/texts"));
    session = await request("/session", { bare: true });
    directory = await Directory.load(session?.permissions.includes("read") ?? false);
    whenSessionEnds(async () => {
      session = await signInAgain(session?.login ?? "");
    });
    draw();
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      titlePage(t("title.sign_in"));
      return fill(page, signInPage(start, start));
    }
    fill(page, h("main", {}, failedBox(error, t("shell.start_failed"), start)));
  }
}

function draw() {
  if (!session || !directory) return;
  titlePage(t("intake.title"));
  const isBack = location.pathname.startsWith("/intake/back");
  const mayReveal = session.permissions.includes("reveal");
  const mark = watermark(session);
  mark.draw();
  clearInterval(marking);
  marking = setInterval(() => mark.draw(), WATERMARK_MILLISECONDS);
  const main = h("main", { "data-view": isBack ? "back" : "call" });
  fill(page, h("div", { class: "intake" }, head(session, isBack), main), mark.element);
  if (!session.permissions.includes("submit")) {
    const next = t("problem.permission.missing.next");
    return fill(main, stateBox({ sign: "info", title: t("intake.denied"), next }));
  }
  if (isBack) return fill(main, backTab(mayReveal).element);
  const tab = callTab(directory, mayReveal);
  fill(main, tab.element);
  tab.focus();
}

/** @type {ReturnType<typeof setInterval> | undefined} */
let marking;

/** @param {Session} session @param {boolean} isBack */
function head(session, isBack) {
  const tab = (
    /** @type {string} */ path,
    /** @type {string} */ word,
    /** @type {boolean} */ isOn,
  ) =>
    h("button", {
      type: "button",
      "aria-current": isOn ? "page" : null,
      "data-tab": path,
      onclick: () => {
        history.pushState(null, "", path);
        draw();
      },
    }, word);
  return h(
    "header",
    { class: "intake-head" },
    h(
      "a",
      { class: "brand", href: "/", "aria-label": t("intake.home") },
      logo(),
      h("b", {}, "CivicLoop"),
    ),
    h("h1", {}, t("intake.title")),
    h(
      "nav",
      { class: "intake-tabs", "aria-label": t("intake.title") },
      tab("/intake", t("intake.tab.call"), !isBack),
      tab("/intake/back", t("intake.tab.back"), isBack),
    ),
    h("span", { class: "who" }, `${session.staff.name} · ${session.unit?.name ?? ""}`),
    languageButton(draw),
    h("button", {
      type: "button",
      class: "button ghost icon-only",
      "aria-label": t("shell.sign_out"),
      onclick: async () => {
        await request("/session", { method: "DELETE", bare: true });
        location.assign("/intake");
      },
    }, icon("out")),
  );
}

addEventListener("popstate", draw);
await startLanguage();
start();
