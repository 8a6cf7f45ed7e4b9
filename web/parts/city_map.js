// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { mapLibrary } from "./libraries.js";
import { IMAGE_RATIO, mapImages } from "./map_marks.js";
import { caseLayers, heatLayer, mapStyle, markLayers, SOURCES, thingLayers } from "./map_style.js";
import { areMoving, drives, vehicleFeatures } from "./map_vehicles.js";
import { stateBox } from "./notices.js";

/**
 * @typedef {[number, number]} Point  longitude and latitude in degrees
 *
 * @typedef {object} CasePoints  The answer of `/map/cases`: columns, the newest first.
 * @property {number} total
 * @property {string[]} grades
 * @property {string[]} items
 * @property {number[]} longitude millionths of a degree
 * @property {number[]} latitude
 * @property {number[]} grade
 * @property {number[]} item
 * @property {(number | null)[]} due
 * @property {string[]} number
 *
 * @typedef {object} MapEvents
 * @property {(number: string) => void} [openCase]
 * @property {(point: Point) => void} [clickGround]
 * @property {(id: string) => void} [openThing]
 */

/** Layers that a click hits. */
const CLICKED = ["case-points", "case-groups", "vehicles", "things"];
const EMPTY = { type: "FeatureCollection", features: [] };
const MARGIN = 24;
const FLIGHT_MILLISECONDS = 320;
/** Between two pictures of vehicles that move. */
const PICTURE_MILLISECONDS = 200;
const CLUSTER_RADIUS = 52;
const CLUSTER_ZOOM_MAX = 15;
const CASE_ZOOM = 15;
const MICRO = 1e6;

/**
 * A map of the city on our own tiles: ground, cases in groups, heat, things, a place that is chosen.
 *
 * Put `element` into the page and give it a size; `data-map` tells how it stands: `loading`, `ready`
 * (all that was asked for is drawn) or `failed`. Call `destroy` when the page goes.
 */
export class CityMap {
  /**
   * @param {object} settings
   * @param {string} settings.label what the map shows, for who does not see it
   * @param {boolean} [settings.still] whether it cannot be moved: a wall
   * @param {Point} [settings.centre] where it begins; the whole city without
   * @param {number} [settings.zoom]
   * @param {MapEvents} [settings.events]
   */
  constructor({ label, still = false, centre, zoom, events = {} }) {
    this.settings = { label, still, centre, zoom };
    this.events = events;
    /** @type {any} */
    this.map = null;
    /** What was asked for before the map was there. @type {(() => void)[]} */
    this.waiting = [];
    /** @type {string[]} */
    this.kinds = [];
    /** @type {any} */
    this.cases = EMPTY;
    /** @type {Map<string, import("./map_vehicles.js").Drive>} */
    this.drives = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.moving = undefined;
    this.showsCases = true;
    this.showsHeat = false;
    this.canvas = h("div", { class: "map-canvas" });
    this.element = h(
      "div",
      { class: "map", "data-map": "loading" },
      this.canvas,
    );
    this.ready = this.start();
  }

  async start() {
    try {
      const [library, city] = await Promise.all([mapLibrary(), request("/map", { bare: true })]);
      if (this.element.dataset.map === "gone") return;
      this.bounds = city.bounds;
      this.map = this.make(library);
      // Not when the ground is drawn: what lies on it is then drawn with it, in fewer pictures.
      await new Promise((resolve) => this.map.once("style.load", resolve));
    } catch {
      this.fail();
      return;
    }
    if (this.element.dataset.map === "gone") return;
    this.dress();
    this.listen();
    for (const task of this.waiting.splice(0)) task();
    this.map.on("idle", () => this.state("ready"));
  }

  /** @param {string} state */
  state(state) {
    if (this.element.dataset.map !== "gone") this.element.dataset.map = state;
  }

  /** @param {any} library */
  make(library) {
    const { still, centre, zoom } = this.settings;
    const place = centre
      ? { center: centre, zoom: zoom ?? CASE_ZOOM }
      : this.bounds
      ? { bounds: this.bounds, fitBoundsOptions: { padding: MARGIN } }
      : { center: [0, 0], zoom: 1 };
    const map = new library.Map({
      container: this.canvas,
      style: mapStyle((token) => this.colour(token), location.origin),
      ...place,
      interactive: !still,
      attributionControl: false,
      localIdeographFontFamily: this.colour("--font"),
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      locale: { "Map.Title": this.settings.label },
      ...(this.bounds && { maxBounds: wider(this.bounds) }),
    });
    map.touchZoomRotate?.disableRotation();
    map.addControl(new library.ScaleControl({ maxWidth: 80 }), "bottom-left");
    return map;
  }

  /** A value of tokens.css under the theme that holds here. @param {string} token */
  colour(token) {
    // What is not in the page has no style of its own yet.
    const place = this.element.isConnected ? this.element : document.documentElement;
    return getComputedStyle(place).getPropertyValue(token).trim();
  }

  /** Sources, images and layers that come on top of the ground. */
  dress() {
    const colour = (/** @type {string} */ token) => this.colour(token);
    for (const [name, image] of mapImages(colour)) {
      this.map.addImage(name, image, { pixelRatio: IMAGE_RATIO });
    }
    this.map.addSource(SOURCES.cases, {
      type: "geojson",
      data: this.cases,
      cluster: true,
      clusterRadius: CLUSTER_RADIUS,
      clusterMaxZoom: CLUSTER_ZOOM_MAX,
      clusterProperties: { worst: ["min", ["get", "grade"]] },
    });
    this.map.addSource(SOURCES.chosen, { type: "geojson", data: EMPTY });
    this.map.addSource(SOURCES.drawn, { type: "geojson", data: EMPTY });
    this.map.addSource(SOURCES.vehicles, {
      type: "geojson",
      data: vehicleFeatures(this.drives, Date.now()),
    });
    for (const layer of [...markLayers(colour), ...caseLayers(colour)]) this.map.addLayer(layer);
    this.showThings(this.kinds);
    this.showCases(this.showsCases);
    this.showHeat(this.showsHeat);
  }

  listen() {
    const map = this.map;
    map.on("click", (/** @type {any} */ event) => this.click(event));
    for (const layer of CLICKED) {
      map.on("mouseenter", layer, () => map.getCanvas().style.cursor = "pointer");
      map.on("mouseleave", layer, () => map.getCanvas().style.cursor = "");
    }
    this.resizing = new ResizeObserver(() => map.resize());
    this.resizing.observe(this.element);
  }

  /** @param {any} event */
  async click(event) {
    if (this.drawing) return;
    const layers = CLICKED.filter((name) => this.map.getLayer(name));
    const [hit] = this.map.queryRenderedFeatures(event.point, { layers });
    if (!hit) return this.events.clickGround?.([event.lngLat.lng, event.lngLat.lat]);
    if (hit.layer.id === "case-points") return this.events.openCase?.(hit.properties.number);
    if (["things", "vehicles"].includes(hit.layer.id)) {
      return this.events.openThing?.(hit.properties.id);
    }
    const zoom = await this.map.getSource(SOURCES.cases)
      .getClusterExpansionZoom(hit.properties.cluster_id);
    this.map.easeTo({
      center: hit.geometry.coordinates,
      zoom: zoom + 0.5,
      duration: FLIGHT_MILLISECONDS,
    });
  }

  fail() {
    this.state("failed");
    fill(
      this.element,
      stateBox({ sign: "place", title: t("map.failed"), next: t("map.failed.next") }),
    );
  }

  /** Does something now, or when the map is there. @param {() => void} task */
  when(task) {
    if (this.map?.getSource(SOURCES.cases)) {
      this.state("loading");
      task();
    } else this.waiting.push(task);
  }

  // What pages show

  /** The cases of an answer of `/map/cases`. @param {CasePoints} points */
  setCases(points) {
    this.points = points;
    this.cases = {
      type: "FeatureCollection",
      features: points.number.map((number, index) => ({
        type: "Feature",
        properties: { number, grade: points.grade[index] },
        geometry: { type: "Point", coordinates: pointAt(points, index) },
      })),
    };
    this.when(() => {
      this.map.getSource(SOURCES.cases).setData(this.cases);
      this.map.getSource(SOURCES.heat)?.setData(this.cases);
    });
    this.element.dataset.cases = String(points.number.length);
  }

  /** @param {boolean} shown */
  showCases(shown) {
    this.showsCases = shown;
    this.when(() => {
      for (const name of ["case-groups", "case-counts", "case-worst", "case-points"]) {
        this.map.setLayoutProperty(name, "visibility", shown ? "visible" : "none");
      }
    });
  }

  /** @param {boolean} shown */
  showHeat(shown) {
    this.showsHeat = shown;
    this.when(() => {
      if (shown && !this.map.getSource(SOURCES.heat)) {
        this.map.addSource(SOURCES.heat, { type: "geojson", data: this.cases });
        this.map.addLayer(heatLayer((token) => this.colour(token)), "street-names");
      }
      if (this.map.getLayer("heat")) {
        this.map.setLayoutProperty("heat", "visibility", shown ? "visible" : "none");
      }
    });
  }

  /** Where vehicles said they are; they move there from where they are shown. */
  /** @param {import("./map_vehicles.js").Vehicle[]} vehicles */
  setVehicles(vehicles) {
    this.drives = drives(this.drives, vehicles, Date.now());
    this.element.dataset.vehicles = String(vehicles.length);
    if (this.map?.getSource(SOURCES.vehicles)) this.moveVehicles();
  }

  /** One picture of them all, and the next soon while any moves. */
  moveVehicles() {
    clearTimeout(this.moving);
    const now = Date.now();
    this.map?.getSource(SOURCES.vehicles)?.setData(vehicleFeatures(this.drives, now));
    const moves = areMoving(this.drives, now);
    this.element.dataset.moving = String(moves);
    if (moves) this.moving = setTimeout(() => this.moveVehicles(), PICTURE_MILLISECONDS);
  }

  /** Things of these kinds, from a near zoom on. @param {string[]} kinds */
  showThings(kinds) {
    this.kinds = kinds;
    this.when(() => {
      if (this.map.getLayer("things")) this.map.removeLayer("things");
      if (kinds.length === 0) return;
      const before = this.map.getLayer("case-groups") ? "case-groups" : undefined;
      for (const layer of thingLayers((token) => this.colour(token), kinds)) {
        this.map.addLayer(layer, before);
      }
    });
  }

  /** Rings a place and, where it is out of sight or `near` is told, goes there. */
  /** @param {Point | null | undefined} point @param {boolean} [near] */
  choose(point, near = false) {
    this.when(() => {
      this.map.getSource(SOURCES.chosen).setData(point ? feature("Point", point) : EMPTY);
      if (!point) return;
      const seen = this.map.getBounds().contains(point);
      const zoom = Math.max(this.map.getZoom(), near ? CASE_ZOOM : 0);
      if (!seen || near) {
        this.map.easeTo({ center: point, zoom, duration: FLIGHT_MILLISECONDS });
      }
    });
  }

  /** Shows the whole city again. */
  whole() {
    this.when(() => this.bounds && this.map.fitBounds(this.bounds, { padding: MARGIN }));
  }

  /** @param {1 | -1} direction */
  zoom(direction) {
    this.when(() =>
      this.map.easeTo({
        zoom: this.map.getZoom() + direction,
        duration: FLIGHT_MILLISECONDS,
      })
    );
  }

  /**
   * Lets the person draw a face, corner by corner; a double click or Enter ends it, Escape gives up.
   *
   * @returns {Promise<Point[] | null>} its corners; null where it was given up
   */
  draw() {
    return new Promise((resolve) =>
      this.when(() => {
        /** @type {Point[]} */
        const corners = [];
        const map = this.map;
        const source = map.getSource(SOURCES.drawn);
        map.doubleClickZoom.disable();
        map.getCanvas().style.cursor = "crosshair";
        this.drawing = true;
        const show = () =>
          source.setData(
            corners.length > 2
              ? feature("Polygon", [[...corners, corners[0]]])
              : feature("LineString", corners),
          );
        const end = (/** @type {Point[] | null} */ result) => {
          map.off("click", click);
          map.off("dblclick", double);
          removeEventListener("keydown", key, true);
          map.getCanvas().style.cursor = "";
          setTimeout(() => {
            this.drawing = false;
            map.doubleClickZoom.enable();
          });
          if (!result) source.setData(EMPTY);
          resolve(result);
        };
        const click = (/** @type {any} */ event) => {
          corners.push([event.lngLat.lng, event.lngLat.lat]);
          show();
        };
        const double = (/** @type {any} */ event) => {
          event.preventDefault();
          end(corners.length > 2 ? corners : null);
        };
        const key = (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Enter" && event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          end(event.key === "Enter" && corners.length > 2 ? corners : null);
        };
        map.on("click", click);
        map.on("dblclick", double);
        addEventListener("keydown", key, true);
      })
    );
  }

  /**
   * Draws the outline of an area.
   *
   * @param {{ coordinates: any }} outline GeoJSON
   * @param {boolean} [near] whether the map goes there
   */
  showFace(outline, near = false) {
    this.when(() => {
      this.map.getSource(SOURCES.drawn).setData({
        type: "Feature",
        properties: {},
        geometry: outline,
      });
      if (!near) return;
      const numbers = /** @type {number[]} */ (outline.coordinates.flat(Infinity));
      const [east, north] = [0, 1].map((side) => numbers.filter((_, index) => index % 2 === side));
      if (numbers.length === 0) return;
      this.map.fitBounds(
        [[Math.min(...east), Math.min(...north)], [Math.max(...east), Math.max(...north)]],
        { padding: MARGIN, duration: 0 },
      );
    });
  }

  /** Takes away what was drawn. */
  undraw() {
    this.when(() => this.map.getSource(SOURCES.drawn).setData(EMPTY));
  }

  /** Draws all anew in the colours of the theme that holds now. */
  retheme() {
    if (!this.map) return;
    this.state("loading");
    this.map.setStyle(mapStyle((token) => this.colour(token), location.origin), { diff: false });
    this.map.once("style.load", () => this.dress());
  }

  destroy() {
    this.element.dataset.map = "gone";
    clearTimeout(this.moving);
    this.resizing?.disconnect();
    this.map?.remove();
    this.map = null;
  }
}

/** @param {CasePoints} points @param {number} index @returns {Point} */
export function pointAt(points, index) {
  return [points.longitude[index] / MICRO, points.latitude[index] / MICRO];
}

/**
 * The places in the columns of the points that lie within a face, by counting crossings.
 *
 * @param {CasePoints} points
 * @param {Point[]} corners
 */
export function within(points, corners) {
  /** @type {number[]} */
  const found = [];
  for (let index = 0; index < points.number.length; index++) {
    const [x, y] = pointAt(points, index);
    let inside = false;
    corners.forEach(([fromX, fromY], corner) => {
      const [toX, toY] = corners[(corner + 1) % corners.length];
      if ((fromY > y) !== (toY > y) && x < fromX + (y - fromY) / (toY - fromY) * (toX - fromX)) {
        inside = !inside;
      }
    });
    if (inside) found.push(index);
  }
  return found;
}

/** @param {string} type @param {unknown} coordinates */
function feature(type, coordinates) {
  return { type: "Feature", properties: {}, geometry: { type, coordinates } };
}

/** Room around the city, so that nobody gets lost on the globe. @param {number[]} bounds */
function wider([west, south, east, north]) {
  const [width, height] = [(east - west) * 2, (north - south) * 2];
  return [west - width, south - height, east + width, north + height];
}
