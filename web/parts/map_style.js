// @ts-check
/// <reference lib="dom" />

/**
 * How the map looks. Colours come from tokens.css, so that light and dark follow the theme; texts are
 * drawn by the browser from its own fonts, so that no glyph is fetched.
 */

const FONT = ["regular"];
const FONT_BOLD = ["bold"];
/** Areas fill the screen below it, their parts above. */
const STREETS_ZOOM_MAX = 13;
/** Wider than this a road is a main one, in metres. */
const MAIN_ROAD_METRES = 24;

/**
 * @param {(token: string) => string} colour
 * @param {string} origin of the tiles
 */
export function mapStyle(colour, origin) {
  return {
    version: 8,
    sources: {
      ground: {
        type: "vector",
        tiles: [`${origin}/tiles/{z}/{x}/{y}.mvt`],
        minzoom: 0,
        maxzoom: 16,
      },
    },
    layers: [...ground(colour), ...roads(colour), ...borders(colour), ...names(colour)],
  };
}

/** @param {(token: string) => string} colour */
function ground(colour) {
  return [
    { id: "out", type: "background", paint: { "background-color": colour("--map-out") } },
    {
      id: "in",
      type: "fill",
      source: "ground",
      "source-layer": "areas",
      filter: ["==", ["get", "level"], "district"],
      paint: { "fill-color": colour("--map-in") },
    },
    {
      id: "faces",
      type: "fill",
      source: "ground",
      "source-layer": "faces",
      paint: { "fill-color": colour("--map-road"), "fill-opacity": 0.7 },
    },
  ];
}

/** Widths in pixels between two zooms, by how wide the road is. @param {boolean} main */
function width(main) {
  return [
    "interpolate",
    ["exponential", 1.6],
    ["zoom"],
    10,
    main ? 1 : 0.4,
    14,
    main ? 4 : 2,
    17,
    main ? 18 : 10,
  ];
}

/** @param {(token: string) => string} colour */
function roads(colour) {
  const isMain = [">=", ["coalesce", ["get", "width"], 0], MAIN_ROAD_METRES];
  const round = { "line-cap": "round", "line-join": "round" };
  const from = { source: "ground", "source-layer": "lines", type: "line", layout: round };
  return [
    {
      ...from,
      id: "roads",
      minzoom: 12,
      filter: ["!", isMain],
      paint: { "line-color": colour("--map-road"), "line-width": width(false) },
    },
    {
      ...from,
      id: "main-roads",
      filter: isMain,
      paint: { "line-color": colour("--map-express"), "line-width": width(true) },
    },
  ];
}

/** @param {(token: string) => string} colour */
function borders(colour) {
  const from = { source: "ground", "source-layer": "edges", type: "line" };
  /** @param {string} level */
  const is = (level) => ["==", ["get", "level"], level];
  return [
    {
      ...from,
      id: "grid-edges",
      minzoom: 14,
      filter: is("grid"),
      paint: {
        "line-color": colour("--map-street"),
        "line-width": 0.6,
        "line-dasharray": [2, 3],
      },
    },
    {
      ...from,
      id: "neighbourhood-edges",
      minzoom: 13,
      filter: is("neighbourhood"),
      paint: { "line-color": colour("--map-street"), "line-width": 1, "line-dasharray": [4, 3] },
    },
    {
      ...from,
      id: "street-edges",
      filter: is("street"),
      paint: { "line-color": colour("--map-street"), "line-width": 1.2 },
    },
    {
      ...from,
      id: "district-edges",
      filter: is("district"),
      paint: { "line-color": colour("--map-edge"), "line-width": 1.6 },
    },
  ];
}

/** @param {(token: string) => string} colour */
function names(colour) {
  const paint = {
    "text-color": colour("--text-2"),
    "text-halo-color": colour("--map-halo"),
    "text-halo-width": 1.4,
  };
  /** @param {string} level @param {Record<string, number>} zooms @param {number} size */
  const places = (level, zooms, size) => ({
    id: `${level}-names`,
    type: "symbol",
    source: "ground",
    "source-layer": "places",
    filter: ["==", ["get", "level"], level],
    ...zooms,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": size },
    paint,
  });
  return [
    {
      id: "road-names",
      type: "symbol",
      source: "ground",
      "source-layer": "lines",
      minzoom: 14,
      layout: {
        "symbol-placement": "line",
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": 12,
      },
      paint: { ...paint, "text-color": colour("--text-3") },
    },
    places("grid", { minzoom: 15 }, 11),
    places("neighbourhood", { minzoom: STREETS_ZOOM_MAX }, 12),
    places("street", { maxzoom: STREETS_ZOOM_MAX }, 13),
  ];
}

/** Names of the sources that pages fill. */
export const SOURCES = {
  cases: "cases",
  heat: "heat",
  chosen: "chosen",
  drawn: "drawn",
  vehicles: "vehicles",
};

/** Points of cases: counts in circles, the worst grade beside; alone by grade. */
/** @param {(token: string) => string} colour */
export function caseLayers(colour) {
  const grouped = ["has", "point_count"];
  return [
    {
      id: "case-groups",
      type: "circle",
      source: SOURCES.cases,
      filter: grouped,
      paint: {
        "circle-color": colour("--surface"),
        "circle-stroke-color": colour("--accent"),
        "circle-stroke-width": 2,
        "circle-radius": ["step", ["get", "point_count"], 14, 10, 17, 30, 20, 100, 24, 1000, 28],
      },
    },
    {
      id: "case-counts",
      type: "symbol",
      source: SOURCES.cases,
      filter: grouped,
      layout: {
        "text-field": ["number-format", ["get", "point_count"], { locale: "en" }],
        "text-font": FONT_BOLD,
        "text-size": 13,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": colour("--accent") },
    },
    {
      id: "case-worst",
      type: "symbol",
      source: SOURCES.cases,
      // A group carries a mark from yellow upwards.
      filter: ["all", grouped, ["<=", ["get", "worst"], 2]],
      layout: {
        "icon-image": ["concat", "sign-", ["get", "worst"]],
        "icon-offset": [13, -13],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
    {
      id: "case-points",
      type: "symbol",
      source: SOURCES.cases,
      filter: ["!", grouped],
      layout: {
        "icon-image": ["concat", "pin-", ["get", "grade"]],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["-", ["get", "grade"]],
      },
    },
  ];
}

/** Where much lies: one hue in seven steps; the radius grows with the zoom. */
/** @param {(token: string) => string} colour */
export function heatLayer(colour) {
  const steps = [1, 2, 3, 4, 5, 6, 7].flatMap((step) => [step / 7, colour(`--heat-${step}`)]);
  return {
    id: "heat",
    type: "heatmap",
    source: SOURCES.heat,
    paint: {
      "heatmap-radius": ["interpolate", ["exponential", 2], ["zoom"], 9, 6, 12, 24, 16, 160],
      "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 15, 2],
      "heatmap-color": [
        "interpolate",
        ["linear"],
        ["heatmap-density"],
        0,
        // The first step's own hue without a trace of it: black would darken the edge.
        clear(colour("--heat-1")),
        ...steps,
      ],
      "heatmap-opacity": 0.8,
    },
  };
}

/** A colour of six digits, wholly clear. @param {string} hex */
function clear(hex) {
  return /^#[0-9a-f]{6}$/i.test(hex) ? `${hex}00` : "rgba(0,0,0,0)";
}

/** Things of the kinds that are chosen, cameras turned to where they look. */
/** @param {(token: string) => string} colour @param {string[]} kinds */
export function thingLayers(colour, kinds) {
  const filter = ["in", ["get", "kind"], ["literal", kinds]];
  const from = { type: "symbol", source: "ground", "source-layer": "things", minzoom: 14 };
  return [
    {
      ...from,
      id: "things",
      filter,
      layout: {
        "icon-image": ["case", ["has", "direction"], "looking", "thing"],
        "icon-rotate": ["coalesce", ["get", "direction"], 0],
        "icon-rotation-alignment": "map",
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 16, ["get", "name"]],
        "text-font": FONT,
        "text-size": 11,
        "text-offset": [0, 1.1],
        "text-anchor": "top",
        "text-optional": true,
      },
      paint: {
        "text-color": colour("--text-2"),
        "text-halo-color": colour("--map-halo"),
        "text-halo-width": 1.2,
      },
    },
  ];
}

/** The case that is open, and what was drawn. */
/** @param {(token: string) => string} colour */
export function markLayers(colour) {
  return [
    {
      id: "drawn-face",
      type: "fill",
      source: SOURCES.drawn,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": colour("--accent"), "fill-opacity": 0.08 },
    },
    {
      id: "drawn-edge",
      type: "line",
      source: SOURCES.drawn,
      paint: { "line-color": colour("--accent"), "line-width": 2, "line-dasharray": [2, 2] },
    },
    {
      id: "vehicles",
      type: "symbol",
      source: SOURCES.vehicles,
      layout: {
        "icon-image": ["get", "image"],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 14, ["get", "name"]],
        "text-font": FONT,
        "text-size": 12,
        "text-offset": [0, 1.2],
        "text-anchor": "top",
        "text-optional": true,
      },
      paint: {
        "text-color": colour("--text-2"),
        "text-halo-color": colour("--map-halo"),
        "text-halo-width": 1.4,
      },
    },
    {
      id: "chosen-ring",
      type: "circle",
      source: SOURCES.chosen,
      paint: {
        "circle-radius": 22,
        "circle-color": colour("--accent"),
        "circle-opacity": 0.1,
        "circle-stroke-color": colour("--accent"),
        "circle-stroke-width": 2,
      },
    },
  ];
}
