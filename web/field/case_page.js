// @ts-check
/// <reference lib="dom" />

import { clockBar, remaining } from "../parts/clock.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { here, metresText } from "../parts/here.js";
import { gradeChip, icon } from "../parts/icons.js";
import { packName, t } from "../parts/language.js";
import { sayError, stateBox, toast } from "../parts/notices.js";
import { photos } from "../parts/photos.js";
import { moment, momentText } from "../parts/times.js";
import { distance } from "./orders_view.js";
import { voiceNote } from "./voice.js";

/**
 * @import { CaseAction } from "../parts/types.js"
 * @import { Edge, FieldCase } from "./queue.js"
 * @import { Ground } from "./sending.js"
 * @import { Choice } from "./orders_view.js"
 */

const PHOTOS_MAX = 6;
/** The way on, before anything else that is possible. */
const WAY = ["accept", "arrive", "report", "pass"];

/**
 * One order, with what may be done under the thumb.
 *
 * @param {Ground} ground
 * @param {string} id
 * @param {Choice} choice
 * @param {() => void} back
 */
export function casePage(ground, id, choice, back) {
  const found = ground.find(id);
  if (!found) {
    return [stateBox({
      sign: "info",
      title: t("site.away"),
      next: t("site.away.next"),
      actions: [
        h("button", { type: "button", class: "button primary", onclick: back }, t("hand.back")),
      ],
    })];
  }
  const foot = h("div", { class: "field-foot" });
  showActions();

  function showActions() {
    const [first, ...others] = way(/** @type {FieldCase} */ (found));
    fill(
      foot,
      first && button(first, "button primary main"),
      !first && h("p", { class: "muted" }, t("site.no_action")),
      others.length > 0 &&
        h("div", { class: "others" }, ...others.map((one) => button(one, "button"))),
    );
  }

  /** @param {CaseAction} action @param {string} look */
  function button(action, look) {
    return h(
      "button",
      {
        type: "button",
        class: look,
        title: action.why,
        "data-action": action.action,
        onclick: () => press(action),
      },
      action.action === "report" && look.includes("main") ? icon("camera", 20) : null,
      action.name,
    );
  }

  /** @param {CaseAction} action */
  async function press(action) {
    if (action.requires.length > 0) return showForm(action);
    if (action.action !== "arrive") return take(action, { note: "" }, []);
    let note = t("site.arrived.no_place");
    try {
      const { point, metres } = await here();
      choice.place = point;
      note = t("site.arrived", { longitude: point[0], latitude: point[1], metres });
    } catch {
      // Who arrives where no satellite is seen has arrived nonetheless.
    }
    return take(action, { note }, []);
  }

  /** @param {CaseAction} action @param {{ note: string } & Record<string, unknown>} said @param {Blob[]} files */
  async function take(action, said, files) {
    const current = /** @type {FieldCase} */ (ground.find(id) ?? found);
    const { entry, answer } = await ground.add({
      form: "step",
      case: id,
      title: current.title ?? "",
      name: action.name,
      to: /** @type {{ to?: string }} */ (action).to ?? current.stage ?? "",
      body: {
        action: action.action,
        version: current.version,
        ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== "")),
      },
      files,
    });
    if (answer) toast(t("site.sent", { action: action.name }));
    else if (ground.entries.find((one) => one.key === entry.key)?.state === "waiting") {
      toast(t("site.queued", { action: action.name }));
    }
  }

  /** @param {CaseAction} action */
  function showForm(action) {
    const needs = new Set(action.requires);
    /** @type {Blob[]} */
    const pictures = [];
    /** @type {Blob[]} */
    const voice = [];
    const note = field(
      t(needs.has("note") ? "site.note" : "site.note.optional"),
      h("textarea", { rows: 3, maxlength: 2000, name: "note" }),
    );
    const error = h("p", { class: "form-error", role: "alert", hidden: true });
    const { reasons = [], limitMax = null } = /** @type {Partial<Edge>} */ (action);
    const reason = needs.has("reason") && field(
      t("site.reason"),
      h(
        "select",
        { name: "reason" },
        ...reasons.map((one) => h("option", { value: one.code }, one.name)),
      ),
    );
    const limit = needs.has("limit") && limitMax && field(
      t("site.limit", { measure: t(`site.measure.${limitMax.measure}`) }),
      h("input", { name: "limit", type: "number", min: 1, max: limitMax.amount, value: 1 }),
      t("site.limit.max", { amount: limitMax.amount }),
    );
    const shown = photos({ kept: pictures, max: PHOTOS_MAX, word: t("site.photo"), camera: true });
    const form = h(
      "form",
      {
        class: "field-form",
        novalidate: true,
        "data-form": action.action,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          const said = note.control.value.trim();
          if (needs.has("photo") && pictures.length === 0) {
            return sayError(error, t("site.photo.missing"));
          }
          if (needs.has("note") && !said) return note.refuse(t("site.note.missing"));
          take(action, {
            note: said,
            ...(reason ? { reason: reason.control.value } : {}),
            ...(limit && limitMax
              ? { limit: { amount: Number(limit.control.value), measure: limitMax.measure } }
              : {}),
          }, [...pictures, ...voice]);
        },
      },
      needs.has("limit") ? null : shown.element,
      reason ? reason.element : null,
      limit ? limit.element : null,
      note.element,
      voiceNote(voice),
      error,
      h(
        "div",
        { class: "others" },
        h("button", { type: "button", class: "button", onclick: showActions }, t("site.cancel")),
        h(
          "button",
          { type: "submit", class: "button primary", "data-submit": action.action },
          action.name,
        ),
      ),
    );
    fill(foot, form);
    form.scrollIntoView({ block: "end" });
  }

  return [head(found, choice), details(found), h("div", { class: "grow" }), foot];
}

/** What may be done, the way on first. @param {FieldCase} found */
function way(found) {
  const actions = (found.actions ?? []).filter((one) =>
    !(one.action === "arrive" && found.arrived)
  );
  const rank = (/** @type {CaseAction} */ one) => {
    const place = WAY.indexOf(one.action);
    return place < 0 ? WAY.length : place;
  };
  return actions.toSorted((a, b) => rank(a) - rank(b));
}

/** @param {FieldCase} found @param {Choice} choice */
function head(found, choice) {
  const far = distance(found, choice.place);
  const due = moment(found.due);
  const start = moment(found.openedAt) ?? moment(found.filedAt) ?? 0;
  return h(
    "div",
    { "data-stage": found.stage ?? "", "data-unsent": String(found.unsent === true) },
    h(
      "section",
      { class: "hand-part" },
      h(
        "div",
        { class: "field-title" },
        h("h2", {}, found.title ?? ""),
        gradeChip(found.grade ?? "blue"),
      ),
      h(
        "p",
        { class: "field-where" },
        icon("place"),
        h("span", { class: "grow" }, found.address || found.area?.street?.name || ""),
        far !== null && h("b", {}, metresText(far)),
        found.position && h("a", {
          href: `geo:${found.position[1]},${found.position[0]}`,
        }, t("site.navigate")),
      ),
    ),
    due !== null && h(
      "section",
      { class: "hand-part field-clock" },
      h("span", {}, t("site.clock")),
      h(
        "span",
        { class: "end" },
        remaining(due),
        " ",
        t("site.until", { time: momentText(due, Date.now()) }),
      ),
      clockBar(start, due),
    ),
  );
}

/** @param {FieldCase} found */
function details(found) {
  return h(
    "section",
    { class: "hand-part" },
    h(
      "dl",
      { class: "check" },
      h("dt", {}, t("case.stage")),
      h("dd", {}, packName("stages", found.stage), found.unsent ? ` · ${t("site.unsent")}` : ""),
      h("dt", {}, t("site.text")),
      h("dd", {}, found.text || found.title || ""),
    ),
    h("p", { class: "muted" }, t("site.signals", { count: found.signals ?? 1 })),
    found.closing && h("p", { class: "muted" }, t("site.closing", { text: found.closing })),
  );
}
