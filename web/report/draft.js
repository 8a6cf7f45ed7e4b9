// @ts-check
/// <reference lib="dom" />

/**
 * What a citizen is writing.
 *
 * @typedef {object} Draft
 * @property {"problem" | "suggestion"} form
 * @property {string} text
 * @property {string | null} item
 * @property {string} itemName
 * @property {string} address
 * @property {[number, number] | null} point
 * @property {string} area street and neighbourhood, as people say it
 * @property {string} event the known problem that is joined; empty = none
 * @property {string} name
 * @property {string} phone
 */

const KEPT = "civicloop.draft";

/** @returns {Draft} */
function empty() {
  return {
    form: "problem",
    text: "",
    item: null,
    itemName: "",
    address: "",
    point: null,
    area: "",
    event: "",
    name: "",
    phone: "",
  };
}

/** What was written before, within this visit: other people use the same phone. @returns {Draft} */
export function loadDraft() {
  try {
    return { ...empty(), ...JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return empty();
  }
}

/** @param {Draft} draft */
export function keepDraft(draft) {
  sessionStorage.setItem(KEPT, JSON.stringify(draft));
}

export function dropDraft() {
  sessionStorage.removeItem(KEPT);
}
