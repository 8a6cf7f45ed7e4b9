// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { caseTable } from "./case_table.js";
import { axisLook, Chart } from "./chart.js";
import { CityMap } from "./city_map.js";
import { fill, h } from "./element.js";
import { GRADES } from "./filters.js";
import { t } from "./language.js";
import { failedBox, skeleton, stateBox } from "./notices.js";
import { drawLedger, drawPatrols } from "./pack_duties.js";
import { drawGraded, drawTable } from "./pack_lists.js";
import { momentText } from "./times.js";
import { loadVitals, vitalText, vitalTile } from "./vital_parts.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { FormKind } from "./thing_form.js"
 *
 * @typedef {object} Part  One part of a view, as its pack has it.
 * @property {string} title
 * @property {"text" | "figures" | "map" | "graded" | "table" | "chart" | "cases" | "ledger" | "patrols"} form
 * @property {string} [text]
 * @property {string[]} [vitals]
 * @property {string[]} [kinds]
 * @property {string[]} [items]
 * @property {string} [model]
 * @property {string} [kind]
 * @property {string[]} [columns]
 * @property {string} [vital]
 * @property {string} [ledger]
 * @property {string} [patrol]
 *
 * @typedef {object} PackDetail
 * @property {string} id
 * @property {string} title
 * @property {FormKind[]} kinds
 * @property {{ code: string, name: string }[]} vitals
 * @property {{ code: string, name: string, kind: string, lines: { grade: string, name: string }[] }[]} risks
 * @property {{ code: string, title: string, every: string }[]} reports
 * @property {{ code: string, title: string, parts: Part[] }[]} views
 *
 * @typedef {object} Drawn
 * @property {HTMLElement} element
 * @property {() => void} [close]
 * @property {() => void} [retheme]
 */

/** Forms whose content names itself. @type {Part["form"][]} */
const HAS_LABEL = ["chart", "map"];
const POINTS_MAX = 500;
const CASES_MAX = 20;
const DAYS = 30;
const MICRO = 1e6;
const DAY_MILLISECONDS = 86_400_000;

/**
 * @callback DrawPart
 * @param {Part} part
 * @param {PackDetail} pack
 * @param {PageContext} context
 * @param {HTMLElement} place where the part stands; what fails to load says so there
 * @returns {Promise<Partial<Drawn> | void>}
 */

/** How each form is drawn. @type {Record<Part["form"], DrawPart>} */
const FORMS = {
  text: (part, _pack, _context, place) => {
    fill(place, h("p", { class: "note" }, part.text ?? ""));
    return Promise.resolve();
  },
  figures: drawFigures,
  map: drawMap,
  graded: drawGraded,
  table: drawTable,
  chart: (part, ...rest) => (part.vital ? drawSeries : drawGrades)(part, ...rest),
  cases: drawCases,
  ledger: drawLedger,
  patrols: drawPatrols,
};

/**
 * One part of a view: its title, and under it what it shows or why it cannot.
 *
 * @param {Part} part
 * @param {PackDetail} pack
 * @param {PageContext} context
 * @returns {Drawn}
 */
export function drawPart(part, pack, context) {
  const place = h("div", { class: "pack-part-body" }, skeleton(3));
  const element = h(
    "section",
    {
      class: "pack-part",
      "data-part": part.form,
      "data-state": "loading",
      "aria-label": !HAS_LABEL.includes(part.form) && part.title,
    },
    part.form === "chart" ? null : h("h2", {}, part.title),
    place,
  );
  /** @type {Drawn} */
  const drawn = { element };
  const load = async () => {
    element.dataset.state = "loading";
    try {
      Object.assign(drawn, await FORMS[part.form](part, pack, context, place));
      element.dataset.state = "ready";
    } catch (error) {
      element.dataset.state = "failed";
      fill(place, failedBox(error, t("packs.part.failed"), load));
    }
  };
  load();
  return drawn;
}

/** @type {DrawPart} */
async function drawFigures(part, _pack, { actions }, place) {
  const wanted = new Set(part.vitals);
  const vitals = (await loadVitals()).filter(({ code }) => wanted.has(code));
  fill(
    place,
    h(
      "div",
      { class: "vital-grid" },
      ...vitals.map((vital) => vitalTile(vital, (code) => actions.go(`/vitals/${code}`))),
    ),
  );
}

/** @type {DrawPart} */
async function drawMap(part, _pack, { actions }, place) {
  const map = new CityMap({
    label: part.title,
    events: {
      openCase: (id) => actions.go(`/things/${id}`),
      openThing: (id) => actions.go(`/things/${id}`),
    },
  });
  fill(place, h("div", { class: "pack-map" }, map.element));
  map.showThings(part.kinds ?? []);
  if (part.model) {
    const page = await request(`/gradings?model=${part.model}&limit=${POINTS_MAX}`);
    /** @type {any[]} */
    const placed = page.elements.filter((/** @type {any} */ one) => one.thing?.position);
    map.setCases({
      total: placed.length,
      grades: GRADES,
      items: [],
      longitude: placed.map(({ thing }) => thing.position[0] * MICRO),
      latitude: placed.map(({ thing }) => thing.position[1] * MICRO),
      grade: placed.map(({ grade }) => GRADES.indexOf(grade)),
      item: placed.map(() => 0),
      due: placed.map(() => null),
      number: placed.map(({ thing }) => thing.id),
    });
  }
  return { close: () => map.destroy(), retheme: () => map.retheme() };
}

/** @type {DrawPart} */
async function drawGrades(part, pack, _context, place) {
  const counts = (await request(`/gradings/counts?model=${part.model}`)).elements;
  const model = pack.risks.find(({ code }) => code === part.model);
  const chart = new Chart({ title: part.title, height: 200 });
  fill(place, chart.element);
  /** @type {{ grade: string, name: string, count: number }[]} */
  const lines = counts;
  chart.show({
    says: t("packs.chart.says", {
      name: model?.name ?? part.title,
      parts: lines.map((line) => t("packs.chart.part", line)).join("，"),
    }),
    columns: [t("packs.chart.grade"), t("packs.chart.count")],
    rows: lines.map(({ name, count }) => [name, count]),
    option: (colour) => ({
      xAxis: { type: "value", minInterval: 1, ...axisLook(colour) },
      yAxis: {
        type: "category",
        inverse: true,
        data: lines.map(({ name }) => name),
        ...axisLook(colour),
      },
      tooltip: { trigger: "item" },
      series: [{
        type: "bar",
        barMaxWidth: 20,
        data: lines.map(({ grade, count }) => ({
          value: count,
          itemStyle: { color: colour(`--${grade}-edge`) },
        })),
      }],
    }),
  });
  return { close: () => chart.destroy(), retheme: () => chart.paint() };
}

/** @type {DrawPart} */
async function drawSeries(part, _pack, _context, place) {
  const to = new Date();
  const from = new Date(to.getTime() - DAYS * DAY_MILLISECONDS);
  const span = `from=${from.toISOString()}&to=${to.toISOString()}`;
  const vital = await request(`/vitals/${part.vital}?${span}`);
  const chart = new Chart({ title: part.title, height: 200 });
  fill(place, chart.element);
  /** @type {{ at: string, value?: number }[]} */
  const series = vital.series;
  const points = series.map(({ at, value }) => ({
    at: momentText(Date.parse(at), Date.now()).slice(0, 5),
    value,
  }));
  const values = points.map(({ value }) => value).filter((value) => value !== undefined);
  chart.show({
    says: values.length === 0 ? t("vitals.series.none") : t("vitals.series.says", {
      name: vital.name,
      least: vitalText(vital, Math.min(...values)),
      greatest: vitalText(vital, Math.max(...values)),
      unit: vital.unit,
    }),
    columns: [t("vitals.column.at"), `${t("vitals.column.value")} ${vital.unit}`],
    rows: points.map(({ at, value }) => [at, value ?? "–"]),
    option: (colour) => ({
      xAxis: { type: "category", data: points.map(({ at }) => at), ...axisLook(colour) },
      yAxis: { type: "value", scale: true, ...axisLook(colour) },
      tooltip: { trigger: "axis" },
      series: [{ type: "line", name: vital.name, data: points.map(({ value }) => value ?? null) }],
    }),
  });
  return { close: () => chart.destroy(), retheme: () => chart.paint() };
}

/** @type {DrawPart} */
async function drawCases(part, _pack, { actions }, place) {
  const pages = await Promise.all(
    (part.items ?? []).map((item) => request(`/cases?item=${item}&open=true&limit=${CASES_MAX}`)),
  );
  const rows = pages.flatMap(({ elements }) => elements);
  fill(
    place,
    rows.length === 0
      ? stateBox({ sign: "check", title: t("packs.cases.none"), next: t("packs.cases.none.next") })
      : caseTable(rows, "", { open: actions.openCase }),
  );
}
