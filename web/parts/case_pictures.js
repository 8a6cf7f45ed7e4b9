// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { evidence } from "./case_sections.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";

/** Files of all reports that are shown. */
const SHOWN_MAX = 12;

/** @import { Step } from "./types.js" */

/**
 * What came with the reports of an event: pictures of video boxes, citizens and inspectors; beside
 * them what the handling left, so that whoever verifies compares the two. Empty where nothing came.
 *
 * @param {string} event
 * @param {Step[]} steps in their order
 * @param {AbortSignal} signal
 */
export function pictureBox(event, steps, signal) {
  const box = h("div", {});
  request(`/events/${event}`, { signal }).then(({ reports }) => {
    /** @type {Set<string>} */
    const before = new Set(reports.flatMap((/** @type {any} */ report) => report.evidence));
    const after = steps.findLast((step) => step.evidence.length > 0)?.evidence ?? [];
    if (before.size > 0) fill(box, comparison([...before], after));
    box.dataset.state = "ready";
  }).catch((error) => {
    if (!wasAborted(error)) box.dataset.state = "failed";
  });
  return box;
}

/** @param {string[]} before @param {string[]} after */
function comparison(before, after) {
  const title = t(after.length === 0 ? "case.pictures" : "case.pictures.both");
  return h(
    "section",
    { class: "section pictures", "aria-label": title },
    h("h3", {}, title),
    after.length === 0 ? pictures(before) : h(
      "div",
      { class: "compared" },
      figure("case.pictures.before", before),
      figure("case.pictures.after", after),
    ),
  );
}

/** @param {string} name @param {string[]} digests */
function figure(name, digests) {
  return h("figure", { "data-pictures": name }, h("figcaption", {}, t(name)), pictures(digests));
}

/** @param {string[]} digests */
function pictures(digests) {
  return h(
    "div",
    { class: "evidence" },
    ...digests.slice(0, SHOWN_MAX).map((digest, index) => evidence(digest, index + 1)),
  );
}
