// @ts-check
/// <reference lib="dom" />

import { drawn, h } from "./element.js";
import { t } from "./language.js";

/** Strokes on a box of 16. */
const STROKES = {
  search: "M11.5 7a4.5 4.5 0 1 1-9 0a4.5 4.5 0 0 1 9 0M10.5 10.5 14 14",
  close: "m4 4 8 8M12 4l-8 8",
  bell: "M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM6.8 14.5h2.4M8 3V1.8",
  check: "m3 8.5 3.2 3L13 4.5",
  up: "M8 13V3.5M4 7.5l4-4 4 4",
  plus: "M8 3v10M3 8h10",
  info: "M13.75 8a5.75 5.75 0 1 1-11.5 0a5.75 5.75 0 0 1 11.5 0M8 7.25v3.5M8 5.2v.01",
  place: "M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.8 8 14 8 14zM9.5 6.5a1.5 1.5 0 1 1-3 0" +
    "a1.5 1.5 0 0 1 3 0",
  again: "M13 6.5A5.3 5.3 0 0 0 3.5 5M3 9.5A5.3 5.3 0 0 0 12.5 11M3.5 2.5V5H6M12.5 13.5V11H10",
  person: "M10.5 5.5a2.5 2.5 0 1 1-5 0a2.5 2.5 0 0 1 5 0M3 13.5a5 5 0 0 1 10 0",
  lost: "M2 2l12 12M3 6.7a7 7 0 0 1 3-1.8M13 6.7a7.1 7.1 0 0 0-4-2M5.2 9a4 4 0 0 1 2-1M9 11.5" +
    "a1 1 0 1 1-2 0a1 1 0 0 1 2 0",
  link: "M6.5 9.5 9.5 6.5M7 5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.5 1.5a2.8 2.8 0 0 1-4-4L5 7",
  back: "M10 3.5 5.5 8l4.5 4.5",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
  pulse: "M1.5 8.5h3l2-5 3 9 2-4h3",
  out: "M9.5 3h-6v10h6M7 8h7M11.5 5.5 14 8l-2.500 2.500",
  camera: "M2 5h3l1-1.5h4L11 5h3v8H2zM10.3 8.8a2.3 2.3 0 1 1-4.600 0a2.3 2.3 0 0 1 4.600 0",
  file: "M4 2.500h5l3 3v8H4zM9 2.500v3h3",
  hotline: "M4.2 2.5 6.5 3l.7 2.8-1.5 1.1a8 8 0 0 0 3.4 3.4l1.1-1.5 2.8.7.5 2.3c-.3 1-1.2 1.700" +
    "-2.200 1.600A9 9 0 0 1 2.6 4.700c-.1-1 .6-1.900 1.600-2.200z",
  video: "M3 4.5h6.500a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1" +
    "m7.500 2.500 3.500-2v6l-3.500-2",
  device:
    "M9.250 11.500a1.250 1.250 0 1 1-2.500 0a1.250 1.250 0 0 1 2.500 0M5.200 9a4 4 0 0 1 5.6 0" +
    "M3 6.7a7.1 7.1 0 0 1 10 0",
  inspector: "M2.5 2.5H7V7H2.500zM9 2.5h4.500V7H9zM2.5 9H7v4.500H2.500zM9 9h4.500v4.500H9z",
  citizen: "M10.5 5.5a2.5 2.5 0 1 1-5 0a2.5 2.5 0 0 1 5 0M3 13.5a5 5 0 0 1 10 0",
  opinion: "M2.500 3h11v7.500H8l-3 2.500v-2.500H2.500z",
  system: "M3 3h10v4H3zM3 9h10v4H3zM5 5h.01M5 11h.01",
  open: "m4 6 4 4 4-4",
  moon: "M13 9.5A5.5 5.5 0 1 1 6.500 3a4.500 4.500 0 0 0 6.500 6.500z",
  sun: "M10.5 8a2.5 2.5 0 1 1-5 0a2.5 2.5 0 0 1 5 0M8 1.5v1.500M8 13v1.500M1.5 8H3M13 8h1.500" +
    "M3.400 3.400l1 1M11.600 11.600l1 1M12.600 3.400l-1 1M4.400 11.600l-1 1",
  down: "M8 2.5v8M4.5 7.5 8 11l3.500-3.500M3 13.5h10",
  print: "M4.5 6V2.5h7V6M4.5 11.500h-2V6h11v5.500h-2M4.5 9.500h7v4h-7z",
  layers: "m8 2 6 3.500L8 9 2 5.500zM2 8.500 8 12l6-3.500M2 11 8 14.500 14 11",
  minus: "M3 8h10",
  whole: "M8 2v3M8 11v3M2 8h3M11 8h3M11 8a3 3 0 1 1-6 0a3 3 0 0 1 6 0",
  draw: "M3 4.500 11.500 3 13 11l-7.500 2zM3 4.500h.01M11.500 3h.01M13 11h.01M5.500 13h.01",
  heat:
    "M8 14a4.500 4.500 0 0 0 4.500-4.500c0-3-3-4-3-7.500-2 1-3 3-3 4.500-.8-.5-1.200-1.200-1.200-2" +
    "C4 6 3.500 7.500 3.500 9.500A4.500 4.500 0 0 0 8 14z",
  send: "M2.5 8 13.5 3l-3.500 10.500L7.500 9zM7.500 9 13.5 3",
};

/**
 * @param {string} name one of STROKES
 * @param {number} [size] pixels
 * @returns {SVGElement}
 */
export function icon(name, size = 16) {
  return drawn(
    "svg",
    {
      class: "icon",
      width: size,
      height: size,
      viewBox: "0 0 16 16",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 1.4,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
      "aria-hidden": "true",
    },
    drawn("path", { d: Reflect.get(STROKES, name) ?? STROKES.info }),
  );
}

/** The channel's sign, with its name for those who do not see it. @param {string} channel */
export function channelIcon(channel) {
  const name = t(`channel.${channel}`);
  const sign = h("span", { class: "channel", title: name, role: "img", "aria-label": name });
  sign.append(icon(channel, 14));
  return sign;
}

/** Outlines of the grades: a box of 28, and the height of the word in it. */
const GRADES = {
  red: ["polygon", "9.4,3 18.6,3 25,9.4 25,18.6 18.6,25 9.4,25 3,18.6 3,9.4", 18.4],
  orange: ["polygon", "14,1.1 27.5,25.4 .5,25.4", 22.4],
  yellow: ["polygon", "14,1.5 26.5,14 14,26.5 1.5,14", 18.4],
  blue: ["circle", "", 18.4],
};

/** @param {string} grade @param {number} [stroke] */
function outline(grade, stroke = 1) {
  const [tag, points] = Reflect.get(GRADES, grade) ?? GRADES.blue;
  const paint = {
    fill: `var(--${grade})`,
    stroke: `var(--${grade}-edge)`,
    "stroke-width": stroke,
    "stroke-linejoin": "round",
  };
  return tag === "circle"
    ? drawn("circle", { cx: 14, cy: 14, r: 11.5, ...paint })
    : drawn("polygon", { points, ...paint });
}

/** The mark of a grade in lists: shape, colour and word. @param {string} grade */
export function gradeMark(grade) {
  const height = (Reflect.get(GRADES, grade) ?? GRADES.blue)[2];
  return drawn(
    "svg",
    {
      class: "mark",
      width: 26,
      height: 26,
      viewBox: "0 0 28 28",
      role: "img",
      "aria-label": t(`grade.${grade}`),
    },
    outline(grade),
    drawn(
      "text",
      {
        x: 14,
        y: height,
        "text-anchor": "middle",
        "font-size": 12,
        "font-weight": 700,
        fill: `var(--${grade}-on)`,
      },
      t(`grade.${grade}.short`),
    ),
  );
}

/** The chip of a grade in text. @param {string} grade @param {string} [word] */
export function gradeChip(grade, word) {
  return h(
    "span",
    { class: `grade ${grade}` },
    drawn(
      "svg",
      { width: 13, height: 13, viewBox: "0 0 28 28", "aria-hidden": "true" },
      outline(grade, 2),
    ),
    word ?? t(`grade.${grade}`),
  );
}

/** Our own sign. */
export function logo() {
  const paint = {
    fill: "none",
    stroke: "var(--accent)",
    "stroke-width": 2.5,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  return drawn(
    "svg",
    { width: 24, height: 24, viewBox: "0 0 24 24", "aria-hidden": "true" },
    drawn("path", { d: "M19.5 7.2A9 9 0 1 0 21 12", ...paint }),
    drawn("circle", { cx: 12, cy: 12, r: 3, fill: "var(--accent)" }),
    drawn("path", { d: "m16.4 7.6 3.6.2.5-3.6", ...paint }),
  );
}

/** The cross that closes something. @param {string} label @param {() => void} close */
export function closeButton(label, close) {
  return h(
    "button",
    { type: "button", class: "button ghost icon-only", "aria-label": label, onclick: close },
    icon("close"),
  );
}
