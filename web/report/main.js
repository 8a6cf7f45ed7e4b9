// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { fill, h } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { language, startLanguage, t, usePackTexts } from "../parts/language.js";
import { failedBox } from "../parts/notices.js";
import { languageButton } from "../parts/sign_in.js";
import { checkStep } from "./check_step.js";
import { dropDraft, keepDraft, loadDraft } from "./draft.js";
import { followView } from "./follow.js";
import { whatStep } from "./what_step.js";
import { whereStep } from "./where_step.js";

const place = /** @type {HTMLElement} */ (document.getElementById("page"));
const LARGE = "civicloop.large_type";
const STEPS = ["what", "where", "check"];

const draft = loadDraft();
/** Pictures live as long as the page. @type {Blob[]} */
const pictures = [];
/** @type {{ number: string | null, code: string } | null} */
let receipt = null;

async function start() {
  try {
    usePackTexts(await request("/texts"));
    draw();
  } catch (error) {
    fill(place, h("main", { class: "hand" }, failedBox(error, t("shell.start_failed"), start)));
  }
}

/** What the address asks for: `/report`, `/report/where`, `/report/check`, `/report/follow`. */
function view() {
  const name = location.pathname.split("/")[2] ?? "";
  return name === "follow" || name === "done" || STEPS.includes(name) ? name : "what";
}

/** @param {string} name */
function go(name) {
  history.pushState(null, "", name === "what" ? "/report" : `/report/${name}`);
  draw();
  scrollTo(0, 0);
  /** @type {HTMLElement | null} */ (place.querySelector("h1"))?.focus();
}

function draw() {
  let name = view();
  // What was never written cannot be read over.
  if ((name === "where" || name === "check") && !draft.text.trim()) name = "what";
  if (name === "done" && !receipt) name = "what";
  const title = t(name === "follow" ? "follow.title" : "citizen.title");
  document.title = `${title} · ${t("title.suffix")}`;
  document.documentElement.dataset.language = language();
  const main = h("main", { class: "hand-main", "data-step": name });
  fill(place, h("div", { class: "hand" }, head(name, title), main));
  if (name === "follow") fill(main, follow());
  else if (name === "done") fill(main, ...done());
  else fill(main, ...step(name));
}

/** @param {string} name @param {string} title */
function head(name, title) {
  const back = name === "where" || name === "check" || name === "follow" || name === "done";
  const large = document.documentElement.dataset.type === "large";
  return h(
    "header",
    { class: "hand-head" },
    back && h("button", {
      type: "button",
      class: "button ghost icon-only",
      "aria-label": t("hand.back"),
      onclick: () => go(name === "check" ? "where" : "what"),
    }, icon("back", 20)),
    h("h1", { tabindex: -1 }, title),
    h("button", {
      type: "button",
      class: "button ghost",
      "aria-pressed": String(large),
      "data-large": true,
      onclick: () => {
        localStorage.setItem(LARGE, large ? "" : "1");
        showType();
        draw();
      },
    }, t(large ? "citizen.type.usual" : "citizen.type.large")),
    languageButton(draw),
  );
}

/** @param {string} name */
function step(name) {
  const changed = () => keepDraft(draft);
  const number = STEPS.indexOf(name);
  const bar = h(
    "ol",
    { class: "steps" },
    ...STEPS.map((one, index) =>
      h("li", {
        class: index < number ? "done" : index === number ? "now" : "",
        "aria-current": index === number ? "step" : null,
      }, `${index + 1} ${t(`citizen.step.${one}`)}`)
    ),
  );
  const own = h(
    "div",
    { class: "hand-links" },
    h(
      "button",
      { type: "button", "data-follow": true, onclick: () => go("follow") },
      t("citizen.own"),
    ),
  );
  if (name === "what") {
    const what = whatStep(draft, changed);
    return [bar, own, what.element, grow(), foot(null, () => what.check() && go("where"))];
  }
  if (name === "where") {
    const join = (/** @type {string} */ event) => {
      draft.event = event;
      changed();
      go("check");
    };
    const where = whereStep(draft, pictures, { changed, join });
    const next = () => {
      if (!where.check()) return;
      draft.event = "";
      changed();
      go("check");
    };
    return [bar, where.element, grow(), foot(() => go("what"), next)];
  }
  const check = checkStep(draft, pictures, changed);
  return [
    bar,
    check.element,
    grow(),
    foot(() => go("where"), () => submit(check), "citizen.submit"),
  ];
}

function grow() {
  return h("div", { class: "grow" });
}

/**
 * @param {(() => void) | null} back
 * @param {() => void} next
 * @param {string} [word]
 */
function foot(back, next, word = "citizen.next") {
  return h(
    "div",
    { class: "hand-foot" },
    back && h("button", { type: "button", class: "button", onclick: back }, t("citizen.back")),
    h(
      "button",
      { type: "button", class: "button primary", "data-next": true, onclick: next },
      t(word),
    ),
  );
}

/** @param {ReturnType<typeof checkStep>} check */
async function submit(check) {
  const button = /** @type {HTMLButtonElement} */ (place.querySelector("[data-next]"));
  button.disabled = true;
  button.textContent = t("citizen.submitting");
  receipt = await check.send();
  if (receipt) {
    const phone = draft.phone;
    dropDraft();
    Object.assign(draft, loadDraft(), { phone });
    pictures.length = 0;
    go("done");
    return;
  }
  button.disabled = false;
  button.textContent = t("citizen.submit");
}

function done() {
  const number = receipt?.number ?? "";
  return [
    h(
      "section",
      { class: "hand-part receipt" },
      h("span", { class: "sign" }, icon("check", 32)),
      h("h2", {}, t("citizen.done")),
      h("p", { class: "muted" }, t("citizen.done.number")),
      h("p", { class: "number", "data-number": number }, number),
      h(
        "p",
        {},
        t("citizen.done.code"),
        " ",
        h("b", { "data-code": receipt?.code ?? "" }, receipt?.code ?? ""),
      ),
      h("p", { class: "muted" }, t("citizen.done.lead")),
    ),
    grow(),
    h(
      "div",
      { class: "hand-foot" },
      h(
        "button",
        { type: "button", class: "button", onclick: () => go("what") },
        t("citizen.done.more"),
      ),
      h("button", {
        type: "button",
        class: "button primary",
        "data-follow": true,
        onclick: () => go("follow"),
      }, t("citizen.done.follow")),
    ),
  ];
}

function follow() {
  const asked = new URLSearchParams(location.search).get("number") ?? "";
  if (receipt?.number) return followView({ number: receipt.number, tail: receipt.code });
  return followView({ number: asked });
}

function showType() {
  const large = localStorage.getItem(LARGE) === "1";
  document.documentElement.dataset.type = large ? "large" : "usual";
}

addEventListener("popstate", draw);
await startLanguage();
showType();
start();
