// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { momentElement } from "../parts/clock.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { here } from "../parts/here.js";
import { packName, t } from "../parts/language.js";
import { outlineMap, placeButton } from "../parts/outline_map.js";
import { photos } from "../parts/photos.js";
import { saidShortly } from "../parts/problems.js";

/** @import { Draft } from "./draft.js" */

const PHOTOS_MAX = 6;
const TYPED_MILLISECONDS = 600;

/**
 * The second step: where it is, and how it looks; and whether others told us already.
 *
 * @param {Draft} draft
 * @param {Blob[]} pictures
 * @param {{ changed: () => void, join: (event: string) => void }} actions
 */
export function whereStep(draft, pictures, actions) {
  const state = h("p", { class: "hint", role: "status", "data-place": "" });
  const choices = h("ul", { class: "pick places" });
  const near = h("section", { class: "hand-part", hidden: true, "data-near": true });
  const spot = h("div", {});
  /** @type {ReturnType<typeof outlineMap> | null} */
  let map = null;
  const address = field(
    t("citizen.where.address"),
    h("input", {
      name: "address",
      maxlength: 300,
      autocomplete: "off",
      value: draft.address,
      placeholder: t("citizen.where.hint"),
    }),
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  address.control.addEventListener("input", () => {
    draft.address = address.control.value;
    actions.changed();
    clearTimeout(timer);
    timer = setTimeout(lookUp, TYPED_MILLISECONDS);
  });

  request("/public/areas").then(({ elements }) => {
    map = outlineMap(elements, (point) => settle(point));
    fill(spot, map.element);
    if (draft.point) requestAnimationFrame(() => map?.setPin(draft.point));
  }, (error) => state.textContent = saidShortly(error));

  /** Places that the words may mean. */
  async function lookUp() {
    const text = draft.address.trim();
    if (text.length < 2) return fill(choices);
    try {
      const { elements } = await request(`/public/places?text=${encodeURIComponent(text)}`);
      if (text !== draft.address.trim()) return;
      fill(
        choices,
        ...elements.map((/** @type {{ address: string, position: [number, number] }} */ place) =>
          h(
            "li",
            {},
            h("button", {
              type: "button",
              class: "button",
              onclick: () => {
                address.control.value = place.address;
                draft.address = place.address;
                fill(choices);
                settle(place.position);
                map?.setPin(place.position);
              },
            }, place.address),
          )
        ),
      );
    } catch {
      // The address alone is enough; it is read again when the report comes in.
    }
  }

  /** @param {[number, number]} point */
  async function settle(point) {
    draft.point = point;
    draft.event = "";
    actions.changed();
    const place = `longitude=${point[0]}&latitude=${point[1]}`;
    try {
      const { area } = await request(`/public/place?${place}`);
      draft.area = [area.street, area.neighbourhood].filter(Boolean).map((one) => one.name).join(
        " · ",
      );
      state.textContent = draft.area || t("citizen.where.outside");
      state.dataset.place = draft.area;
      actions.changed();
      await alike(place);
    } catch (error) {
      state.textContent = saidShortly(error);
    }
  }

  /** What others reported near by. @param {string} place */
  async function alike(place) {
    if (!draft.item) return near.hidden = true;
    const { elements } = await request(`/public/nearby?${place}&item=${draft.item}`);
    near.hidden = elements.length === 0;
    fill(
      near,
      h("h2", {}, t("citizen.near", { count: elements.length })),
      ...elements.map((
        /** @type {{ event: string, name: string, metres: number, firstAt: string, people: number, stage: string }} */
        one,
      ) =>
        h(
          "div",
          { class: "alike", "data-event": one.event },
          h(
            "div",
            {},
            h("strong", {}, one.name),
            h(
              "p",
              {},
              momentElement(Date.parse(one.firstAt)),
              ` ${t("citizen.near.people", { count: one.people, metres: one.metres })} · `,
              packName("stages", one.stage),
            ),
          ),
          h("button", {
            type: "button",
            class: "button",
            onclick: () => actions.join(one.event),
          }, t("citizen.near.join")),
        )
      ),
      h("p", { class: "muted" }, t("citizen.near.lead")),
    );
  }

  async function findMe() {
    state.textContent = t("citizen.where.finding");
    try {
      const found = await here();
      map?.setPin(found.point);
      await settle(found.point);
    } catch {
      state.textContent = t("citizen.where.not_found");
    }
  }

  if (draft.point) settle(draft.point);
  const shown = photos({ kept: pictures, max: PHOTOS_MAX, word: t("photos.add") });
  return {
    element: h(
      "div",
      {},
      h(
        "section",
        { class: "hand-part" },
        h("h2", {}, t("photos.title")),
        h("p", { class: "muted" }, t("photos.lead", { max: PHOTOS_MAX })),
        shown.element,
      ),
      h(
        "section",
        { class: "hand-part" },
        h("h2", {}, t("citizen.where")),
        placeButton(t("citizen.where.here"), findMe),
        address.element,
        choices,
        h("p", { class: "muted" }, t("citizen.where.pick")),
        spot,
        state,
      ),
      near,
    ),
    check() {
      if (draft.point || draft.address.trim() || draft.form === "suggestion") return true;
      address.refuse(t("citizen.where.missing"));
      address.control.focus();
      return false;
    },
  };
}
