// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option, streetOptions } from "./choices.js";
import { cameraBox } from "./camera_list.js";
import { CityMap } from "./city_map.js";
import { fill, h, tableHead } from "./element.js";
import { gradeMark } from "./icons.js";
import { packName, packNames, t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { allRows, keyFoot, listTools, pageLink } from "./list_tools.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { Problem, saidShortly } from "./problems.js";
import { linkText, relationGraph } from "./relation_graph.js";
import { openThingForm } from "./thing_form.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { ThingLink } from "./relation_graph.js"
 * @import { CaseRow, Named } from "./types.js"
 *
 * @typedef {object} ThingRow
 * @property {string} id
 * @property {string} kind
 * @property {string} code
 * @property {string} name
 * @property {string} address
 * @property {[number, number] | null} position
 * @property {Record<string, Named>} area
 * @property {Named | null} owner
 * @property {Record<string, string>} [attributes]
 * @property {number} [version]
 */

const LIMIT = 100;
const CASES_SHOWN = 20;
const TYPING_MILLISECONDS = 300;
const FILTERS = ["kind", "area", "words"];
const NEAR_ZOOM = 16;
/** A camera's file need not say that it sees itself. */
const CAMERA = "camera";

/** Everything that the city keeps a file on: a list, and one file beside it. */
export class ThingsPage {
  /** @param {PageContext} context */
  constructor({ directory, actions, session }) {
    this.actions = actions;
    this.mayChange = session.permissions.includes("master");
    this.query = "";
    this.id = "";
    /** @type {ThingRow[]} */
    this.rows = [];
    /** @type {string | null} */
    this.next = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let typing;
    const change = (/** @type {string} */ name, /** @type {string} */ value) => {
      const query = new URLSearchParams(location.search);
      if (value) query.set(name, value);
      else query.delete(name);
      actions.go(`/things?${query}`.replace(/\?$/, ""));
    };
    this.controls = {
      words: h("input", {
        type: "search",
        class: "filter words",
        placeholder: t("things.words"),
        "aria-label": t("things.words"),
        oninput: () => {
          clearTimeout(typing);
          typing = setTimeout(
            () => change("words", this.controls.words.value.trim()),
            TYPING_MILLISECONDS,
          );
        },
      }),
      kind: h(
        "select",
        {
          class: "filter",
          "aria-label": t("things.kind"),
          onchange: () => change("kind", this.controls.kind.value),
        },
        option("", t("things.kind")),
        ...packNames("kinds").map(([code, name]) => option(code, name)),
      ),
      area: h(
        "select",
        {
          class: "filter",
          "aria-label": t("list.area"),
          onchange: () => change("area", this.controls.area.value),
        },
        option("", t("list.area")),
        ...streetOptions(directory),
      ),
    };
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.side = h("aside", { class: "panel side", "aria-label": t("things.file"), hidden: true });
    this.list = h(
      "section",
      { class: "panel things", "data-state": "loading", "aria-label": t("nav.things") },
      h("h1", { class: "hidden" }, t("nav.things")),
      h(
        "div",
        { class: "filters" },
        this.controls.words,
        this.controls.kind,
        this.controls.area,
        h("span", { class: "grow" }),
        ...listTools({
          title: t("nav.things"),
          columns: () =>
            ["name", "kind", "code", "address", "street", "owner"]
              .map((name) => t(`things.column.${name}`)),
          rows: (count, signal) =>
            allRows(
              `/things${this.query}`,
              (/** @type {ThingRow} */ row) => [
                row.name,
                packName("kinds", row.kind),
                row.code,
                row.address,
                row.area.street?.name,
                row.owner?.name,
              ],
              count,
              signal,
            ),
        }),
      ),
      this.body,
      keyFoot([["J", "K", t("list.keys.move")], ["Esc", t("list.keys.close")]]),
    );
    this.element = h("div", { class: "columns wide-side one" }, this.list, this.side);
    this.keys = { j: () => this.move(1), k: () => this.move(-1) };
    this.loading = new ListLoading(this.list, this.body, "things.failed");
  }

  /** @param {string} id @param {URLSearchParams} query */
  open(id, query) {
    const asked = new URLSearchParams();
    for (const name of FILTERS) {
      const value = query.get(name) ?? "";
      if (value) asked.set(name, value);
      const control = /** @type {HTMLInputElement} */ (Reflect.get(this.controls, name));
      if (document.activeElement !== control) control.value = value;
      control.classList.toggle("on", value !== "");
    }
    const text = asked.toString() && `?${asked}`;
    if (!this.isOpen || text !== this.query) {
      this.isOpen = true;
      this.query = text;
      this.load();
    }
    if (id !== this.id) {
      this.id = id;
      this.showFile();
    }
  }

  close() {
    this.isOpen = false;
    this.id = "";
    this.loading.stop();
    this.leave();
  }

  /** Lets go of the file that was shown. */
  leave() {
    this.looking?.abort();
    this.map?.destroy();
    this.graph?.destroy();
    this.map = this.graph = null;
  }

  load() {
    return this.loading.run(async (signal) => {
      const joint = this.query ? "&" : "?";
      const page = await request(`/things${this.query}${joint}limit=${LIMIT}`, {
        signal,
      });
      this.rows = page.elements;
      this.next = page.next;
      this.show();
    }, true);
  }

  async more() {
    const joint = this.query ? "&" : "?";
    const page = await request(`/things${this.query}${joint}limit=${LIMIT}&before=${this.next}`);
    this.rows.push(...page.elements);
    this.next = page.next;
    this.show();
  }

  show() {
    if (this.rows.length === 0) {
      this.list.dataset.state = "empty";
      const box = { sign: "filter", title: t("things.empty"), next: t("things.empty.next") };
      return fill(this.body, stateBox(box));
    }
    this.list.dataset.state = "ready";
    const columns = ["name", "kind", "address", "owner"];
    fill(
      this.body,
      h(
        "table",
        { class: "table" },
        tableHead(columns.map((name) => t(`things.column.${name}`))),
        h("tbody", {}, ...this.rows.map((row) => this.line(row))),
      ),
      this.next &&
        h("button", { type: "button", class: "button more", onclick: () => this.more() }, [
          t("list.more"),
        ]),
    );
  }

  /** @param {ThingRow} row */
  line(row) {
    const street = row.area.street?.name;
    return h(
      "tr",
      { class: row.id === this.id && "on", "data-thing": row.id },
      h(
        "td",
        {},
        pageLink(`/things/${row.id}${location.search}`, this.actions.go, h("b", {}, row.name)),
        h("span", { class: "two" }, row.code),
      ),
      h("td", {}, packName("kinds", row.kind)),
      h("td", {}, row.address || "–", street && h("span", { class: "two" }, street)),
      h("td", {}, row.owner?.name ?? h("span", { class: "muted" }, t("map.responsible.nobody"))),
    );
  }

  /** @param {1 | -1} direction */
  move(direction) {
    const at = this.rows.findIndex((row) => row.id === this.id);
    const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, at + direction))];
    if (!next) return;
    this.actions.go(`/things/${next.id}${location.search}`);
    this.body.querySelector(`tr[data-thing="${next.id}"]`)?.scrollIntoView({ block: "nearest" });
  }

  // One file

  async showFile() {
    const { id } = this;
    this.leave();
    for (const row of this.body.querySelectorAll("tr[data-thing]")) {
      row.classList.toggle("on", row.getAttribute("data-thing") === id);
    }
    this.side.hidden = id === "";
    this.element.classList.toggle("one", id === "");
    if (!id) return;
    this.side.dataset.state = "loading";
    fill(this.side, skeleton(5));
    try {
      const found = await request(`/things/${id}`);
      const words = encodeURIComponent(found.thing.name);
      const cases = await request(`/cases?words=${words}&limit=${CASES_SHOWN}`);
      if (id !== this.id) return;
      this.draw(found, cases.elements);
      this.side.dataset.state = "ready";
    } catch (error) {
      if (id !== this.id) return;
      const missing = error instanceof Problem && error.status === 404;
      this.side.dataset.state = "failed";
      fill(
        this.side,
        missing
          ? stateBox({ sign: "search", title: t("things.missing"), next: t("things.missing.next") })
          : failedBox(error, t("things.failed"), () => this.showFile()),
      );
    }
  }

  /**
   * @param {{ thing: ThingRow, titles: Record<string, string>, links: ThingLink[] }} found
   * @param {CaseRow[]} cases
   */
  draw({ thing, titles, links }, cases) {
    const places = ["district", "street", "neighbourhood", "grid"].map((level) =>
      thing.area[level]?.name
    ).filter(Boolean).join(" · ");
    /** @param {string} name @param {string | null | undefined} value */
    const fact = (name, value) => value ? [h("dt", {}, name), h("dd", {}, factText(value))] : [];
    this.graph = relationGraph(thing, links, (id) => this.actions.go(`/things/${id}`));
    const looking = this.looking = new AbortController();
    const isDevice = packNames("deviceKinds").some(([code]) => code === thing.kind);
    fill(
      this.side,
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, thing.name),
        h("span", { class: "tag" }, packName("kinds", thing.kind)),
        this.mayChange && h("button", {
          type: "button",
          class: "button",
          "data-do": "edit",
          onclick: () => this.edit(thing),
        }, t("packs.edit")),
      ),
      this.drawMap(thing),
      h(
        "dl",
        { class: "facts-list" },
        ...fact(t("things.column.code"), thing.code),
        ...fact(t("things.column.address"), thing.address),
        ...fact(t("map.responsible.area"), places),
        ...fact(t("things.column.owner"), thing.owner?.name),
        ...Object.entries(thing.attributes ?? {}).flatMap(([name, value]) =>
          titles[name] ? fact(titles[name], value) : []
        ),
      ),
      isDevice && h(
        "p",
        { class: "note" },
        pageLink(`/devices/${thing.id}`, this.actions.go, t("things.streams")),
      ),
      thing.position && thing.kind !== CAMERA &&
        cameraBox(`/cameras?near=${thing.position.join(",")}`, looking.signal),
      h(
        "section",
        { class: "behind-cases" },
        h("h3", {}, t("things.cases"), h("span", { class: "count" }, cases.length)),
        cases.length === 0 && h("p", { class: "hint" }, t("things.cases.none")),
        h("ul", { class: "behind" }, ...cases.map((row) => this.caseLine(row))),
      ),
      h(
        "section",
        { class: "behind-cases" },
        h("h3", {}, t("things.links"), h("span", { class: "count" }, links.length)),
        links.length === 0 && h("p", { class: "hint" }, t("things.links.none")),
        this.graph?.element ?? null,
        h("ul", { class: "links" }, ...links.map((link) => this.linkLine(link, thing.id))),
      ),
    );
  }

  /** Opens the form of the thing's kind. @param {ThingRow} thing */
  async edit(thing) {
    try {
      const kind = await request(`/kinds/${encodeURIComponent(thing.kind)}/form`);
      openThingForm(kind, thing, () => {
        toast(t("form.saved"));
        this.showFile();
        this.load();
      });
    } catch (error) {
      toast(saidShortly(error));
    }
  }

  /** @param {ThingRow} thing */
  drawMap(thing) {
    if (!thing.position) return null;
    const map = this.map = new CityMap({
      label: thing.name,
      centre: thing.position,
      zoom: NEAR_ZOOM,
      events: { openThing: (id) => this.actions.go(`/things/${id}`) },
    });
    map.showThings([thing.kind]);
    map.choose(thing.position);
    return h("div", { class: "file-map" }, map.element);
  }

  /** @param {CaseRow} row */
  caseLine(row) {
    const number = row.number ?? "";
    return h(
      "li",
      {},
      pageLink(
        `/case/${number}`,
        () => this.actions.openCase(number),
        gradeMark(row.grade ?? "blue"),
        h(
          "span",
          { class: "what" },
          h("span", { class: "title" }, row.title ?? ""),
          h("span", { class: "two" }, `${number} · ${packName("stages", row.stage)}`),
        ),
      ),
    );
  }

  /** @param {ThingLink} link @param {string} id */
  linkLine(link, id) {
    const other = link.from === id ? link.to : link.from;
    const word = linkText(link.kind);
    if (!link.other) return h("li", { class: "muted" }, `${word} · ${t("things.link.hidden")}`);
    return h(
      "li",
      {},
      h("span", { class: "tag" }, word),
      pageLink(`/things/${other}`, this.actions.go, link.other),
      h("span", { class: "muted" }, packName("kinds", link.otherKind)),
    );
  }

  retheme() {
    this.map?.retheme();
  }
}

/** An address of a page is opened by a click. @param {string} value */
function factText(value) {
  if (!/^https?:\/\//i.test(value)) return value;
  return h("a", { href: value, target: "_blank", rel: "noopener noreferrer" }, value);
}
