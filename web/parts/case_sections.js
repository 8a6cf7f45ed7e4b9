// @ts-check
/// <reference lib="dom" />

import { lengthText, momentElement } from "./clock.js";
import { followed, h } from "./element.js";
import { channelIcon, gradeChip, icon } from "./icons.js";
import { maybe, packName, t } from "./language.js";
import { moment, momentText } from "./times.js";

/** @import { Case, Judgement, Order, Proposal, Resembling, Step } from "./types.js" */

/** What the responsibility list says, with its reason. @param {Proposal | null | undefined} proposal */
export function proposalBox(proposal) {
  if (!proposal) return null;
  if (!proposal.unit) {
    return h(
      "section",
      { class: "proposal unsure", "aria-label": t("case.proposal.none") },
      h("div", { class: "proposal-head" }, icon("info"), h("b", {}, t("case.proposal.none"))),
      h(
        "p",
        {},
        maybe(`case.proposal.reason.${proposal.reason}`) ?? t("case.proposal.reason.other"),
      ),
    );
  }
  const percent = Math.round((proposal.confidence ?? 0) * 100);
  return h(
    "section",
    { class: "proposal", "aria-label": t("case.proposal") },
    h(
      "div",
      { class: "proposal-head" },
      icon("info"),
      h("b", {}, t("case.proposal")),
      h(
        "span",
        { class: "confidence" },
        t("case.proposal.confidence"),
        h(
          "span",
          { class: "bar", "aria-hidden": "true" },
          h("i", { style: `width:${percent}%` }),
        ),
        h("b", {}, `${percent} %`),
      ),
    ),
    h(
      "p",
      { class: "proposed" },
      h("span", {}, t("case.proposal.unit")),
      h("b", {}, proposal.unit.name),
    ),
    (proposal.why || proposal.basis === "outside") &&
      h("ol", {}, h("li", {}, proposal.why || t("case.proposal.outside"))),
  );
}

/** How the place was found. @param {Case} found */
function locatedText(found) {
  if (!found.locatedBy) return "";
  const percent = Math.round((found.confidence ?? 0) * 100);
  return `${t(`located.${found.locatedBy}`)} ${percent} %`;
}

/**
 * Known problems that may be the same one, with what a person may answer.
 *
 * @param {Case} found
 * @param {boolean} mayCorrect
 * @param {(proposal: Resembling, answer: "accept" | "decline") => void} answer
 */
export function resemblingList(found, mayCorrect, answer) {
  const open = (found.proposals ?? []).filter((proposal) => proposal.state === "proposed");
  if (open.length === 0) return null;
  return h(
    "section",
    { class: "section", "data-section": "resembling" },
    h("h3", {}, t("case.resembling")),
    ...open.map((proposal) =>
      h(
        "div",
        { class: "resembling" },
        h("p", {}, h("b", {}, proposal.title), " ", proposal.address),
        h(
          "p",
          { class: "muted" },
          t("case.resembling.likeness", { percent: Math.round(proposal.likeness * 100) }),
          " ",
          proposal.reasons.map((reason) => maybe(`likeness.${reason}`)).filter(Boolean).join("；"),
        ),
        mayCorrect && h(
          "div",
          { class: "resembling-answers" },
          h("button", {
            type: "button",
            class: "button",
            onclick: () => answer(proposal, "accept"),
          }, t("case.resembling.accept")),
          h("button", {
            type: "button",
            class: "button ghost",
            onclick: () => answer(proposal, "decline"),
          }, t("case.resembling.decline")),
        ),
      )
    ),
  );
}

/** @param {Case} found @param {(() => void) | false} reveal asks for the reporter in full */
export function factList(found, reveal) {
  const filed = moment(found.filedAt);
  const closed = moment(found.closedAt);
  const reporter = found.reporter && [found.reporter.name, found.reporter.phone]
    .filter(Boolean).join(" ");
  /** @type {[string, Node | string | null | undefined | false][]} */
  const facts = [
    ["case.unit", found.unit?.name],
    ["case.handler", found.handler?.name],
    ["case.checker", found.checker?.name],
    ["case.filed", filed !== null && momentElement(filed)],
    ["case.closed", closed !== null && momentElement(closed)],
    ["case.verdict", found.verdict && t(`verdict.${found.verdict}`)],
    ["judge.given", (found.judgements ?? []).map(judgementText).join("；")],
    [
      "case.channel",
      found.channel && h(
        "span",
        { class: "with-icon" },
        channelIcon(found.channel),
        t(`channel.${found.channel}`),
      ),
    ],
    [
      "case.reporter",
      reporter && reveal
        ? h(
          "span",
          {},
          reporter,
          " ",
          h(
            "button",
            { type: "button", class: "button", "data-reveal": true, onclick: reveal },
            t("contact.show"),
          ),
        )
        : reporter,
    ],
    ["case.signals", found.signals ? t("case.signals.count", { count: found.signals }) : ""],
    ["case.people", found.people ? t("case.people.count", { count: found.people }) : ""],
    ["case.repeats", found.repeats ? t("case.times", { count: found.repeats }) : ""],
    ["case.located", locatedText(found)],
    ["case.reworks", found.reworks ? t("case.times", { count: found.reworks }) : ""],
    ["case.returns", found.returns ? t("case.times", { count: found.returns }) : ""],
  ];
  return h(
    "section",
    { class: "section" },
    found.text && found.text !== found.title && h("p", { class: "report-text" }, found.text),
    h(
      "dl",
      { class: "facts" },
      ...facts.filter(([, value]) => value)
        .map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value))),
    ),
  );
}

/** What a reporter says of the result. @param {Judgement} judgement */
function judgementText({ solved, satisfaction, words }) {
  const said = [
    t(solved ? "judge.solved.yes" : "judge.solved.no"),
    t(`judge.${satisfaction}`),
    words,
  ];
  return said.filter(Boolean).join(" · ");
}

/** @param {Order[] | undefined} orders */
export function orderList(orders) {
  if (!orders || orders.length === 0) return null;
  return h(
    "section",
    { class: "section" },
    h("h3", {}, t("case.orders")),
    h("ul", { class: "orders" }, ...orders.map(orderRow)),
  );
}

/** @param {Order} order */
function orderRow(order) {
  const due = moment(order.due);
  const ended = moment(order.endedAt);
  const time = ended !== null
    ? t("case.order.ended", { time: momentText(ended, Date.now()) })
    : due !== null
    ? t("case.order.due", { time: momentText(due, Date.now()) })
    : "";
  const who = [order.unit?.name, order.staff?.name].filter(Boolean).join(" · ");
  return h(
    "li",
    {},
    h("span", { class: "grow" }, who),
    h("span", { class: "tag" }, t(`order.${order.state}`)),
    h("span", { class: "muted" }, time),
  );
}

/**
 * What was done, the latest first: who, when, how long.
 *
 * @param {Step[]} steps in their order
 * @param {Case} found
 */
export function timeline(steps, found) {
  const filed = moment(found.filedAt);
  return h(
    "section",
    { class: "section" },
    h("h3", {}, t("case.timeline")),
    h(
      "ol",
      { class: "timeline" },
      ...steps.toReversed().map(stepRow),
      filed !== null && h(
        "li",
        {},
        momentElement(filed),
        h("i", {}),
        h(
          "div",
          {},
          h("b", {}, t("case.timeline.filed")),
          h("span", { class: "muted" }, t(`channel.${found.channel}`)),
        ),
      ),
    ),
  );
}

/** @param {Step} step */
export function stepRow(step) {
  const who = [step.unit?.name, step.staff?.name].filter(Boolean).join(" · ") || t("engine");
  return h(
    "li",
    { "data-step": step.action },
    momentElement(moment(step.at) ?? 0),
    h("i", {}),
    h(
      "div",
      {},
      h("b", {}, stepName(step.action)),
      h("span", { class: "doer" }, who),
      h(
        "span",
        { class: "muted" },
        t("case.timeline.took", { time: lengthText(step.tookMilliseconds) }),
      ),
      step.note && h("p", {}, step.note),
      ...Object.entries(step.answers ?? {}).map(([code, answer]) =>
        h("p", {}, h("span", { class: "muted" }, packName("fields", code), "："), answer)
      ),
      step.evidence.length > 0 && h(
        "div",
        { class: "evidence" },
        ...step.evidence.map((digest, index) => evidence(digest, index + 1)),
      ),
    ),
  );
}

/** Steps that no flow has: the engine takes them on any case. */
const OWN_STEPS = new Set(["migrate", "handOver"]);

/** @param {string} action */
function stepName(action) {
  return OWN_STEPS.has(action) ? t(`step.own.${action}`) : packName("actions", action);
}

/** A picture, or a link where the file is none. @param {string} digest @param {number} number */
export function evidence(digest, number) {
  const address = `/api/v1/files/${digest}`;
  const name = t("case.evidence", { number });
  const picture = h("img", {
    src: address,
    alt: name,
    loading: "lazy",
    onerror: () => picture.replaceWith(h("span", { class: "with-icon" }, icon("file"), name)),
  });
  return h("a", { href: address, target: "_blank", rel: "noopener" }, picture);
}

/** @param {Case} found */
export function caseHead(found) {
  const { street, neighbourhood, grid } = found.area ?? {};
  const place = [
    found.outside ? t("list.outside") : street?.name,
    found.address,
    grid?.name ?? neighbourhood?.name,
  ].filter(Boolean).join(" · ");
  return [
    h("h2", { tabindex: -1 }, found.title || t("item.none")),
    h(
      "p",
      { class: "case-place" },
      icon("place"),
      h("span", { class: "grow" }, place),
      h("span", { class: "case-item" }, packName("items", found.item)),
    ),
  ];
}

/** The way to a case on the map. @param {Case} found @param {(number: string) => void} show */
export function mapLink(found, show) {
  const number = found.number ?? "";
  return h("a", {
    class: "case-map",
    href: `/desk?case=${number}`,
    onclick: followed(() => {
      show(number);
    }),
  }, t("case.on_map"));
}

/** @param {Case} found @param {...HTMLElement} buttons */
export function caseBar(found, ...buttons) {
  return h(
    "div",
    { class: "case-bar" },
    gradeChip(found.grade ?? "blue"),
    h("span", { class: "number" }, t("case.number", { number: found.number })),
    h("span", { class: "grow" }),
    ...buttons,
  );
}
