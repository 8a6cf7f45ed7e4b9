// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { behindList } from "./behind_list.js";
import { drawn, fill, h } from "./element.js";
import { closeButton } from "./icons.js";
import { t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { keyFoot, listTools, tabRow } from "./list_tools.js";
import { stateBox } from "./notices.js";
import { daysChoice, daysQuery, readDays } from "./periods.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Days } from "./periods.js"
 *
 * @typedef {object} FormulaPart
 * @property {string} code
 * @property {string} name
 * @property {number} full the rate that brings all points
 * @property {number} zero the rate that brings none
 * @property {number} points
 *
 * @typedef {{ code: string, name: string, subject: string, why: string, parts: FormulaPart[] }} Formula
 *
 * @typedef {object} PartScore
 * @property {string} code
 * @property {number} count
 * @property {number} per
 * @property {number | null} [rate]
 * @property {number | null} [adjusted]
 * @property {number | null} [points]
 *
 * @typedef {object} Line
 * @property {string} key
 * @property {string} name
 * @property {number | null} points
 * @property {number | null} [adjusted]
 * @property {PartScore[]} parts
 */

const AXIS_WIDTH = 96;

/** League tables by the formulas of the packs; every number opens the cases behind it. */
export class ScoresPage {
  /** @param {PageContext} context */
  constructor({ actions }) {
    this.actions = actions;
    /** @type {Formula[]} */
    this.formulas = [];
    /** @type {Formula | null} */
    this.formula = null;
    /** @type {Line[]} */
    this.lines = [];
    this.days = readDays(new URLSearchParams());
    this.asked = "";
    this.key = "";
    this.part = "";
    this.period = daysChoice((/** @type {Days} */ days) => actions.refine({ ...days }));
    this.says = h("span", { class: "muted" });
    this.tabs = h("div", {});
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.side = h("aside", { class: "panel side", "aria-label": t("scores.detail"), hidden: true });
    this.list = h(
      "section",
      { class: "panel scores", "data-state": "loading", "aria-label": t("nav.scores") },
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, t("nav.scores")),
        ...this.period.elements,
        this.says,
        h(
          "div",
          { class: "tools" },
          ...listTools({
            title: t("nav.scores"),
            columns: () => [
              t("scores.rank"),
              this.subject(),
              t("scores.points"),
              t("scores.adjusted"),
              ...(this.formula?.parts ?? []).map((part) => part.name),
            ],
            rows: () =>
              Promise.resolve(this.lines.map((line, index) => [
                index + 1,
                line.name,
                round(line.points),
                round(line.adjusted),
                ...line.parts.map((part) => percent(part.rate)),
              ])),
          }),
        ),
      ),
      this.tabs,
      this.body,
      keyFoot([["J", "K", t("list.keys.move")], ["Esc", t("list.keys.close")]]),
    );
    this.element = h("div", { class: "columns wide-side one" }, this.list, this.side);
    this.keys = {
      j: () => this.move(1),
      k: () => this.move(-1),
    };
    this.loading = new ListLoading(this.list, this.body, "scores.failed");
  }

  subject() {
    return t(`scores.subject.${this.formula?.subject ?? "unit"}`);
  }

  /** @param {string} place @param {URLSearchParams} query */
  async open(place, query) {
    this.days = readDays(query);
    this.period.show(this.days);
    this.key = query.get("key") ?? "";
    this.part = query.get("part") ?? "";
    const asked = `${place} ${daysQuery(this.days)}`;
    if (asked === this.asked && this.formula) return this.showDetail();
    this.asked = asked;
    await this.load(place);
  }

  close() {
    this.loading.stop();
    this.asked = "";
  }

  /** @param {string} code */
  load(code) {
    return this.loading.run(async (signal) => {
      if (this.formulas.length === 0) {
        this.formulas = (await request("/evaluations", { signal })).elements;
      }
      this.formula = this.formulas.find((formula) => formula.code === code) ?? this.formulas[0] ??
        null;
      this.showTabs();
      if (!this.formula) return this.showEmpty();
      const path = `/evaluations/${this.formula.code}?${daysQuery(this.days)}`;
      this.lines = (await request(path, { signal })).elements;
      this.lines.sort((a, b) => (b.points ?? -1) - (a.points ?? -1));
      this.show();
    }, true);
  }

  showTabs() {
    fill(
      this.tabs,
      tabRow(
        t("nav.scores"),
        this.formulas.map(({ code, name }) => ({ code, name })),
        this.formula?.code ?? "",
        (code) => this.actions.go(`/scores/${code}?from=${this.days.from}&to=${this.days.to}`),
      ),
    );
  }

  showEmpty() {
    this.list.dataset.state = "empty";
    this.side.hidden = true;
    this.element.classList.add("one");
    fill(
      this.body,
      stateBox({ sign: "filter", title: t("scores.empty"), next: t("scores.empty.next") }),
    );
  }

  show() {
    const formula = this.formula;
    if (!formula || this.lines.length === 0) return this.showEmpty();
    this.list.dataset.state = "ready";
    this.says.textContent = formula.why;
    const points = this.lines.map((line) => line.points ?? 0);
    const axis = { least: Math.min(...points), greatest: Math.max(...points) };
    fill(
      this.body,
      h(
        "table",
        { class: "table league" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("scores.rank")),
            h("th", { scope: "col" }, this.subject()),
            h("th", { scope: "col", colspan: 2 }, t("scores.points")),
            ...formula.parts.map((part) => h("th", { scope: "col", class: "figure" }, part.name)),
          ),
        ),
        h("tbody", {}, ...this.lines.map((line, index) => this.line(line, index, axis))),
      ),
      h("p", { class: "hint league-hint" }, this.formulaText(formula)),
    );
    this.showDetail();
  }

  /** @param {Formula} formula */
  formulaText(formula) {
    const sum = formula.parts.map((part) => `${part.name} ${part.points}`).join(" + ");
    return t("scores.formula", { sum });
  }

  /** @param {Line} line @param {number} index @param {{ least: number, greatest: number }} axis */
  line(line, index, axis) {
    return h(
      "tr",
      { class: line.key === this.key && "on", "data-key": line.key },
      h("td", { class: "rank" }, h("b", {}, index + 1)),
      h(
        "td",
        {},
        h("button", {
          type: "button",
          class: "link",
          "data-do": "open",
          onclick: () => this.actions.refine({ key: line.key, part: "" }),
        }, h("b", {}, line.name || t("unknown"))),
      ),
      h("td", { class: "dot-axis" }, dotAxis(line.points, axis)),
      h("td", { class: "figure points" }, h("b", {}, round(line.points))),
      ...line.parts.map((part) =>
        h(
          "td",
          { class: "figure" },
          part.rate === null || part.rate === undefined
            ? h("span", { class: "muted" }, "–")
            : h("button", {
              type: "button",
              class: "link",
              title: t("scores.behind", { count: part.count, per: part.per }),
              onclick: () => this.actions.refine({ key: line.key, part: part.code }),
            }, `${percent(part.rate)} %`),
        )
      ),
    );
  }

  // One line, and the cases behind a number

  showDetail() {
    const line = this.lines.find(({ key }) => key === this.key);
    for (const row of this.body.querySelectorAll("tr[data-key]")) {
      row.classList.toggle("on", row.getAttribute("data-key") === this.key && this.key !== "");
    }
    this.side.hidden = !line;
    this.element.classList.toggle("one", !line);
    const formula = this.formula;
    if (!line || !formula) return;
    const rank = this.lines.indexOf(line) + 1;
    const lost = line.parts.map((part, index) => ({
      part,
      formula: formula.parts[index],
      lost: part.points === null || part.points === undefined
        ? 0
        : formula.parts[index].points - part.points,
    }));
    const worst = lost.toSorted((a, b) => b.lost - a.lost)[0];
    const chosen = lost.find(({ part }) => part.code === this.part) ?? worst;
    fill(
      this.side,
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, line.name),
        h("span", { class: "muted" }, t("scores.place", { rank })),
        closeButton(t("scores.close"), () => this.actions.refine({ key: "", part: "" })),
      ),
      h(
        "div",
        { class: "score-figure" },
        h("b", {}, round(line.points)),
        h("span", { class: "muted" }, t("scores.adjusted.is", { points: round(line.adjusted) })),
      ),
      h(
        "table",
        { class: "plain parts" },
        h(
          "tbody",
          {},
          ...lost.map(({ part, formula }) =>
            h(
              "tr",
              {},
              h(
                "td",
                {},
                h("button", {
                  type: "button",
                  class: part === chosen.part ? "link on" : "link",
                  onclick: () => this.actions.refine({ part: part.code }),
                }, formula.name),
              ),
              h(
                "td",
                {},
                h(
                  "span",
                  { class: "bar" },
                  h("i", {
                    style: `width:${(part.points ?? 0) / formula.points * 100}%`,
                  }),
                ),
              ),
              h(
                "td",
                { class: "number" },
                h("b", {}, round(part.points)),
                ` / ${formula.points}`,
              ),
            )
          ),
        ),
      ),
      worst.lost > 0 &&
        h(
          "p",
          { class: "note" },
          t("scores.worst", {
            name: worst.formula.name,
            lost: round(worst.lost),
          }),
        ),
      this.behind(line, chosen.formula),
    );
  }

  /** @param {Line} line @param {FormulaPart} part */
  behind(line, part) {
    // Where a high rate is good, those that were not counted cost the points.
    const counted = part.full < part.zero;
    const query = new URLSearchParams({
      key: line.key,
      part: part.code,
      counted: String(counted),
    });
    const path = `/evaluations/${this.formula?.code}/cases?${daysQuery(this.days)}&${query}`;
    return behindList(t("scores.cost", { name: part.name }), path, this.actions.openCase);
  }

  /** @param {1 | -1} direction */
  move(direction) {
    const at = this.lines.findIndex(({ key }) => key === this.key);
    const next = this.lines[Math.min(this.lines.length - 1, Math.max(0, at + direction))];
    if (!next) return;
    this.actions.refine({ key: next.key, part: "" });
    this.body.querySelector(`tr[data-key="${CSS.escape(next.key)}"]`)
      ?.scrollIntoView({ block: "nearest" });
  }
}

/** A dot between the least and the greatest of the table: bars that do not begin at zero deceive. */
/** @param {number | null} points @param {{ least: number, greatest: number }} axis */
function dotAxis(points, { least, greatest }) {
  const share = greatest > least ? ((points ?? least) - least) / (greatest - least) : 0.5;
  return drawn(
    "svg",
    { width: AXIS_WIDTH, height: 16, viewBox: `0 0 ${AXIS_WIDTH} 16`, "aria-hidden": "true" },
    drawn("path", { d: `M4 8h${AXIS_WIDTH - 8}`, stroke: "var(--line-strong)" }),
    drawn("circle", { cx: 6 + share * (AXIS_WIDTH - 12), cy: 8, r: 4, fill: "var(--data-2)" }),
  );
}

/** @param {number | null | undefined} points */
function round(points) {
  return points === null || points === undefined ? "–" : points.toFixed(1);
}

/** @param {number | null | undefined} rate */
function percent(rate) {
  return rate === null || rate === undefined ? "–" : (rate * 100).toFixed(1);
}
