// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { h } from "./element.js";
import { gradeChip } from "./icons.js";
import { t } from "./language.js";
import { clockText, durationText, fullText, moment, momentText, usedShare } from "./times.js";

/** @import { Case, CaseClock, CaseRow } from "./types.js" */

/** Lights are said with the chip of the grade that they have the colour of. */
const LIGHTS = /** @type {Record<string, string>} */ ({
  yellow: "yellow",
  red: "red",
  overdue: "red",
});

export function timeWords() {
  return {
    day: t("time.day"),
    hour: t("time.hour"),
    minute: t("time.minute"),
    second: t("time.second"),
  };
}

/** A moment as it is read, with the whole of it for those who ask. @param {number} at */
export function momentElement(at) {
  return h(
    "time",
    { datetime: new Date(at).toISOString(), title: fullText(at, true) },
    momentText(at, Date.now()),
  );
}

/** @param {number} milliseconds */
export function lengthText(milliseconds) {
  return durationText(milliseconds, timeWords());
}

/**
 * What is left on a clock; `tick` keeps it true.
 *
 * @param {number} due
 * @param {boolean} [isSaid] a word beside it says whether the limit has passed: no sign does
 */
export function remaining(due, isSaid = false) {
  const element = h("b", { class: "remaining", "data-due": due, "data-said": isSaid || null });
  tickOne(element);
  return element;
}

/** The bar that fills with the time used. @param {number} start @param {number} due */
export function clockBar(start, due) {
  const bar = h("span", {
    class: "clock-bar",
    role: "img",
    "data-start": start,
    "data-due": due,
  }, h("i", {}));
  tickOne(bar);
  return bar;
}

/** A yellow or red light; nothing where all is well. @param {string | null | undefined} light */
export function lightChip(light) {
  const grade = light && LIGHTS[light];
  return grade ? gradeChip(grade, t(`light.${light}`)) : null;
}

/** @param {HTMLElement} element */
function tickOne(element) {
  const due = Number(element.dataset.due);
  const now = Date.now();
  element.classList.toggle("over", now > due);
  if (element.dataset.start === undefined) {
    const left = due - now;
    element.textContent = clockText(
      "said" in element.dataset ? Math.abs(left) : left,
      timeWords(),
    );
    return;
  }
  const percent = Math.round(usedShare(Number(element.dataset.start), due, now) * 100);
  const fill = /** @type {HTMLElement} */ (element.firstElementChild);
  fill.style.width = `${percent}%`;
  element.setAttribute("aria-label", t("case.clock.used", { percent }));
}

/** Brings all clocks of the page up to now. */
export function tick() {
  for (const element of document.querySelectorAll("[data-due]")) {
    tickOne(/** @type {HTMLElement} */ (element));
  }
}

/** The clock of a row: what is left, or when it ended. @param {CaseRow} row */
export function rowClock(row) {
  const closed = moment(row.closedAt);
  const due = moment(row.due);
  if (closed !== null) return h("span", { class: "muted" }, momentText(closed, Date.now()));
  if (due === null) return h("span", { class: "muted" }, t("list.no_clock"));
  const light = lightChip(row.light);
  return light ? h("span", { class: "lit" }, remaining(due), light) : remaining(due);
}

/** The clocks that run besides the deadline, and those that stand still for now. */
/** @param {Case} found */
function otherClocks(found) {
  const clocks = (found.clocks ?? []).filter((clock) => !clock.stoppedAt && clock.due);
  const shown = clocks.filter((clock) => !clock.isDeadline || clock.pausedAt);
  if (shown.length === 0) return null;
  return h("ul", { class: "other-clocks" }, ...shown.map(clockLine));
}

/** @param {CaseClock} clock */
function clockLine(clock) {
  const due = moment(clock.due) ?? 0;
  const start = moment(clock.startedAt) ?? due;
  const pauseEnd = moment(clock.pauseEnd);
  if (clock.pausedAt) {
    return h(
      "li",
      {},
      h("span", { class: "grow" }, clock.name),
      h("b", {}, t("clock.paused")),
      pauseEnd !== null &&
        h("small", {}, t("clock.paused.until", { time: momentText(pauseEnd, Date.now()) })),
    );
  }
  return h(
    "li",
    {},
    h("span", { class: "grow" }, clock.name),
    lightChip(clock.light),
    remaining(due),
    ticked(clockBar(start, due), clock, start, due),
  );
}

/** The two lines on a bar at which its light changes. */
/** @param {HTMLElement} bar @param {CaseClock} clock @param {number} start @param {number} due */
function ticked(bar, clock, start, due) {
  for (const at of [clock.yellowAt, clock.redAt]) {
    const line = moment(at);
    if (line === null || line >= due) continue;
    bar.append(h("s", { style: `left:${usedShare(start, due, line) * 100}%` }));
  }
  return bar;
}

/** The two clocks at the head of a case: its limit, and how long it stands where it is. */
/** @param {Case} found @param {string} stage */
export function caseClocks(found, stage) {
  const since = moment(found.since) ?? Date.now();
  const closed = moment(found.closedAt);
  return h(
    "div",
    { class: "clocks" },
    h("div", { class: "clock" }, ...limit(found, closed)),
    h(
      "div",
      { class: "clock" },
      h("span", { class: "key" }, t("case.stage")),
      h("span", { class: "value", "data-stage": found.stage ?? "" }, stage),
      h("small", {}, t("case.stage.since", { time: momentText(since, Date.now()) })),
    ),
    otherClocks(found),
  );
}

/** @param {Case} found @param {number | null} closed */
function limit(found, closed) {
  const due = moment(found.due);
  const filed = moment(found.filedAt) ?? 0;
  const title = h("span", { class: "key" }, t("case.clock"));
  if (closed !== null) {
    // The unit's clock stops when it reports back, however long checking takes.
    const reported = moment(found.orders?.at(-1)?.reportedAt) ?? closed;
    const late = due !== null && reported > due;
    const word = t(
      due === null ? "case.clock.closed" : late ? "case.clock.late" : "case.clock.in_time",
    );
    return [
      title,
      h("span", { class: "value" }, word),
      h("small", {}, t("case.clock.took", { time: lengthText(closed - filed) })),
    ];
  }
  const order = (found.orders ?? []).find((order) => order.endedAt === null);
  if (due === null) {
    // A limit belongs to an item: who has none waits for it even when a unit has the case.
    return [
      title,
      h("span", { class: "value quiet" }, t("case.clock.none")),
      h("small", {}, t(order ? "case.clock.none.item" : "case.clock.none.next")),
    ];
  }
  const deadline = found.clocks?.find((clock) => clock.isDeadline);
  const start = moment(deadline?.startedAt) ?? moment(order?.openedAt) ?? filed;
  const bar = clockBar(start, due);
  const over = Date.now() > due;
  return [
    h(
      "span",
      { class: "key" },
      t("case.clock"),
      lightChip(deadline?.light) ??
        h("span", {}, t("case.clock.until", { time: momentText(due, Date.now()) })),
    ),
    h(
      "span",
      { class: "value" },
      remaining(due, true),
      h("small", {}, t(over ? "case.clock.over" : "case.clock.left")),
    ),
    deadline ? ticked(bar, deadline, start, due) : bar,
  ];
}
