// @ts-check
/// <reference lib="dom" />

import { h } from "./element.js";
import { sayError } from "./notices.js";

let serial = 0;

/**
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control
 *
 * @typedef {object} Field
 * @property {HTMLElement} element label, control and error
 * @property {Control} control
 * @property {(text: string) => void} refuse shows what is wrong; empty takes it back
 */

/**
 * A labelled control with a place for what is wrong with it.
 *
 * @param {string} label
 * @param {Control} control
 * @param {string} [hint]
 * @returns {Field}
 */
export function field(label, control, hint) {
  const id = `field-${serial += 1}`;
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const hinted = hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-error${hint ? ` ${id}-hint` : ""}`);
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    control,
    hinted,
    error,
  );
  const refuse = (/** @type {string} */ text) => {
    sayError(error, text);
    element.classList.toggle("wrong", text !== "");
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  control.addEventListener("input", () => refuse(""));
  return { element, control, refuse };
}

/**
 * Shows the server's sentences at the fields they are about.
 *
 * @param {Record<string, Field>} fields by the names that the API gives
 * @param {Record<string, string>} sentences
 * @returns {boolean} whether one was shown
 */
export function refuseFields(fields, sentences) {
  let first = true;
  for (const [name, sentence] of Object.entries(sentences)) {
    const found = fields[name];
    if (!found) continue;
    found.refuse(sentence);
    if (first) found.control.focus();
    first = false;
  }
  return !first;
}
