// @ts-check
/// <reference lib="dom" />

import { fill, h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { Problem, said } from "./problems.js";
import { inputMoment, inputText, moment } from "./times.js";

/**
 * @import { Field } from "./fields.js"
 *
 * @typedef {"text" | "lines" | "time" | "date" | "number" | "count" | "password" | "choice" |
 *   "choices" | "words" | "switch"} Form
 *
 * @typedef {object} Entry  One thing that a form asks for.
 * @property {string} name as the API names it
 * @property {string} [key] where that alone is not unique: its name among the values
 * @property {string} label
 * @property {Form} [form]
 * @property {unknown} [value] what stands there at first
 * @property {(HTMLElement | false)[]} [options] of a choice
 * @property {[string, string][]} [names] of choices: codes with their names
 * @property {Record<string, unknown>} [limits] attributes of the control
 * @property {boolean} [fixed] shown, not changed
 * @property {string} [hint]
 *
 * @typedef {object} Reading
 * @property {HTMLElement} element
 * @property {Field | null} field
 * @property {() => unknown} read
 * @property {(value: any) => void} write
 * @property {(value: any) => string} say what a value is called here
 *
 * @typedef {object} Standing  A record as it is stored now.
 * @property {unknown} seen what the server tells its states apart by
 * @property {Record<string, unknown>} values by the names of the entries
 */

/** Somebody else wrote the record after its editor had read it. */
const CHANGED = "master.changed";

/**
 * Asks for some values in a dialog, sends them, and shows at each field what the server says of it.
 * Where somebody else was faster, shows what he wrote beside what stands here, and asks again.
 *
 * @param {object} form
 * @param {string} form.title
 * @param {string} [form.lead]
 * @param {string} [form.submit] the word on the button
 * @param {string} [form.name] of the dialog, for those who look for it
 * @param {boolean} [form.wide] whether the fields stand in two columns
 * @param {Entry[]} form.entries
 * @param {(HTMLElement | null)[]} [form.more] below the fields
 * @param {unknown} [form.seen] the state of the record that is shown
 * @param {() => Promise<Standing>} [form.latest] the record as it is now
 * @param {(values: Record<string, any>, seen: any) => Promise<void>} form.send
 */
export function openForm(
  { title, lead, submit, name = "form", wide, entries, more = [], seen, latest, send },
) {
  const readings = entries.map((entry) => ({
    key: entry.key ?? entry.name,
    entry,
    theirs: h("p", { class: "hint theirs", role: "status", hidden: true }),
    ...reading(entry),
  }));
  for (const { element, theirs } of readings) element.append(theirs);
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const button = h("button", { type: "submit", class: "button primary" }, submit ?? t("form.save"));

  /** Shows beside each field what stands there now, where that is new. */
  async function compare() {
    const now = await /** @type {() => Promise<Standing>} */ (latest)();
    seen = now.seen;
    for (const { key, entry, theirs, say, read, write } of readings) {
      const value = now.values[key];
      const isNew = say(value) !== say(entry.value) && say(value) !== say(read());
      entry.value = value;
      theirs.hidden = !isNew;
      if (!isNew) continue;
      const take = h("button", {
        type: "button",
        class: "button",
        onclick: () => {
          write(value);
          theirs.hidden = true;
        },
      }, t("form.theirs.take"));
      fill(theirs, t("form.theirs", { value: say(value) || t("form.none") }), " ", take);
    }
  }

  async function take() {
    sayError(wrong, "");
    button.disabled = true;
    try {
      await send(Object.fromEntries(readings.map(({ key, read }) => [key, read()])), seen);
      dialog.close();
    } catch (error) {
      if (latest && error instanceof Problem && error.code === CHANGED) await compare();
      refuse(error);
    } finally {
      button.disabled = false;
    }
  }

  /** @param {unknown} error */
  function refuse(error) {
    const { title: what, next, fields } = said(error);
    /** @type {Record<string, Field>} */
    const known = {};
    for (const { key, field } of readings) if (field) known[key] = field;
    const rest = Object.entries(fields).filter(([name]) => !known[name]).map(([, text]) => text);
    if (!refuseFields(known, fields) || rest.length > 0) {
      sayError(wrong, rest.length > 0 ? rest.join(" ") : `${what} ${next}`);
    }
  }

  const dialog = h(
    "dialog",
    { class: wide ? "dialog" : "dialog form-dialog", "data-dialog": name, "aria-label": title },
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
      h("div", { class: wide ? "pack-form" : "form-fields" }, ...readings.map(elementOf)),
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

/** @param {{ element: HTMLElement }} one */
function elementOf({ element }) {
  return element;
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
  return dialog;
}

/** @param {HTMLDialogElement} dialog */
function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {Entry} entry @returns {Reading} */
function reading(entry) {
  if (entry.form === "choices") return choices(entry);
  if (entry.form === "switch") return toggle(entry);
  const { label, form = "text", value, hint } = entry;
  const text = (/** @type {any} */ value) => textOf(form, value);
  const made = control(entry, form);
  // A choice begins with its first option where nothing was chosen.
  if (form !== "choice" || (value ?? null) !== null) made.value = text(value);
  const found = field(label, made, hint);
  return {
    element: found.element,
    field: found,
    read: () => valueOf(form, made.value),
    write: (value) => made.value = text(value),
    say: (value) =>
      made instanceof HTMLSelectElement
        ? [...made.options].find((one) => one.value === text(value))?.text ?? text(value)
        : text(value),
  };
}

/** @param {Entry} entry @param {string} form */
function control({ name, options = [], limits, fixed }, form) {
  if (form === "choice") return h("select", { name, disabled: fixed }, ...options);
  if (form === "lines") return h("textarea", { name, rows: 4, ...limits });
  const types = { time: "datetime-local", date: "date", count: "number", password: "password" };
  return h("input", {
    name,
    type: Reflect.get(types, form) ?? "text",
    autocomplete: form === "password" ? "new-password" : "off",
    inputmode: form === "number" ? "decimal" : false,
    readonly: fixed,
    ...limits,
  });
}

/** @param {string} form @param {any} value */
function textOf(form, value) {
  if (form === "time") {
    return inputText(typeof value === "string" ? moment(value) ?? NaN : value ?? NaN);
  }
  return Array.isArray(value) ? value.join(" ") : String(value ?? "");
}

/** @param {string} form @param {string} raw */
function valueOf(form, raw) {
  const text = raw.trim();
  if (form === "words") return text.split(/[\s,，、;；]+/).filter(Boolean);
  if (form === "password") return raw;
  if (text === "") return null;
  if (form === "number" || form === "count") return Number(text);
  if (form === "time") return new Date(inputMoment(text)).toISOString();
  return text;
}

/** On or off. @param {Entry} entry @returns {Reading} */
function toggle({ name, label, value }) {
  const box = h("input", { type: "checkbox", name, checked: value === true });
  return {
    element: h("div", { class: "field" }, h("label", { class: "check" }, box, label)),
    field: null,
    read: () => box.checked,
    write: (value) => box.checked = value === true,
    say: (value) => t(value === true ? "packs.form.yes" : "packs.form.no"),
  };
}

/** Some of many, each with a box. @param {Entry} entry @returns {Reading} */
function choices({ name, label, names = [], value, hint }) {
  const hidden = h("input", { type: "hidden" });
  const boxes = names.map(([code, title]) => {
    const box = h("input", { type: "checkbox", name, value: code });
    return { code, title, box, element: h("label", { class: "check" }, box, title) };
  });
  const write = (/** @type {string[]} */ chosen) => {
    for (const { code, box } of boxes) box.checked = chosen?.includes(code) ?? false;
  };
  write(/** @type {string[]} */ (value ?? []));
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
    write,
    say: (value) =>
      boxes.filter(({ code }) => value?.includes(code)).map(({ title }) => title).join("、"),
  };
}
