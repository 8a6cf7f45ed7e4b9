// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { fill, h } from "./element.js";
import { field } from "./fields.js";
import { t } from "./language.js";
import { listTools, pageLink } from "./list_tools.js";
import { sayError, stateBox, toast } from "./notices.js";
import { said } from "./problems.js";
import { momentText } from "./times.js";
import { uploads } from "./uploads.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { DrawPart } from "./pack_parts.js"
 *
 * @typedef {{ form: string, at: string, words: string, files: string[], staff: { name: string } | null }} Act
 *
 * @typedef {object} LedgerRow
 * @property {string} id
 * @property {string} state
 * @property {string | null} thing
 * @property {string | null} case
 * @property {string} title
 * @property {string} address
 * @property {{ name: string } | null} unit
 * @property {string | null} due
 * @property {string} openedAt
 * @property {Act[]} acts
 *
 * @typedef {object} Stop
 * @property {string} thing
 * @property {string} name
 * @property {{ at: string, sound: boolean, words: string, staff: { name: string } | null }} [finding]
 *
 * @typedef {object} Round
 * @property {string} id
 * @property {string} state
 * @property {{ name: string } | null} unit
 * @property {number} part
 * @property {string} from
 * @property {string} due
 * @property {number} metres
 * @property {number} count
 * @property {number} left
 * @property {number} faults
 * @property {Stop[]} [stops]
 */

const LIMIT = 50;
const NOTE_MAX = 500;
const STATES = { ledger: ["open", "struck"], patrols: ["open", "done", "missed"] };

/** @param {string | null} text */
function moment(text) {
  return text ? momentText(Date.parse(text), Date.now()) : "";
}

/** @param {string} name @param {readonly string[]} columns */
function head(name, columns) {
  return h(
    "thead",
    {},
    h(
      "tr",
      {},
      ...columns.map((column) => h("th", { scope: "col" }, t(`packs.${name}.${column}`))),
    ),
  );
}

/** @param {"ledger" | "patrols"} name @param {() => void} changed */
function stateFilter(name, changed) {
  return h(
    "select",
    { class: "filter", "aria-label": t(`packs.${name}.state`), onchange: changed },
    option("", t(`packs.${name}.all`)),
    ...STATES[name].map((state) => option(state, t(`packs.${name}.state.${state}`))),
  );
}

/** A ledger: its lines, and what a person may do to one. @type {DrawPart} */
export async function drawLedger(part, _pack, context, place) {
  const body = h("div", {});
  const counts = h("p", { class: "note" });
  const mayAct = context.session.permissions.includes("handle");
  /** @type {LedgerRow[]} */
  let rows = [];
  const filter = stateFilter("ledger", () => load());
  const path = (/** @type {string} */ more) =>
    `/ledgers/${part.ledger}?${filter.value && `state=${filter.value}&`}${more}`;
  const load = async (before = "") => {
    const page = await request(path(`limit=${LIMIT}${before && `&before=${before}`}`));
    rows = before ? [...rows, ...page.elements] : page.elements;
    counts.textContent = `${page.ledger.why} ${t("packs.ledger.counts", page.counts)}`;
    show(page.next);
  };
  const columns = /** @type {const} */ (["title", "unit", "opened", "due", "state", "last"]);
  const show = (/** @type {string | null} */ next) => {
    if (rows.length === 0) {
      const box = {
        sign: "list",
        title: t("packs.ledger.none"),
        next: t("packs.ledger.none.next"),
      };
      return fill(body, stateBox(box));
    }
    fill(
      body,
      h(
        "table",
        { class: "table" },
        head("ledger", mayAct ? [...columns, "act"] : columns),
        h("tbody", {}, ...rows.map((row) => line(row, context, mayAct, () => load()))),
      ),
      next && h("button", { type: "button", class: "button more", onclick: () => load(next) }, [
        t("list.more"),
      ]),
    );
  };
  fill(
    place,
    counts,
    h(
      "div",
      { class: "pack-tools" },
      filter,
      ...listTools({
        title: part.title,
        columns: () => columns.map((name) => t(`packs.ledger.${name}`)),
        rows: (count, signal) => ledgerSheet(path, count, signal),
      }),
    ),
    body,
  );
  await load();
}

/** @param {LedgerRow} row */
function last(row) {
  const act = row.acts[row.acts.length - 1];
  if (!act) return "";
  return [t(`packs.ledger.act.${act.form}`), act.staff?.name, act.words].filter(Boolean).join(" ");
}

/**
 * @param {LedgerRow} row
 * @param {PageContext} context
 * @param {boolean} mayAct
 * @param {() => void} changed
 */
function line(row, context, mayAct, changed) {
  const to = row.case ? `/cases/${row.case}` : `/things/${row.thing}`;
  const action = row.state === "open" ? "strike" : "reopen";
  return h(
    "tr",
    { "data-entry": row.id },
    h(
      "td",
      {},
      pageLink(to, context.actions.go, h("b", {}, row.title)),
      h("span", { class: "two" }, row.address),
    ),
    h("td", {}, row.unit?.name ?? ""),
    h("td", {}, moment(row.openedAt)),
    h("td", {}, moment(row.due)),
    h("td", {}, t(`packs.ledger.state.${row.state}`)),
    h("td", {}, last(row)),
    mayAct && h(
      "td",
      {},
      h("button", {
        type: "button",
        class: "button ghost",
        "data-do": action,
        onclick: () => openAct(row, action, changed),
      }, t(`packs.ledger.${action}`)),
    ),
  );
}

/**
 * @param {(more: string) => string} path
 * @param {(rows: number) => void} count
 * @param {AbortSignal} signal
 */
async function ledgerSheet(path, count, signal) {
  /** @type {string[][]} */
  const rows = [];
  let before = "";
  while (!signal.aborted) {
    const page = await request(path(`limit=500${before && `&before=${before}`}`), { signal });
    for (const row of /** @type {LedgerRow[]} */ (page.elements)) {
      rows.push([
        row.title,
        row.unit?.name ?? "",
        row.openedAt,
        row.due ?? "",
        t(`packs.ledger.state.${row.state}`),
        last(row),
      ]);
    }
    count(rows.length);
    if (!page.next) break;
    before = page.next;
  }
  return rows;
}

/**
 * A dialog that asks a note and files, and sends them.
 *
 * @param {string} title
 * @param {(note: string, evidence: string[]) => Promise<void>} send throws what the server refuses
 */
function openProof(title, send) {
  const note = field(
    t("packs.duty.note"),
    h("textarea", { name: "note", rows: 3, maxlength: NOTE_MAX }),
  );
  const files = [uploads("photo", false), uploads("document", false)];
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const submit = async () => {
    sayError(wrong, "");
    try {
      const digests = await Promise.all(files.map((one) => one.digests()));
      await send(note.control.value.trim(), digests.flat());
      dialog.close();
      toast(t("packs.duty.done"));
    } catch (error) {
      const { title: what, next } = said(error);
      sayError(wrong, `${what} ${next}`);
    }
  };
  const dialog = h(
    "dialog",
    { class: "dialog narrow", "data-dialog": "proof", "aria-label": title },
    h("h2", {}, title),
    h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          submit();
        },
      },
      note.element,
      ...files.map((one) => one.element),
      wrong,
      h(
        "div",
        { class: "form-actions" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, [
          t("step.cancel"),
        ]),
        h("button", { type: "submit", class: "button primary" }, t("packs.duty.send")),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {LedgerRow} row @param {"strike" | "reopen"} action @param {() => void} changed */
function openAct(row, action, changed) {
  openProof(`${t(`packs.ledger.${action}`)} ${row.title}`, async (note, evidence) => {
    await request(`/ledger-entries/${row.id}/acts`, {
      method: "POST",
      body: { action, note, evidence },
    });
    changed();
  });
}

/** Rounds of a plan, each with its stops in the order of the route. @type {DrawPart} */
export async function drawPatrols(part, _pack, context, place) {
  const body = h("div", {});
  const why = h("p", { class: "note" });
  const filter = stateFilter("patrols", () => load());
  /** @type {Round[]} */
  let rows = [];
  const load = async (before = "") => {
    const state = filter.value && `&state=${filter.value}`;
    const page = await request(
      `/patrols?plan=${part.patrol}${state}&limit=${LIMIT}${before && `&before=${before}`}`,
    );
    rows = before ? [...rows, ...page.elements] : page.elements;
    why.textContent = page.plan.why;
    show(page.next);
  };
  const columns =
    /** @type {const} */ (["unit", "part", "due", "count", "left", "faults", "metres", "state"]);
  const cells = (/** @type {Round} */ row) => [
    row.unit?.name ?? "",
    String(row.part),
    moment(row.due),
    String(row.count),
    String(row.left),
    String(row.faults),
    String(row.metres),
    t(`packs.patrols.state.${row.state}`),
  ];
  const show = (/** @type {string | null} */ next) => {
    if (rows.length === 0) {
      const box = {
        sign: "list",
        title: t("packs.patrols.none"),
        next: t("packs.patrols.none.next"),
      };
      return fill(body, stateBox(box));
    }
    fill(
      body,
      h(
        "table",
        { class: "table" },
        head("patrols", [...columns, "act"]),
        h(
          "tbody",
          {},
          ...rows.map((row) =>
            h(
              "tr",
              { "data-round": row.id },
              ...cells(row).map((text) => h("td", {}, text)),
              h(
                "td",
                {},
                h("button", {
                  type: "button",
                  class: "button ghost",
                  "data-do": "stops",
                  onclick: () => openRound(row, context, () => load()),
                }, t("packs.patrols.stops")),
              ),
            )
          ),
        ),
      ),
      next && h("button", { type: "button", class: "button more", onclick: () => load(next) }, [
        t("list.more"),
      ]),
    );
  };
  fill(
    place,
    why,
    h(
      "div",
      { class: "pack-tools" },
      filter,
      ...listTools({
        title: part.title,
        columns: () => columns.map((name) => t(`packs.patrols.${name}`)),
        rows: () => Promise.resolve(rows.map(cells)),
      }),
    ),
    body,
  );
  await load();
}

/** @param {Round} row @param {PageContext} context @param {() => void} changed */
async function openRound(row, context, changed) {
  /** @type {Round} */
  const round = await request(`/patrols/${row.id}`);
  const mayAct = context.session.permissions.includes("handle") && round.state === "open";
  const found = (/** @type {Stop} */ stop) =>
    stop.finding
      ? [
        moment(stop.finding.at),
        t(stop.finding.sound ? "packs.patrols.sound" : "packs.patrols.faulty"),
        stop.finding.words,
      ].join(" ")
      : t("packs.patrols.waits");
  const visit = (/** @type {Stop} */ stop, /** @type {boolean} */ sound) => {
    const title = `${stop.name} ${t(sound ? "packs.patrols.sound" : "packs.patrols.faulty")}`;
    openProof(title, async (note, evidence) => {
      await request(`/patrols/${round.id}/stops`, {
        method: "POST",
        body: { thing: stop.thing, sound, note, evidence },
      });
      dialog.close();
      changed();
    });
  };
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-label": t("packs.patrols.stops") },
    h("h2", {}, t("packs.patrols.stops")),
    h(
      "ol",
      {},
      ...(round.stops ?? []).map((stop) =>
        h(
          "li",
          { "data-stop": stop.thing },
          h("b", {}, stop.name),
          " ",
          found(stop),
          ...(mayAct && !stop.finding
            ? [true, false].map((sound) =>
              h("button", {
                type: "button",
                class: "button ghost",
                "data-sound": String(sound),
                onclick: () => visit(stop, sound),
              }, t(sound ? "packs.patrols.sound" : "packs.patrols.faulty"))
            )
            : []),
        )
      ),
    ),
    h("button", { type: "button", class: "button", onclick: () => dialog.close() }, [
      t("dialog.close"),
    ]),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
