// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { moment, momentText } from "./times.js";

/**
 * @import { Case } from "./types.js"
 *
 * @typedef {{ code: string, name: string, form: string, least: number, there: number,
 *   missing: number, why: string }} EvidenceLine
 * @typedef {{ id: string, form: string, line: string | null, digest: string, takenAt: string,
 *   place: string, taker: string, withdrawn: boolean }} Exhibit
 * @typedef {{ complete: boolean, checklist: { name: string, why: string,
 *   lines: EvidenceLine[] } | null, evidence: Exhibit[], custody: object[] }} Evidence
 */

/**
 * What proof the kind of offence takes, what there is of it, and the ways to add and withdraw. No
 * list where no checklist is and nothing was added: most cases need none.
 *
 * @param {Case} of
 * @param {boolean} mayAdd
 * @param {AbortSignal} signal
 */
export function evidenceBox(of, mayAdd, signal) {
  const path = `/cases/${encodeURIComponent(of.number ?? of.id)}`;
  const box = h("div", { class: "section" });

  /** @param {(form: typeof import("./evidence_form.js")) => void} show */
  const withForm = async (show) => show(await import("./evidence_form.js"));

  function load() {
    request(`${path}/evidence`, { signal }).then((/** @type {Evidence} */ found) => {
      const any = found.checklist !== null || found.evidence.length > 0;
      fill(
        box,
        any && evidenceList(found, path, mayAdd && withdraw),
        mayAdd && h("button", {
          type: "button",
          class: "button ghost",
          "data-evidence": "add",
          onclick: () => withForm((form) => form.addEvidence(of, found, load)),
        }, t("evidence.add")),
      );
      box.hidden = !any && !mayAdd;
      box.dataset.state = "ready";
    }).catch((error) => {
      if (!wasAborted(error)) box.dataset.state = "failed";
    });
  }

  /** @param {Exhibit} exhibit */
  function withdraw(exhibit) {
    withForm((form) => form.withdrawEvidence(exhibit, load));
  }

  load();
  return box;
}

/**
 * @param {Evidence} found
 * @param {string} path
 * @param {false | ((exhibit: Exhibit) => void)} withdraw
 */
function evidenceList(found, path, withdraw) {
  const standing = found.evidence.filter((exhibit) => !exhibit.withdrawn);
  return h(
    "section",
    { class: "proofs", "aria-label": t("evidence") },
    h("h3", {}, t("evidence")),
    found.checklist && h("ul", {}, ...found.checklist.lines.map(lineRow)),
    standing.length > 0 &&
      h("ul", {}, ...standing.map((exhibit) => exhibitRow(exhibit, found, withdraw))),
    h(
      "p",
      { class: "muted" },
      t("evidence.custody", { count: found.custody.length }),
      standing.length > 0 &&
        h("a", { href: `/api/v1${path}/evidence/package`, download: "" }, t("evidence.package")),
    ),
  );
}

/** @param {EvidenceLine} line */
function lineRow(line) {
  return h(
    "li",
    { title: line.why },
    h("span", { class: "grow" }, line.name),
    h(
      "span",
      { class: "tag" },
      line.missing > 0 ? t("evidence.missing", { count: line.missing }) : t("evidence.there"),
    ),
  );
}

/**
 * @param {Exhibit} exhibit
 * @param {Evidence} found
 * @param {false | ((exhibit: Exhibit) => void)} withdraw
 */
function exhibitRow(exhibit, found, withdraw) {
  const line = found.checklist?.lines.find(({ code }) => code === exhibit.line);
  const taken = moment(exhibit.takenAt);
  return h(
    "li",
    {},
    h(
      "a",
      { class: "grow", href: `/api/v1/files/${exhibit.digest}`, target: "_blank", rel: "noopener" },
      line?.name ?? t(`evidence.form.${exhibit.form}`),
    ),
    h(
      "span",
      { class: "muted" },
      [exhibit.taker, taken === null ? "" : momentText(taken, Date.now()), exhibit.place]
        .filter(Boolean).join(" · "),
    ),
    withdraw && h("button", {
      type: "button",
      class: "button ghost",
      onclick: () => withdraw(exhibit),
    }, t("evidence.withdraw")),
  );
}
