// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, h } from "./element.js";
import { field } from "./fields.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { ruleText, said } from "./problems.js";

/**
 * @import { FormKind } from "./thing_form.js"
 *
 * @typedef {object} ImportAnswer
 * @property {number} rows
 * @property {number} accepted
 * @property {number} repeated
 * @property {number} refused
 * @property {{ row: number, field: string, rule: string, value: string, facts?: Record<string, string> }[]} refusals
 */

const SHOWN = 50;

/**
 * Brings in things of a kind from a file: first a preview of what would happen, then the work itself.
 *
 * @param {FormKind} kind
 * @param {() => void} done
 */
export function openImport(kind, done) {
  const chosen = field(
    t("packs.import.file"),
    h("input", { type: "file", name: "file", accept: ".csv,.xlsx,.geojson,.json,.gz" }),
  );
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const result = h("div", { class: "import-result", role: "status" });
  const send = async (/** @type {boolean} */ preview) => {
    sayError(wrong, "");
    const input = /** @type {HTMLInputElement} */ (chosen.control);
    const file = input.files?.[0];
    if (!file) return chosen.refuse(t("rule.field.required"));
    try {
      const name = encodeURIComponent(file.name);
      const answer = await request(
        `/things/import?kind=${kind.code}&name=${name}&preview=${preview}`,
        { method: "POST", file },
      );
      show(answer, preview);
      if (!preview) done();
    } catch (error) {
      const { title, next } = said(error);
      sayError(wrong, `${title} ${next}`);
    }
  };
  const titles = new Map(kind.fields.map(({ name, title }) => [name, title]));
  const show = (/** @type {ImportAnswer} */ answer, /** @type {boolean} */ preview) => {
    const says = t("packs.import.says", { ...answer });
    fill(
      result,
      h("p", {}, preview ? t("packs.import.previewed", { says }) : says),
      answer.refusals.length > 0 &&
        h(
          "ul",
          { class: "import-refusals" },
          ...answer.refusals.slice(0, SHOWN).map((one) =>
            h(
              "li",
              { "data-row": one.row },
              h("b", {}, t("packs.import.row", { row: one.row })),
              ` ${titles.get(one.field.replace("attributes.", "")) ?? one.field} ${one.value}：`,
              ruleText(one),
            )
          ),
        ),
      answer.refusals.length > SHOWN &&
        h("p", { class: "hint" }, t("packs.import.more", { count: SHOWN })),
    );
  };
  const name = t("packs.import.title", { kind: kind.name });
  const dialog = h(
    "dialog",
    { class: "dialog", "data-dialog": "import", "aria-label": name },
    h("h2", {}, name),
    chosen.element,
    wrong,
    result,
    h(
      "div",
      { class: "form-actions" },
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, [
        t("step.cancel"),
      ]),
      h("button", {
        type: "button",
        class: "button",
        "data-do": "preview",
        onclick: () => send(true),
      }, t("packs.import.preview")),
      h("button", {
        type: "button",
        class: "button primary",
        "data-do": "run",
        onclick: () => send(false),
      }, t("packs.import.run")),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
