// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { tick } from "../parts/clock.js";
import { fill, h } from "../parts/element.js";
import { here } from "../parts/here.js";
import { icon } from "../parts/icons.js";
import { startLanguage, t, usePackTexts } from "../parts/language.js";
import { failedBox } from "../parts/notices.js";
import { NETWORK_LOST, Problem } from "../parts/problems.js";
import { titlePage, watermark } from "../parts/page_frame.js";
import { languageButton, signInAgain, signInPage } from "../parts/sign_in.js";
import { casePage } from "./case_page.js";
import { forget, keep, load } from "./kept.js";
import { newPage } from "./new_page.js";
import { ordersView } from "./orders_view.js";
import { queuePage } from "./queue_page.js";
import { Ground } from "./sending.js";

/** @import { Session } from "../parts/types.js" */

const page = /** @type {HTMLElement} */ (document.getElementById("page"));
const THEME = "civicloop.field_theme";
const TICK_MILLISECONDS = 1_000;
const REFRESH_MILLISECONDS = 60_000;

const ground = new Ground(() => draw());
/** @type {import("./orders_view.js").Choice} */
const choice = { tab: "all", order: "due", place: null };
/** What is typed must not be drawn away by a refresh. @type {string} */
let held = "";
/** @type {import("./new_page.js").Kind[]} */
let kinds = [];
/** @type {ReturnType<typeof watermark> | null} */
let mark = null;

async function start() {
  try {
    await ground.open();
    await texts();
    await session();
  } catch (error) {
    const first = error instanceof Problem && error.code === NETWORK_LOST;
    const word = t(first ? "site.shell_failed" : "shell.start_failed");
    fill(page, h("main", { class: "hand" }, failedBox(error, word, start)));
  }
}

/** Names of codes: fresh ones, or those of the last time. */
async function texts() {
  try {
    const found = await request("/texts");
    await keep("texts", found);
    usePackTexts(found);
  } catch (error) {
    const kept = await load("texts");
    if (!kept) throw error;
    usePackTexts(kept);
  }
}

async function session() {
  try {
    await enter(await request("/session", { bare: true }));
  } catch (error) {
    if (ground.session && ground.lost(error)) return go();
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    titlePage(t("title.sign_in"));
    fill(page, signInPage((next) => enter(next), () => session()));
  }
}

/** @param {Session} found */
async function enter(found) {
  // Somebody else's orders are no one's business; what he did not send stays his.
  if (ground.session && ground.session.login !== found.login) {
    ground.snapshot = { at: 0, elements: [], flows: {} };
  }
  await ground.enter(found);
  await go();
}

async function go() {
  mark = watermark(/** @type {Session} */ (ground.session));
  mark.draw();
  draw();
  await ground.sync();
  kinds = await load("kinds") ?? [];
  try {
    const { elements } = await request("/items", { bare: true });
    kinds = elements.map((/** @type {{ code: string, name: string }} */ one) => ({
      code: one.code,
      name: one.name,
    }));
    await keep("kinds", kinds);
  } catch (error) {
    if (!ground.lost(error)) throw error;
  }
  try {
    choice.place = (await here()).point;
    draw();
  } catch {
    // Without a place the deadline alone orders the list.
  }
}

function view() {
  const [, , name = "", id = ""] = location.pathname.split("/");
  return { name, id };
}

/** @param {string} path */
function show(path) {
  held = "";
  history.pushState(null, "", path);
  draw();
  scrollTo(0, 0);
}

function draw() {
  if (!ground.session) return;
  const { name, id } = view();
  const address = location.pathname;
  showBars();
  if (held === address && page.querySelector("form, [data-step]")) return;
  titlePage(t("title.field"));
  const body = h("main", { class: "hand-main", "data-view": name || "orders" });
  const nav = name === "case" || name === "new" ? null : navigation(name);
  const bars = h("div", { "data-bars": true, role: "status" });
  fill(page, h("div", { class: "hand" }, head(name, id), bars, body, nav), mark?.element);
  showBars();
  if (name === "case") {
    fill(body, ...casePage(ground, id, choice, () => show("/field")));
    // A form that somebody opened stays, whatever comes in meanwhile.
    body.addEventListener("focusin", () => held = body.querySelector("form") ? address : "");
  } else if (name === "new") {
    held = address;
    const titled = (/** @type {string} */ words) => {
      const place = page.querySelector("[data-lead]");
      if (place) place.textContent = words;
    };
    fill(body, newPage(ground, usualFirst(), { done: () => show("/field"), titled }));
  } else if (name === "queue") fill(body, ...queuePage(ground));
  else if (name === "me") fill(body, ...me());
  else {
    const open = (/** @type {string} */ found) => show(`/field/case/${found}`);
    fill(body, ...ordersView(ground, choice, { draw, open }));
  }
}

/** The catalogue, with the kinds of my own orders before the rest. */
function usualFirst() {
  const mine = new Set(ground.snapshot.elements.map((found) => found.item));
  return [
    ...kinds.filter((one) => mine.has(one.code)),
    ...kinds.filter((one) => !mine.has(one.code)),
  ];
}

/** @param {string} name @param {string} id */
function head(name, id) {
  const titles = {
    "": "site.title",
    queue: "site.queue.title",
    me: "site.me.title",
    new: "site.new.title",
  };
  const number = ground.find(id)?.number ?? "";
  const word = name === "case"
    ? t("site.case", { number })
    : t(Reflect.get(titles, name) ?? "site.title");
  const isDeep = name === "case" || name === "new";
  return h(
    "header",
    { class: "hand-head" },
    isDeep && h("button", {
      type: "button",
      class: "button ghost icon-only",
      "data-back": true,
      "aria-label": t("hand.back"),
      onclick: () => show("/field"),
    }, icon(name === "new" ? "close" : "back", 20)),
    h("h1", {}, word),
    h(
      "span",
      { class: "muted", "data-lead": true, style: "font:var(--t-14)" },
      isDeep ? "" : ground.session?.unit?.name ?? "",
    ),
  );
}

/** No network, waiting, or in need of a decision: one bar says it. */
function showBars() {
  const place = /** @type {HTMLElement | null} */ (page.querySelector("[data-bars]"));
  if (!place) return;
  const count = ground.entries.length;
  place.dataset.entries = String(count);
  const look = (/** @type {string} */ word, /** @type {() => void} */ run) =>
    h("button", { type: "button", onclick: run }, word);
  const bar = (
    /** @type {string} */ state,
    /** @type {string} */ words,
    /** @type {Node | false} */ more,
  ) =>
    h(
      "div",
      { class: "hand-bar", "data-bar": state },
      icon(state === "offline" ? "lost" : "info"),
      h("span", {}, words),
      more,
    );
  const toQueue = count > 0 && look(t("site.look"), () => show("/field/queue"));
  if (ground.ended) {
    return fill(place, bar("ended", t("site.session", { count }), look(t("site.me.again"), again)));
  }
  if (ground.conflicts > 0) {
    return fill(place, bar("conflict", t("site.conflict", { count: ground.conflicts }), toQueue));
  }
  if (ground.offline) {
    const words = count > 0 ? t("site.offline", { count }) : t("site.offline.none");
    return fill(place, bar("offline", words, toQueue));
  }
  fill(place, count > 0 && bar("waiting", t("site.waiting", { count }), toQueue));
}

async function again() {
  await ground.enter(await signInAgain(ground.login));
  await ground.sync();
}

/** @param {string} name */
function navigation(name) {
  const link = (/** @type {string} */ to, /** @type {string} */ sign, /** @type {string} */ word) =>
    h(
      "button",
      {
        type: "button",
        "aria-current": name === to ? "page" : null,
        "data-nav": to || "orders",
        onclick: () => show(to ? `/field/${to}` : "/field"),
      },
      icon(sign, 20),
      word,
    );
  const mayReport = ground.session?.permissions.includes("submit");
  return h(
    "nav",
    { class: "field-nav", "aria-label": t("title.field") },
    link("", "list", t("site.nav.orders")),
    mayReport
      ? h("button", {
        type: "button",
        class: "new",
        "data-nav": "new",
        "aria-label": t("site.nav.new"),
        onclick: () => show("/field/new"),
      }, h("span", { class: "sign" }, icon("camera", 24)))
      : h("span", {}),
    link("queue", "up", t("site.nav.queue")),
    link("me", "person", t("site.nav.me")),
  );
}

function me() {
  const dark = document.documentElement.dataset.theme === "dark";
  return [
    h(
      "section",
      { class: "hand-part" },
      h("h2", {}, ground.session?.staff.name ?? ground.login),
      h("p", { class: "muted" }, ground.session?.unit?.name ?? ""),
    ),
    h(
      "section",
      { class: "hand-part" },
      h("button", {
        type: "button",
        class: "button",
        "data-theme-switch": true,
        onclick: () => {
          localStorage.setItem(THEME, dark ? "light" : "dark");
          showTheme();
          draw();
        },
      }, t(dark ? "site.me.theme.light" : "site.me.theme.dark")),
      languageButton(draw),
      h("p", { class: "muted" }, t("site.me.install")),
      h(
        "button",
        { type: "button", class: "button", "data-out": true, onclick: signOut },
        t("site.me.out"),
      ),
    ),
  ];
}

async function signOut() {
  const count = ground.entries.length;
  if (count > 0 && !confirm(t("site.me.out.waiting", { count }))) return;
  try {
    await request("/session", { method: "DELETE", bare: true });
  } catch {
    // Without a network the phone at least forgets; the session ends by itself.
  }
  await forget();
  location.assign("/field");
}

function showTheme() {
  const dark = localStorage.getItem(THEME) === "dark";
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

addEventListener("popstate", () => {
  held = "";
  draw();
});
addEventListener("online", () => ground.sync());
addEventListener("offline", () => {
  ground.offline = true;
  draw();
});
document.addEventListener("visibilitychange", () => !document.hidden && ground.sync());
setInterval(() => {
  tick();
  mark?.draw();
}, TICK_MILLISECONDS);
setInterval(() => !document.hidden && ground.sync(), REFRESH_MILLISECONDS);

await startLanguage();
showTheme();
navigator.serviceWorker?.register("/field-worker.js", { scope: "/field" });
start();
