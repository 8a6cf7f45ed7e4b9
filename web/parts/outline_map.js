// @ts-check
/// <reference lib="dom" />

import { drawn, fill, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";

/**
 * @typedef {[number, number]} Point  longitude and latitude in degrees
 * @typedef {{ id: string, name: string, outline: import("./geometry.js").Outline | null }} Outlined
 */

/** The drawing's width in its own measure; its height follows from the ground. */
const WIDTH = 1_000;
/** A step of the zoom buttons. */
const ZOOM = 1.8;
const ZOOM_MAX = 40;
/** A finger that moved further than this drags the map; less sets the pin. Pixels. */
const DRAG_MIN = 8;

/**
 * A map of outlines with one pin, drawn here: it needs no tiles and no network.
 *
 * @param {Outlined[]} areas
 * @param {(point: Point) => void} [picked] somebody set the pin; without it the map only shows
 */
export function outlineMap(areas, picked) {
  const faces = areas.map((area) => ({ area, rings: ringsOf(area.outline) }))
    .filter((face) => face.rings.length > 0);
  const all = faces.flatMap((face) => face.rings.flat());
  const west = Math.min(...all.map((point) => point[0]));
  const east = Math.max(...all.map((point) => point[0]));
  const south = Math.min(...all.map((point) => point[1]));
  const north = Math.max(...all.map((point) => point[1]));
  const narrow = Math.cos((south + north) / 2 * Math.PI / 180);
  const scale = WIDTH / Math.max((east - west) * narrow, 1e-9);
  const height = (north - south) * scale;
  const place = (/** @type {number[]} */ point) => [
    (point[0] - west) * narrow * scale,
    (north - point[1]) * scale,
  ];
  const view = { x: 0, y: 0, width: WIDTH };
  const pin = drawn("g", { class: "pin" });
  const shapes = faces.map((face) => drawn("path", { d: pathOf(face.rings.map(placed)) }));
  const names = faces.map((face) => nameOf(face.area.name, face.rings.map(placed)));
  const svg = drawn("svg", { "aria-hidden": "true" }, ...shapes, ...names, pin);
  /** @type {Point | null} */
  let pinned = null;

  /** @param {number[][]} ring */
  function placed(ring) {
    return ring.map(place);
  }

  function draw() {
    const box = element.getBoundingClientRect();
    const tall = view.width * (box.height || 220) / (box.width || 340);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${tall}`);
    const pixel = view.width / (box.width || 340);
    for (const name of names) name.setAttribute("font-size", String(13 * pixel));
    for (const name of names) {
      name.setAttribute("style", `font-size:${13 * pixel}px;stroke-width:${3 * pixel}px`);
    }
    pin.replaceChildren();
    if (!pinned) return;
    const [x, y] = place(pinned);
    pin.append(
      drawn("circle", { class: "halo", cx: x, cy: y, r: 30 * pixel }),
      drawn("circle", { cx: x, cy: y, r: 9 * pixel, "stroke-width": 3 * pixel }),
    );
  }

  /** Everything, in the middle. */
  function showAll() {
    const box = element.getBoundingClientRect();
    const share = (box.width || 340) / (box.height || 220);
    view.width = Math.max(WIDTH, height * share) * 1.06;
    view.x = WIDTH / 2 - view.width / 2;
    view.y = height / 2 - view.width / share / 2;
    draw();
  }

  /** @param {number} factor @param {number[]} [about] what stays where it is */
  function zoom(factor, about) {
    const box = element.getBoundingClientRect();
    const share = (box.height || 220) / (box.width || 340);
    const width = Math.min(Math.max(view.width / factor, WIDTH / ZOOM_MAX), WIDTH * 3);
    const [x, y] = about ?? (pinned ? place(pinned) : [
      view.x + view.width / 2,
      view.y + view.width * share / 2,
    ]);
    view.x = about ? x - (x - view.x) * width / view.width : x - width / 2;
    view.y = about ? y - (y - view.y) * width / view.width : y - width * share / 2;
    view.width = width;
    draw();
  }

  /** @param {PointerEvent} event @returns {Point} */
  function pointAt(event) {
    const box = element.getBoundingClientRect();
    const x = view.x + (event.clientX - box.left) / box.width * view.width;
    const y = view.y + (event.clientY - box.top) / box.width * view.width;
    return [round(west + x / narrow / scale), round(north - y / scale)];
  }

  /** @type {{ x: number, y: number, viewX: number, viewY: number, moved: boolean } | null} */
  let drag = null;
  const button = (
    /** @type {string} */ sign,
    /** @type {string} */ word,
    /** @type {number} */ by,
  ) =>
    h("button", {
      type: "button",
      class: "button",
      "aria-label": word,
      onpointerdown: (/** @type {Event} */ event) => event.stopPropagation(),
      onclick: () => zoom(by),
    }, sign);
  const element = h(
    "div",
    {
      class: "outline-map",
      "data-map": "outlines",
      role: "img",
      "aria-label": t("map.outlines"),
      onpointerdown: (/** @type {PointerEvent} */ event) => {
        drag = { x: event.clientX, y: event.clientY, viewX: view.x, viewY: view.y, moved: false };
        element.setPointerCapture(event.pointerId);
      },
      onpointermove: (/** @type {PointerEvent} */ event) => {
        if (!drag) return;
        const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
        if (Math.hypot(dx, dy) > DRAG_MIN) drag.moved = true;
        if (!drag.moved) return;
        const pixel = view.width / element.getBoundingClientRect().width;
        view.x = drag.viewX - dx * pixel;
        view.y = drag.viewY - dy * pixel;
        draw();
      },
      onpointerup: (/** @type {PointerEvent} */ event) => {
        const isPick = drag && !drag.moved;
        drag = null;
        if (!isPick || !picked) return;
        pinned = pointAt(event);
        draw();
        picked(pinned);
      },
      onpointercancel: () => drag = null,
    },
  );
  fill(element, svg);
  const zooms = h(
    "div",
    { class: "zoom" },
    button("+", t("map.closer"), ZOOM),
    button("−", t("map.farther"), 1 / ZOOM),
  );
  const holder = h("div", { style: "position:relative" }, element);
  zooms.style.position = "absolute";
  holder.append(zooms);
  requestAnimationFrame(showAll);

  return {
    element: holder,
    /** @param {Point | null} point */
    setPin(point) {
      pinned = point;
      if (point) zoom(Math.max(1, view.width / (WIDTH / 5)));
      else draw();
    },
  };
}

/** @param {import("./geometry.js").Outline | null} outline @returns {number[][][]} */
function ringsOf(outline) {
  if (!outline) return [];
  const faces = /** @type {number[][][][]} */ (
    outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates
  );
  return faces.flat();
}

/** @param {number[][][]} rings */
function pathOf(rings) {
  return rings.map((ring) =>
    `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`
  )
    .join("");
}

/** @param {string} name @param {number[][][]} rings */
function nameOf(name, rings) {
  const xs = rings[0].map((point) => point[0]);
  const ys = rings[0].map((point) => point[1]);
  return drawn("text", {
    x: (Math.min(...xs) + Math.max(...xs)) / 2,
    y: (Math.min(...ys) + Math.max(...ys)) / 2,
  }, name);
}

/** To about a decimetre. @param {number} degrees */
function round(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

// The sign of a place button is one of ours; it stays here so that pages need not know icons.
/** @param {string} word @param {() => void} pressed */
export function placeButton(word, pressed) {
  return h(
    "button",
    { type: "button", class: "button", "data-here": true, onclick: pressed },
    icon("place"),
    word,
  );
}
