// @ts-check
/// <reference lib="dom" />

import { h } from "./element.js";
import { t } from "./language.js";

/**
 * One question of which one answer is chosen.
 *
 * @param {string} name @param {string} title @param {string[][]} options
 */
export function choice(name, title, options) {
  return h(
    "fieldset",
    {},
    h("legend", {}, title),
    h(
      "div",
      { class: "pick" },
      ...options.map(([value, word]) =>
        h("label", {}, h("input", { type: "radio", name, value }), word)
      ),
    ),
  );
}

/** What every judgement answers, whoever asks: `solved` and `satisfaction`. */
export function judgementQuestions() {
  return [
    choice("solved", t("judge.solved"), [
      ["yes", t("judge.solved.yes")],
      ["no", t("judge.solved.no")],
    ]),
    choice("satisfaction", t("judge.satisfaction"), [
      ["satisfied", t("judge.satisfied")],
      ["fairly", t("judge.fairly")],
      ["dissatisfied", t("judge.dissatisfied")],
    ]),
  ];
}
