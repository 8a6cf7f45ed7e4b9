// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { moment, momentText } from "./times.js";

/**
 * @typedef {{ code: string, name: string, form: string, least: number, there: number,
 *   missing: number, why: string }} EvidenceLine
 * @typedef {{ id: string, form: string, line: string | null, digest: string, takenAt: string,
 *   place: string, taker: string, withdrawn: boolean }} Exhibit
 * @typedef {{ complete: boolean, checklist: { name: string, why: string,
 *   lines: EvidenceLine[] } | null, evidence: Exhibit[], custody: object[] }} Evidence
 */

/**
 * What proof the kind of offence takes and what there is of it. Empty where no checklist is and
 * nothing was added: most cases need none.
 *
 * @param {string} path of the case
 * @param {AbortSignal} signal
 */
export function evidenceBox(path, signal) {
  const box = h("div", {});
  request(`${path}/evidence`, { signal }).then((/** @type {Evidence} */ found) => {
    if (found.checklist || found.evidence.length > 0) fill(box, evidenceList(found, path));
    box.dataset.state = "ready";
  }).catch((error) => {
    if (!wasAborted(error)) box.dataset.state = "failed";
  });
  return box;
}

/** @param {Evidence} found @param {string} path */
function evidenceList(found, path) {
  const standing = found.evidence.filter((exhibit) => !exhibit.withdrawn);
  return h(
    "section",
    { class: "section proofs", "aria-label": t("evidence") },
    h("h3", {}, t("evidence")),
    found.checklist && h("ul", {}, ...found.checklist.lines.map(lineRow)),
    standing.length > 0 && h("ul", {}, ...standing.map((exhibit) => exhibitRow(exhibit, found))),
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

/** @param {Exhibit} exhibit @param {Evidence} found */
function exhibitRow(exhibit, found) {
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
  );
}
