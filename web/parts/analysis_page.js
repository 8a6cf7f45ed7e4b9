// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { fill, h, tableHead } from "./element.js";
import { t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { listTools } from "./list_tools.js";
import { stateBox, toast } from "./notices.js";
import { daysChoice, daysQuery, readDays } from "./periods.js";
import { said } from "./problems.js";
import { inputMoment } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 *
 * @typedef {{ key: string, name: string | null }} Head
 * @typedef {{ row: number, column: number, count: number, before?: number | null, lift: number | null }} Cell
 * @typedef {{ total: number, totalBefore?: number | null, rows: Head[], columns: Head[], cells: Cell[] }} Table
 * @typedef {{ from: Head & { name: string }, to: Head & { name: string }, count: number }} Flow
 * @typedef {{ dimension: string, key: string, name: string | null, count: number, of: number, lift: number }} Cause
 * @typedef {{ id: string, name: string, question: string, mine: boolean }} View
 */

const DIMENSIONS = [
  "day",
  "month",
  "weekday",
  "hour",
  "street",
  "neighbourhood",
  "unit",
  "item",
  "category",
  "channel",
  "grade",
  "verdict",
];
const WEATHER = "weather";
const TROUBLES = ["late", "reworked", "returned", "repeated"];
/** Rows and columns that one page shows. */
const SHOWN = 40;
const DAY = 24 * 60 * 60 * 1000;

/** Cases by any two respects, periods beside each other, ways between units, where to look first. */
export class AnalysisPage {
  /** @param {PageContext} context */
  constructor({ actions }) {
    this.actions = actions;
    this.days = readDays(new URLSearchParams());
    this.asked = "";
    /** @type {Table | null} */
    this.table = null;
    /** @type {View[]} */
    this.views = [];
    this.dimensions = DIMENSIONS;
    /** @type {Promise<void> | undefined} */
    this.found = undefined;
    this.period = daysChoice((days) => actions.refine({ ...days }));
    this.rows = this.dimensionChoice("rows");
    this.columns = this.dimensionChoice("columns");
    this.weather = h("select", {
      class: "filter",
      "aria-label": t("analysis.series"),
      hidden: true,
      onchange: () => actions.refine({ weather: this.weather.value }),
    });
    this.trouble = this.choice("trouble", TROUBLES);
    this.compare = h("input", {
      type: "checkbox",
      onchange: () => actions.refine({ compare: this.compare.checked ? "true" : "" }),
    });
    this.kept = h("select", {
      class: "filter",
      "aria-label": t("analysis.views"),
      onchange: () => {
        const view = this.views.find(({ id }) => id === this.kept.value);
        if (view) actions.go(`/analysis?${view.question}`);
      },
    });
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.element = h(
      "section",
      { class: "panel analysis", "data-state": "loading", "aria-label": t("nav.analysis") },
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, t("nav.analysis")),
        this.rows,
        this.columns,
        this.weather,
        ...this.period.elements,
        h("label", { class: "check" }, this.compare, t("analysis.compare")),
        this.trouble,
        h(
          "div",
          { class: "tools" },
          this.kept,
          h("button", {
            type: "button",
            class: "button ghost",
            "data-tool": "keep",
            onclick: () => this.keep(),
          }, t("analysis.keep")),
          ...listTools({
            title: t("nav.analysis"),
            columns: () => ["", ...(this.table?.columns ?? []).map(headName)],
            rows: () => Promise.resolve(this.sheet()),
          }),
        ),
      ),
      this.body,
    );
    this.loading = new ListLoading(this.element, this.body, "analysis.failed");
  }

  get isByWeather() {
    return this.rows.value === WEATHER || this.columns.value === WEATHER;
  }

  /** @param {"rows" | "columns"} name */
  dimensionChoice(name) {
    return this.choice(name, DIMENSIONS);
  }

  /** @param {"rows" | "columns" | "trouble"} name @param {string[]} words */
  choice(name, words) {
    const select = h(
      "select",
      {
        class: "filter",
        "aria-label": t(`analysis.${name}`),
        onchange: () => this.actions.refine({ [name]: select.value }),
      },
      ...words.map((word) => option(word, t(`analysis.${word}`))),
    );
    return select;
  }

  /** The weather of a day is a respect where somebody imported a series of it. */
  async findWeather() {
    try {
      const { elements } = await request("/series");
      if (elements.length === 0) return;
      for (const choice of [this.rows, this.columns]) {
        choice.append(option(WEATHER, t(`analysis.${WEATHER}`)));
      }
      fill(
        this.weather,
        ...elements.map((/** @type {{ name: string }} */ { name }) => option(name, name)),
      );
      this.dimensions = [...DIMENSIONS, WEATHER];
    } catch {
      // The other respects are there all the same.
    }
  }

  /** @param {string} place @param {URLSearchParams} query */
  async open(place, query) {
    await (this.found ??= this.findWeather());
    return this.show(place, query);
  }

  /** @param {string} _place @param {URLSearchParams} query */
  show(_place, query) {
    const known = (
      /** @type {string} */ name,
      /** @type {string[]} */ words,
      /** @type {string} */ standard,
    ) => {
      const value = query.get(name) ?? "";
      return words.includes(value) ? value : standard;
    };
    this.days = readDays(query);
    this.period.show(this.days);
    this.rows.value = known("rows", this.dimensions, "item");
    this.columns.value = known("columns", this.dimensions, "street");
    const series = [...this.weather.options].map(({ value }) => value);
    this.weather.value = known("weather", series, series[0] ?? "");
    this.weather.hidden = series.length < 2 || !this.isByWeather;
    this.trouble.value = known("trouble", TROUBLES, "late");
    this.compare.checked = query.get("compare") === "true";
    const asked = [
      this.rows.value,
      this.columns.value,
      this.weather.value,
      this.trouble.value,
      daysQuery(this.days),
      this.compare.checked,
    ].join(" ");
    if (asked === this.asked) return;
    this.asked = asked;
    return this.load();
  }

  close() {
    this.loading.stop();
    this.asked = "";
  }

  load() {
    const span = daysQuery(this.days);
    const cross = `rows=${this.rows.value}&columns=${this.columns.value}`;
    const weather = this.isByWeather ? `&weather=${this.weather.value}` : "";
    const before = this.compare.checked ? beforeQuery(this.days) : "";
    return this.loading.run(async (signal) => {
      const [table, flows, causes, views] = await Promise.all([
        request(`/analysis?${cross}${weather}&${span}${before}`, { signal }),
        request(`/analysis/flows?${span}`, { signal }),
        request(`/analysis/causes?trouble=${this.trouble.value}&${span}`, { signal }),
        request("/analysis/views", { signal }),
      ]);
      this.table = table;
      this.views = views.elements;
      fill(
        this.kept,
        option("", t("analysis.views")),
        ...this.views.map(({ id, name }) => option(id, name)),
      );
      fill(
        this.body,
        this.cross(table),
        this.causes(causes.candidates, causes.count, causes.of),
        this.flows(flows.elements),
      );
      this.element.dataset.state = "ready";
    }, true);
  }

  /** @param {Table} table */
  cross(table) {
    if (table.total === 0) {
      return stateBox({ sign: "pulse", title: t("analysis.none"), next: t("analysis.none.next") });
    }
    const cells = new Map(table.cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    const columns = table.columns.slice(0, SHOWN);
    const head = h(
      "tr",
      {},
      h("th", { scope: "col" }, t(`analysis.${this.rows.value}`)),
      ...columns.map((column) => h("th", { scope: "col", class: "number" }, headName(column))),
    );
    const rows = table.rows.slice(0, SHOWN).map((row, y) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, headName(row)),
        ...columns.map((_, x) => cellOf(cells.get(`${y} ${x}`))),
      )
    );
    const total = table.totalBefore === undefined || table.totalBefore === null
      ? t("analysis.total", { count: table.total })
      : t("analysis.totals", { count: table.total, before: table.totalBefore });
    return h(
      "section",
      { class: "aspect" },
      h("p", { class: "vitals-says" }, total, " ", t("analysis.lift")),
      h("table", { class: "plain" }, h("thead", {}, head), h("tbody", {}, ...rows)),
    );
  }

  /** @param {Cause[]} causes @param {number} count @param {number} of */
  causes(causes, count, of) {
    const title = t("analysis.causes", { trouble: t(`analysis.${this.trouble.value}`), count, of });
    return h(
      "section",
      { class: "aspect" },
      h("h2", {}, title),
      causes.length === 0 ? h("p", { class: "hint" }, t("analysis.causes.none")) : table(
        ["respect", "value", "count", "share", "times"],
        causes.map((cause) => [
          t(`analysis.${cause.dimension}`),
          headName(cause),
          String(cause.count),
          `${cause.count}/${cause.of}`,
          cause.lift.toFixed(1),
        ]),
      ),
    );
  }

  /** @param {Flow[]} flows */
  flows(flows) {
    return h(
      "section",
      { class: "aspect" },
      h("h2", {}, t("analysis.flows")),
      flows.length === 0 ? h("p", { class: "hint" }, t("analysis.flows.none")) : table(
        ["from", "to", "count"],
        flows.slice(0, SHOWN).map((flow) => [
          flow.from.name,
          flow.to.name,
          String(flow.count),
        ]),
      ),
    );
  }

  sheet() {
    const found = this.table;
    if (!found) return [];
    const cells = new Map(found.cells.map((cell) => [`${cell.row} ${cell.column}`, cell.count]));
    return found.rows.map((row, y) => [
      headName(row),
      ...found.columns.map((_, x) => cells.get(`${y} ${x}`) ?? 0),
    ]);
  }

  async keep() {
    const name = prompt(t("analysis.keep.name"))?.trim();
    if (!name) return;
    const question = new URLSearchParams({
      rows: this.rows.value,
      columns: this.columns.value,
      trouble: this.trouble.value,
      ...(this.isByWeather ? { weather: this.weather.value } : {}),
    });
    try {
      const body = { name, question: question.toString(), shared: true };
      await request("/analysis/views", { method: "POST", body });
      toast(t("analysis.kept"));
      this.asked = "";
      await this.load();
    } catch (error) {
      toast(said(error).title);
    }
  }
}

/** @param {{ key: string, name?: string | null }} head */
function headName(head) {
  return head.name || head.key || t("unknown");
}

/** @param {Cell | undefined} cell */
function cellOf(cell) {
  if (!cell) return h("td", { class: "number" }, "");
  const isHigh = cell.lift !== null && cell.lift >= 2 && cell.count >= 5;
  const change = cell.before === null || cell.before === undefined
    ? null
    : h("small", {}, ` ${cell.before}`);
  return h(
    "td",
    { class: "number", title: cell.lift === null ? "" : `× ${cell.lift.toFixed(2)}` },
    isHigh ? h("b", {}, cell.count) : String(cell.count),
    change,
  );
}

/** @param {string[]} columns @param {string[][]} rows */
function table(columns, rows) {
  return h(
    "table",
    { class: "plain" },
    tableHead(columns.map((name) => t(`analysis.column.${name}`))),
    h(
      "tbody",
      {},
      ...rows.map((row) => h("tr", {}, ...row.map((text) => h("td", {}, text)))),
    ),
  );
}

/** The equally long span before. @param {import("./periods.js").Days} days */
function beforeQuery({ from, to }) {
  const start = inputMoment(from);
  const end = inputMoment(to) + DAY;
  const first = new Date(2 * start - end).toISOString();
  return `&compareFrom=${first}&compareTo=${new Date(start).toISOString()}`;
}
