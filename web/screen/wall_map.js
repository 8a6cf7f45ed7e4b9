// @ts-check
/// <reference lib="dom" />

import { drawn, fill, h } from "../parts/element.js";
import { gradeMark } from "../parts/icons.js";
import { t } from "../parts/language.js";
import { corners, counted, grid, step, STEPS } from "./heat.js";

/**
 * @typedef {import("../parts/outline_map.js").Outlined} Outlined
 * @typedef {{ id: string, grade: string, item: string | null, name: string | null,
 *   street: string | null, stage: string, position: [number, number] | null, filedAt: string,
 *   due: string | null }} Grave
 */

const CELL_METRES = 260;
/** A larger district gets larger cells: so many hexagons are drawn at most. */
const CELLS_MAX = 3_000;
const METRES_PER_DEGREE = 111_320;
/** Room for the legend and at the sides, in pixels. */
const MARGIN = 40;

/**
 * The district with its open cases as heat, and the grave ones as marks. Drawn here, so that it needs
 * nothing from elsewhere.
 *
 * @param {Outlined[]} areas
 */
export function wallMap(areas) {
  const svg = drawn("svg", { role: "img", "aria-label": t("wall.open") });
  const scale = h(
    "span",
    { class: "scale" },
    ...Array.from(
      { length: STEPS },
      (_, index) => h("i", { style: `background:var(--heat-${index + 1})` }),
    ),
  );
  const end = h("span", { class: "end" });
  const legend = h(
    "div",
    { class: "wall-legend" },
    h("span", {}, t("wall.open")),
    h("span", {}, t("wall.less")),
    scale,
    h("span", {}, t("wall.more")),
    end,
  );
  const element = h("section", { class: "wall-map", "data-panel": "map" });
  fill(element, svg, legend);
  const rings = areas.map((area) => ({ name: area.name, rings: ringsOf(area) }))
    .filter((one) => one.rings.length > 0);
  const all = rings.flatMap((one) => one.rings.flat());
  const west = Math.min(...all.map((point) => point[0]));
  const east = Math.max(...all.map((point) => point[0]));
  const south = Math.min(...all.map((point) => point[1]));
  const north = Math.max(...all.map((point) => point[1]));
  const narrow = Math.cos((south + north) / 2 * Math.PI / 180);

  return {
    element,
    /**
     * @param {[number, number][]} points
     * @param {Grave[]} grave
     * @param {string} turn the street whose turn it is
     */
    draw(points, grave, turn) {
      const [width, height] = [element.clientWidth || 1_000, element.clientHeight || 640];
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      if (all.length === 0) return svg.replaceChildren();
      const zoom = Math.min(
        (width - 2 * MARGIN) / ((east - west) * narrow),
        (height - 2 * MARGIN) / (north - south),
      );
      const left = (width - (east - west) * narrow * zoom) / 2;
      const top = (height - (north - south) * zoom) / 2;
      const place = (/** @type {number[]} */ point) => /** @type {[number, number]} */ ([
        left + (point[0] - west) * narrow * zoom,
        top + (north - point[1]) * zoom,
      ]);
      const paths = rings.map((one) => pathOf(one.rings.map((ring) => ring.map(place))));
      const least = Math.sqrt(width * height / CELLS_MAX);
      const cell = Math.max(CELL_METRES / METRES_PER_DEGREE * zoom, least);
      const metres = Math.round(cell / zoom * METRES_PER_DEGREE / 10) * 10;
      end.textContent = t("wall.cell", { metres });
      const cells = counted(points.map(place), cell);
      const empty = grid(width, height, cell);
      const most = Math.max(1, ...cells.map((one) => one.count));
      const ground = drawn("clipPath", { id: "ground" }, drawn("path", { d: paths.join("") }));
      const heat = drawn(
        "g",
        { "clip-path": "url(#ground)" },
        drawn("path", {
          class: "empty",
          d: empty.map((one) => `M${corners(one, cell * 0.92).split(" ").join("L")}Z`).join(""),
        }),
        ...cells.map((one) =>
          drawn("polygon", {
            points: corners(one, cell * 0.92),
            fill: `var(--heat-${step(one.count, most)})`,
          })
        ),
      );
      svg.replaceChildren(
        ground,
        ...paths.map((d) => drawn("path", { class: "street", d })),
        heat,
        ...paths.map((d) => drawn("path", { class: "edge", d })),
        ...rings.map((one) => label(one.name, one.rings[0].map(place), one.name === turn)),
        ...grave.toReversed().flatMap((one) =>
          one.position ? [mark(one, place(one.position))] : []
        ),
      );
    },
  };
}

/** @param {Outlined} area @returns {number[][][]} */
function ringsOf(area) {
  if (!area.outline) return [];
  const faces = /** @type {number[][][][]} */ (
    area.outline.type === "Polygon" ? [area.outline.coordinates] : area.outline.coordinates
  );
  return faces.flat();
}

/** @param {[number, number][][]} rings */
function pathOf(rings) {
  return rings.map((ring) =>
    `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`
  ).join("");
}

/** @param {string} name @param {[number, number][]} ring @param {boolean} isTurn */
function label(name, ring, isTurn) {
  const xs = ring.map((point) => point[0]);
  const ys = ring.map((point) => point[1]);
  return drawn("text", {
    class: isTurn ? "label turn" : "label",
    x: (Math.min(...xs) + Math.max(...xs)) / 2,
    y: (Math.min(...ys) + Math.max(...ys)) / 2,
  }, name);
}

/** @param {Grave} one @param {[number, number]} place */
function mark(one, [x, y]) {
  const size = one.grade === "red" ? 52 : 40;
  const sign = gradeMark(one.grade);
  for (const [name, value] of Object.entries({ x: x - size / 2, y: y - size / 2 })) {
    sign.setAttribute(name, String(value));
  }
  sign.setAttribute("width", String(size));
  sign.setAttribute("height", String(size));
  sign.setAttribute("data-mark", one.grade);
  const group = drawn("g", {}, sign);
  if (one.grade === "red") {
    group.prepend(drawn("circle", { class: "ring", cx: x, cy: y, r: 40, stroke: "var(--red)" }));
  }
  return group;
}
