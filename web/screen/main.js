// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { lengthText } from "../parts/clock.js";
import { drawn, fill, h } from "../parts/element.js";
import { gradeChip, gradeMark, icon, logo } from "../parts/icons.js";
import { packName, startLanguage, t, usePackTexts } from "../parts/language.js";
import { failedBox } from "../parts/notices.js";
import { Problem } from "../parts/problems.js";
import { titlePage } from "../parts/shell.js";
import { signInPage } from "../parts/sign_in.js";
import { fullText } from "../parts/times.js";
import { wallMap } from "./wall_map.js";

/**
 * @import { Grave } from "./wall_map.js"
 *
 * @typedef {object} Figures
 * @property {number} filedToday
 * @property {number} closedToday
 * @property {number} open
 * @property {number} overdue
 * @property {Record<string, number>} openByGrade
 * @property {Record<string, number>} byStage
 * @property {number[]} points
 * @property {{ id: string, name: string, open: number, overdue: number, closed: number,
 *   inTime: number }[]} streets
 * @property {Grave[]} grave
 *
 * @typedef {{ code: string, name: string, unit: string, decimals: number, value?: number,
 *   grade?: string | null, from: string, to: string }} Vital
 */

const HEIGHT = 1_080;
const CARDS = 8;
const CARDS_WIDE = 16;
const STREETS = 11;
const GRAVE_SHOWN = 3;
const GRAVE_SHOWN_WIDE = 7;
const TURN_MILLISECONDS = 12_000;
const VITALS_MILLISECONDS = 60_000;
const FIGURES_MILLISECONDS = 30_000;
/** Changes that come together are asked for once. */
const GATHER_MILLISECONDS = 150;
const SPARK_POINTS = 24;
const SPARK_KEPT_MILLISECONDS = 10 * 60_000;
const FRESH_MILLISECONDS = 10_000;
const STAGES = {
  dispatch: ["filed", "dispatched"],
  handle: ["handling"],
  check: ["checking", "checked"],
};

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
    place = session.unit?.name ?? t("wall.district");
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

function isWide() {
  return innerWidth / innerHeight >= 3;
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
    vitals = elements.filter((/** @type {Vital} */ vital) => vital.value !== undefined)
      .sort((/** @type {Vital} */ a, /** @type {Vital} */ b) => place(a) - place(b));
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
  showFlow(figures);
  showSide(figures);
  showGrave(figures);
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
  const now = new Date();
  const text = fullText(now.getTime());
  const clock = page.querySelector(".wall-clock");
  if (!clock) return;
  clock.textContent = text.slice(11);
  fill(
    /** @type {Element} */ (page.querySelector(".wall-date")),
    t("time.date", {
      month: now.getMonth() + 1,
      day: now.getDate(),
      weekday: t(`time.weekday.${now.getDay()}`),
    }),
  );
  fill(
    /** @type {Element} */ (page.querySelector("[data-lost]")),
    lost && h(
      "span",
      { class: "wall-lost" },
      icon("lost", 24),
      t("wall.lost", { time: asOf ? fullText(asOf).slice(11) : "–" }),
    ),
  );
}

/** @param {boolean} turned */
function showVitals(turned) {
  const { list, number, pages } = shownVitals();
  fill(
    panel("vitals"),
    h("h2", {}, t("wall.vitals"), h("small", {}, t("wall.page", { page: number + 1, pages }))),
    h("div", { class: turned ? "wall-cards wall-fade" : "wall-cards" }, ...list.map(card)),
  );
}

/** @param {Vital} vital */
function card(vital) {
  const value = vital.value ?? 0;
  return h(
    "div",
    { class: "wall-card", "data-vital": vital.code },
    h(
      "div",
      { class: "name" },
      h("span", {}, vital.name),
      vital.grade ? gradeChip(vital.grade) : null,
    ),
    h(
      "div",
      { class: "value" },
      value.toLocaleString("en-US", {
        minimumFractionDigits: vital.decimals,
        maximumFractionDigits: vital.decimals,
      }),
      h("small", {}, vital.unit),
    ),
    spark(sparks.get(vital.code)?.values ?? []),
  );
}

/** @param {(number | null)[]} values */
function spark(values) {
  const known = values.filter((value) => value !== null);
  const svg = drawn("svg", {
    class: "spark",
    viewBox: "0 0 100 30",
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  if (known.length < 2) return svg;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const line = values.map((value, index) =>
    value === null ? null : [
      index / (values.length - 1) * 100,
      27 - (most > least ? (value - least) / (most - least) : 0.5) * 24,
    ]
  );
  let pen = "M";
  let d = "";
  for (const point of line) {
    if (point) d += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    pen = point ? "L" : "M";
  }
  svg.append(drawn("path", { d }));
  return svg;
}

/** @param {Figures} found */
function showFlow(found) {
  const count = (/** @type {string[]} */ stages) =>
    stages.reduce((sum, stage) => sum + (found.byStage[stage] ?? 0), 0);
  const rows = [
    ["found", "today", found.filedToday],
    ["dispatch", "waiting", count(STAGES.dispatch)],
    ["handle", "running", count(STAGES.handle)],
    ["check", "unchecked", count(STAGES.check)],
    ["close", "today", found.closedToday],
  ];
  fill(
    panel("flow"),
    ...rows.map(([name, state, number]) =>
      h(
        "div",
        { "data-flow": name },
        h("span", {}, t(`wall.flow.${name}`), h("em", {}, t(`wall.flow.${state}`))),
        h("b", {}, Number(number).toLocaleString("en-US")),
      )
    ),
  );
}

/** @param {Figures} found */
function showSide(found) {
  const size = isWide() ? STREETS * 2 : STREETS;
  const streets = found.streets.toSorted((a, b) => b.open - a.open).slice(0, size);
  fill(
    panel("side"),
    h(
      "h2",
      {},
      t("wall.streets"),
      h("small", {}, `${t("wall.streets.rate")} · ${t("wall.month")}`),
    ),
    h(
      "ol",
      { class: "wall-streets" },
      ...streets.map((street, index) =>
        h(
          "li",
          {},
          h("span", {}, String(index + 1)),
          h("span", {}, street.name),
          h("b", {}, String(street.open)),
          h(
            "em",
            {},
            street.closed > 0 ? `${(street.inTime / street.closed * 100).toFixed(1)}%` : "–",
          ),
        )
      ),
    ),
    h(
      "div",
      {},
      h(
        "h2",
        {},
        t("wall.grade.count"),
        h("small", {}, t("wall.overdue", { count: found.overdue })),
      ),
      h(
        "ul",
        { class: "wall-grades" },
        ...Object.entries(found.openByGrade).map(([grade, number]) =>
          h(
            "li",
            { "data-grade": grade },
            gradeMark(grade),
            h("span", {}, t(`grade.${grade}`)),
            h("b", {}, number.toLocaleString("en-US")),
          )
        ),
      ),
    ),
  );
}

/** The gravest cases, by kind and street only. @param {Figures} found */
function showGrave(found) {
  const size = isWide() ? GRAVE_SHOWN_WIDE : GRAVE_SHOWN;
  const pages = Math.max(1, Math.ceil(found.grave.length / size));
  const start = turn % pages * size;
  const list = found.grave.slice(start, start + size);
  const counts = { red: found.openByGrade.red ?? 0, orange: found.openByGrade.orange ?? 0 };
  fill(
    panel("grave"),
    counts.red > 0 && gradeChip("red", t("wall.grave.red", { count: counts.red })),
    counts.orange > 0 && gradeChip("orange", t("wall.grave.orange", { count: counts.orange })),
    found.grave.length === 0 && h("span", { class: "muted" }, t("wall.grave.none")),
    ...list.map((one) =>
      h(
        "span",
        { class: "one", "data-grave": one.id, "data-grade": one.grade },
        h("b", {}, one.name ?? t("item.none")),
        h(
          "span",
          {},
          [
            one.street,
            packName("stages", one.stage),
            t("wall.since", { time: lengthText(Date.now() - Date.parse(one.filedAt)) }),
          ].filter(Boolean).join(" · "),
        ),
      )
    ),
  );
}

addEventListener("resize", fit);
startLanguage();
start();
