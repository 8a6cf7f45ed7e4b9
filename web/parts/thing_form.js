// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { openForm } from "./edit_form.js";
import { t } from "./language.js";

/**
 * @import { Entry } from "./edit_form.js"
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
const ATTRIBUTES = "attributes.";

/** Whether a field is written but never shown. @param {FormField} one */
function isHidden(one) {
  return one.dataClass === "sensitive" || one.dataClass === "core";
}

/** @param {FormField} one @param {ThingRow | null} thing @returns {Entry} */
function entryOf(one, thing) {
  const choices = one.form === "boolean"
    ? [["true", t("packs.form.yes")], ["false", t("packs.form.no")]]
    : one.choices.map((choice) => [choice, choice]);
  const hints = [
    one.unit && t("packs.form.unit", { unit: one.unit }),
    isHidden(one) && t("packs.form.sensitive"),
  ].filter(Boolean);
  return {
    name: one.name,
    key: ATTRIBUTES + one.name,
    label: one.required ? t("packs.form.required", { title: one.title }) : one.title,
    form: choices.length > 0 ? "choice" : one.form === "date" ? "date" : "text",
    limits: one.form === "number" ? { inputmode: "decimal" } : {},
    options: [
      option("", t("packs.form.unknown")),
      ...choices.map(([code, name]) => option(code, name)),
    ],
    value: thing?.attributes?.[one.name],
    hint: hints.join(" "),
  };
}

/** What the head of the form shows of a thing. @param {ThingRow | null} thing */
function headOf(thing) {
  const [longitude, latitude] = thing?.position ?? [];
  return { code: thing?.code, name: thing?.name, address: thing?.address, longitude, latitude };
}

/** @param {ThingRow} thing */
function valuesOf(thing) {
  const attributes = Object.entries(thing.attributes ?? {});
  return {
    ...headOf(thing),
    ...Object.fromEntries(attributes.map(([name, value]) => [ATTRIBUTES + name, value])),
  };
}

/**
 * A form for one thing of a kind, made of what the kind says of its fields; the server judges.
 *
 * @param {FormKind} kind
 * @param {ThingRow | null} thing nil = a new one
 * @param {() => void} done
 */
export function openThingForm(kind, thing, done) {
  const head = headOf(thing);
  openForm({
    name: "thing",
    wide: true,
    title: thing
      ? t("packs.form.change", { name: thing.name })
      : t("packs.form.title", { kind: kind.name }),
    submit: t("packs.form.save"),
    entries: [
      ...HEAD.map((name) => ({
        name,
        label: t(`packs.form.${name}`),
        form: name.endsWith("tude") ? /** @type {const} */ ("number") : undefined,
        value: head[name],
        fixed: name === "code" && thing !== null,
      })),
      ...kind.fields.map((one) => entryOf(one, thing)),
    ],
    seen: thing?.version,
    latest: async () => {
      const { thing: now } = await request(`/things/${thing?.id}`);
      return { seen: now.version, values: valuesOf(now) };
    },
    send: async (values, seen) => {
      const { code, name, address, longitude, latitude } = values;
      const attributes = kind.fields
        .map((one) => ({ one, value: values[ATTRIBUTES + one.name] ?? "" }))
        // What is not shown and not written anew stays as it is.
        .filter(({ one, value }) => value !== "" || !isHidden(one))
        .map(({ one, value }) => [one.name, value]);
      await request("/things", {
        method: "POST",
        body: {
          kind: kind.code,
          code: code ?? "",
          name: name ?? "",
          address: address ?? "",
          longitude,
          latitude,
          attributes: Object.fromEntries(attributes),
          keepsOthers: true,
          seen,
        },
      });
      done();
    },
  });
}
