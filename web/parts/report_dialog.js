// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { itemOptions, option, streetOptions } from "./choices.js";
import { h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { middle } from "./geometry.js";
import { closeButton } from "./icons.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { said } from "./problems.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Field } from "./fields.js"
 *
 * @typedef {{ outcome: string, number: string | null, case: string | null }} Outcome
 */

const EXTERNAL_ID_BYTES = 12;

/** The page's own id of a report: sent again after a break it opens no second case. */
function externalID() {
  const bytes = crypto.getRandomValues(new Uint8Array(EXTERNAL_ID_BYTES));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * A number as people type it, or nothing.
 *
 * @param {string} text
 * @returns {number | null}
 */
function typedNumber(text) {
  const number = Number(text.trim());
  return text.trim() === "" || Number.isNaN(number) ? null : number;
}

/** @param {Directory} directory */
function reportFields(directory) {
  const text = (/** @type {string} */ label, attributes = {}) =>
    field(t(label), h("input", { autocomplete: "off", ...attributes }));
  /** @type {Record<string, Field>} */
  const fields = {
    channel: field(
      t("report.channel"),
      h(
        "select",
        {},
        ...["hotline", "inspector"].map((channel) => option(channel, t(`channel.${channel}`))),
      ),
    ),
    item: field(
      t("report.item"),
      h("select", {}, option("", t("report.item.auto")), ...itemOptions(directory)),
    ),
    title: text("report.title_field", { maxlength: 200, placeholder: t("report.title_hint") }),
    text: field(t("report.text"), h("textarea", { rows: 3, maxlength: 10000 })),
    address: text("report.address", { maxlength: 300, placeholder: t("report.address_hint") }),
    place: field(
      t("report.place"),
      h(
        "select",
        {},
        ...["street", "numbers", "none"].map((way) => option(way, t(`report.place.${way}`))),
      ),
    ),
    street: field(
      t("report.street"),
      h("select", {}, option("", t("report.street.choose")), ...streetOptions(directory)),
    ),
    longitude: text("report.longitude", { inputmode: "decimal" }),
    latitude: text("report.latitude", { inputmode: "decimal" }),
    "reporter.name": text("report.name", { maxlength: 100 }),
    "reporter.phone": text("report.phone", { maxlength: 40, inputmode: "tel" }),
  };
  return fields;
}

/**
 * @param {Record<string, Field>} fields
 * @returns {Promise<{ longitude?: number, latitude?: number } | null>} null where one is missing
 */
async function position(fields) {
  const way = fields.place.control.value;
  if (way === "none") return {};
  if (way === "street") {
    const id = fields.street.control.value;
    if (!id) {
      refuseFields(fields, { street: t("report.required.street") });
      return null;
    }
    const point = middle((await request(`/areas/${id}`)).outline);
    if (point) return { longitude: point[0], latitude: point[1] };
    refuseFields(fields, { street: t("report.outline_missing") });
    return null;
  }
  const longitude = typedNumber(fields.longitude.control.value);
  const latitude = typedNumber(fields.latitude.control.value);
  /** @type {Record<string, string>} */
  const wrong = {};
  if (longitude === null) wrong.longitude = t("report.required.number", { example: "121.4021" });
  if (latitude === null) wrong.latitude = t("report.required.number", { example: "31.2475" });
  refuseFields(fields, wrong);
  return longitude === null || latitude === null ? null : { longitude, latitude };
}

/**
 * What is sent; nothing for what was left empty.
 *
 * @param {Record<string, Field>} fields
 * @param {string} id
 * @param {{ longitude?: number, latitude?: number }} place
 */
function signal(fields, id, place) {
  const value = (/** @type {string} */ name) => fields[name].control.value.trim() || undefined;
  const name = value("reporter.name");
  const phone = value("reporter.phone");
  return {
    channel: value("channel"),
    externalId: id,
    title: value("title"),
    text: value("text") ?? value("title"),
    address: value("address"),
    item: value("item"),
    ...place,
    reporter: name || phone ? { name, phone } : undefined,
  };
}

/**
 * Asks for a report and sends it.
 *
 * @param {Directory} directory
 * @param {(outcome: Outcome) => void} done
 */
export function openReport(directory, done) {
  const id = externalID();
  const fields = reportFields(directory);
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "button primary" }, t("report.submit"));
  const numbers = h("div", { class: "pair" }, fields.longitude.element, fields.latitude.element);
  const showPlace = () => {
    fields.street.element.hidden = fields.place.control.value !== "street";
    numbers.hidden = fields.place.control.value !== "numbers";
  };
  fields.place.control.addEventListener("change", showPlace);
  showPlace();

  async function send() {
    if (!fields.title.control.value.trim()) {
      refuseFields(fields, { title: t("report.required.title") });
      return;
    }
    const place = await position(fields);
    if (!place) return;
    const body = signal(fields, id, place);
    const outcome = await request("/signals", { method: "POST", body });
    dialog.close();
    done(outcome);
  }

  const form = h(
    "form",
    {
      novalidate: true,
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        sayError(error, "");
        submit.disabled = true;
        submit.textContent = t("report.busy");
        try {
          await send();
        } catch (problem) {
          const { title, next, fields: sentences } = said(problem);
          refuseFields(fields, sentences);
          sayError(error, `${title} ${next}`);
        } finally {
          submit.disabled = false;
          submit.textContent = t("report.submit");
        }
      },
    },
    fields.title.element,
    fields.text.element,
    h("div", { class: "pair" }, fields.channel.element, fields.item.element),
    h("div", { class: "pair" }, fields.place.element, fields.street.element),
    numbers,
    fields.address.element,
    h(
      "fieldset",
      {},
      h("legend", {}, t("report.reporter")),
      h(
        "div",
        { class: "pair" },
        fields["reporter.name"].element,
        fields["reporter.phone"].element,
      ),
    ),
    error,
    h(
      "div",
      { class: "form-actions" },
      h(
        "button",
        { type: "button", class: "button", onclick: () => dialog.close() },
        t("report.cancel"),
        h("kbd", { "aria-hidden": "true" }, "Esc"),
      ),
      submit,
    ),
  );
  const dialog = h(
    "dialog",
    {
      class: "dialog",
      "aria-labelledby": "report-title",
      "data-dialog": "report",
      onclose: () => dialog.remove(),
    },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id: "report-title" }, t("report.title")),
      closeButton(t("dialog.close"), () => dialog.close()),
    ),
    h("p", { class: "lead" }, t("report.lead")),
    form,
  );
  for (const [name, shown] of Object.entries(fields)) shown.control.name = name;
  document.body.append(dialog);
  dialog.showModal();
  fields.title.control.focus();
}
