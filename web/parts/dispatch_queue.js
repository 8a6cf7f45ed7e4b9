// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { unitOptions } from "./choices.js";
import { lengthText } from "./clock.js";
import { fill, h } from "./element.js";
import { GRADES } from "./filters.js";
import { channelIcon, gradeMark } from "./icons.js";
import { packName, t } from "./language.js";
import { toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { moment, momentText } from "./times.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { CaseRow, Named, Proposal } from "./types.js"
 *
 * @typedef {CaseRow & { proposal: Proposal | null }} Waiting
 *
 * @typedef {object} QueueEvents
 * @property {(number: string) => void} open
 * @property {(number: string) => void} moved
 * @property {() => void} showAll
 */

/** From here on the machine's proposal can be taken without looking closer. */
const SURE = 0.8;
const CHOICES_MAX = 9;
const TOGETHER = 4;

/** The rows of the dispatcher's queue: one is current and shows its reasons; some may be selected. */
export class DispatchQueue {
  /** @param {Directory} directory @param {QueueEvents} events */
  constructor(directory, events) {
    this.directory = directory;
    this.events = events;
    /** @type {Waiting[]} */
    this.rows = [];
    /** Numbers of the cases that are selected. @type {Set<string>} */
    this.selected = new Set();
    /** What is shown, in order. @type {Waiting[]} */
    this.shown = [];
    this.current = "";
    this.isBusy = false;
    /** @type {Named[]} */
    this.choices = [];
    this.reasons = h("div", { class: "reasons" });
    this.bulk = h("div", { class: "bulk", hidden: true });
    this.body = h("tbody", {});
    this.table = h(
      "table",
      { class: "table queue" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", {}, h("span", { class: "hidden" }, t("dispatch.keys.select"))),
          h("th", { "aria-hidden": "true" }),
          ...["problem", "item", "proposal", "confidence", "reason"].map((name) =>
            h("th", { scope: "col" }, t(`dispatch.column.${name}`))
          ),
          h("th", { scope: "col", class: "figure" }, t("dispatch.column.waiting")),
          h("th", {}, h("span", { class: "hidden" }, t("dispatch.accept"))),
        ),
      ),
      this.body,
    );
    /** @type {Record<string, () => void>} */
    this.keys = {
      j: () => this.move(1),
      k: () => this.move(-1),
      o: () => this.current && events.open(this.current),
      " ": () => this.select(this.current),
      enter: () => {
        // The row that has the focus is chosen first, and accepted when it is the current one.
        const focused = document.activeElement?.closest("tr")?.getAttribute("data-number");
        if (focused && focused !== this.current) this.choose(focused);
        else this.accept(this.current);
      },
    };
    for (let digit = 1; digit <= CHOICES_MAX; digit++) {
      this.keys[String(digit)] = () => {
        const choice = this.choices[digit - 1];
        const row = this.find(this.current);
        if (choice && row) this.give(row, choice);
      };
    }
  }

  /** @param {Waiting[]} rows */
  take(rows) {
    this.rows = rows;
    const numbers = new Set(rows.map((row) => row.number ?? ""));
    for (const number of this.selected) if (!numbers.has(number)) this.selected.delete(number);
  }

  /** @param {Waiting} row */
  isSure(row) {
    return (row.proposal?.unit ?? null) !== null && (row.proposal?.confidence ?? 0) >= SURE;
  }

  /** @param {string} number */
  find(number) {
    return this.rows.find((row) => row.number === number);
  }

  /** By grade, and the longest waiting first within it. @param {Waiting[]} rows */
  draw(rows) {
    this.shown = rows.toSorted((a, b) =>
      GRADES.indexOf(a.grade ?? "blue") - GRADES.indexOf(b.grade ?? "blue") ||
      (moment(a.filedAt) ?? 0) - (moment(b.filedAt) ?? 0)
    );
    if (!this.shown.some((row) => row.number === this.current)) {
      this.current = this.shown[0]?.number ?? "";
      this.loadReasons();
    }
    this.redraw();
    return this.table;
  }

  redraw() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const row = focused?.closest?.("tr[data-number]");
    const [number, name] = [row?.getAttribute("data-number"), focused?.dataset.do];
    fill(
      this.body,
      ...this.shown.flatMap((row) => {
        const drawn = this.drawRow(row);
        return row.number === this.current ? [drawn, this.reasonsRow()] : [drawn];
      }),
    );
    this.showBulk();
    if (number && name && this.table.isConnected) {
      const again = this.body.querySelector(`tr[data-number="${number}"] [data-do="${name}"]`);
      /** @type {HTMLElement | null} */ (again)?.focus({ preventScroll: true });
    }
  }

  /** @param {Waiting} row */
  drawRow(row) {
    const number = row.number ?? "";
    const isCurrent = number === this.current;
    const { proposal } = row;
    const confidence = Math.round((proposal?.confidence ?? 0) * 100);
    const place = [row.area?.street?.name ?? (row.outside ? t("list.outside") : ""), row.address]
      .filter(Boolean).join(" · ");
    const box = h("input", {
      type: "checkbox",
      checked: this.selected.has(number),
      "data-do": "select",
      "aria-label": t("dispatch.select", { number }),
      onchange: () => this.select(number),
    });
    return h(
      "tr",
      {
        class: isCurrent ? "on" : false,
        "data-number": number,
        onclick: (/** @type {MouseEvent} */ event) => {
          const target = /** @type {HTMLElement} */ (event.target);
          if (!target.closest("button, input, a")) this.choose(number);
        },
      },
      h("td", {}, box),
      h("td", {}, gradeMark(row.grade ?? "blue")),
      h(
        "td",
        {},
        h("button", {
          type: "button",
          class: "link title",
          "data-do": "choose",
          "aria-expanded": String(isCurrent),
          onclick: () => this.choose(number),
        }, h("b", {}, row.title || t("item.none"))),
        h(
          "span",
          { class: "two with-icon" },
          channelIcon(row.channel ?? "system"),
          `${number} ${place}`,
        ),
      ),
      h("td", {}, packName("items", row.item)),
      h(
        "td",
        {},
        proposal?.unit
          ? h("b", {}, proposal.unit.name)
          : h("span", { class: "muted" }, t("case.proposal.none")),
      ),
      h(
        "td",
        { class: "sureness" },
        proposal?.unit && h(
          "span",
          { class: this.isSure(row) ? "bar" : "bar quiet" },
          h("i", { style: `width:${confidence}%` }),
        ),
        proposal?.unit && h("b", {}, `${confidence} %`),
      ),
      h("td", { class: "why" }, this.reason(row)),
      h("td", { class: "figure" }, lengthText(Date.now() - (moment(row.filedAt) ?? Date.now()))),
      h(
        "td",
        { class: "figure" },
        proposal?.unit && h(
          "button",
          {
            type: "button",
            class: isCurrent && this.isSure(row) ? "button primary" : "button",
            "data-do": "accept",
            disabled: this.isBusy,
            onclick: () => this.accept(number),
          },
          t("dispatch.accept"),
          isCurrent && h("kbd", { "aria-hidden": "true" }, "⏎"),
        ),
      ),
    );
  }

  /** @param {Waiting} row */
  reason(row) {
    const { proposal } = row;
    if (!row.item) return t("dispatch.reason.item");
    if (!proposal) return t("case.proposal.reason.other");
    if (proposal.reason) return t(`case.proposal.reason.${proposal.reason}`);
    return proposal.why || t("dispatch.reason.outside");
  }

  // Reasons of the current row

  reasonsRow() {
    return h("tr", { class: "on reasons-row" }, h("td", { colspan: 9 }, this.reasons));
  }

  async loadReasons() {
    const number = this.current;
    this.choices = [];
    const row = this.find(number);
    if (!row) return fill(this.reasons);
    this.showReasons(row, { similar: [], units: [] });
    try {
      const found = await request(`/cases/${number}/proposals`);
      if (number === this.current) this.showReasons(row, found);
    } catch {
      // The queue works without what the machine has to say besides.
    }
  }

  /**
   * @param {Waiting} row
   * @param {{ similar: { number: string, title: string, unit: Named | null, closedAt: string | null,
   *   likeness: number }[], units: { item: string, confidence: number }[] }} found
   */
  showReasons(row, found) {
    this.choices = this.alternatives(row, found);
    const similar = found.similar.slice(0, 3);
    fill(
      this.reasons,
      h(
        "section",
        {},
        h(
          "h2",
          {},
          row.proposal?.unit
            ? t("dispatch.why", { unit: row.proposal.unit.name })
            : t("case.proposal.none"),
        ),
        h("p", {}, this.reason(row)),
        row.area?.grid &&
          h("p", { class: "muted" }, t("dispatch.where", { grid: row.area.grid.name })),
        (row.returns ?? 0) > 0 && h("p", {}, t("dispatch.returned", { count: row.returns })),
      ),
      h(
        "section",
        {},
        h("h2", {}, t("dispatch.similar")),
        similar.length === 0 && h("p", { class: "muted" }, t("dispatch.similar.none")),
        ...similar.map((other) =>
          h(
            "p",
            { class: "pair-line" },
            h("button", {
              type: "button",
              class: "link",
              onclick: () => this.events.open(other.number),
            }, other.title),
            h(
              "span",
              { class: "muted" },
              [
                other.unit?.name,
                other.closedAt && momentText(moment(other.closedAt) ?? 0, Date.now()),
              ]
                .filter(Boolean).join(" · "),
            ),
          )
        ),
      ),
      h(
        "section",
        {},
        h("h2", {}, t("dispatch.others")),
        ...this.choices.map((unit, index) =>
          h(
            "button",
            { type: "button", class: "choice", onclick: () => this.give(row, unit) },
            h("kbd", {}, index + 1),
            unit.name,
          )
        ),
        this.otherUnit(row),
      ),
    );
  }

  /** @param {Waiting} row */
  otherUnit(row) {
    const select = h(
      "select",
      {
        "aria-label": t("step.unit"),
        onchange: () => {
          const unit = this.directory.find("unit", select.value);
          if (unit) this.give(row, unit);
        },
      },
      h("option", { value: "" }, t("dispatch.other")),
      ...unitOptions(this.directory),
    );
    return select;
  }

  /** Whom else the case may go to, the likeliest first. */
  /** @param {Waiting} row @param {{ similar: { unit: Named | null }[], units: { item: string }[] }} found */
  alternatives(row, found) {
    const byCode = new Map(this.directory.units.map((unit) => [Reflect.get(unit, "code"), unit]));
    const street = row.area?.street?.id;
    const centre = this.directory.units.find((unit) =>
      unit.kind === "streetCentre" && street && Reflect.get(unit, "area") === street
    );
    /** @type {(Named | null | undefined)[]} */
    const wanted = [
      ...found.units.map((guess) => byCode.get(guess.item)),
      ...found.similar.map((other) => other.unit),
      centre,
    ];
    const seen = new Set([row.proposal?.unit?.id]);
    /** @type {Named[]} */
    const units = [];
    for (const unit of wanted) {
      if (!unit || seen.has(unit.id) || units.length >= CHOICES_MAX) continue;
      seen.add(unit.id);
      units.push({ id: unit.id, name: unit.name });
    }
    return units;
  }

  // What the person does

  /** @param {string} number */
  choose(number) {
    this.current = number;
    this.loadReasons();
    this.redraw();
  }

  /** @param {1 | -1} direction */
  move(direction) {
    const shown = this.shown;
    const at = shown.findIndex((row) => row.number === this.current);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + direction))];
    if (!next) return;
    this.choose(next.number ?? "");
    this.focus();
  }

  focus() {
    const button = this.body.querySelector(`tr[data-number="${this.current}"] [data-do="choose"]`);
    if (!(button instanceof HTMLElement)) return;
    button.focus({ preventScroll: true });
    button.closest("tr")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} number */
  select(number) {
    if (!number) return;
    if (this.selected.has(number)) this.selected.delete(number);
    else this.selected.add(number);
    this.redraw();
  }

  /** @param {string} number */
  accept(number) {
    const row = this.find(number);
    if (row?.proposal?.unit) this.give(row, row.proposal.unit);
  }

  /** @param {Waiting} row @param {Named} unit */
  async give(row, unit) {
    if (this.isBusy) return;
    this.isBusy = true;
    const number = row.number ?? "";
    const shown = this.shown;
    const at = shown.findIndex((other) => other.number === number);
    try {
      await this.send(row, unit);
      toast(t("dispatch.done", { number, unit: unit.name }), {
        label: t("report.open"),
        run: () => this.events.open(number),
      });
      if (number === this.current) {
        this.current = (shown[at + 1] ?? shown[at - 1])?.number ?? "";
        this.loadReasons();
      }
      this.isBusy = false;
      this.events.moved(number);
      this.focus();
    } catch (error) {
      this.isBusy = false;
      toast(saidShortly(error));
      this.events.showAll();
    }
  }

  /** @param {Waiting} row @param {Named} unit */
  send(row, unit) {
    return request(`/cases/${encodeURIComponent(row.number ?? "")}/steps`, {
      method: "POST",
      body: { action: "dispatch", unit: unit.id, version: row.version },
    });
  }

  // Many at once

  showBulk() {
    const rows = [...this.selected].map((number) => this.find(number)).filter((row) => row);
    const given = rows.filter((row) => row?.proposal?.unit);
    const units = new Set(given.map((row) => row?.proposal?.unit?.id));
    const sure = this.shown.filter((row) => this.isSure(row));
    this.bulk.hidden = rows.length === 0 && sure.length < 2;
    if (this.bulk.hidden) return;
    if (rows.length === 0) {
      fill(
        this.bulk,
        h("span", { class: "grow" }, t("dispatch.bulk.sure", { count: sure.length })),
        h("button", {
          type: "button",
          class: "button",
          "data-do": "select-sure",
          onclick: () => {
            for (const row of sure) this.selected.add(row.number ?? "");
            this.redraw();
          },
        }, t("dispatch.bulk.select")),
      );
      return;
    }
    fill(
      this.bulk,
      h("b", {}, t("dispatch.bulk.count", { count: rows.length })),
      h(
        "span",
        { class: "grow" },
        t("dispatch.bulk.units", { count: given.length, units: units.size }),
      ),
      h("button", {
        type: "button",
        class: "button",
        onclick: () => {
          this.selected.clear();
          this.redraw();
        },
      }, t("dispatch.bulk.clear")),
      h("button", {
        type: "button",
        class: "button accent",
        "data-do": "accept-all",
        disabled: given.length === 0 || this.isBusy,
        onclick: () => this.acceptAll(/** @type {Waiting[]} */ (given)),
      }, t("dispatch.bulk.accept")),
    );
  }

  /** @param {Waiting[]} rows */
  async acceptAll(rows) {
    this.isBusy = true;
    const waiting = [...rows];
    let done = 0;
    let refused = 0;
    const work = async () => {
      for (let row = waiting.pop(); row; row = waiting.pop()) {
        try {
          await this.send(row, /** @type {Named} */ (row.proposal?.unit));
          this.selected.delete(row.number ?? "");
          done += 1;
        } catch {
          // Another came first, or the line broke: it stays selected and in the list.
          refused += 1;
        }
        fill(this.bulk, h("b", {}, t("dispatch.bulk.running", { done, count: rows.length })));
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
    this.isBusy = false;
    const key = refused > 0 ? "dispatch.bulk.partly" : "dispatch.bulk.done";
    toast(t(key, { done, refused }));
    this.events.showAll();
  }
}
