// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { fill, h } from "../parts/element.js";
import { icon, logo } from "../parts/icons.js";
import { dateWords, packName, startLanguage, t, usePackTexts } from "../parts/language.js";
import { failedBox } from "../parts/notices.js";
import { Problem } from "../parts/problems.js";
import { titlePage } from "../parts/page_frame.js";
import { signInPage } from "../parts/sign_in.js";
import { timeText } from "../parts/times.js";
import { card, isWide, showFlow, showGrave, showSide } from "./panels.js";
import { wallMap } from "./wall_map.js";

/**
 * @import { Grave } from "./wall_map.js"
 *
 * @import { Figures, Vital } from "./panels.js"
 */

const HEIGHT = 1_080;
const CARDS = 8;
const CARDS_WIDE = 16;
const TURN_MILLISECONDS = 12_000;
const VITALS_MILLISECONDS = 60_000;
const FIGURES_MILLISECONDS = 30_000;
/** Changes that come together are asked for once. */
const GATHER_MILLISECONDS = 150;
const SPARK_POINTS = 24;
const SPARK_KEPT_MILLISECONDS = 10 * 60_000;
const FRESH_MILLISECONDS = 10_000;

const page = /** @type {HTMLElement} */ (document.getElementById("page"));
/** @type {Figures | null} */
let figures = null;
/** @type {Vital[]} */
let vitals = [];
let turn = 0;
let asOf = 0;
let lost = false;
/** @type {Map<string, { at: number, values: (number | null)[] }>} */
const sparks = new Map();
/** @type {ReturnType<typeof wallMap> | null} */
let map = null;
let place = "";

async function start() {
  try {
    usePackTexts(await request("/texts"));
    const [session, areas] = await Promise.all([
      request("/session", { bare: true }),
      request("/public/areas"),
    ]);
    place = await placeName(session);
    map = wallMap(areas.elements);
    frame();
    await Promise.all([loadFigures(), loadVitals()]);
    listen();
    setInterval(next, TURN_MILLISECONDS);
    setInterval(loadVitals, VITALS_MILLISECONDS);
    setInterval(loadFigures, FIGURES_MILLISECONDS);
    setInterval(showClock, 1_000);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      titlePage(t("title.sign_in"));
      return fill(page, signInPage(start, start));
    }
    fill(page, failedBox(error, t("wall.failed"), start));
  }
}

/** The area that the wall sees. @param {{ scope: { area?: string }, unit: { name: string } | null }} session */
async function placeName(session) {
  const { elements } = await request("/areas", { bare: true });
  /** @type {{ id: string, level: string, name: string }[]} */
  const areas = elements;
  const own = areas.find((area) => area.id === session.scope.area);
  const districts = areas.filter((area) => area.level === "district");
  const widest = districts.length === 1
    ? districts[0]
    : areas.find((area) => area.level === "city");
  return own?.name ?? widest?.name ?? session.unit?.name ?? t("wall.district");
}

/** The places of all panels; what they hold is drawn again and again. */
function frame() {
  const title = t("wall.title", { place });
  titlePage(title);
  fill(
    page,
    h(
      "main",
      { class: "wall", "data-view": "wall" },
      h(
        "header",
        { class: "wall-head" },
        logo(),
        h("h1", {}, title),
        h("span", { class: "muted" }, t("product")),
        h("span", { "data-lost": true }),
        h("span", { class: "wall-date" }),
        h("time", { class: "wall-clock" }),
      ),
      h("section", { class: "wall-vitals", "data-panel": "vitals" }),
      h("section", { class: "wall-flow", "data-panel": "flow" }),
      map?.element ?? null,
      h("aside", { class: "wall-side", "data-panel": "side" }),
      h("section", { class: "wall-grave", "data-panel": "grave", role: "status" }),
    ),
  );
  fit();
  showClock();
}

/** The layout is for one height; a taller wall shows it larger. */
function fit() {
  const zoom = innerHeight / HEIGHT;
  page.style.zoom = String(zoom);
  draw();
}

/** @param {string} name */
function panel(name) {
  return /** @type {HTMLElement} */ (page.querySelector(`[data-panel="${name}"]`));
}

async function loadFigures() {
  try {
    figures = await request("/wall", { bare: true });
    asOf = Date.now();
    lost = false;
  } catch (error) {
    hear(error);
  }
  draw();
}

async function loadVitals() {
  try {
    const { elements } = await request("/vitals", { bare: true });
    const rank = ["red", "orange", "yellow", "blue"];
    const place = (/** @type {Vital} */ vital) => {
      const grade = rank.indexOf(vital.grade ?? "");
      return grade < 0 ? rank.length : grade;
    };
    const known = elements.filter((/** @type {Vital} */ vital) => vital.value !== undefined);
    // Of the rest one of each aspect after the other, so that every page shows all sides of the city.
    const turns = new Map();
    const order = known.map((/** @type {Vital} */ vital) => {
      const number = turns.get(vital.aspect) ?? 0;
      turns.set(vital.aspect, number + 1);
      return { vital, key: [place(vital), vital.value === 0 ? 1 : 0, number] };
    });
    order.sort((/** @type {{ key: number[] }} */ a, /** @type {{ key: number[] }} */ b) =>
      a.key[0] - b.key[0] || a.key[1] - b.key[1] || a.key[2] - b.key[2]
    );
    vitals = order.map((/** @type {{ vital: Vital }} */ one) => one.vital);
    await loadSparks();
  } catch (error) {
    hear(error);
  }
  draw();
}

/** A wall that is signed out asks for a sign-in; one without a network says since when. @param {unknown} error */
function hear(error) {
  if (error instanceof Problem && error.status === 401) location.reload();
  lost = true;
}

/** The vitals whose turn it is, the grave ones first. */
function shownVitals() {
  const size = isWide() ? CARDS_WIDE : CARDS;
  const pages = Math.max(1, Math.ceil(vitals.length / size));
  const number = turn % pages;
  return { list: vitals.slice(number * size, (number + 1) * size), number, pages };
}

async function loadSparks() {
  const now = Date.now();
  for (const vital of shownVitals().list) {
    const kept = sparks.get(vital.code);
    if (kept && now - kept.at < SPARK_KEPT_MILLISECONDS) continue;
    const to = Date.parse(vital.to);
    const from = to - (to - Date.parse(vital.from)) * SPARK_POINTS;
    const span = `from=${new Date(from).toISOString()}&to=${vital.to}`;
    try {
      const { series } = await request(`/vitals/${vital.code}?${span}`, { bare: true });
      const values = series.map((/** @type {{ value?: number }} */ one) => one.value ?? null);
      sparks.set(vital.code, { at: now, values });
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 401) throw error;
      sparks.set(vital.code, { at: now, values: [] });
    }
  }
}

async function next() {
  turn += 1;
  draw(true);
  try {
    await loadSparks();
  } catch (error) {
    hear(error);
  }
  draw();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let gathering;

/** Listens to what changes; a red case is said at once. */
function listen() {
  const source = new EventSource("/api/v1/wall/feed");
  source.addEventListener("case", (event) => {
    const one = JSON.parse(/** @type {MessageEvent<string>} */ (event).data);
    if (one.filed && (one.grade === "red" || one.grade === "orange") && !one.closed) fresh(one);
    clearTimeout(gathering);
    gathering = setTimeout(loadFigures, GATHER_MILLISECONDS);
  });
  source.addEventListener("reset", loadFigures);
  source.addEventListener("open", loadFigures);
  source.addEventListener("error", () => {
    lost = true;
    showClock();
    // What the browser does not mend itself begins anew.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10_000);
  });
}

/** @param {{ id: string, grade: string, item: string | null, stage: string }} one */
function fresh(one) {
  const now = new Date().toISOString();
  const name = packName("items", one.item);
  const known = figures?.grave ?? [];
  if (figures && !known.some((other) => other.id === one.id)) {
    /** @type {Grave} */
    const grave = { ...one, name, street: null, position: null, filedAt: now, due: null };
    figures.grave = [grave, ...known].sort((a, b) =>
      Number(a.grade !== "red") - Number(b.grade !== "red")
    );
  }
  turn = 0;
  draw();
  if (one.grade !== "red") return;
  const place = panel("grave");
  place.classList.add("fresh");
  setTimeout(() => place.classList.remove("fresh"), FRESH_MILLISECONDS);
}

/** @param {boolean} [turned] whether the pages turn */
function draw(turned = false) {
  if (!page.querySelector(".wall")) return;
  showVitals(turned);
  if (!figures) return;
  showFlow(panel("flow"), figures);
  showSide(panel("side"), figures);
  showGrave(panel("grave"), figures, turn);
  /** @type {[number, number][]} */
  const points = [];
  for (let index = 0; index + 1 < figures.points.length; index += 2) {
    points.push([figures.points[index], figures.points[index + 1]]);
  }
  const streets = figures.streets;
  map?.draw(points, figures.grave, streets[turn % Math.max(1, streets.length)]?.name ?? "");
  showClock();
}

function showClock() {
  const now = Date.now();
  const clock = page.querySelector(".wall-clock");
  if (!clock) return;
  clock.textContent = timeText(now);
  fill(
    /** @type {Element} */ (page.querySelector(".wall-date")),
    dateWords(now),
  );
  fill(
    /** @type {Element} */ (page.querySelector("[data-lost]")),
    lost && h(
      "span",
      { class: "wall-lost" },
      icon("lost", 24),
      t("wall.lost", { time: asOf ? timeText(asOf) : "–" }),
    ),
  );
}

/** @param {boolean} turned */
function showVitals(turned) {
  const { list, number, pages } = shownVitals();
  fill(
    panel("vitals"),
    h("h2", {}, t("wall.vitals"), h("small", {}, t("wall.page", { page: number + 1, pages }))),
    h(
      "div",
      { class: turned ? "wall-cards wall-fade" : "wall-cards" },
      ...list.map((vital) => card(vital, sparks.get(vital.code)?.values ?? [])),
    ),
  );
}

addEventListener("resize", fit);
await startLanguage();
start();
