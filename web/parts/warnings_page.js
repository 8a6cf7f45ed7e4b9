// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { fill, h, tableHead } from "./element.js";
import { GRADES } from "./filters.js";
import { closeButton, gradeChip } from "./icons.js";
import { t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { sayError, stateBox, toast } from "./notices.js";
import { daysChoice, daysQuery, readDays } from "./periods.js";
import { said } from "./problems.js";
import { fullText, momentText } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 *
 * @typedef {{ kind: string, grade: string, at: string, why: string, by: { name: string } | null }} Change
 *
 * @typedef {object} Warning
 * @property {string} id
 * @property {string | null} kind
 * @property {string} title
 * @property {Record<string, { id: string, name: string }>} area
 * @property {string} source
 * @property {string} grade
 * @property {string} from
 * @property {string} to
 * @property {string} why
 * @property {boolean} standing
 * @property {string[]} measures
 * @property {Change[]} changes
 * @property {string[]} signals
 *
 * @typedef {object} Score
 * @property {string} kind
 * @property {string} name
 * @property {number} issued
 * @property {number} hits
 * @property {number} false
 * @property {number} missed
 * @property {number} late
 * @property {number | null} [precision]
 * @property {number | null} [leadMinutes]
 *
 * @typedef {{ code: string, name: string }} Kind
 */

/** Early warnings: what stands, what is to be done, and how good they were. */
export class WarningsPage {
  /** @param {PageContext} context */
  constructor({ session, directory, actions }) {
    this.actions = actions;
    this.directory = directory;
    this.mayWarn = session.permissions.includes("warn");
    /** @type {Warning[]} */
    this.warnings = [];
    /** @type {Score[]} */
    this.scores = [];
    /** @type {Kind[]} */
    this.kinds = [];
    this.chosen = "";
    this.asked = "";
    this.days = readDays(new URLSearchParams());
    this.period = daysChoice((days) => actions.refine({ ...days }));
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.side = h("aside", {
      class: "panel side",
      "aria-label": t("warnings.detail"),
      hidden: true,
    });
    this.list = h(
      "section",
      { class: "panel warnings", "data-state": "loading", "aria-label": t("nav.warnings") },
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, t("nav.warnings")),
        ...this.period.elements,
        h(
          "div",
          { class: "tools" },
          this.mayWarn && h("button", {
            type: "button",
            class: "button primary",
            "data-tool": "issue",
            onclick: () => this.showForm(),
          }, t("warnings.issue")),
        ),
      ),
      this.body,
    );
    this.element = h("div", { class: "columns wide-side one" }, this.list, this.side);
    this.loading = new ListLoading(this.list, this.body, "warnings.failed");
  }

  /** @param {string} place @param {URLSearchParams} query */
  open(place, query) {
    this.days = readDays(query);
    this.period.show(this.days);
    this.chosen = place;
    const asked = daysQuery(this.days);
    if (asked === this.asked && this.list.dataset.state === "ready") return this.showChosen();
    this.asked = asked;
    return this.load();
  }

  close() {
    this.loading.stop();
    this.asked = "";
  }

  /** Something changed faster than anybody could follow. */
  missed() {
    this.load();
  }

  load() {
    return this.loading.run(async (signal) => {
      const [page, scores, kinds] = await Promise.all([
        request("/warnings?limit=200", { signal }),
        request(`/warnings/scores?${daysQuery(this.days)}`, { signal }),
        request("/warnings/kinds", { signal }),
      ]);
      this.warnings = page.elements;
      this.scores = scores.elements;
      this.kinds = kinds.kinds;
      this.show();
    }, true);
  }

  show() {
    const standing = this.warnings.filter((warning) => warning.standing);
    const past = this.warnings.filter((warning) => !warning.standing);
    fill(
      this.body,
      h("section", { class: "aspect" }, h("h2", {}, t("warnings.standing")), this.table(standing)),
      h("section", { class: "aspect" }, h("h2", {}, t("warnings.score")), this.scoreTable()),
      h("section", { class: "aspect" }, h("h2", {}, t("warnings.past")), this.table(past)),
    );
    this.list.dataset.state = "ready";
    this.showChosen();
  }

  /** @param {Warning[]} warnings */
  table(warnings) {
    if (warnings.length === 0) {
      return stateBox({
        sign: "pulse",
        title: t("warnings.none"),
        next: t("warnings.none.next"),
      });
    }
    const columns = ["grade", "title", "area", "time", "why"];
    return h(
      "table",
      { class: "plain" },
      tableHead(columns.map((name) => t(`warnings.${name}`))),
      h("tbody", {}, ...warnings.map((warning) => this.row(warning))),
    );
  }

  /** @param {Warning} warning */
  row(warning) {
    return h(
      "tr",
      {},
      h("td", {}, gradeChip(warning.grade)),
      h(
        "td",
        {},
        h("button", {
          type: "button",
          class: warning.id === this.chosen ? "link on" : "link",
          "data-warning": warning.id,
          onclick: () => this.choose(warning.id),
        }, warning.title),
      ),
      h("td", {}, placeName(warning)),
      h("td", {}, span(warning)),
      h("td", {}, warning.why || t(`warnings.source.${warning.source}`)),
    );
  }

  scoreTable() {
    const columns = ["kind", "issued", "hits", "false", "missed", "late", "lead"];
    return h(
      "table",
      { class: "plain" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...columns.map((name, index) =>
            h("th", { scope: "col", class: index ? "number" : "" }, t(`warnings.column.${name}`))
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...this.scores.map((score) =>
          h(
            "tr",
            {},
            h("td", {}, score.name),
            ...[score.issued, score.hits, score.false, score.missed, score.late].map((count) =>
              h("td", { class: "number" }, count)
            ),
            h(
              "td",
              { class: "number" },
              score.leadMinutes === null || score.leadMinutes === undefined
                ? "–"
                : t("warnings.minutes", { count: score.leadMinutes }),
            ),
          )
        ),
      ),
    );
  }

  /** @param {string} id */
  choose(id) {
    this.actions.go(`/warnings${id ? `/${id}` : ""}${location.search}`);
  }

  showChosen() {
    for (const link of this.body.querySelectorAll("[data-warning]")) {
      link.classList.toggle("on", link.getAttribute("data-warning") === this.chosen);
    }
    const warning = this.warnings.find(({ id }) => id === this.chosen);
    this.side.hidden = !warning;
    this.element.classList.toggle("one", !warning);
    if (warning) this.showDetail(warning);
  }

  /** @param {Warning} warning */
  showDetail(warning) {
    const words = h("p", { class: "hint", role: "alert", hidden: true });
    const reason = h("input", {
      class: "filter",
      maxlength: 200,
      "aria-label": t("warnings.reason"),
      placeholder: t("warnings.reason"),
    });
    const grade = h(
      "select",
      { class: "filter", "aria-label": t("warnings.grade") },
      ...GRADES.map((name) => option(name, t(`grade.${name}`), warning.grade)),
    );
    fill(
      this.side,
      head(warning.title, () => this.choose(""), gradeChip(warning.grade)),
      h("p", { class: "note" }, placeName(warning), " · ", span(warning)),
      warning.why && h("p", { class: "note" }, warning.why),
      h("h3", { class: "note" }, t("warnings.measures")),
      h("ul", { class: "note" }, ...warning.measures.map((measure) => h("li", {}, measure))),
      h(
        "ul",
        { class: "note" },
        ...warning.changes.map((change) =>
          h(
            "li",
            {},
            `${fullText(Date.parse(change.at))} ${t(`warnings.change.${change.kind}`)} `,
            t(`grade.${change.grade}`),
            change.by ? ` ${change.by.name}` : "",
            change.why && ` ${change.why}`,
          )
        ),
      ),
      h("p", { class: "hint" }, t("warnings.signals", { count: warning.signals.length })),
      h("p", { class: "note" }, h("a", { href: `/api/v1/warnings/${warning.id}.cap` }, "CAP 1.2")),
      this.mayWarn && warning.standing && h(
        "div",
        { class: "page-head" },
        grade,
        reason,
        h("button", {
          type: "button",
          class: "button",
          onclick: () =>
            this.send(
              `/warnings/${warning.id}/grade`,
              { grade: grade.value, why: reason.value },
              words,
            ),
        }, t("warnings.regrade")),
        h("button", {
          type: "button",
          class: "button",
          "data-tool": "lift",
          onclick: () => this.send(`/warnings/${warning.id}/lift`, { why: reason.value }, words),
        }, t("warnings.lift")),
      ),
      words,
    );
  }

  showForm() {
    const words = h("p", { class: "hint", role: "alert", hidden: true });
    const kind = h(
      "select",
      { class: "filter", "aria-label": t("warnings.kind") },
      ...this.kinds.map(({ code, name }) => option(code, name)),
    );
    const grade = h(
      "select",
      { class: "filter", "aria-label": t("warnings.grade") },
      ...GRADES.map((name) => option(name, t(`grade.${name}`), "yellow")),
    );
    const area = h(
      "select",
      { class: "filter", "aria-label": t("warnings.area") },
      ...this.directory.areas.filter(({ level }) => level === "district" || level === "street")
        .map(({ id, name }) => option(id, name)),
    );
    const why = h("input", {
      class: "filter",
      maxlength: 500,
      "aria-label": t("warnings.why"),
      placeholder: t("warnings.why"),
    });
    this.side.hidden = false;
    this.element.classList.remove("one");
    fill(
      this.side,
      head(t("warnings.issue"), () => this.showChosen()),
      h("div", { class: "page-head" }, kind, grade, area, why),
      h(
        "div",
        { class: "page-head" },
        h("button", {
          type: "button",
          class: "button primary",
          "data-tool": "send",
          onclick: () =>
            this.send("/warnings", {
              kind: kind.value,
              grade: grade.value,
              area: area.value,
              why: why.value,
            }, words),
        }, t("warnings.issue")),
      ),
      words,
    );
  }

  /** @param {string} path @param {Record<string, string>} body @param {HTMLElement} words */
  async send(path, body, words) {
    sayError(words, "");
    try {
      const warning = await request(path, { method: "POST", body });
      toast(t("warnings.done"));
      await this.load();
      this.choose(warning.id);
    } catch (error) {
      sayError(words, said(error).title);
    }
  }
}

/** @param {string} title @param {() => void} close @param {HTMLElement | false} [chip] */
function head(title, close, chip = false) {
  return h(
    "div",
    { class: "panel-head" },
    h("h2", {}, title),
    chip,
    closeButton(t("warnings.close"), close),
  );
}

/** @param {Warning} warning */
function placeName(warning) {
  return Object.values(warning.area).at(-1)?.name ?? t("unknown");
}

/** @param {Warning} warning */
function span(warning) {
  const now = Date.now();
  return `${momentText(Date.parse(warning.from), now)} – ${
    momentText(Date.parse(warning.to), now)
  }`;
}
