// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { h } from "./element.js";
import { field } from "./fields.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { saidShortly } from "./problems.js";

const PICTURES = "image/jpeg,image/png";
const ACCEPTED = {
  photo: PICTURES,
  document: ".pdf,application/pdf",
  evidence: `${PICTURES},video/mp4,.pdf,application/pdf,.txt,text/plain`,
};

/**
 * A field for photos or documents: each is sent as soon as it is chosen.
 *
 * @param {"photo" | "document" | "evidence"} form
 * @param {boolean} required
 */
export function uploads(form, required) {
  /** @type {Map<HTMLElement, string>} rows with the digest of what was sent */
  const kept = new Map();
  /** @type {Set<Promise<void>>} */
  const sending = new Set();
  const list = h("ul", { class: "uploads" });
  const input = h("input", {
    type: "file",
    accept: ACCEPTED[form],
    multiple: true,
    "data-upload": form,
    onchange: () => {
      for (const file of input.files ?? []) send(file);
      input.value = "";
    },
  });
  const label = t(`step.${form}`) + (required ? "" : t("step.optional"));
  const shown = field(label, input);
  input.classList.add("hidden");
  const choose = h("label", { class: "button choose", for: input.id, "aria-hidden": "true" });
  choose.append(icon(form === "photo" ? "camera" : "file"), t(`step.${form}.add`));
  input.after(choose);
  shown.element.append(list);

  /** @param {File} file */
  function send(file) {
    const state = h("span", { class: "muted" }, t("step.uploading"));
    const row = h(
      "li",
      {},
      icon(form === "photo" ? "camera" : "file"),
      h("span", { class: "grow" }, file.name),
      state,
      h("button", {
        type: "button",
        class: "button ghost icon-only",
        "aria-label": t("step.remove", { name: file.name }),
        onclick: () => {
          kept.delete(row);
          row.remove();
        },
      }, icon("close", 14)),
    );
    list.append(row);
    shown.refuse("");
    const job = request("/files", { method: "POST", file }).then((answer) => {
      if (!row.isConnected) return;
      kept.set(row, answer.digest);
      state.textContent = t("step.uploaded");
      row.dataset.uploaded = "true";
    }, (error) => {
      state.textContent = t("step.upload_failed");
      shown.refuse(saidShortly(error));
    }).finally(() => sending.delete(job));
    sending.add(job);
  }

  return {
    ...shown,
    /** The digests, once all is sent. */
    async digests() {
      await Promise.all(sending);
      return [...kept.values()];
    },
  };
}
