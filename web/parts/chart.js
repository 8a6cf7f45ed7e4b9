// @ts-check
/// <reference lib="dom" />

import { fill, h, tableHead } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { chartLibrary } from "./libraries.js";
import { saveSheet } from "./sheets.js";

/**
 * @typedef {object} ChartContent
 * @property {string} says one sentence that tells what the chart shows
 * @property {string[]} columns of the table
 * @property {(string | number)[][]} rows of the table
 * @property {(colour: (token: string) => string) => Record<string, unknown>} option for ECharts
 *
 * @typedef {object} ChartSettings
 * @property {string} title
 * @property {number} [height] pixels
 * @property {boolean} [bare] without head and table: small, beside its numbers
 * @property {(index: number) => void} [pick] somebody chose the datum of this row
 */

/**
 * A chart with its sentence, its table and a download of it. `data-chart` is `loading`, `ready`, or
 * `failed` where the chart library is not there: the table then stands in its place.
 */
export class Chart {
  /** @param {ChartSettings} settings */
  constructor(settings) {
    this.settings = settings;
    this.showsTable = false;
    /** @type {ChartContent | null} */
    this.content = null;
    /** @type {any} */
    this.chart = null;
    this.canvas = h("div", { class: "chart-canvas", role: "img" });
    this.canvas.style.setProperty("--chart-height", `${settings.height ?? 240}px`);
    this.table = h("div", { class: "chart-table", tabindex: 0, role: "group", hidden: true });
    this.table.setAttribute("aria-label", settings.title);
    this.says = h("p", { class: "chart-says" });
    this.head = h("div", { class: "chart-head", hidden: settings.bare === true });
    this.element = h(
      "section",
      { class: "chart", "data-chart": "loading", "aria-label": settings.title },
      this.head,
      this.says,
      this.canvas,
      this.table,
    );
  }

  /** @param {ChartContent} content */
  async show(content) {
    this.content = content;
    this.says.textContent = content.says;
    this.says.hidden = !content.says;
    this.canvas.setAttribute("aria-label", content.says || this.settings.title);
    this.showHead();
    this.showTable();
    try {
      const library = await chartLibrary();
      if (this.isGone || this.content !== content) return;
      this.chart ??= this.begin(library);
      this.paint();
      this.element.dataset.chart = "ready";
    } catch {
      this.element.dataset.chart = "failed";
      this.canvas.hidden = true;
      this.showsTable = true;
      this.showTable();
    }
  }

  /** @param {any} library */
  begin(library) {
    const chart = library.init(this.canvas, null, { renderer: "svg" });
    chart.on("click", (/** @type {any} */ event) => this.settings.pick?.(event.dataIndex));
    this.resizing = new ResizeObserver(() => chart.resize());
    this.resizing.observe(this.canvas);
    return chart;
  }

  paint() {
    if (!this.content || !this.chart) return;
    const styles = getComputedStyle(this.element);
    const colour = (/** @type {string} */ token) => styles.getPropertyValue(token).trim();
    this.chart.setOption({
      animation: false,
      textStyle: { fontFamily: colour("--font"), color: colour("--text-2") },
      color: [colour("--data-1"), colour("--data-2"), colour("--data-3")],
      grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
      ...this.content.option(colour),
    }, true);
  }

  showHead() {
    const button = (
      /** @type {string} */ name,
      /** @type {string} */ sign,
      /** @type {() => void} */ run,
      /** @type {boolean | undefined} */ pressed = undefined,
    ) =>
      h(
        "button",
        {
          type: "button",
          class: "button ghost",
          "data-chart-do": name,
          "aria-pressed": pressed === undefined ? false : String(pressed),
          onclick: run,
        },
        icon(sign),
        t(`chart.${name}`),
      );
    fill(
      this.head,
      h("h3", {}, this.settings.title),
      button("table", "list", () => this.turn(), this.showsTable),
      button("download", "down", () => this.download()),
    );
  }

  /** The picture or its table. */
  turn() {
    this.showsTable = !this.showsTable;
    this.canvas.hidden = this.showsTable;
    this.showTable();
    this.showHead();
    this.chart?.resize();
  }

  showTable() {
    this.table.hidden = !this.showsTable;
    if (!this.showsTable || !this.content) return fill(this.table);
    const { columns, rows } = this.content;
    fill(
      this.table,
      h(
        "table",
        { class: "plain" },
        tableHead(columns),
        h(
          "tbody",
          {},
          ...rows.map((row) =>
            h(
              "tr",
              {},
              ...row.map((cell) =>
                h("td", { class: typeof cell === "number" ? "number" : false }, cell)
              ),
            )
          ),
        ),
      ),
    );
  }

  async download() {
    if (!this.content) return;
    const { columns, rows } = this.content;
    await saveSheet(this.settings.title, [columns, ...rows]);
  }

  destroy() {
    this.isGone = true;
    this.resizing?.disconnect();
    this.chart?.dispose();
  }
}

/** What axes of all charts look like. @param {(token: string) => string} colour */
export function axisLook(colour) {
  return {
    axisLine: { lineStyle: { color: colour("--line-strong") } },
    axisTick: { show: false },
    axisLabel: { color: colour("--text-3"), fontSize: 12 },
    splitLine: { lineStyle: { color: colour("--line") } },
  };
}
