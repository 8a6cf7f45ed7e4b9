// @ts-check
/// <reference lib="dom" />

import { fill, h } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { t } from "../parts/language.js";

const FORM = "audio/mp4";
const SECONDS_MAX = 120;

/**
 * Words spoken instead of typed, kept as a file of their own.
 *
 * @param {Blob[]} kept at most one; changed in place
 */
export function voiceNote(kept) {
  const state = h("span", { class: "muted", role: "status" });
  const element = h("div", { class: "voice", "data-voice": true });
  /** @type {MediaRecorder | null} */
  let recorder = null;
  let started = 0;

  async function begin() {
    if (!globalThis.MediaRecorder?.isTypeSupported(FORM) || !navigator.mediaDevices) {
      state.textContent = t("site.voice.none");
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      /** @type {Blob[]} */
      const parts = [];
      recorder = new MediaRecorder(stream, { mimeType: FORM });
      recorder.ondataavailable = (event) => parts.push(event.data);
      const limit = setTimeout(end, SECONDS_MAX * 1_000);
      recorder.onstop = () => {
        clearTimeout(limit);
        for (const track of stream.getTracks()) track.stop();
        recorder = null;
        kept.splice(0, kept.length, new Blob(parts, { type: FORM }));
        const seconds = Math.max(1, Math.round((Date.now() - started) / 1_000));
        state.textContent = t("site.voice.kept", { seconds });
        draw();
      };
      started = Date.now();
      recorder.start();
      draw();
    } catch {
      state.textContent = t("site.voice.none");
    }
  }

  function end() {
    if (recorder?.state === "recording") recorder.stop();
  }

  function draw() {
    const isOn = recorder !== null;
    const word = t(isOn ? "site.voice.stop" : "site.voice");
    const button = h(
      "button",
      {
        type: "button",
        class: "button",
        "aria-pressed": String(isOn),
        onclick: isOn ? end : begin,
      },
      icon("hotline"),
      word,
    );
    fill(element, button, state);
  }

  draw();
  return element;
}
