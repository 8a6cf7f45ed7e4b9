// @ts-check
/// <reference lib="dom" />

import { fill, h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { said } from "./problems.js";

/**
 * @import { Field } from "./fields.js"
 *
 * @typedef {object} Entry  One thing that a form asks for.
 * @property {string} name as the API names it
 * @property {string} label
 * @property {"text" | "time" | "number" | "password" | "choice" | "choices" | "words" | "switch"} [form]
 * @property {unknown} [value] what stands there at first
 * @property {(HTMLElement | false)[]} [options] of a choice
 * @property {[string, string][]} [names] of choices: codes with their names
 * @property {boolean} [fixed] shown, not changed
 * @property {string} [hint]
 *
 * @typedef {object} Reading
 * @property {HTMLElement} element
 * @property {Field | null} field
 * @property {() => unknown} read
 */

/**
 * Asks for some values in a dialog, sends them, and shows at each field what the server says of it.
 *
 * @param {object} form
 * @param {string} form.title
 * @param {string} [form.lead]
 * @param {string} [form.submit] the word on the button
 * @param {Entry[]} form.entries
 * @param {(HTMLElement | null)[]} [form.more] below the fields
 * @param {(values: Record<string, any>) => Promise<void>} form.send
 */
export function openForm({ title, lead, submit, entries, more = [], send }) {
  const readings = entries.map((entry) => ({ entry, ...reading(entry) }));
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const button = h("button", { type: "submit", class: "button primary" }, submit ?? t("form.save"));
  const take = async () => {
    sayError(wrong, "");
    button.disabled = true;
    try {
      await send(Object.fromEntries(readings.map(({ entry, read }) => [entry.name, read()])));
      dialog.close();
    } catch (error) {
      const { title: what, next, fields } = said(error);
      /** @type {Record<string, Field>} */
      const known = {};
      for (const { entry, field } of readings) if (field) known[entry.name] = field;
      const rest = Object.entries(fields).filter(([name]) => !known[name]).map(([, text]) => text);
      if (!refuseFields(known, fields) || rest.length > 0) {
        sayError(wrong, rest.length > 0 ? rest.join(" ") : `${what} ${next}`);
      }
    } finally {
      button.disabled = false;
    }
  };
  const dialog = h(
    "dialog",
    { class: "dialog form-dialog", "data-dialog": "form", "aria-label": title },
    h("h2", {}, title),
    lead && h("p", { class: "lead" }, lead),
    h(
      "form",
      {
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          take();
        },
      },
      ...readings.map(({ element }) => element),
      ...more,
      wrong,
      h(
        "div",
        { class: "form-actions" },
        h("button", {
          type: "button",
          class: "button",
          onclick: () => dialog.close(),
        }, t("step.cancel")),
        button,
      ),
    ),
  );
  show(dialog);
  const first = readings.find(({ entry, field }) => field && !entry.fixed);
  if (first?.entry.form !== "choices") first?.field?.control.focus();
}

/** Something to be read and closed, such as a secret that is shown once. */
/** @param {string} title @param {...(Node | string | null | false)} content */
export function openNote(title, ...content) {
  const dialog = h(
    "dialog",
    { class: "dialog form-dialog", "data-dialog": "note", "aria-label": title },
    h("h2", {}, title),
    ...content,
    h(
      "div",
      { class: "form-actions" },
      h("button", {
        type: "button",
        class: "button primary",
        onclick: () => dialog.close(),
      }, t("dialog.close")),
    ),
  );
  show(dialog);
}

/** @param {HTMLDialogElement} dialog */
function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {Entry} entry @returns {Reading} */
function reading(entry) {
  const { name, label, form = "text", value, hint } = entry;
  if (form === "choices") return choices(entry);
  if (form === "switch") {
    const box = h("input", { type: "checkbox", name, checked: value === true });
    return {
      element: h("label", { class: "check" }, box, label),
      field: null,
      read: () => box.checked,
    };
  }
  const text = Array.isArray(value) ? value.join(" ") : String(value ?? "");
  const control = form === "choice"
    ? h("select", { name, disabled: entry.fixed }, ...(entry.options ?? []))
    : h("input", {
      name,
      type: form === "time" ? "datetime-local" : form === "password" ? "password" : "text",
      autocomplete: form === "password" ? "new-password" : "off",
      inputmode: form === "number" ? "decimal" : false,
      readonly: entry.fixed,
      value: form === "time" && typeof value === "number" ? localText(value) : text,
    });
  const found = field(label, control, hint);
  return { element: found.element, field: found, read: () => valueOf(form, control.value) };
}

/** @param {string} form @param {string} raw */
function valueOf(form, raw) {
  const text = raw.trim();
  if (form === "words") return text.split(/[\s,，、;；]+/).filter(Boolean);
  if (form === "password") return raw;
  if (text === "") return null;
  if (form === "number") return Number(text);
  if (form === "time") return new Date(text).toISOString();
  return text;
}

/** Some of many, each with a box. @param {Entry} entry @returns {Reading} */
function choices({ name, label, names = [], value, hint }) {
  const chosen = new Set(/** @type {string[]} */ (value ?? []));
  const hidden = h("input", { type: "hidden" });
  const boxes = names.map(([code, title]) => {
    const box = h("input", { type: "checkbox", name, value: code, checked: chosen.has(code) });
    return { code, box, element: h("label", { class: "check" }, box, title) };
  });
  const found = field(label, hidden, hint);
  const group = h(
    "fieldset",
    { class: "checks" },
    h("legend", {}, label),
    ...boxes.map(({ element }) => element),
  );
  fill(found.element, group, ...[...found.element.children].filter((one) => one.tagName === "P"));
  return {
    element: found.element,
    field: found,
    read: () => boxes.filter(({ box }) => box.checked).map(({ code }) => code),
  };
}

/** As the browser's field of date and time wants it, in the reader's own time. */
/** @param {number} at */
function localText(at) {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}
