// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { openForm } from "./edit_form.js";
import { t } from "./language.js";
import { toast } from "./notices.js";

/** @import { Entry } from "./edit_form.js" */

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
  /** @type {Entry[]} */
  const entries = [
    {
      name: "words",
      label: t("supervise.words"),
      form: "lines",
      limits: { maxlength: WORDS_MAX, required: !act.mayBeSilent },
    },
  ];
  if (act.wantsDays) {
    entries.push({
      name: "due",
      label: t("supervise.days"),
      form: "count",
      value: 1,
      limits: { min: 1, max: DAYS_MAX },
    });
  }
  openForm({
    name: "supervision",
    title: `${title} ${number}`,
    submit: title,
    entries,
    send: async ({ words, due: days }) => {
      const due = days && new Date(Date.now() + days * DAY_MILLISECONDS - 1_000).toISOString();
      await request(act.path, {
        method: "POST",
        body: { ...act.body, words: words ?? "", ...(due && { due }) },
      });
      toast(t("supervise.done", { title, number }));
      done();
    },
  });
}
