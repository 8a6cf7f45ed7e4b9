// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { itemOptions, option, unitOptions } from "./choices.js";
import { fill, h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { Problem, said } from "./problems.js";
import { uploads } from "./uploads.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Field } from "./fields.js"
 * @import { Case, CaseAction, Person } from "./types.js"
 *
 * @typedef {object} StepBody  What a step brings along besides action and version.
 * @property {string} [note]
 * @property {string[]} [evidence]
 * @property {string} [unit]
 * @property {string} [staff]
 * @property {string} [item]
 * @property {string} [group]
 * @property {string} [reason]
 * @property {{ amount: number, measure: string }} [limit]
 * @property {Record<string, string>} [answers] by the fields of the action's form
 */

/** Texts of a step. */
const DRAFTED = /** @type {const} */ (["unit", "staff", "item", "group", "reason", "note"]);
/** What is chosen, in the order in which it is asked for. */
const SHOWN = ["unit", "staff", "item", "group", "reason", "limit"];
/** Measures in which a deadline may be moved. */
const ANSWER_MAX = 500;
const MEASURES = ["workingDays", "workingHours", "days", "hours"];

/**
 * The form of an action: what it requires, and a note and photos for who wants to add them.
 *
 * @param {object} content
 * @param {Case} content.found
 * @param {CaseAction} content.action
 * @param {Directory} content.directory
 * @param {StepBody} [content.draft] what stands in it at first
 * @param {Record<string, string>} [content.earlier] what was answered on the case before
 * @param {(body: StepBody) => Promise<void>} content.submit throws what the server refuses
 * @param {() => void} content.cancel
 */
export function stepForm(
  { found, action, directory, draft = {}, earlier = {}, submit, cancel },
) {
  const requires = new Set(action.requires);
  /** @type {Record<string, Field>} */
  const fields = {};
  if (requires.has("unit")) fields.unit = unitField(directory, found);
  if (requires.has("staff")) fields.staff = staffField(found, action, fields.unit, draft.staff);
  if (requires.has("group")) fields.group = groupField(found);
  if (requires.has("item")) {
    const choices = [option("", t("step.item.choose")), ...itemOptions(directory)];
    fields.item = field(t("step.item"), h("select", {}, ...choices));
  }
  if (requires.has("reason")) {
    const reasons = (action.reasons ?? []).map(({ code, name }) => option(code, name));
    fields.reason = field(
      t("step.reason"),
      h("select", {}, option("", t("step.reason.choose")), ...reasons),
    );
  }
  const measure = measureSelect(action.limitMax?.measure);
  if (requires.has("limit")) fields.limit = limitField(action, measure);
  const asked = (action.form ?? []).map((one) => {
    const name = `answers.${one.code}`;
    fields[name] = answerField(one, draft.answers?.[one.code] ?? earlier[one.code]);
    return { ...one, name };
  });
  fields.note = field(
    t(requires.has("note") ? "step.note" : "step.note.optional"),
    h("textarea", { rows: 3, maxlength: 2000 }),
    t("step.note.hint"),
  );
  const photos = uploads("photo", requires.has("photo"));
  const documents = requires.has("document") ? uploads("document", true) : null;
  fields.photo = photos;
  if (documents) fields.document = documents;
  // The server speaks of evidence, whichever form it misses.
  fields.evidence = documents && !requires.has("photo") ? documents : photos;

  const kept = draft.evidence ?? [];
  for (const name of DRAFTED) {
    if (draft[name] && fields[name]) fields[name].control.value = draft[name];
  }
  if (draft.limit && fields.limit) {
    fields.limit.control.value = String(draft.limit.amount);
    measure.value = draft.limit.measure;
  }

  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  const send = h("button", {
    type: "submit",
    class: "button primary",
    "data-submit": action.action,
  }, action.name);

  /** @returns {Promise<StepBody | null>} null where something required is not there */
  async function body() {
    const added = [...await photos.digests(), ...await documents?.digests() ?? []];
    const evidence = [...kept, ...added];
    const missing = [...SHOWN, "note"].filter((name) =>
      requires.has(name) && !fields[name].control.value.trim()
    );
    // What was sent before stands with the server already.
    if (kept.length === 0) {
      if (requires.has("photo") && (await photos.digests()).length === 0) missing.push("photo");
      if (documents && (await documents.digests()).length === 0) missing.push("document");
    }
    const sentences = missing.map((name) => [name, t(`step.required.${name}`)]);
    for (const { name, required } of asked) {
      if (required && !fields[name].control.value.trim()) {
        sentences.push([name, t("step.required.answer")]);
      }
    }
    if (sentences.length > 0) {
      refuseFields(fields, Object.fromEntries(sentences));
      return null;
    }
    /** @type {StepBody} */
    const step = {};
    for (const name of DRAFTED) {
      const value = fields[name]?.control.value.trim();
      if (value) step[name] = value;
    }
    const amount = Number(fields.limit?.control.value ?? 0);
    if (amount > 0) step.limit = { amount, measure: measure.value };
    if (evidence.length > 0) step.evidence = evidence;
    const answers = asked.map(({ code, name }) => [code, fields[name].control.value.trim()])
      .filter(([, answer]) => answer);
    if (answers.length > 0) step.answers = Object.fromEntries(answers);
    return step;
  }

  const form = h(
    "form",
    {
      class: "step-form",
      "data-step-form": action.action,
      "aria-label": action.name,
      novalidate: true,
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        sayError(error, "");
        send.disabled = true;
        send.textContent = t("step.busy");
        try {
          const step = await body();
          if (step) await submit(step);
        } catch (problem) {
          showProblem(problem, fields, error);
        } finally {
          send.disabled = false;
          send.textContent = action.name;
        }
      },
    },
    h("h3", {}, action.name),
    action.why && h("p", { class: "hint" }, action.why),
    ...SHOWN.map((name) => fields[name]?.element),
    ...asked.map(({ name }) => fields[name].element),
    ...["note", "photo", "document"].map((name) => fields[name]?.element),
    kept.length > 0 && h("p", { class: "hint" }, t("step.kept", { count: kept.length })),
    error,
    h(
      "div",
      { class: "form-actions" },
      h(
        "button",
        { type: "button", class: "button", onclick: cancel },
        t("step.cancel"),
        h("kbd", { "aria-hidden": "true" }, "Esc"),
      ),
      send,
    ),
  );
  const first = SHOWN.find((name) => fields[name]) ?? asked[0]?.name ?? "note";
  return { element: form, focus: () => fields[first].control.focus() };
}

/**
 * One field of an action's form. What was written before stands in it, what was chosen does not:
 * that is asked anew each time.
 *
 * @param {import("./types.js").FormField} asked
 * @param {string} [earlier]
 */
function answerField({ code, name, choices, required }, earlier = "") {
  const control = choices.length > 0
    ? h(
      "select",
      { name: code },
      option("", t("step.answer.choose")),
      ...choices.map((choice) => option(choice, choice)),
    )
    : h("textarea", { name: code, rows: 2, maxlength: ANSWER_MAX });
  if (choices.length === 0) control.value = earlier;
  return field(name + (required ? "" : t("step.optional")), control);
}

/** @param {string | undefined} chosen */
function measureSelect(chosen) {
  return h(
    "select",
    { "aria-label": t("step.measure") },
    ...MEASURES.map((code) => option(code, t(`measure.${code}`), chosen)),
  );
}

/** By how much a deadline shall move, and by how much it may at most. */
/** @param {CaseAction} action @param {HTMLSelectElement} measure */
function limitField(action, measure) {
  const { limitMax } = action;
  const hint = limitMax && t("step.limit.max", {
    amount: limitMax.amount,
    measure: t(`measure.${limitMax.measure}`),
  });
  const shown = field(
    t("step.limit"),
    h("input", { type: "number", min: 1, max: 1000, step: 1, inputmode: "numeric" }),
    hint || undefined,
  );
  const pair = h("div", { class: "pair" });
  shown.control.replaceWith(pair);
  pair.append(shown.control, measure);
  return shown;
}

/**
 * @param {unknown} problem
 * @param {Record<string, Field>} fields
 * @param {HTMLElement} place
 */
function showProblem(problem, fields, place) {
  const { title, next, fields: sentences } = said(problem);
  refuseFields(fields, sentences);
  sayError(place, `${title} ${next}`);
}

/** @param {Directory} directory @param {Case} found */
function unitField(directory, found) {
  const proposed = found.proposal?.unit;
  return field(
    t("step.unit"),
    h(
      "select",
      {},
      option("", t("step.unit.choose")),
      proposed && h(
        "optgroup",
        { label: t("step.unit.proposed") },
        option(proposed.id, proposed.name, proposed.id),
      ),
      ...unitOptions(directory),
    ),
  );
}

/** Groups that could be called, with their units here. @param {Case} found */
function groupField(found) {
  const select = h("select", {}, option("", t("step.group.choose")));
  const shown = field(t("step.group"), select);
  request(`/cases/${found.id}/groups`).then(({ elements }) => {
    for (const { code, name, members, isCalled } of elements) {
      const units = members.map((/** @type {any} */ { unit, duty }) =>
        unit?.name ?? t("step.group.nobody", { duty })
      );
      const choice = option(code, `${name}：${units.join("、")}`);
      choice.disabled = isCalled;
      select.append(choice);
    }
  }).catch((error) => shown.refuse(said(error).title));
  return shown;
}

/**
 * People of the unit that is chosen, or that has the case; who shall check is proposed alone.
 *
 * @param {Case} found
 * @param {CaseAction} action
 * @param {Field | undefined} unit
 * @param {string} [chosen]
 */
function staffField(found, action, unit, chosen) {
  const select = h("select", {}, option("", t("step.staff.loading")));
  const shown = field(t("step.staff"), select);
  const load = async () => {
    const id = unit ? unit.control.value : found.unit?.id;
    if (!id) return fill(select, option("", t("step.staff.choose")));
    fill(select, option("", t("step.staff.loading")));
    try {
      const [answer, proposed] = await Promise.all([
        action.checks ? { elements: [] } : request(`/staff?unit=${id}`),
        id === found.unit?.id ? proposedStaff(found) : [],
      ]);
      const people = answer.elements.filter((/** @type {Person} */ person) =>
        person.active && !proposed.some((choice) => choice.id === person.id)
      );
      const any = people.length + proposed.length > 0;
      fill(
        select,
        option("", t(any ? "step.staff.choose" : "step.staff.none")),
        proposed.length > 0 && h(
          "optgroup",
          { label: t("step.staff.proposed") },
          ...proposed.map((choice) => option(choice.id, choice.title, chosen)),
        ),
        people.length > 0 && h(
          "optgroup",
          { label: t("step.staff.others") },
          ...people.map((/** @type {Person} */ person) => option(person.id, person.name, chosen)),
        ),
      );
    } catch (error) {
      shown.refuse(said(error).title);
    }
  };
  unit?.control.addEventListener("change", load);
  load();
  return shown;
}

/**
 * Whom the server would give the order to, the best first; nobody where it has no opinion.
 *
 * @param {Case} found
 * @returns {Promise<{ id: string, title: string }[]>} with the reasons in the title
 */
async function proposedStaff(found) {
  try {
    const answer = await request(`/cases/${found.id}/persons`);
    return answer.elements.map((/** @type {any} */ { staff, reasons }) => {
      const why = reasons.map((/** @type {any} */ one) =>
        t(`person.${one.code}`, { ...one, name: one.for?.name })
      );
      return { id: staff.id, title: [staff.name, ...why].join(" · ") };
    });
  } catch {
    return [];
  }
}

/**
 * What a refused step still lacks, where the server says so.
 *
 * @param {unknown} error
 * @returns {string[]}
 */
export function missingOf(error) {
  if (!(error instanceof Problem) || error.code !== "step.missing") return [];
  return (error.document.facts?.missing ?? "").split(",").filter(Boolean);
}

/** Whether another came first. @param {unknown} error */
export function isConflict(error) {
  return error instanceof Problem && error.status === 409 &&
    ["step.stale_version", "step.no_edge", "store.conflict"].includes(error.code);
}
