// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { evidence } from "./case_sections.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";

/** Files of all reports that are shown. */
const SHOWN_MAX = 12;

/**
 * What came with the reports of an event: pictures of video boxes, citizens and inspectors. Empty
 * where nothing came.
 *
 * @param {string} event
 * @param {AbortSignal} signal
 */
export function pictureBox(event, signal) {
  const box = h("div", {});
  request(`/events/${event}`, { signal }).then(({ reports }) => {
    /** @type {Set<string>} */
    const digests = new Set(reports.flatMap((/** @type {any} */ report) => report.evidence));
    if (digests.size > 0) fill(box, pictureList([...digests]));
    box.dataset.state = "ready";
  }).catch((error) => {
    if (!wasAborted(error)) box.dataset.state = "failed";
  });
  return box;
}

/** @param {string[]} digests */
function pictureList(digests) {
  return h(
    "section",
    { class: "section pictures", "aria-label": t("case.pictures") },
    h("h3", {}, t("case.pictures")),
    h(
      "div",
      { class: "evidence" },
      ...digests.slice(0, SHOWN_MAX).map((digest, index) => evidence(digest, index + 1)),
    ),
  );
}
