// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { sayError } from "./notices.js";
import { PICTURE_BYTES_MAX, shrunk } from "./shrink.js";

const TYPES = ["image/jpeg", "image/png", "image/webp"];
let serial = 0;

/**
 * Pictures that are kept here until they are sent: taken or chosen, shrunk, shown, taken back.
 *
 * @param {object} content
 * @param {Blob[]} content.kept the pictures; changed in place
 * @param {number} content.max
 * @param {string} content.word on the button
 * @param {boolean} [content.camera] whether the phone opens its camera at once
 * @param {() => void} [content.changed]
 */
export function photos({ kept, max, word, camera = false, changed = () => {} }) {
  const error = h("p", { class: "field-error", role: "alert", hidden: true });
  const id = `photos-${serial += 1}`;
  const input = h("input", {
    type: "file",
    id,
    class: "hidden",
    accept: TYPES.join(","),
    multiple: !camera,
    capture: camera ? "environment" : null,
    "data-photos": true,
    "aria-label": word,
    onchange: () => {
      const files = [...input.files ?? []];
      input.value = "";
      take(files);
    },
  });
  const grid = h("div", { class: "photos" });
  const element = h("div", { class: "stack" }, grid, error);

  /** @param {File[]} files */
  async function take(files) {
    sayError(error, "");
    for (const file of files) {
      if (kept.length >= max) return sayError(error, t("photos.max", { max }));
      if (!TYPES.includes(file.type)) return sayError(error, t("photos.kind"));
      if (file.size > PICTURE_BYTES_MAX) return sayError(error, t("photos.size"));
      try {
        kept.push(await shrunk(file));
      } catch {
        return sayError(error, t("photos.kind"));
      }
      draw();
      changed();
    }
  }

  function draw() {
    const tiles = kept.map((blob, index) => {
      const address = URL.createObjectURL(blob);
      const picture = h("img", {
        src: address,
        alt: t("photos.one", { number: index + 1 }),
        onload: () => URL.revokeObjectURL(address),
      });
      const remove = h("button", {
        type: "button",
        class: "button",
        "aria-label": t("photos.remove", { number: index + 1 }),
        onclick: () => {
          kept.splice(index, 1);
          draw();
          changed();
        },
      }, icon("close"));
      return h("div", { class: "photo", "data-photo": index }, picture, remove);
    });
    const add = kept.length < max &&
      h("div", {}, input, h("label", { class: "photo-add", for: id }, icon("camera", 24), word));
    fill(grid, ...tiles, add);
  }

  draw();
  return { element, open: () => input.click() };
}
