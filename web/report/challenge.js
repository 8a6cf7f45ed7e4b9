// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { icon } from "../parts/icons.js";
import { t } from "../parts/language.js";
import { Problem, saidShortly } from "../parts/problems.js";

/** Tries between two looks at the clock and the screen. */
const TRIES = 500;

/**
 * Shows that somebody is there: five digits to read, or, for who cannot see them, some seconds of
 * computing.
 */
export function challenge() {
  let id = "";
  let pass = "";
  let ends = 0;
  const picture = h("img", { alt: t("challenge.picture"), width: 220, height: 80 });
  const answer = field(
    t("challenge.label"),
    h("input", { inputmode: "numeric", autocomplete: "off", maxlength: 5, name: "answer" }),
  );
  const state = h("p", { class: "hint", role: "status" });
  const element = h("div", { class: "stack", "data-challenge": "" });

  function draw() {
    const other = h(
      "button",
      {
        type: "button",
        class: "button",
        "data-other": true,
        onclick: renew,
      },
      icon("again"),
      t("challenge.other"),
    );
    const links = h(
      "div",
      { class: "hand-links", style: "padding:0" },
      h("button", { type: "button", "data-work": true, onclick: work }, t("challenge.blind")),
    );
    fill(element, h("div", { class: "challenge" }, picture, other), answer.element, links, state);
  }

  /** Another picture. */
  async function renew() {
    pass = "";
    answer.control.value = "";
    answer.refuse("");
    state.textContent = "";
    try {
      const posed = await request("/public/challenges", { method: "POST", body: {} });
      id = posed.challenge;
      picture.src = `/api/v1/public/challenges/${id}`;
      element.dataset.challenge = id;
    } catch (error) {
      answer.refuse(saidShortly(error));
    }
  }

  /** Computes instead of reading. */
  async function work() {
    if (!globalThis.crypto?.subtle) {
      state.textContent = t("challenge.no_work");
      return;
    }
    state.textContent = t("challenge.working");
    try {
      const posed = await request("/public/challenges", { method: "POST", body: { work: true } });
      const number = await found(posed.challenge, posed.bits);
      await earn(posed.challenge, number);
      state.textContent = t("challenge.worked");
      element.dataset.worked = "true";
    } catch (error) {
      state.textContent = saidShortly(error);
    }
  }

  /** @param {string} challenge @param {string} text */
  async function earn(challenge, text) {
    const earned = await request("/public/passes", {
      method: "POST",
      body: { challenge, answer: text },
    });
    pass = earned.pass;
    ends = Date.parse(earned.endsAt);
  }

  draw();
  renew();
  return {
    element,
    /**
     * The pass for sending; asks the server with what was typed.
     *
     * @returns {Promise<string>} empty where the answer is wrong or missing, which is then said
     */
    async pass() {
      if (pass && Date.now() < ends) return pass;
      const typed = answer.control.value.trim();
      if (!typed) {
        answer.refuse(t("challenge.missing"));
        answer.control.focus();
        return "";
      }
      try {
        await earn(id, typed);
        return pass;
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 400) throw error;
        await renew();
        answer.refuse(t("challenge.wrong"));
        answer.control.focus();
        return "";
      }
    },
    renew,
  };
}

/** @param {string} challenge @param {number} bits @returns {Promise<string>} */
async function found(challenge, bits) {
  const encoder = new TextEncoder();
  for (let start = 0;; start += TRIES) {
    const numbers = Array.from({ length: TRIES }, (_, index) => start + index);
    const digests = await Promise.all(
      numbers.map((number) =>
        crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${number}`))
      ),
    );
    const index = digests.findIndex((digest) => zeroBits(new Uint8Array(digest)) >= bits);
    if (index >= 0) return String(start + index);
  }
}

/** @param {Uint8Array} bytes */
function zeroBits(bytes) {
  let bits = 0;
  for (const byte of bytes) {
    if (byte === 0) bits += 8;
    else return bits + Math.clz32(byte) - 24;
  }
  return bits;
}
