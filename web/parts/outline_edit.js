// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { toast } from "./notices.js";
import { Problem, saidShortly } from "./problems.js";

/**
 * @import { CityMap, Point } from "./city_map.js"
 * @import { Outline } from "./geometry.js"
 *
 * @typedef {{ id: string, code: string, name: string, level: string, tag: string,
 *   outline: Outline | null }} Outlined
 */

const CORNERS_MAX = 2_000;
/** Pixels around a corner in which it is taken hold of. */
const REACH = 10;
const SOURCE = "corners";

/**
 * The outline of an area, changed on the map: corners are dragged, added between two others, and taken
 * away; or the whole is drawn anew. Nothing is saved before the person says so.
 */
export class OutlineEdit {
  /**
   * @param {CityMap} map
   * @param {Outlined} area
   * @param {{ parentCode: string | null, saved: () => void }} events
   */
  constructor(map, area, events) {
    this.map = map;
    this.area = area;
    this.events = events;
    /** Rings without their closing point, face by face. @type {Point[][][]} */
    this.faces = openRings(area.outline);
    /** @type {Point[][][][]} */
    this.past = [];
    this.says = h("p", { class: "hint", role: "status" });
    this.tools = h("div", { class: "outline-tools" });
    this.element = h("section", { class: "outline-edit" }, this.tools, this.says);
    this.show(false);
  }

  /** @param {boolean} isEditing */
  show(isEditing) {
    /** @param {string} name @param {() => void} run @param {boolean} [primary] */
    const button = (name, run, primary = false) =>
      h("button", {
        type: "button",
        class: primary ? "button primary" : "button",
        "data-outline": name,
        onclick: run,
      }, t(`outline.${name}`));
    const count = this.faces.flat(2).length;
    fill(
      this.tools,
      ...(isEditing
        ? [
          button("save", () => this.save(), true),
          this.past.length > 0 && button("undo", () => this.undo()),
          button("anew", () => this.anew()),
          button("cancel", () => this.events.saved()),
        ]
        : [
          count > 0 && count <= CORNERS_MAX && button("edit", () => this.begin()),
          button("anew", () => this.anew()),
        ]),
    );
    this.says.textContent = isEditing
      ? t("outline.how", { count })
      : count > CORNERS_MAX
      ? t("outline.many", { count })
      : "";
  }

  begin() {
    this.map.when(() => {
      const { map } = this.map;
      if (!map.getSource(SOURCE)) {
        map.addSource(SOURCE, { type: "geojson", data: this.corners() });
        map.addLayer({
          id: SOURCE,
          type: "circle",
          source: SOURCE,
          paint: {
            "circle-radius": 5,
            "circle-color": this.map.colour("--surface"),
            "circle-stroke-color": this.map.colour("--accent"),
            "circle-stroke-width": 2,
          },
        });
        map.on("mousedown", (/** @type {any} */ event) => this.take(event));
        map.on("touchstart", (/** @type {any} */ event) => this.take(event));
        map.on("contextmenu", (/** @type {any} */ event) => this.remove(event));
      }
      this.isEditing = true;
      this.draw();
    });
    this.show(true);
  }

  /** Remembers how it was, so that a step can be taken back. */
  remember() {
    this.past.push(structuredClone(this.faces));
  }

  undo() {
    this.faces = this.past.pop() ?? this.faces;
    this.draw();
    this.show(true);
  }

  draw() {
    this.map.showFace(outlineOf(this.faces));
    this.map.map?.getSource(SOURCE)?.setData(this.corners());
  }

  corners() {
    return {
      type: "Feature",
      properties: {},
      geometry: { type: "MultiPoint", coordinates: this.faces.flat(2) },
    };
  }

  /** @param {{ x: number, y: number }} at @returns {{ ring: Point[], index: number } | null} */
  cornerAt(at) {
    for (const ring of this.faces.flat()) {
      for (const [index, corner] of ring.entries()) {
        const seen = this.map.map.project(corner);
        if (Math.hypot(seen.x - at.x, seen.y - at.y) <= REACH) return { ring, index };
      }
    }
    return null;
  }

  /** The edge that runs under a place of the screen, as its ring and the corner it begins with. */
  /** @param {{ x: number, y: number }} at */
  edgeAt(at) {
    for (const ring of this.faces.flat()) {
      for (const [index, corner] of ring.entries()) {
        const a = this.map.map.project(corner);
        const b = this.map.map.project(ring[(index + 1) % ring.length]);
        const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
        const along = ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / length ** 2;
        const beside = Math.abs((at.x - a.x) * (b.y - a.y) - (at.y - a.y) * (b.x - a.x)) / length;
        if (along > 0 && along < 1 && beside <= REACH) return { ring, index };
      }
    }
    return null;
  }

  /** A corner is dragged; on an edge a new one is made first. @param {any} event */
  take(event) {
    if (!this.isEditing || event.originalEvent.button > 0) return;
    let held = this.cornerAt(event.point);
    const edge = held ? null : this.edgeAt(event.point);
    if (!held && !edge) return;
    event.preventDefault();
    this.remember();
    if (edge) {
      edge.ring.splice(edge.index + 1, 0, pointOf(event));
      held = { ring: edge.ring, index: edge.index + 1 };
    }
    const { map } = this.map;
    const drag = (/** @type {any} */ moved) => {
      if (held) held.ring[held.index] = pointOf(moved);
      this.draw();
    };
    const drop = () => {
      map.off("mousemove", drag);
      map.off("touchmove", drag);
      this.draw();
      this.show(true);
    };
    map.on("mousemove", drag);
    map.on("touchmove", drag);
    map.once("mouseup", drop);
    map.once("touchend", drop);
  }

  /** A click with the other button takes a corner away; a ring keeps three. @param {any} event */
  remove(event) {
    const held = this.isEditing ? this.cornerAt(event.point) : null;
    if (!held) return;
    event.preventDefault();
    if (held.ring.length <= 3) return toast(t("outline.three"));
    this.remember();
    held.ring.splice(held.index, 1);
    this.draw();
    this.show(true);
  }

  /** The whole is drawn corner by corner. */
  async anew() {
    this.says.textContent = t("map.draw.how");
    this.isEditing = false;
    const corners = await this.map.draw();
    if (corners) {
      this.remember();
      this.faces = [[
        corners.filter((corner, index) => index === 0 || !same(corner, corners[index - 1])),
      ]];
    }
    this.begin();
  }

  async save() {
    const { code, name, level } = this.area;
    try {
      const saved = await request("/areas", {
        method: "POST",
        body: {
          code,
          name,
          level,
          parent: this.events.parentCode,
          outline: this.faces,
          seen: this.area.tag,
        },
      });
      this.isEditing = false;
      /** @type {{ rule: string, area: string | null, squareMetres: number | null }[]} */
      const faults = saved.faults;
      toast(t(faults.length > 0 ? "outline.saved.but" : "outline.saved"));
      this.events.saved();
      if (faults.length > 0) this.tell(faults);
    } catch (error) {
      toast(saidShortly(error));
      if (error instanceof Problem && error.code === "master.changed") await this.compare();
    }
  }

  /** Shows the outline that somebody else saved meanwhile; the corners stay where they are here. */
  async compare() {
    this.area = await request(`/areas/${this.area.id}`);
    if (this.area.outline) this.map.showFace(this.area.outline);
    this.says.textContent = t("outline.theirs");
    this.element.dataset.state = "changed";
  }

  /** Where the new ground does not fit that of its neighbours. */
  /** @param {{ rule: string, area: string | null, squareMetres: number | null }[]} faults */
  tell(faults) {
    const lines = faults.map(({ rule, area, squareMetres }) =>
      t(`outline.${rule}`, {
        area: area ?? "",
        ground: Math.round(squareMetres ?? 0).toLocaleString("en"),
      })
    );
    for (const line of new Set(lines)) toast(line);
  }
}

/** @param {any} event @returns {Point} */
function pointOf(event) {
  const degrees = (/** @type {number} */ value) => Math.round(value * 1e6) / 1e6;
  return [degrees(event.lngLat.lng), degrees(event.lngLat.lat)];
}

/** @param {Point} a @param {Point} b */
function same(a, b) {
  return a[0] === b[0] && a[1] === b[1];
}

/** @param {Outline | null} outline @returns {Point[][][]} */
function openRings(outline) {
  if (!outline) return [];
  const faces = /** @type {Point[][][]} */ (
    outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates
  );
  return faces.map((face) => face.map((ring) => ring.slice(0, -1)));
}

/** @param {Point[][][]} faces */
function outlineOf(faces) {
  return {
    type: "MultiPolygon",
    coordinates: faces.map((face) => face.map((ring) => [...ring, ring[0]])),
  };
}
