// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { t } from "./language.js";
import { sayError, toast } from "./notices.js";
import { said } from "./problems.js";

/** @import { Field } from "./fields.js" */

/**
 * @typedef {object} Act  Something that is done about a case under supervision.
 * @property {string} code
 * @property {string} path what it is sent to
 * @property {Record<string, unknown>} [body] what is sent besides the words
 * @property {boolean} [wantsDays] whether it says in how many days a reply is due
 * @property {boolean} [mayBeSilent] whether it needs no words
 */

const WORDS_MAX = 500;
const DAYS_MAX = 30;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Asks for the words of an act, and sends it.
 *
 * @param {Act} act
 * @param {string} number of the case
 * @param {() => void} done
 */
export function openSupervision(act, number, done) {
  const title = t(`supervise.act.${act.code}`);
  const words = field(
    t("supervise.words"),
    h("textarea", { name: "words", rows: 4, maxlength: WORDS_MAX, required: !act.mayBeSilent }),
  );
  const days = field(
    t("supervise.days"),
    h("input", { name: "due", type: "number", min: 1, max: DAYS_MAX, value: 1, required: true }),
  );
  /** @type {Record<string, Field>} */
  const fields = act.wantsDays ? { words, due: days } : { words };
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const send = async () => {
    sayError(wrong, "");
    /** @type {Record<string, unknown>} */
    const body = { ...act.body, words: words.control.value };
    if (act.wantsDays) {
      const wanted = Number(days.control.value);
      body.due = new Date(Date.now() + wanted * DAY_MILLISECONDS - 1_000).toISOString();
    }
    try {
      await request(act.path, { method: "POST", body });
      dialog.close();
      toast(t("supervise.done", { title, number }));
      done();
    } catch (error) {
      const { title: what, next, fields: sentences } = said(error);
      if (!refuseFields(fields, sentences ?? {})) sayError(wrong, `${what} ${next}`);
    }
  };
  const dialog = h(
    "dialog",
    { class: "dialog narrow", "data-dialog": "supervision", "aria-label": title },
    h("h2", {}, `${title} ${number}`),
    h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          send();
        },
      },
      ...Object.values(fields).map((one) => one.element),
      wrong,
      h(
        "div",
        { class: "form-actions" },
        h("button", {
          type: "button",
          class: "button",
          onclick: () => dialog.close(),
        }, t("step.cancel")),
        h("button", { type: "submit", class: "button primary" }, title),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
