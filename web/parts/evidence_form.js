// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { openForm } from "./edit_form.js";
import { t } from "./language.js";
import { toast } from "./notices.js";
import { Problem } from "./problems.js";
import { uploads } from "./uploads.js";

/**
 * @import { Evidence, Exhibit } from "./case_evidence.js"
 * @import { Case } from "./types.js"
 */

const FORMS = ["picture", "video", "reading", "document"];

/**
 * Asks for files with what they show, when, where and by whom they were taken. What shows a line of
 * the checklist has the line's form; anything else says its own.
 *
 * @param {Case} of
 * @param {Evidence} found
 * @param {() => void} done
 */
export function addEvidence(of, found, done) {
  const lines = found.checklist?.lines ?? [];
  const files = uploads("evidence", true);
  /** Sent before, where a later one of them was refused. @type {Set<string>} */
  const sent = new Set();
  const named = lines.map(({ code, name, missing: count }) =>
    option(`line:${code}`, count > 0 ? t("evidence.lacks", { name, count }) : name)
  );
  openForm({
    title: t("evidence.add"),
    name: "evidence",
    entries: [
      {
        name: "line",
        label: t("evidence.what"),
        form: "choice",
        value: lines.find(({ missing }) => missing > 0) &&
          `line:${lines.find(({ missing }) => missing > 0)?.code}`,
        options: [...named, ...FORMS.map((code) => option(code, t(`evidence.form.${code}`)))],
      },
      { name: "takenAt", label: t("evidence.at"), form: "time", value: Date.now() },
      { name: "taker", label: t("evidence.taker") },
      { name: "place", label: t("evidence.place"), value: of.address },
      ...of.position
        ? [{ name: "here", label: t("evidence.here"), form: /** @type {const} */ ("switch") }]
        : [],
      { name: "device", label: t("evidence.device") },
      { name: "note", label: t("evidence.note"), form: "lines" },
    ],
    more: [files.element],
    send: async ({ line, here, ...rest }) => {
      const digests = await files.digests();
      if (digests.length === 0) {
        files.refuse(t("step.required.document"));
        throw new Problem({ status: 400, code: "request.invalid" });
      }
      const code = line.startsWith("line:") ? line.slice("line:".length) : null;
      const form = code === null ? line : lines.find((one) => one.code === code)?.form;
      const [longitude, latitude] = here ? of.position ?? [] : [];
      for (const file of digests) {
        if (sent.has(file)) continue;
        await request(`/cases/${of.id}/evidence`, {
          method: "POST",
          body: { ...given({ ...rest, line: code, longitude, latitude }), file, form },
        });
        sent.add(file);
      }
      toast(t("evidence.added", { count: sent.size }));
      done();
    },
  });
}

/** @param {Exhibit} exhibit @param {() => void} done */
export function withdrawEvidence({ id }, done) {
  openForm({
    title: t("evidence.withdraw"),
    name: "withdraw",
    submit: t("evidence.withdraw"),
    entries: [{ name: "reason", label: t("evidence.why") }],
    send: async (values) => {
      await request(`/evidence/${id}/withdraw`, { method: "POST", body: given(values) });
      done();
    },
  });
}

/** What was filled in. @param {Record<string, unknown>} values */
function given(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => (value ?? null) !== null));
}
