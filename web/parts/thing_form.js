// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { said } from "./problems.js";

/**
 * @import { Field } from "./fields.js"
 * @import { ThingRow } from "./things_page.js"
 *
 * @typedef {object} FormField  One field of a kind, as `/kinds/CODE/form` describes it.
 * @property {string} name
 * @property {string} title
 * @property {"text" | "number" | "date" | "boolean"} form
 * @property {boolean} required
 * @property {string} dataClass
 * @property {string | null} unit
 * @property {number | null} least
 * @property {number | null} greatest
 * @property {string[]} choices
 * @property {string | null} pattern
 *
 * @typedef {{ code: string, name: string, fields: FormField[] }} FormKind
 */

const HEAD = /** @type {const} */ (["code", "name", "address", "longitude", "latitude"]);

/** Whether a field is written but never shown. @param {FormField} one */
function isHidden(one) {
  return one.dataClass === "sensitive" || one.dataClass === "core";
}

/** @param {FormField} one @param {string} value */
function control(one, value) {
  const settings = { name: one.name, value, autocomplete: "off" };
  if (one.form === "boolean") {
    return h(
      "select",
      settings,
      option("", t("packs.form.unknown")),
      option("true", t("packs.form.yes")),
      option("false", t("packs.form.no")),
    );
  }
  if (one.choices.length > 0) {
    return h(
      "select",
      settings,
      option("", t("packs.form.unknown")),
      ...one.choices.map((choice) => option(choice, choice)),
    );
  }
  return h("input", {
    ...settings,
    type: one.form === "date" ? "date" : "text",
    inputmode: one.form === "number" && "decimal",
  });
}

/** @param {FormField} one */
function hint(one) {
  const parts = [
    one.unit && t("packs.form.unit", { unit: one.unit }),
    isHidden(one) && t("packs.form.sensitive"),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : undefined;
}

/**
 * A form for one thing of a kind, made of what the kind says of its fields; the server judges.
 *
 * @param {FormKind} kind
 * @param {ThingRow | null} thing nil = a new one
 * @param {() => void} done
 */
export function openThingForm(kind, thing, done) {
  const title = (/** @type {FormField} */ one) =>
    one.required ? t("packs.form.required", { title: one.title }) : one.title;
  const known = {
    code: thing?.code ?? "",
    name: thing?.name ?? "",
    address: thing?.address ?? "",
    longitude: thing?.position ? String(thing.position[0]) : "",
    latitude: thing?.position ? String(thing.position[1]) : "",
  };
  /** @type {Record<string, Field>} */
  const fields = {};
  for (const name of HEAD) {
    fields[name] = field(
      t(`packs.form.${name}`),
      h("input", {
        name,
        value: known[name],
        autocomplete: "off",
        readonly: name === "code" && thing,
      }),
    );
  }
  for (const one of kind.fields) {
    const value = thing?.attributes?.[one.name] ?? "";
    const made = control(one, value);
    made.value = value;
    fields[`attributes.${one.name}`] = field(title(one), made, hint(one));
  }
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const number = (/** @type {string} */ name) => {
    const text = fields[name].control.value.trim();
    return text === "" ? null : Number(text);
  };
  const attributes = () =>
    Object.fromEntries(
      kind.fields.map((one) => [one, fields[`attributes.${one.name}`].control.value.trim()])
        // What is not shown and not written anew stays as it is.
        .filter(([one, value]) => value !== "" || !isHidden(/** @type {FormField} */ (one)))
        .map(([one, value]) => [/** @type {FormField} */ (one).name, value]),
    );
  const send = async () => {
    sayError(wrong, "");
    try {
      await request("/things", {
        method: "POST",
        body: {
          kind: kind.code,
          code: fields.code.control.value.trim(),
          name: fields.name.control.value.trim(),
          address: fields.address.control.value.trim(),
          longitude: number("longitude"),
          latitude: number("latitude"),
          attributes: attributes(),
          keepsOthers: true,
        },
      });
      dialog.close();
      done();
    } catch (error) {
      const { title, next, fields: sentences } = said(error);
      if (!refuseFields(fields, sentences ?? {})) sayError(wrong, `${title} ${next}`);
    }
  };
  const name = thing
    ? t("packs.form.change", { name: thing.name })
    : t("packs.form.title", { kind: kind.name });
  const dialog = h(
    "dialog",
    { class: "dialog", "data-dialog": "thing", "aria-label": name },
    h("h2", {}, name),
    h(
      "form",
      {
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          send();
        },
      },
      h("div", { class: "pack-form" }, ...Object.values(fields).map((one) => one.element)),
      wrong,
      h(
        "div",
        { class: "form-actions" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, [
          t("step.cancel"),
        ]),
        h("button", { type: "submit", class: "button primary" }, t("packs.form.save")),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
