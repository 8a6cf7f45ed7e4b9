// @ts-check
/// <reference lib="dom" />

import { h } from "./element.js";
import { t } from "./language.js";
import { nextStep } from "./next_step.js";

/**
 * @import { StepBody } from "./step_form.js"
 * @import { Case, CaseAction } from "./types.js"
 *
 * @typedef {object} Taking
 * @property {(action: CaseAction, body: StepBody, button: HTMLElement) => void} now
 * @property {(action: CaseAction) => void} form asks for what the action requires first
 */

/** Actions that a digit key presses. */
const KEYS_MAX = 9;
/** The key that takes up the machine's proposal. */
const ADOPT_KEY = "a";

/**
 * What I may do now, as buttons with their keys; the first is the way on where it is mine to take.
 *
 * @param {Case} found
 * @param {Taking} taking
 */
export function actionBar(found, taking) {
  const actions = found.actions ?? [];
  if (actions.length === 0) {
    const key = found.closedAt ? "case.actions.closed" : "case.actions.none";
    return nextStep(found) ?? h("p", { class: "muted" }, t(key));
  }
  const first = actions[0];
  const proposed = first.requires.join() === "unit" ? found.proposal?.unit : null;
  const waits = !first.leads;
  const more = !asks(first) && h("button", {
    type: "button",
    class: "button ghost",
    onclick: () => taking.form(first),
  }, t("step.more"));
  return h(
    "div",
    { class: "actions", role: "group", "aria-label": t("case.actions") },
    waits && nextStep(found),
    proposed && adoptButton(first, proposed.id, taking),
    ...actions.map((action, index) => actionButton(action, index, !proposed && !waits, taking)),
    more,
  );
}

/**
 * @param {CaseAction} action
 * @param {string} unit
 * @param {Taking} taking
 */
function adoptButton(action, unit, taking) {
  return h(
    "button",
    {
      type: "button",
      class: "button primary",
      "data-adopt": action.action,
      "data-key": ADOPT_KEY,
      title: action.why,
      onclick: (/** @type {Event} */ event) =>
        taking.now(action, { unit }, /** @type {HTMLElement} */ (event.currentTarget)),
    },
    t("step.adopt", { action: action.name }),
    h("kbd", { "aria-hidden": "true" }, ADOPT_KEY.toUpperCase()),
  );
}

/**
 * @param {CaseAction} action
 * @param {number} index
 * @param {boolean} mayLead whether the first is the one solid button
 * @param {Taking} taking
 */
function actionButton(action, index, mayLead, taking) {
  const key = index < KEYS_MAX && String(index + 1);
  return h(
    "button",
    {
      type: "button",
      class: index === 0 && mayLead ? "button primary" : "button",
      "data-action": action.action,
      "data-key": key,
      title: action.why,
      onclick: (/** @type {Event} */ event) => {
        if (asks(action)) taking.form(action);
        else taking.now(action, {}, /** @type {HTMLElement} */ (event.currentTarget));
      },
    },
    action.name,
    key && h("kbd", { "aria-hidden": "true" }, key),
  );
}

/** Whether something must be told before the step can be taken. @param {CaseAction} action */
function asks(action) {
  return action.requires.length > 0 || (action.form ?? []).some(({ required }) => required);
}
