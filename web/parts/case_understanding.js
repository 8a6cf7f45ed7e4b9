// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { packName, t } from "./language.js";

/** @import { Case, Guess, Proposals, ReplyHint } from "./types.js" */

/**
 * What the machine makes of a case: what it may be and why, closed cases like it, and how the
 * reply looks. It comes after the case itself, and a case is whole without it.
 *
 * @param {Case} found
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function understandingBox(found, signal) {
  const box = h("div", { class: "understanding" });
  const path = `/cases/${encodeURIComponent(found.number ?? found.id)}`;
  Promise.all([
    request(`${path}/proposals`, { signal }),
    request(`${path}/reply`, { signal }),
  ]).then(([proposals, { reply }]) => {
    fill(box, replyBox(reply), guessBox(found, proposals), similarBox(proposals));
    box.dataset.state = "ready";
  }).catch((error) => {
    // A hint that does not come is no fault to be told of.
    if (!wasAborted(error)) box.dataset.state = "failed";
  });
  return box;
}

/** @param {number} confidence */
function percent(confidence) {
  return `${Math.round(confidence * 100)} %`;
}

/** @param {Case} found @param {Proposals} proposals */
function guessBox(found, { choice, proposals }) {
  if (!choice && (found.item || proposals.length === 0)) return null;
  const guesses = choice && choice.guesses.length > 0 ? choice.guesses : proposals;
  return h(
    "section",
    { class: "section guesses", "aria-label": t("understanding.guesses") },
    h("h3", {}, t("understanding.guesses")),
    h("p", { class: "muted" }, guessLead(choice, proposals)),
    h("ol", {}, ...guesses.map(guessRow)),
    choice?.overridden &&
      h(
        "p",
        { class: "muted" },
        t("understanding.overridden", {
          item: packName("items", found.item),
        }),
      ),
  );
}

/** @param {Proposals["choice"]} choice @param {Guess[]} proposals */
function guessLead(choice, proposals) {
  if (choice?.sure) return t("understanding.chosen");
  if (choice?.item) return t("understanding.agreed");
  return proposals.length > 0 ? t("understanding.open") : t("understanding.unknown");
}

/** @param {Guess} guess */
function guessRow(guess) {
  return h(
    "li",
    { "data-item": guess.item },
    h("b", {}, guess.name),
    h("span", { class: "tag" }, t(`understanding.source.${guess.source}`)),
    guess.source === "model" && h("span", { class: "muted" }, percent(guess.confidence)),
    guess.reasons.length > 0 && h(
      "p",
      { class: "muted" },
      t("understanding.reasons", { words: guess.reasons.join("、") }),
    ),
  );
}

/** @param {Proposals} proposals */
function similarBox({ similar }) {
  if (similar.length === 0) return null;
  return h(
    "section",
    { class: "section similar", "aria-label": t("understanding.similar") },
    h("h3", {}, t("understanding.similar")),
    h(
      "ul",
      {},
      ...similar.map((other) =>
        h(
          "li",
          {},
          h("a", { href: `/case/${other.number}` }, other.title || other.number),
          h(
            "span",
            { class: "muted" },
            [packName("items", other.item), other.unit?.name].filter(Boolean).join(" · "),
          ),
        )
      ),
    ),
  );
}

/** @param {ReplyHint | null} reply */
function replyBox(reply) {
  if (!reply) return null;
  const isGood = reply.answers && reply.complete && reply.inTime !== false;
  return h(
    "section",
    {
      class: isGood ? "section reply-hint" : "section reply-hint unsure",
      "aria-label": t("understanding.reply"),
    },
    h("h3", {}, icon("info"), t("understanding.reply")),
    h("p", {}, t(isGood ? "understanding.reply.good" : "understanding.reply.look")),
    reply.reasons.length > 0 && h(
      "ul",
      {},
      ...reply.reasons.map((reason) => h("li", {}, t(`understanding.reply.${reason}`))),
    ),
    h("p", { class: "muted" }, t("understanding.reply.hint")),
  );
}
