// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { followed, h } from "./element.js";
import { icon } from "./icons.js";
import { t } from "./language.js";
import { ongoing, toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { saveSheet, SHEET_ROWS_MAX } from "./sheets.js";

/** @typedef {(string | number | null | undefined)[]} SheetRow */

const PAGE = 500;

/**
 * The buttons that save a list as a workbook and print it. The export goes on while the person works,
 * says how far it is, and can be stopped.
 *
 * @param {object} list
 * @param {string} list.title
 * @param {() => string[]} list.columns
 * @param {(count: (rows: number) => void, signal: AbortSignal) => Promise<SheetRow[]>} list.rows
 */
export function listTools({ title, columns, rows }) {
  /** @type {AbortController | null} */
  let running = null;
  const save = async () => {
    // Again pressed, it stops: as the button of the note does.
    if (running) return running.abort();
    const stop = running = new AbortController();
    const note = ongoing(t("sheet.progress", { title, count: 0 }), {
      label: t("sheet.cancel"),
      run: () => stop.abort(),
    });
    try {
      const found = await untilStopped(
        rows((count) => note.say(t("sheet.progress", { title, count })), stop.signal),
        stop.signal,
      );
      const shown = found.slice(0, SHEET_ROWS_MAX - 3);
      if (await saveSheet(title, [columns(), ...shown])) {
        const key = shown.length < found.length ? "sheet.limit" : "sheet.done";
        toast(t(key, { title, count: shown.length }));
      }
    } catch (error) {
      if (!stop.signal.aborted) toast(saidShortly(error));
    } finally {
      running = null;
      note.end();
    }
  };
  const button = h(
    "button",
    { type: "button", class: "button ghost", "data-tool": "export", onclick: save },
    icon("down"),
    t("sheet.export"),
  );
  return [
    button,
    h(
      "button",
      {
        type: "button",
        class: "button ghost",
        "data-tool": "print",
        onclick: () => print(),
      },
      icon("print"),
      t("sheet.print"),
    ),
  ];
}

/**
 * What a promise brings, or an error as soon as somebody stops it.
 *
 * @template Value
 * @param {Promise<Value>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<Value>}
 */
function untilStopped(promise, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

/**
 * All elements of a list of the API, page by page, as rows.
 *
 * @template Element
 * @param {string} path below the API, without `limit` and `before`
 * @param {(element: Element) => SheetRow} row
 * @param {(rows: number) => void} count
 * @param {AbortSignal} signal
 */
export async function allRows(path, row, count, signal) {
  /** @type {SheetRow[]} */
  const rows = [];
  let before = "";
  do {
    const joint = path.includes("?") ? "&" : "?";
    const page = await request(`${path}${joint}limit=${PAGE}${before}`, { signal });
    rows.push(...page.elements.map(row));
    count(rows.length);
    before = page.next ? `&before=${page.next}` : "";
  } while (before && rows.length < SHEET_ROWS_MAX && !signal.aborted);
  return rows;
}

/**
 * Buttons of which one is chosen, each with how many lie behind it.
 *
 * @param {string} label
 * @param {{ code: string, name: string, count?: number | null }[]} tabs
 * @param {string} chosen
 * @param {(code: string) => void} choose
 */
export function tabRow(label, tabs, chosen, choose) {
  return h(
    "nav",
    { class: "tabs", "aria-label": label },
    ...tabs.map(({ code, name, count }) =>
      h(
        "button",
        {
          type: "button",
          class: code === chosen ? "tab on" : "tab",
          "data-tab": code,
          "aria-pressed": String(code === chosen),
          onclick: () => choose(code),
        },
        name,
        count !== undefined && count !== null &&
          h("span", { class: "count" }, count.toLocaleString("en")),
      )
    ),
  );
}

/** A link within these pages: opens here, but in a new tab where the person wants one. */
/** @param {string} href @param {(href: string) => void} go @param {...(Node | string | null | false)} content */
export function pageLink(href, go, ...content) {
  return h("a", {
    href,
    onclick: followed(() => {
      go(href);
    }),
  }, ...content);
}

/** Keys at the foot of a list. @param {[...string[]][]} keys each its signs and then what it does */
export function keyFoot(keys) {
  return h(
    "footer",
    { class: "foot" },
    h(
      "span",
      { class: "keys", "aria-hidden": "true" },
      ...[...keys, ["?", t("keys.all")]].flatMap((key) => [
        ...key.slice(0, -1).map((name) => h("kbd", {}, name)),
        h("span", {}, key.at(-1) ?? ""),
      ]),
    ),
  );
}
