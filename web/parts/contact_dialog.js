// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { openForm, openNote } from "./edit_form.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { toast } from "./notices.js";
import { saidShortly } from "./problems.js";

/**
 * @import { Case } from "./types.js"
 *
 * @typedef {{ purpose: string, name: string, basis: string }} Purpose
 */

/** What a contact is looked at for, the usual first. */
const DUTIES = ["handle", "verify", "callBack", "law", "other"];
const REASON_MAX = 200;

/**
 * Opens a reporter's name and telephone to whoever says what for; it is counted and written down.
 * What the person says of the use of both is written down beside it.
 *
 * @param {Case} found
 */
export function openContact(found) {
  openForm({
    title: t("contact.title"),
    lead: t("contact.lead"),
    submit: t("contact.show"),
    name: "contact",
    entries: [
      {
        name: "duty",
        label: t("contact.duty"),
        form: "choice",
        options: DUTIES.map((duty) => option(duty, t(`contact.duty.${duty}`))),
      },
      { name: "reveal", label: t("contact.reason"), limits: { maxlength: REASON_MAX } },
    ],
    send: async ({ duty, reveal }) => {
      const asked = new URLSearchParams({ duty, reveal: reveal ?? "" });
      const [shown, purposes] = await Promise.all([
        request(`/cases/${found.id}?${asked}`),
        request("/public/purposes"),
      ]);
      showContact(shown, purposes.elements, reveal);
    },
  });
}

/** @param {Case} found @param {Purpose[]} purposes @param {string} reason */
function showContact(found, purposes, reason) {
  const { name, phone } = found.reporter ?? { name: "", phone: "" };
  openNote(
    t("contact.title"),
    h(
      "p",
      { class: "lead", "data-contact": true },
      name,
      " ",
      h("a", { href: `tel:${phone}` }, phone),
    ),
    ...purposes.filter(({ basis }) => basis === "consent").map((purpose) =>
      consentLine(found, purpose, reason)
    ),
  );
}

/** @param {Case} found @param {Purpose} purpose @param {string} reason */
function consentLine(found, { purpose, name }, reason) {
  const place = h("div", { class: "consent-line", "data-purpose": purpose });
  /** @param {boolean} given */
  const choice = (given) =>
    h("button", {
      type: "button",
      class: "button",
      "data-given": String(given),
      onclick: async () => {
        try {
          await request(`/cases/${found.id}/consents`, {
            method: "POST",
            body: { purpose, given, reason },
          });
          fill(place, h("span", {}, name), h("b", {}, t(`contact.noted.${given}`)));
        } catch (error) {
          toast(saidShortly(error));
        }
      },
    }, t(`contact.note.${given}`));
  fill(place, h("span", {}, name), choice(true), choice(false));
  return place;
}
