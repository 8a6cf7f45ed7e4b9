// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { here } from "../parts/here.js";
import { icon } from "../parts/icons.js";
import { t } from "../parts/language.js";
import { toast } from "../parts/notices.js";
import { photos } from "../parts/photos.js";

/**
 * @import { Ground } from "./sending.js"
 *
 * @typedef {{ code: string, name: string }} Kind
 */

const PHOTOS_MAX = 3;
const KINDS_MAX = 6;
const TYPED_MILLISECONDS = 300;
const RECENT = "civicloop.recent_kinds";
const RECENT_MAX = 3;

/** The kinds reported last from this phone. @returns {string[]} */
function recent() {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]");
  } catch {
    return [];
  }
}

/**
 * A new problem in three taps: photograph, kind, report.
 *
 * @param {Ground} ground
 * @param {Kind[]} kinds the catalogue
 * @param {{ done: () => void, titled: (words: string) => void }} actions
 */
export function newPage(ground, kinds, actions) {
  /** @type {Blob[]} */
  const pictures = [];
  /** @type {Kind | null} */
  let kind = null;
  let words = "";
  let address = "";
  /** @type {{ point: [number, number], metres: number } | null} */
  let place = null;
  const element = h("div", { class: "hand-main", "data-step": "1" });
  const spot = h("p", { class: "field-where", role: "status", "data-spot": "" });

  async function find() {
    spot.dataset.spot = "";
    fill(spot, icon("place"), t("citizen.where.finding"));
    try {
      place = await here();
      const [longitude, latitude] = place.point;
      spot.dataset.spot = `${longitude},${latitude}`;
      const near = `${latitude.toFixed(5)}, ${longitude.toFixed(5)} · ±${place.metres} m`;
      fill(spot, icon("place"), h("span", { class: "grow" }, near));
    } catch {
      spot.dataset.spot = "none";
      fill(spot, icon("place"), h("span", { class: "grow" }, t("site.new.no_place")));
    }
  }
  find();

  function snap() {
    element.dataset.step = "1";
    actions.titled(t("site.new.step", { step: 1 }));
    const shown = photos({
      kept: pictures,
      max: PHOTOS_MAX,
      word: t("site.new.lead"),
      camera: true,
      changed: choose,
    });
    fill(
      element,
      h("section", { class: "hand-part snap grow" }, shown.element),
      h(
        "div",
        { class: "field-foot" },
        h(
          "button",
          { type: "button", class: "button", "data-skip": true, onclick: choose },
          t("site.new.no_photo"),
        ),
      ),
    );
  }

  function choose() {
    element.dataset.step = "2";
    actions.titled(t("site.new.step", { step: 2 }));
    const list = h("div", { class: "pick", "data-kinds": true });
    const search = field(
      t("site.new.search"),
      h("input", { name: "words", autocomplete: "off", value: words, maxlength: 200 }),
    );
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    search.control.addEventListener("input", () => {
      words = search.control.value;
      clearTimeout(timer);
      timer = setTimeout(propose, TYPED_MILLISECONDS);
    });

    /** @param {Kind[]} found */
    function show(found) {
      fill(
        list,
        ...found.map((one) =>
          h("button", {
            type: "button",
            class: "button",
            "data-kind": one.code,
            onclick: () => {
              kind = one;
              check();
            },
          }, one.name)
        ),
        words.trim() !== "" && h("button", {
          type: "button",
          class: "button",
          "data-kind": "",
          onclick: () => {
            kind = null;
            check();
          },
        }, t("citizen.what.other")),
      );
    }

    async function propose() {
      const typed = words.trim();
      const named = kinds.filter((one) => one.name.includes(typed));
      if (!typed) {
        const last = recent().map((code) => kinds.find((one) => one.code === code));
        return show(
          [...new Set([...last.filter((one) => one !== undefined), ...kinds])].slice(0, KINDS_MAX),
        );
      }
      show(named.slice(0, KINDS_MAX));
      if (ground.offline) return;
      try {
        const { items } = await request("/drafts", { method: "POST", body: { text: typed } });
        const guessed = items.map((/** @type {{ item: string, name: string }} */ one) => ({
          code: one.item,
          name: one.name,
        }));
        const codes = new Set(guessed.map((/** @type {Kind} */ one) => one.code));
        if (typed !== words.trim()) return;
        show([...guessed, ...named.filter((one) => !codes.has(one.code))].slice(0, KINDS_MAX));
      } catch {
        // Without the machine the catalogue's own names are there.
      }
    }

    fill(
      element,
      h(
        "section",
        { class: "hand-part" },
        h("h2", {}, t("site.new.kind")),
        list,
        search.element,
      ),
      h("div", { class: "grow" }),
    );
    propose();
  }

  function check() {
    element.dataset.step = "3";
    actions.titled(t("site.new.step", { step: 3 }));
    const where = field(
      t("citizen.where.address"),
      h("input", { name: "address", maxlength: 300, autocomplete: "off", value: address }),
    );
    where.control.addEventListener("input", () => address = where.control.value);
    fill(
      element,
      h(
        "section",
        { class: "hand-part" },
        h("h2", {}, kind?.name ?? words),
        pictures.length > 0 &&
          h("p", { class: "muted" }, t("photos.count", { count: pictures.length })),
      ),
      h(
        "section",
        { class: "hand-part" },
        h("h2", {}, t("site.new.place")),
        spot,
        h("button", { type: "button", class: "button", onclick: find }, t("site.new.move")),
        where.element,
      ),
      h("div", { class: "grow" }),
      h(
        "div",
        { class: "field-foot" },
        h(
          "button",
          {
            type: "button",
            class: "button primary main",
            "data-report": true,
            onclick: () => place || address.trim() ? send() : where.refuse(t("site.new.no_place")),
          },
          icon("check", 20),
          t("site.new.submit"),
        ),
        h("p", { class: "muted" }, t("site.new.lead.offline")),
      ),
    );
  }

  async function send() {
    if (kind) {
      const last = [kind.code, ...recent().filter((code) => code !== kind?.code)];
      localStorage.setItem(RECENT, JSON.stringify(last.slice(0, RECENT_MAX)));
    }
    const title = (kind?.name ?? words).slice(0, 200);
    actions.done();
    const { answer } = await ground.add({
      form: "signal",
      case: "",
      title,
      name: t("site.queue.new"),
      to: "",
      body: {
        title,
        ...(words.trim() ? { text: words.trim() } : {}),
        ...(kind ? { item: kind.code } : {}),
        ...(address.trim() ? { address: address.trim() } : {}),
        ...(place ? { longitude: place.point[0], latitude: place.point[1] } : {}),
        occurredAt: new Date().toISOString(),
      },
      files: pictures,
    });
    toast(answer ? t("site.new.done", { number: answer.number ?? "" }) : t("site.new.queued"));
  }

  snap();
  return element;
}
