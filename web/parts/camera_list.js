// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";

/**
 * @typedef {{ id: string, name: string, metres: number, direction: number | null,
 *   feed: string | null }} Camera
 */

const SHOWN_MAX = 5;
/** Of a circle, in eight. */
const BEARINGS = ["n", "ne", "e", "se", "s", "sw", "w", "nw"];

/**
 * Cameras that see a place, the nearest first, each with the way to its picture. Empty where there is
 * none: a case is whole without it.
 *
 * @param {string} path of the API that answers cameras
 * @param {AbortSignal} signal
 */
export function cameraBox(path, signal) {
  const box = h("div", {});
  request(path, { signal }).then(({ elements }) => {
    if (elements.length > 0) fill(box, cameraList(elements));
    box.dataset.state = "ready";
  }).catch((error) => {
    if (!wasAborted(error)) box.dataset.state = "failed";
  });
  return box;
}

/** @param {Camera[]} cameras */
function cameraList(cameras) {
  return h(
    "section",
    { class: "section cameras", "aria-label": t("cameras") },
    h("h3", {}, t("cameras")),
    h(
      "ul",
      {},
      ...cameras.slice(0, SHOWN_MAX).map((camera) =>
        h(
          "li",
          {},
          icon("video"),
          h("a", { class: "grow", href: `/things/${camera.id}` }, camera.name),
          h("span", { class: "muted" }, whereText(camera)),
          camera.feed &&
            h(
              "a",
              {
                href: camera.feed,
                target: "_blank",
                rel: "noopener noreferrer",
                "aria-label": `${t("cameras.feed")} ${camera.name}`,
              },
              t("cameras.feed"),
            ),
        )
      ),
    ),
  );
}

/** How far it stands, and whither it looks. @param {Camera} camera */
function whereText({ metres, direction }) {
  const far = t("cameras.metres", { metres: Math.round(metres) });
  if (direction === null) return far;
  const bearing = BEARINGS[Math.round(direction / 45) % BEARINGS.length];
  return `${far} · ${t(`cameras.looks.${bearing}`)}`;
}
