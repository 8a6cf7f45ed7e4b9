// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { behindList } from "./behind_list.js";
import { axisLook, Chart } from "./chart.js";
import { option, streetOptions, unitOptions } from "./choices.js";
import { fill, h, tableHead } from "./element.js";
import { closeButton, gradeChip } from "./icons.js";
import { packName, t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { listTools } from "./list_tools.js";
import { failedBox, skeleton, stateBox } from "./notices.js";
import { daysChoice, daysQuery, readDays } from "./periods.js";
import { momentText } from "./times.js";
import { bandChart, ungradedText, unmeasurableText, vitalText, worstFirst } from "./vital_parts.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Days } from "./periods.js"
 * @import { VitalRow } from "./vital_parts.js"
 *
 * @typedef {{ id: string, name?: string, now: number, before: number }} Mover
 *
 * @typedef {object} VitalDetail
 * @property {string} why
 * @property {string} advice
 * @property {{ count: number, since: string | null, areas?: Mover[], items?: Mover[], units?: Mover[],
 *   devices?: Mover[], cases: string[] }} [cause]
 * @property {{ at: string, value?: number, unmeasurable?: { code: string } }[]} series
 * @property {Outlook[]} [forecast]
 *
 * @typedef {"learned" | "persistence" | "seasonal"} Method
 * @typedef {{ ahead: number, at: string, value: number, low: number, high: number, grade: string | null,
 *   method: Method, tried: number, errors: Record<Method, number> }} Outlook
 */

const MOVERS = /** @type {const} */ (["areas", "items", "units"]);

/** The vital signs of the city: each on its band, and why one is out of it. */
export class VitalsPage {
  /** @param {PageContext} context */
  constructor({ directory, actions }) {
    this.actions = actions;
    /** @type {VitalRow[]} */
    this.vitals = [];
    this.code = "";
    this.asked = "";
    this.query = "";
    this.days = readDays(new URLSearchParams());
    this.period = daysChoice((/** @type {Days} */ days) => actions.refine({ ...days }));
    this.place = h(
      "select",
      {
        class: "filter",
        "aria-label": t("vitals.place"),
        onchange: () => {
          const [kind, id] = this.place.value.split(" ");
          actions.refine({
            area: kind === "area" ? id : "",
            unit: kind === "unit" ? id : "",
          });
        },
      },
      option("", t("vitals.place")),
      h("optgroup", { label: t("list.area") }, ...streetOptions(directory)),
      ...unitOptions(directory),
    );
    for (const choice of this.place.querySelectorAll("option")) {
      if (!choice.value) continue;
      const isArea = directory.find("area", choice.value) !== null;
      choice.value = `${isArea ? "area" : "unit"} ${choice.value}`;
    }
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.side = h("aside", {
      class: "panel side",
      "aria-label": t("vitals.detail"),
      hidden: true,
    });
    this.list = h(
      "section",
      { class: "panel vitals", "data-state": "loading", "aria-label": t("nav.vitals") },
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, t("nav.vitals")),
        this.place,
        ...this.period.elements,
        h(
          "div",
          { class: "tools" },
          ...listTools({
            title: t("nav.vitals"),
            columns: () =>
              ["name", "aspect", "value", "unit", "grade", "usual", "before"]
                .map((name) => t(`vitals.column.${name}`)),
            rows: () => Promise.resolve(this.vitals.map(sheetLine)),
          }),
        ),
      ),
      this.body,
    );
    this.element = h("div", { class: "columns wide-side one" }, this.list, this.side);
    this.loading = new ListLoading(this.list, this.body, "vitals.failed");
  }

  /** @param {string} place @param {URLSearchParams} query */
  open(place, query) {
    const asked = new URLSearchParams();
    for (const name of ["area", "unit"]) {
      const value = query.get(name);
      if (value) asked.set(name, value);
    }
    this.place.value = [...asked].map(([name, value]) => `${name} ${value}`)[0] ?? "";
    this.days = readDays(query);
    this.period.show(this.days);
    const text = `?${[asked.toString(), daysQuery(this.days)].filter(Boolean).join("&")}`;
    const isNew = text !== this.query || !this.isOpen;
    this.query = text;
    this.isOpen = true;
    const wasCode = this.code;
    this.code = place;
    if (isNew) this.load();
    else if (wasCode !== place) this.showChosen();
  }

  close() {
    this.isOpen = false;
    this.loading.stop();
    this.chart?.destroy();
  }

  load() {
    return this.loading.run(async (signal) => {
      const page = await request(`/vitals${this.query}`, { signal });
      this.vitals = page.elements;
      this.show();
    }, true);
  }

  show() {
    if (this.vitals.length === 0) {
      this.list.dataset.state = "empty";
      const box = { sign: "pulse", title: t("vitals.empty"), next: t("vitals.empty.next") };
      return fill(this.body, stateBox(box));
    }
    this.list.dataset.state = "ready";
    // The side of the city with the worst sign comes first.
    const groups = Map.groupBy(worstFirst(this.vitals), (vital) => vital.aspect);
    fill(
      this.body,
      h("p", { class: "vitals-says" }, this.sentence()),
      ...[...groups].map(([aspect, vitals]) =>
        h(
          "section",
          { class: "aspect" },
          h("h2", {}, packName("aspects", aspect), h("span", { class: "count" }, vitals.length)),
          h("div", { class: "vital-grid" }, ...vitals.map((vital) => this.card(vital))),
        )
      ),
    );
    this.showChosen();
  }

  sentence() {
    const counts = Object.fromEntries(
      ["red", "orange", "yellow", "blue"].map((grade) => [
        grade,
        this.vitals.filter((vital) => vital.grade === grade).length,
      ]),
    );
    return t("vitals.says", { all: this.vitals.length, ...counts });
  }

  /** @param {VitalRow} vital */
  card(vital) {
    return h(
      "button",
      {
        type: "button",
        class: vital.code === this.code ? "vital-card on" : "vital-card",
        "data-vital": vital.code,
        onclick: () => this.choose(vital.code),
      },
      h(
        "span",
        { class: "vital-name" },
        h("span", {}, vital.name),
        vital.grade ? gradeChip(vital.grade) : h("span", { class: "muted" }, ungradedText(vital)),
      ),
      vital.unmeasurable
        ? h("span", { class: "vital-value quiet" }, "–", h("small", {}, unmeasurableText(vital)))
        : h(
          "span",
          { class: "vital-value" },
          vitalText(vital, vital.value),
          h("small", {}, vital.unit),
        ),
      bandChart(vital),
    );
  }

  /** @param {string} code */
  choose(code) {
    this.actions.go(`/vitals${code ? `/${code}` : ""}${location.search}`);
  }

  showChosen() {
    for (const card of this.body.querySelectorAll("[data-vital]")) {
      card.classList.toggle("on", card.getAttribute("data-vital") === this.code);
    }
    const vital = this.vitals.find(({ code }) => code === this.code);
    this.side.hidden = !vital;
    this.element.classList.toggle("one", !vital);
    if (vital) this.showDetail(vital);
  }

  /** @param {VitalRow} vital */
  async showDetail(vital) {
    const content = h("div", { class: "vital-detail" }, skeleton(4));
    fill(
      this.side,
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, vital.name),
        vital.grade && gradeChip(vital.grade),
        closeButton(t("vitals.close"), () => this.choose("")),
      ),
      content,
    );
    try {
      /** @type {VitalDetail} */
      const detail = await request(`/vitals/${vital.code}${this.query}&forecast=true`);
      if (vital.code !== this.code) return;
      fill(content, ...this.detail(vital, detail));
    } catch (error) {
      fill(content, failedBox(error, t("vitals.failed"), () => this.showDetail(vital)));
    }
  }

  /** @param {VitalRow} vital @param {VitalDetail} detail */
  detail(vital, detail) {
    const { cause } = detail;
    return [
      h(
        "div",
        { class: "score-figure" },
        h("b", {}, vital.unmeasurable ? "–" : vitalText(vital, vital.value)),
        h("span", {}, vital.unmeasurable ? unmeasurableText(vital) : vital.unit),
        vital.before !== null && vital.before !== undefined &&
          h(
            "span",
            { class: "muted" },
            t("vitals.before", { value: vitalText(vital, vital.before) }),
          ),
      ),
      this.drawSeries(vital, detail),
      forecastTable(vital, detail.forecast ?? []),
      h("p", { class: "note" }, detail.why),
      vital.grade && detail.advice &&
      h("p", { class: "note" }, h("b", {}, t("vitals.advice")), detail.advice),
      cause?.since &&
      h(
        "p",
        { class: "hint" },
        t("vitals.since", {
          time: momentText(Date.parse(cause.since), Date.now()),
        }),
      ),
      ...(cause ? MOVERS.map((name) => moverTable(name, cause[name] ?? [])) : []),
      cause && cause.cases.length > 0 &&
      behindList(t("vitals.cases"), cause.cases, this.actions.openCase),
    ].filter((part) => part !== false && part !== null && part !== undefined);
  }

  /** @param {VitalRow} vital @param {VitalDetail} detail */
  drawSeries(vital, detail) {
    this.chart?.destroy();
    const chart = this.chart = new Chart({ title: t("vitals.series"), height: 200 });
    const points = detail.series.map((point) => ({
      at: momentText(Date.parse(point.at), Date.now()).slice(0, 5),
      value: point.value,
    }));
    const values = points.map(({ value }) => value).filter((value) => value !== undefined);
    const says = values.length === 0 ? t("vitals.series.none") : t("vitals.series.says", {
      name: vital.name,
      least: vitalText(vital, Math.min(...values)),
      greatest: vitalText(vital, Math.max(...values)),
      unit: vital.unit,
    });
    const edges = Object.entries(vital.edges ?? {});
    chart.show({
      says,
      columns: [t("vitals.column.at"), `${t("vitals.column.value")} ${vital.unit}`],
      rows: points.map(({ at, value }) => [at, value ?? "–"]),
      option: (colour) => ({
        xAxis: { type: "category", data: points.map(({ at }) => at), ...axisLook(colour) },
        yAxis: { type: "value", scale: true, ...axisLook(colour) },
        tooltip: { trigger: "axis" },
        series: [{
          type: "line",
          name: vital.name,
          data: points.map(({ value }) => value ?? null),
          showSymbol: points.length < 40,
          symbolSize: 4,
          lineStyle: { width: 2 },
          markLine: {
            silent: true,
            symbol: "none",
            label: { formatter: "{b}", position: "insideEndTop", color: colour("--text-2") },
            data: edges.map(([grade, edge]) => ({
              yAxis: edge,
              name: t(`grade.${grade}.short`),
              lineStyle: { color: colour(`--${grade}-edge`), type: "dashed", width: 1 },
            })),
          },
        }],
      }),
    });
    return chart.element;
  }

  retheme() {
    this.chart?.paint();
  }
}

/** @param {"areas" | "items" | "units"} name @param {Mover[]} movers */
function moverTable(name, movers) {
  if (movers.length === 0) return null;
  return h(
    "table",
    { class: "plain" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, t(`vitals.movers.${name}`)),
        h("th", { scope: "col", class: "number" }, t("vitals.movers.now")),
        h("th", { scope: "col", class: "number" }, t("vitals.movers.before")),
      ),
    ),
    h(
      "tbody",
      {},
      ...movers.map((mover) =>
        h(
          "tr",
          {},
          h("td", {}, mover.name ?? t("unknown")),
          h("td", { class: "number" }, h("b", {}, mover.now)),
          h("td", { class: "number" }, mover.before),
        )
      ),
    ),
  );
}

/** @param {VitalRow} vital @param {Outlook[]} outlooks */
function forecastTable(vital, outlooks) {
  if (outlooks.length === 0) return h("p", { class: "hint" }, t("vitals.forecast.none"));
  const [first] = outlooks;
  const { persistence, seasonal } = first.errors;
  const columns = [t("vitals.forecast"), t("vitals.column.value"), t("vitals.forecast.band")];
  return h(
    "section",
    {},
    h(
      "table",
      { class: "plain", "data-forecast": first.method },
      tableHead(columns),
      h(
        "tbody",
        {},
        ...outlooks.map((outlook) =>
          h(
            "tr",
            {},
            h("td", {}, momentText(Date.parse(outlook.at), Date.now())),
            h("td", { class: "number" }, vitalText(vital, outlook.value)),
            h(
              "td",
              { class: "number" },
              `${vitalText(vital, outlook.low)}–${vitalText(vital, outlook.high)}`,
            ),
          )
        ),
      ),
    ),
    h(
      "p",
      { class: "hint" },
      t(`vitals.method.${first.method}`),
      " · ",
      t("vitals.forecast.says", {
        tried: first.tried,
        error: vitalText(vital, first.errors[first.method]),
        simple: vitalText(vital, Math.min(persistence, seasonal)),
      }),
    ),
  );
}

/** @param {VitalRow} vital */
function sheetLine(vital) {
  return [
    vital.name,
    packName("aspects", vital.aspect),
    vital.value ?? unmeasurableText(vital),
    vital.unit,
    vital.grade ? t(`grade.${vital.grade}`) : ungradedText(vital),
    vital.usual,
    vital.before,
  ];
}
