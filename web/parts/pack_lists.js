// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { fill, h, tableHead } from "./element.js";
import { gradeChip } from "./icons.js";
import { t } from "./language.js";
import { allRows, listTools, pageLink } from "./list_tools.js";
import { stateBox, toast } from "./notices.js";
import { openImport } from "./thing_import.js";
import { openThingForm } from "./thing_form.js";
import { momentText } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { DrawPart, PackDetail, Part } from "./pack_parts.js"
 * @import { ThingRow } from "./things_page.js"
 *
 * @typedef {object} GradedRow
 * @property {string} grade
 * @property {string} name
 * @property {number} score
 * @property {{ title: string, points: number }[]} factors
 * @property {string[]} reasons
 * @property {string} at
 * @property {ThingRow} [thing]
 */

const LIMIT = 50;
const FACTORS_SHOWN = 3;
const GRADED_AFTER_MILLISECONDS = 1_500;

/** Things by their grade, with a filter, a further page, and a workbook of all. @type {DrawPart} */
export async function drawGraded(part, pack, context, place) {
  const model = pack.risks.find(({ code }) => code === part.model);
  let grade = "";
  const body = h("div", {});
  const path = (/** @type {string} */ more) =>
    `/gradings?model=${part.model}${grade && `&grade=${grade}`}${more}`;
  /** @param {number} from @param {GradedRow[]} before */
  const load = async (from, before) => {
    const page = await request(path(`&limit=${LIMIT}&from=${from}`));
    const rows = [...before, ...page.elements];
    showGraded(body, rows, context, page.next && (() => load(Number(page.next), rows)));
  };
  const filter = h(
    "select",
    {
      class: "filter",
      "aria-label": t("packs.graded.grade"),
      onchange: () => {
        grade = filter.value;
        load(0, []);
      },
    },
    option("", t("packs.graded.all")),
    ...(model?.lines ?? []).map((line) => option(line.grade, line.name)),
  );
  const columns = ["grade", "name", "score", "why", "place", "at"];
  fill(
    place,
    h(
      "div",
      { class: "pack-tools" },
      filter,
      ...listTools({
        title: part.title,
        columns: () => columns.map((name) => t(`packs.graded.${name}`)),
        rows: (count, signal) => gradedSheet(path, count, signal),
      }),
    ),
    body,
  );
  await load(0, []);
}

/**
 * @param {(more: string) => string} path
 * @param {(rows: number) => void} count
 * @param {AbortSignal} signal
 */
async function gradedSheet(path, count, signal) {
  /** @type {(string | number | undefined)[][]} */
  const rows = [];
  let from = 0;
  while (!signal.aborted) {
    const page = await request(path(`&limit=500&from=${from}`), { signal });
    /** @type {GradedRow[]} */
    const found = page.elements;
    rows.push(...found.map((row) => [
      row.name,
      row.thing?.name,
      row.score,
      whyOf(row, Infinity),
      row.thing?.address || row.thing?.area.street?.name,
      row.at,
    ]));
    count(rows.length);
    if (!page.next) break;
    from = Number(page.next);
  }
  return rows;
}

/** Rules in words, then the factors that counted most. @param {GradedRow} row @param {number} most */
function whyOf(row, most) {
  const factors = row.factors.filter(({ points }) => points > 0).slice(0, most)
    .map(({ title, points }) => t("packs.graded.points", { title, points: round(points) }));
  return [...row.reasons, ...factors].join("；");
}

/** @param {number} points */
function round(points) {
  return Math.round(points * 10) / 10;
}

/**
 * @param {HTMLElement} place
 * @param {GradedRow[]} rows
 * @param {PageContext} context
 * @param {(() => void) | null} more
 */
function showGraded(place, rows, { actions }, more) {
  if (rows.length === 0) {
    const box = {
      sign: "filter",
      title: t("packs.graded.none"),
      next: t("packs.graded.none.next"),
    };
    return fill(place, stateBox(box));
  }
  const columns = ["grade", "name", "score", "why", "at"];
  fill(
    place,
    h(
      "table",
      { class: "table" },
      tableHead(columns.map((name) => t(`packs.graded.${name}`))),
      h(
        "tbody",
        {},
        ...rows.map((row) =>
          h(
            "tr",
            { "data-thing": row.thing?.id },
            h("td", {}, gradeChip(row.grade, row.name)),
            h(
              "td",
              {},
              row.thing &&
                pageLink(`/things/${row.thing.id}`, actions.go, h("b", {}, row.thing.name)),
              h("span", { class: "two" }, row.thing?.address || row.thing?.area.street?.name || ""),
            ),
            h("td", { class: "number" }, round(row.score)),
            h("td", {}, whyOf(row, FACTORS_SHOWN)),
            h("td", {}, momentText(Date.parse(row.at), Date.now())),
          )
        ),
      ),
    ),
    more && h("button", { type: "button", class: "button more", onclick: more }, t("list.more")),
  );
}

/** Things of a kind with some of their fields, and the ways to bring more in. @type {DrawPart} */
export async function drawTable(part, pack, context, place) {
  const kind = pack.kinds.find(({ code }) => code === part.kind);
  const fields = (part.columns ?? []).map((name) =>
    kind?.fields.find((field) => field.name === name)
  ).filter((field) => field !== undefined);
  const mayChange = context.session.permissions.includes("master");
  const body = h("div", {});
  /** @type {ThingRow[]} */
  let rows = [];
  const load = async (/** @type {string} */ before = "") => {
    const page = await request(`/things?kind=${part.kind}&limit=${LIMIT}${before}`);
    rows = before ? [...rows, ...page.elements] : page.elements;
    show(page.next);
  };
  const saved = () => {
    toast(t("packs.form.saved"));
    load();
    setTimeout(() => load(), GRADED_AFTER_MILLISECONDS);
  };
  const values = (/** @type {ThingRow} */ row) =>
    fields.map((field) => valueText(row.attributes?.[field.name], field.form));
  const show = (/** @type {string | null} */ next) => {
    if (rows.length === 0) {
      const box = {
        sign: "filter",
        title: t("packs.table.none"),
        next: t("packs.table.none.next"),
      };
      return fill(body, stateBox(box));
    }
    fill(
      body,
      h(
        "table",
        { class: "table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("packs.table.name")),
            ...fields.map((field) => h("th", { scope: "col" }, titleOf(field))),
            mayChange && h("th", {}, h("span", { class: "hidden" }, t("packs.edit"))),
          ),
        ),
        h(
          "tbody",
          {},
          ...rows.map((row) =>
            h(
              "tr",
              { "data-thing": row.id },
              h(
                "td",
                {},
                pageLink(`/things/${row.id}`, context.actions.go, h("b", {}, row.name)),
                h("span", { class: "two" }, row.code),
              ),
              ...values(row).map((value) => h("td", {}, value)),
              mayChange && kind &&
                h(
                  "td",
                  {},
                  h("button", {
                    type: "button",
                    class: "button ghost",
                    "data-do": "edit",
                    onclick: () => openThingForm(kind, row, saved),
                  }, t("packs.edit")),
                ),
            )
          ),
        ),
      ),
      next &&
        h("button", {
          type: "button",
          class: "button more",
          onclick: () => load(`&before=${next}`),
        }, [
          t("list.more"),
        ]),
    );
  };
  fill(
    place,
    h(
      "div",
      { class: "pack-tools" },
      mayChange && kind &&
        h("button", {
          type: "button",
          class: "button",
          "data-do": "add",
          onclick: () => openThingForm(kind, null, saved),
        }, t("packs.add")),
      mayChange && kind &&
        h("button", {
          type: "button",
          class: "button",
          "data-do": "import",
          onclick: () => openImport(kind, saved),
        }, t("packs.import")),
      ...listTools({
        title: part.title,
        columns: () => [t("packs.form.code"), t("packs.table.name"), ...fields.map(titleOf)],
        rows: (count, signal) =>
          allRows(
            `/things?kind=${part.kind}`,
            (/** @type {ThingRow} */ row) => [row.code, row.name, ...values(row)],
            count,
            signal,
          ),
      }),
    ),
    body,
  );
  await load();
}

/** @param {{ title: string, unit?: string | null }} field */
function titleOf({ title, unit }) {
  return unit ? `${title}（${unit}）` : title;
}

/** @param {string | undefined} value @param {string} form */
function valueText(value, form) {
  if (value === undefined || value === "") return "–";
  if (form !== "boolean") return value;
  return t(value === "true" ? "packs.form.yes" : "packs.form.no");
}
