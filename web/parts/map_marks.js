// @ts-check
/// <reference lib="dom" />

import { GRADES } from "./filters.js";
import { t } from "./language.js";

/** Pixels on the screen for one of ours, so that edges stay sharp. */
const RATIO = 2;
const PIN = 30;
const SIGN = 16;
const THING = 12;

/** Outlines of the grades in a box of 28, as in lists. @type {Record<string, number[][]>} */
const OUTLINES = {
  red: [[9.4, 3], [18.6, 3], [25, 9.4], [25, 18.6], [18.6, 25], [9.4, 25], [3, 18.6], [3, 9.4]],
  orange: [[14, 1.1], [27.5, 25.4], [0.5, 25.4]],
  yellow: [[14, 1.5], [26.5, 14], [14, 26.5], [1.5, 14]],
};

/**
 * Draws one image.
 *
 * @param {number} size
 * @param {(context: CanvasRenderingContext2D) => void} paint
 */
function drawn(size, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * RATIO;
  const context = canvas.getContext("2d");
  if (!context) return { width: 1, height: 1, data: new Uint8ClampedArray(4) };
  context.scale(RATIO, RATIO);
  paint(context);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, data };
}

/** @param {CanvasRenderingContext2D} context @param {string} grade @param {number} size */
function trace(context, grade, size) {
  const scale = size / 28;
  context.beginPath();
  const points = OUTLINES[grade];
  if (points) {
    points.forEach(([x, y], index) =>
      index === 0 ? context.moveTo(x * scale, y * scale) : context.lineTo(x * scale, y * scale)
    );
    context.closePath();
  } else {
    context.arc(14 * scale, 14 * scale, 11.5 * scale, 0, 2 * Math.PI);
  }
}

/**
 * All images that the map's layers name.
 *
 * @param {(token: string) => string} colour
 * @returns {[string, { width: number, height: number, data: Uint8ClampedArray }][]}
 */
export function mapImages(colour) {
  const grades = GRADES.flatMap((grade, number) => [
    /** @type {const} */ ([`pin-${number}`, pin(colour, grade)]),
    /** @type {const} */ ([`sign-${number}`, sign(colour, grade)]),
  ]);
  return [
    ...grades.map((
      [name, image],
    ) => /** @type {[string, ReturnType<typeof drawn>]} */ ([name, image])),
    ["thing", thing(colour)],
    ["looking", looking(colour)],
    ["vehicle", vehicle(colour, "--text-1")],
    ["vehicle-old", vehicle(colour, "--text-3")],
  ];
}

/** @param {(token: string) => string} colour @param {string} grade */
function pin(colour, grade) {
  return drawn(PIN, (context) => {
    context.translate(1, 1);
    trace(context, grade, PIN - 2);
    context.fillStyle = colour(`--${grade}`);
    context.fill();
    context.lineWidth = 1.2;
    context.strokeStyle = colour(`--${grade}-edge`);
    context.stroke();
    context.fillStyle = colour(`--${grade}-on`);
    context.font = `700 12px ${colour("--font")}`;
    context.textAlign = "center";
    const word = t(`grade.${grade}.short`);
    context.fillText(word, 14, grade === "orange" ? 22 : 18.4);
  });
}

/** @param {(token: string) => string} colour @param {string} grade */
function sign(colour, grade) {
  return drawn(SIGN, (context) => {
    context.translate(1, 1);
    trace(context, grade, SIGN - 2);
    context.fillStyle = colour(`--${grade}`);
    context.fill();
    context.strokeStyle = colour(`--${grade}-edge`);
    context.stroke();
  });
}

/** @param {(token: string) => string} colour */
function thing(colour) {
  return drawn(THING, (context) => {
    context.fillStyle = colour("--text-1");
    context.strokeStyle = colour("--surface");
    context.lineWidth = 1.5;
    context.rect(2, 2, THING - 4, THING - 4);
    context.fill();
    context.stroke();
  });
}

/** A car from the side. @param {(token: string) => string} colour @param {string} body its token */
function vehicle(colour, body) {
  return drawn(22, (context) => {
    context.beginPath();
    context.roundRect(1, 1, 20, 20, 6);
    context.fillStyle = colour(body);
    context.fill();
    context.strokeStyle = colour("--surface");
    context.stroke();
    context.fillStyle = colour("--surface");
    const parts = [
      () => context.roundRect(6.5, 5.5, 9, 5, 2),
      () => context.roundRect(4, 9, 14, 5.5, 1.5),
      () => context.arc(7.6, 15, 2, 0, 2 * Math.PI),
      () => context.arc(14.4, 15, 2, 0, 2 * Math.PI),
    ];
    for (const part of parts) {
      context.beginPath();
      part();
      context.fill();
    }
  });
}

/** A camera: a dot, and the sector that it sees, northwards. */
/** @param {(token: string) => string} colour */
function looking(colour) {
  const size = 36;
  return drawn(size, (context) => {
    const middle = size / 2;
    context.beginPath();
    context.moveTo(middle, middle);
    context.arc(middle, middle, middle - 2, -Math.PI * 3 / 4, -Math.PI / 4);
    context.closePath();
    context.fillStyle = colour("--accent");
    context.globalAlpha = 0.25;
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(middle, middle, 4, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = colour("--surface");
    context.stroke();
  });
}

/** What the images' pixels are to the screen's. */
export const IMAGE_RATIO = RATIO;
