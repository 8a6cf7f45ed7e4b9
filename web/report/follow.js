// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { momentElement } from "../parts/clock.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { icon } from "../parts/icons.js";
import { judgementQuestions } from "../parts/judgement.js";
import { maybe, packName, t } from "../parts/language.js";
import { sayError } from "../parts/notices.js";
import { saidShortly } from "../parts/problems.js";
import { moment, momentText } from "../parts/times.js";

/**
 * @typedef {object} Followed
 * @property {string} number
 * @property {string} title
 * @property {string | null} item
 * @property {string} address
 * @property {Record<string, { name: string }>} area
 * @property {{ name: string } | null} unit
 * @property {string} reportedAt
 * @property {boolean} joined
 * @property {number} people
 * @property {string} stage
 * @property {string | null} due
 * @property {string | null} closedAt
 * @property {string | null} verdict
 * @property {string | null} result
 * @property {boolean} mayJudge
 * @property {{ solved: boolean, satisfaction: string, words: string } | null} judgement
 * @property {{ action: string, to: string, at: string }[]} steps
 * @property {{ purpose: string, wording: string, permitted: boolean }[]} consents
 *
 * @typedef {{ number: string, tail: string }} Receipt
 */

const WORDS_MAX = 500;

/**
 * Asks for a receipt, then shows what became of it.
 *
 * @param {Partial<Receipt>} known
 */
export function followView(known) {
  const element = h("div", { class: "hand-main", "data-view": "follow" });
  const number = field(
    t("follow.number"),
    h("input", {
      name: "number",
      autocomplete: "off",
      value: known.number ?? "",
      placeholder: "2026-1120-00042",
    }),
  );
  const tail = field(
    t("follow.tail"),
    h("input", {
      name: "tail",
      inputmode: "numeric",
      maxlength: 6,
      autocomplete: "off",
      value: known.tail ?? "",
    }),
    t("follow.tail.hint"),
  );
  const error = h("p", { class: "form-error", role: "alert", hidden: true });

  function ask() {
    fill(
      element,
      h(
        "form",
        {
          class: "hand-part",
          novalidate: true,
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            load();
          },
        },
        h("p", { class: "muted" }, t("follow.lead")),
        number.element,
        tail.element,
        error,
        h("button", { type: "submit", class: "button primary main" }, t("follow.submit")),
      ),
    );
  }

  async function load() {
    const receipt = { number: number.control.value.trim(), tail: tail.control.value.trim() };
    if (!receipt.number) return number.refuse(t("follow.number.missing"));
    if (!receipt.tail) return tail.refuse(t("follow.tail.missing"));
    sayError(error, "");
    try {
      show(await request("/public/follow", { method: "POST", body: receipt }), receipt);
    } catch (problem) {
      if (!error.isConnected) ask();
      sayError(error, saidShortly(problem));
    }
  }

  /** @param {Followed} found @param {Receipt} receipt */
  function show(found, receipt) {
    element.dataset.stage = found.stage;
    fill(
      element,
      head(found),
      h("section", { class: "hand-part" }, trail(found)),
      found.result && h(
        "section",
        { class: "hand-part" },
        h("h2", {}, t("follow.result")),
        h("p", { "data-result": true }, found.result),
      ),
      found.judgement && said(found.judgement),
      found.mayJudge && judgeForm(receipt, (next) => show(next, receipt)),
      found.consents.length > 0 && consentPart(found, receipt, (next) => show(next, receipt)),
      h(
        "div",
        { class: "hand-links" },
        h("button", { type: "button", onclick: load }, t("follow.again")),
        h("button", { type: "button", onclick: ask }, t("follow.other")),
      ),
    );
  }

  ask();
  if (known.number && known.tail) load();
  return element;
}

/** @param {Followed} found */
function head(found) {
  const due = moment(found.due);
  const closed = moment(found.closedAt);
  const place = [found.area.street?.name, found.address].filter(Boolean).join(" · ");
  const others = found.people > 1 && ` · ${t("follow.people", { count: found.people })}`;
  return h(
    "div",
    {},
    h(
      "section",
      { class: "hand-part" },
      h("p", { class: "muted" }, t("follow.of", { number: found.number })),
      h("h2", { style: "font:700 20px/28px var(--font)" }, found.item ?? found.title),
      h("p", { class: "muted" }, place, others),
    ),
    h(
      "div",
      { class: "now-box" },
      h("small", {}, t("follow.now")),
      h("small", {}, t(closed ? "follow.closed_at" : "follow.due")),
      h("b", { class: "now-stage", "data-stage": found.stage }, stageWord(found)),
      h("b", {}, momentOr(closed ?? due)),
    ),
  );
}

/** @param {number | null} at */
function momentOr(at) {
  return at === null ? t("follow.no_due") : momentText(at, Date.now());
}

/** Stages in the words of those outside. @param {Followed} found */
function stageWord(found) {
  return maybe(`follow.stage.${found.stage}`) ?? packName("stages", found.stage);
}

/** @param {Followed} found */
function trail(found) {
  /** @type {{ title: string, at: string | null, note?: string, state: string }[]} */
  const rows = [{
    title: t("follow.received"),
    at: found.reportedAt,
    note: found.joined ? t("follow.joined", { count: found.people - 1 }) : undefined,
    state: "done",
  }];
  for (const step of found.steps) {
    const note = step.to === "dispatched" && found.unit
      ? t("follow.unit", { unit: found.unit.name })
      : undefined;
    rows.push({
      title: maybe(`follow.step.${step.action}`) ?? packName("actions", step.action),
      at: step.at,
      note,
      state: "done",
    });
  }
  if (!found.closedAt) {
    rows[rows.length - 1].state = "now";
    for (const key of ["follow.later.check", "follow.later.judge"]) {
      rows.push({ title: t(key), at: null, state: "later" });
    }
  }
  return h(
    "ol",
    { class: "trail" },
    ...rows.map((row) =>
      h(
        "li",
        { class: row.state },
        h("span", { class: "dot" }, row.state === "done" && icon("check", 14)),
        h("strong", {}, row.title),
        row.at ? momentElement(Date.parse(row.at)) : h("span", {}),
        row.note && h("p", {}, row.note),
      )
    ),
  );
}

/**
 * What may be done with the contact, each with its yes or no.
 *
 * @param {Followed} found
 * @param {Receipt} receipt
 * @param {(found: Followed) => void} done
 */
function consentPart(found, receipt, done) {
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  return h(
    "section",
    { class: "hand-part", "data-consents": true },
    h("h2", {}, t("consent.title")),
    ...found.consents.map(({ purpose, wording, permitted }) =>
      h(
        "p",
        {},
        `${wording} `,
        h("button", {
          type: "button",
          class: "button",
          "data-purpose": purpose,
          onclick: async () => {
            try {
              const body = { ...receipt, purpose, given: !permitted };
              done(await request("/public/consents", { method: "POST", body }));
            } catch (problem) {
              sayError(error, saidShortly(problem));
            }
          },
        }, t(permitted ? "consent.withdraw" : "consent.give")),
      )
    ),
    error,
  );
}

/** @param {{ solved: boolean, satisfaction: string, words: string }} judgement */
function said(judgement) {
  return h(
    "section",
    { class: "hand-part", "data-judged": judgement.satisfaction },
    h("h2", {}, t("judge.given")),
    h(
      "p",
      {},
      `${t(judgement.solved ? "judge.solved.yes" : "judge.solved.no")} · ${
        t(`judge.${judgement.satisfaction}`)
      }`,
    ),
    judgement.words && h("p", { class: "muted" }, judgement.words),
  );
}

/**
 * @param {Receipt} receipt
 * @param {(found: Followed) => void} done
 */
function judgeForm(receipt, done) {
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  const words = field(
    t("judge.words"),
    h("textarea", { rows: 3, maxlength: WORDS_MAX, name: "words" }),
  );
  const form = h(
    "form",
    {
      class: "hand-part",
      novalidate: true,
      "data-judge": true,
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        const chosen = new FormData(form);
        const [solved, satisfaction] = [chosen.get("solved"), chosen.get("satisfaction")];
        if (!solved || !satisfaction) return sayError(error, t("judge.missing"));
        try {
          done(
            await request("/public/judgements", {
              method: "POST",
              body: {
                ...receipt,
                solved: solved === "yes",
                satisfaction,
                words: words.control.value.trim(),
              },
            }),
          );
        } catch (problem) {
          sayError(error, saidShortly(problem));
        }
      },
    },
    h("h2", {}, t("judge.title")),
    ...judgementQuestions(),
    words.element,
    error,
    h("button", { type: "submit", class: "button primary main" }, t("judge.submit")),
  );
  return form;
}
