// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { fill, h } from "../parts/element.js";
import { field, refuseFields } from "../parts/fields.js";
import { t } from "../parts/language.js";
import { sayError } from "../parts/notices.js";
import { said } from "../parts/problems.js";
import { challenge } from "./challenge.js";

/** @import { Draft } from "./draft.js" */

/** Characters of the title that the text gives. */
const TITLE_MAX = 30;

/**
 * The last step: read it over, leave a phone or not, show that somebody is there, send.
 *
 * @param {Draft} draft
 * @param {Blob[]} pictures
 * @param {() => void} changed
 */
export function checkStep(draft, pictures, changed) {
  /** Digests of the pictures that are sent already. @type {Map<Blob, string>} */
  const sent = new Map();
  let usedPass = "";
  const gate = challenge();
  const name = field(
    t("citizen.name"),
    h("input", { name: "name", maxlength: 64, autocomplete: "name", value: draft.name }),
  );
  const phone = field(
    t("citizen.phone"),
    h("input", {
      name: "phone",
      maxlength: 32,
      type: "tel",
      autocomplete: "tel",
      value: draft.phone,
    }),
    t("citizen.phone.hint"),
  );
  name.control.addEventListener("input", () => {
    draft.name = name.control.value;
    changed();
  });
  phone.control.addEventListener("input", () => {
    draft.phone = phone.control.value;
    changed();
  });
  const purposes = h("div", { class: "pick", "data-purposes": true });
  // Who cannot be asked agrees to nothing.
  request("/public/purposes").then(
    ({ elements }) => fill(purposes, ...elements.map(purposeLine)),
    () => {},
  );
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  const rows = [
    [t("citizen.check.what"), draft.text],
    [t("citizen.check.kind"), draft.itemName || t("citizen.what.other")],
    [t("citizen.check.where"), [draft.area, draft.address].filter(Boolean).join(" · ")],
    [t("photos.title"), t("photos.count", { count: pictures.length })],
  ].filter(([, value]) => value);
  const element = h(
    "div",
    {},
    h(
      "section",
      { class: "hand-part" },
      h("h2", {}, t(draft.event ? "citizen.check.join" : "citizen.check")),
      h(
        "dl",
        { class: "check" },
        ...rows.flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]),
      ),
    ),
    h(
      "section",
      { class: "hand-part" },
      h("h2", {}, t("citizen.you")),
      name.element,
      phone.element,
      purposes,
    ),
    h(
      "section",
      { class: "hand-part" },
      h("h2", {}, t("challenge.title")),
      gate.element,
      error,
    ),
  );

  /** @param {string} pass */
  async function evidence(pass) {
    // Another pass has room for all pictures again; those that lie there already stay.
    for (const picture of pictures) {
      if (sent.has(picture)) continue;
      const { digest } = await request(`/public/files?pass=${pass}`, {
        method: "POST",
        file: picture,
      });
      sent.set(picture, digest);
    }
    return pictures.map((picture) => sent.get(picture));
  }

  /** @param {string} pass @param {(string | undefined)[]} digests */
  function body(pass, digests) {
    const text = draft.text.trim();
    const line = text.split("\n")[0].slice(0, TITLE_MAX);
    const consents = [...purposes.querySelectorAll("input:checked")]
      .map((tick) => Reflect.get(tick, "value"));
    const title = draft.form === "suggestion" ? t("citizen.suggestion", { text: line }) : line;
    return {
      pass,
      title,
      text,
      ...(draft.item ? { item: draft.item } : {}),
      ...(draft.address.trim() ? { address: draft.address.trim() } : {}),
      ...(draft.point ? { longitude: draft.point[0], latitude: draft.point[1] } : {}),
      ...(draft.event ? { event: draft.event } : {}),
      ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
      ...(draft.phone.trim() ? { phone: draft.phone.trim() } : {}),
      ...(draft.name.trim() || draft.phone.trim() ? { consents } : {}),
      evidence: digests,
    };
  }

  return {
    element,
    /** Sends it. @returns {Promise<{ number: string | null, code: string, outcome: string } | null>} */
    async send() {
      sayError(error, "");
      try {
        const pass = await gate.pass();
        if (!pass) return null;
        usedPass = pass;
        return await request("/public/reports", {
          method: "POST",
          body: body(usedPass, await evidence(pass)),
        });
      } catch (problem) {
        const { title, next, fields } = said(problem);
        const shown = refuseFields({ name, phone }, fields);
        if (!shown) sayError(error, `${title} ${next}`);
        return null;
      }
    },
  };
}

/**
 * What a contact is used for: told where the law has it so, asked for where it needs a yes.
 *
 * @param {{ purpose: string, wording: string, asked: boolean }} one
 */
function purposeLine({ purpose, wording, asked }) {
  if (!asked) return h("p", { class: "hint" }, wording);
  return h("label", {}, h("input", { type: "checkbox", value: purpose }), wording);
}
