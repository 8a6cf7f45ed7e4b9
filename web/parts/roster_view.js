// @ts-check
/// <reference lib="dom" />

import { dutyForm } from "./admin_forms.js";
import { request } from "./api.js";
import { option, unitOptions } from "./choices.js";
import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { stateBox, toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { dayStart, dayText, inputMoment, moment, momentText, timeText, weekday } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Named } from "./types.js"
 *
 * @typedef {{ id: string, staff: Named, unit: Named | null, from: string, to: string }} Duty
 */

const DAY = 24 * 60 * 60 * 1000;
const DAYS = 7;

/** The roster of a week: a line for each person, a column for each day. */
export class RosterView {
  /** @param {PageContext} context */
  constructor({ session, directory, actions }) {
    this.session = session;
    this.directory = directory;
    this.actions = actions;
    this.mayPlan = ["correct", "master"].some((word) => session.permissions.includes(word));
    /** @type {Duty[]} */
    this.duties = [];
    /** @type {any[]} orders whose holder's shift is over */
    this.left = [];
    this.from = monday(Date.now());
    this.unit = "";
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.head = h("div", { class: "filters" });
    this.element = h("div", { class: "tab-view" }, this.head, this.body);
  }

  /** @param {URLSearchParams} query @param {AbortSignal} signal */
  async load(query, signal) {
    const asked = inputMoment(query.get("week") ?? "");
    this.from = monday(Number.isNaN(asked) ? Date.now() : asked);
    this.unit = query.get("unit") ?? "";
    const span = [this.from, this.to].map((at) => new Date(at).toISOString());
    const found = await request(`/duties?from=${span[0]}&to=${span[1]}`, { signal });
    this.duties = found.elements;
    this.left = this.session.permissions.includes("handle")
      ? (await request("/shifts/left", { signal })).elements
      : [];
    this.show();
  }

  get to() {
    return dayStart(this.from, DAYS);
  }

  /** Goes to the week that begins so many days from this one. @param {number} days */
  move(days) {
    this.actions.refine({ week: days === 0 ? "" : dayText(dayStart(this.from, days)) });
  }

  show() {
    const week = (/** @type {string} */ name, /** @type {number} */ days) =>
      h("button", {
        type: "button",
        class: "button",
        "data-week": name,
        onclick: () => this.move(days),
      }, t(`roster.${name}`));
    const choose = h(
      "select",
      {
        class: "filter",
        "aria-label": t("admin.column.unit"),
        onchange: () => this.actions.refine({ unit: choose.value }),
      },
      option("", t("roster.units"), this.unit),
      ...unitOptions(this.directory, this.unit),
    );
    const last = dayStart(this.from, DAYS - 1);
    fill(
      this.head,
      week("before", -DAYS),
      week("now", 0),
      week("after", DAYS),
      h("b", { class: "roster-span" }, `${dateText(this.from)} – ${dateText(last)}`),
      choose,
      h("span", { class: "grow" }),
      this.mayPlan && h("button", {
        type: "button",
        class: "button primary",
        "data-do": "plan",
        onclick: () => this.plan(Math.max(this.from, Math.ceil(Date.now() / DAY * 24) * DAY / 24)),
      }, t("form.duty.new")),
    );
    const shown = this.duties.filter(({ unit }) => !this.unit || unit?.id === this.unit);
    const people = new Map(shown.map((duty) => [duty.staff.id, duty]));
    if (people.size === 0) {
      const next = t(this.mayPlan ? "roster.empty.next" : "roster.empty.ask");
      const empty = stateBox({ sign: "clock", title: t("roster.empty"), next });
      return fill(this.body, this.leftList(), empty);
    }
    const days = Array.from({ length: DAYS }, (_, index) => dayStart(this.from, index));
    const lines = [...people.values()].sort((a, b) =>
      (a.unit?.name ?? "").localeCompare(b.unit?.name ?? "", "zh") ||
      a.staff.name.localeCompare(b.staff.name, "zh")
    );
    fill(
      this.body,
      this.leftList(),
      h(
        "table",
        { class: "table roster" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("admin.column.staff")),
            ...days.map((at) => h("th", { scope: "col", class: isToday(at) && "on" }, nameOf(at))),
          ),
        ),
        h("tbody", {}, ...lines.map((one) => this.line(one, shown, days))),
      ),
    );
  }

  /** What nobody took over yet when a shift ended. */
  leftList() {
    return this.left.length > 0 && h(
      "section",
      { "data-part": "left" },
      h("h3", {}, t("roster.left")),
      h(
        "ul",
        {},
        ...this.left.map(({ number, title, holder, next }) =>
          h(
            "li",
            {},
            h("a", { href: `/case/${number}` }, number),
            ` ${title} · ${holder?.name ?? ""}`,
            next && ` · ${t("roster.left.next", { name: next.name })}`,
          )
        ),
      ),
    );
  }

  /** @param {Duty} one @param {Duty[]} shown @param {number[]} days */
  line(one, shown, days) {
    const own = shown.filter(({ staff }) => staff.id === one.staff.id);
    return h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("b", {}, one.staff.name),
        h("span", { class: "two" }, one.unit?.name),
      ),
      ...days.map((at) =>
        h(
          "td",
          { class: isToday(at) && "on" },
          ...own.filter((duty) => begins(duty, at, this.from)).map((duty) => this.block(duty)),
        )
      ),
    );
  }

  /** @param {Duty} duty */
  block(duty) {
    const from = moment(duty.from) ?? 0;
    const to = moment(duty.to) ?? 0;
    const late = dayText(from) !== dayText(to);
    const text = from < this.from
      ? t("roster.until", { time: momentText(to, to) })
      : `${timeText(from)}–${timeText(to)}${late ? ` ${t("roster.next_day")}` : ""}`;
    const now = Date.now();
    if (!this.mayPlan || to <= now) {
      return h("span", { class: from <= now && now < to ? "duty now" : "duty" }, text);
    }
    const name = `${duty.staff.name} ${momentText(from, now)}`;
    return h(
      "span",
      { class: from <= now ? "duty now" : "duty" },
      text,
      h("button", {
        type: "button",
        class: "button ghost icon-only",
        "aria-label": t("roster.end", { name }),
        title: t("roster.end", { name }),
        onclick: () => this.end(duty, name),
      }, icon("close", 12)),
    );
  }

  /** @param {Duty} duty @param {string} name */
  async end(duty, name) {
    if (!confirm(t("roster.end.ask", { name }))) return;
    try {
      await request(`/duties/${duty.id}/end`, { method: "POST" });
      toast(t("roster.ended"));
    } catch (error) {
      toast(saidShortly(error));
    }
    this.again();
  }

  /** @param {number} from */
  async plan(from) {
    try {
      const query = this.unit ? `?unit=${this.unit}` : "";
      const staff = (await request(`/staff${query}`)).elements;
      const people = staff.filter((/** @type {any} */ one) => one.active)
        .map((/** @type {any} */ one) => ({
          id: one.id,
          name: `${one.name} · ${one.unit?.name ?? ""}`,
        }));
      const { session, directory } = this;
      dutyForm({ session, directory, done: () => this.again() }, people, from);
    } catch (error) {
      toast(saidShortly(error));
    }
  }

  async again() {
    try {
      await this.load(new URLSearchParams(location.search), new AbortController().signal);
    } catch (error) {
      toast(saidShortly(error));
    }
  }

  /** The week as rows, for a workbook. */
  rows() {
    return this.duties.map(({ staff, unit, from, to }) => [
      staff.name,
      unit?.name,
      momentText(moment(from) ?? 0, 0),
      momentText(moment(to) ?? 0, 0),
    ]);
  }
}

/** Whether a duty stands on a day: that of its beginning, or the first of the week it reaches into. */
/** @param {Duty} duty @param {number} at @param {number} week */
function begins(duty, at, week) {
  const from = Math.max(moment(duty.from) ?? 0, week);
  return from >= at && from < dayStart(at, 1);
}

/** @param {number} at */
function monday(at) {
  return dayStart(at, -((weekday(at) + 6) % DAYS));
}

/** @param {number} at */
function isToday(at) {
  return dayText(at) === dayText(Date.now());
}

/** @param {number} at */
function dateText(at) {
  return dayText(at).slice(5);
}

/** @param {number} at */
function nameOf(at) {
  return `${t(`time.weekday.${weekday(at)}`)} ${dateText(at)}`;
}
