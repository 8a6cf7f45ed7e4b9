// @ts-check

import {
  accountForm,
  areaForm,
  emergencyForm,
  grantForm,
  keyForm,
  passwordForm,
  staffForm,
  unitForm,
} from "./admin_forms.js";
import { request } from "./api.js";
import { option } from "./choices.js";
import { maybe, packName, packTexts, t } from "./language.js";
import { ModelsView } from "./models_view.js";
import { RETENTION_TABS } from "./retention_tabs.js";
import { RosterView } from "./roster_view.js";
import { dayStart, fullText, inputMoment, moment } from "./times.js";

/**
 * @import { Directory } from "./directory.js"
 *
 * @import { FormContext } from "./admin_forms.js"
 * @import { PageContext } from "./pages.js"
 *
 * @typedef {object} AdminAction  A button on each row that it fits.
 * @property {string} name key of its text
 * @property {string} permission
 * @property {(row: any) => boolean} [fits]
 * @property {string} [ask] key of the question before
 * @property {string} [done] key of what is said after
 * @property {(row: any, context: FormContext) => unknown} run
 *
 * @typedef {object} AdminNew  A button above the list.
 * @property {string} name key of its text
 * @property {string} permission
 * @property {(context: FormContext) => unknown} run
 *
 * @typedef {object} AdminFilter
 * @property {string} name as the API names it
 * @property {"choice" | "day"} form
 * @property {string} label key of its text
 * @property {() => Promise<HTMLElement[]> | HTMLElement[]} [options]
 *
 * @typedef {object} AdminView  A tab that is no plain list.
 * @property {HTMLElement} element
 * @property {(query: URLSearchParams, signal: AbortSignal) => Promise<void>} load
 * @property {() => (string | number | null | undefined)[][]} rows for a workbook
 *
 * @typedef {object} AdminTab  One part of the administration.
 * @property {string} code
 * @property {string} permission any of these words
 * @property {string[]} columns
 * @property {(context: PageContext) => AdminView} [view]
 * @property {(signal: AbortSignal, query: URLSearchParams) => Promise<any[]>} load
 * @property {(row: any, directory: Directory) => (string | number | null | undefined)[]} cells
 * @property {AdminFilter[]} [filters]
 * @property {AdminAction[]} [acts]
 * @property {AdminNew[]} [news]
 */

const JOURNAL_LIMIT = 500;
/** What the journal is asked for by name. */
const JOURNAL_KINDS = [
  "case.filed",
  "case.step",
  "case.judged",
  "case.due_moved",
  "event.merged",
  "event.split",
  "alarm.opened",
  "alarm.judged",
  "account.signed_in",
  "account.sign_in_failed",
  "account.created",
  "account.key_made",
  "account.revoked",
  "access.break_glass",
  "access.delegated",
  "reporter.revealed",
  "records.exported",
  "person.erased",
  "person.consent",
  "person.file_read",
  "retention.ended",
  "area.saved",
  "unit.saved",
  "staff.saved",
  "duty.saved",
  "thing.saved",
  "devices.saved",
  "maintenance.planned",
  "maintenance.ended",
  "model.learned",
  "model.used",
  "pack.loaded",
];

/** @param {string | null | undefined} text */
function time(text) {
  const at = moment(text);
  return at === null ? "" : fullText(at);
}

/** @param {string} path */
function elements(path) {
  return async (/** @type {AbortSignal} */ signal) => (await request(path, { signal })).elements;
}

/** Everybody in my scope, to choose from. @returns {Promise<{ id: string, name: string }[]>} */
async function people() {
  return (await request("/staff")).elements.filter((/** @type {any} */ one) => one.active)
    .map((/** @type {any} */ one) => ({
      id: one.id,
      name: `${one.name} · ${one.unit?.name ?? ""}`,
    }));
}

/** The packs, each with the titles of those that it stands on. @param {AbortSignal} signal */
async function packs(signal) {
  const { elements: rows } = await request("/packs", { signal });
  const titles = new Map(rows.map((/** @type {any} */ row) => [row.id, row.title]));
  return rows.map((/** @type {any} */ row) => ({
    ...row,
    depends: row.depends.map((/** @type {string} */ id) => titles.get(id) ?? t("unknown")),
  }));
}

/** Codes of posts as people say them. @param {string[]} codes */
function postNames(codes) {
  return codes.map((code) => packName("posts", code)).join("、");
}

/** Midnight of a day of the query, some days on. @param {string | null} text @param {number} days */
function dayOf(text, days) {
  const at = inputMoment(text ?? "");
  return Number.isNaN(at) ? "" : new Date(dayStart(at, days)).toISOString();
}

/** Entries of the journal that fit, the newest first. */
/** @param {AbortSignal} signal @param {URLSearchParams} query */
async function journal(signal, query) {
  const asked = new URLSearchParams({ newest: "true", limit: String(JOURNAL_LIMIT) });
  for (const name of ["kind", "staff"]) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const [from, to] = [dayOf(query.get("from"), 0), dayOf(query.get("to"), 1)];
  if (from) asked.set("from", from);
  if (to) asked.set("to", to);
  return (await request(`/journal?${asked}`, { signal })).elements;
}

/** What an entry of the journal is about. @param {{ kind: string, name?: string | null }} subject */
function subjectText({ kind, name }) {
  return [maybe(`journal.subject.${kind}`) ?? t("journal.subject.other"), name].filter(Boolean)
    .join(" ");
}

/** @param {string} kind */
function journalText(kind) {
  return maybe(`journal.${kind}`) ?? t("journal.other");
}

/** @type {AdminTab[]} */
export const ADMIN_TABS = [
  {
    code: "units",
    permission: "read",
    columns: ["name", "kind", "parent", "code", "hours"],
    load: elements("/units"),
    cells: (row, directory) => [
      row.name,
      t(`unit.${row.kind}`),
      row.parent && directory.find("unit", row.parent)?.name,
      row.code,
      packTexts()?.hours?.[row.hours],
    ],
    acts: [{ name: "form.change", permission: "master", run: (row, one) => unitForm(one, row) }],
    news: [{ name: "form.unit.new", permission: "master", run: (one) => unitForm(one) }],
  },
  {
    code: "staff",
    permission: "read",
    columns: ["name", "unit", "posts", "code", "active"],
    load: elements("/staff"),
    cells: (row) => [
      row.name,
      row.unit?.name,
      postNames(row.posts),
      row.code,
      t(row.active ? "admin.active" : "admin.inactive"),
    ],
    acts: [{ name: "form.change", permission: "master", run: (row, one) => staffForm(one, row) }],
    news: [{ name: "form.staff.new", permission: "master", run: (one) => staffForm(one) }],
  },
  {
    code: "duties",
    permission: "read",
    columns: ["name", "unit", "from", "to"],
    view: (context) => new RosterView(context),
    load: () => Promise.resolve([]),
    cells: () => [],
  },
  {
    code: "areas",
    permission: "read",
    columns: ["name", "level", "parent", "code"],
    load: elements("/areas"),
    cells: (row, directory) => [
      row.name,
      t(`admin.level.${row.level}`),
      row.parent && directory.find("area", row.parent)?.name,
      row.code,
    ],
    acts: [{ name: "form.change", permission: "master", run: (row, one) => areaForm(one, row) }],
    news: [{ name: "form.area.new", permission: "master", run: (one) => areaForm(one) }],
  },
  {
    code: "items",
    permission: "read",
    columns: ["name", "category", "grade", "clocks", "code"],
    load: elements("/items"),
    cells: (row) => [
      row.name,
      packTexts()?.categories.find(({ code }) => code === row.category)?.name,
      t(`grade.${row.grade}`),
      row.clocks.map((/** @type {{ name: string }} */ clock) => clock.name).join("、"),
      row.code,
    ],
  },
  {
    code: "packs",
    permission: "read",
    columns: ["name", "number", "items", "kinds", "vitals", "stories", "depends"],
    load: packs,
    cells: (row) => [
      row.title,
      row.version,
      row.items,
      row.kinds,
      row.vitals,
      row.stories,
      row.depends.join("、"),
    ],
  },
  {
    code: "findings",
    permission: "administer",
    columns: ["severity", "file", "finding"],
    load: elements("/pack-findings"),
    cells: (row) => [t(`admin.severity.${row.severity}`), `${row.file}:${row.line}`, row.message],
  },
  {
    code: "permissions",
    permission: "read",
    columns: ["post", "permissions"],
    load: elements("/permissions"),
    cells: (row) => [
      row.name,
      row.permissions.map((/** @type {string} */ code) => t(`permission.${code}`)).join("、"),
    ],
  },
  {
    code: "accounts",
    permission: "administer secure",
    columns: ["login", "staff", "posts", "factor", "active"],
    load: elements("/accounts?limit=500"),
    cells: (row) => [
      row.login,
      row.staff?.name,
      postNames(row.posts),
      t(row.factor ? "admin.factor.on" : "admin.factor.off"),
      t(row.active ? "admin.active" : "admin.inactive"),
    ],
    acts: [
      {
        name: "admin.account.password",
        permission: "administer",
        run: (row, one) => passwordForm(one, row),
      },
      {
        name: "admin.account.sessions",
        permission: "secure",
        ask: "admin.account.sessions.ask",
        done: "admin.account.sessions.done",
        run: (row) =>
          request(`/accounts/${encodeURIComponent(row.login)}/sessions`, { method: "DELETE" }),
      },
      {
        name: "admin.account.factor",
        permission: "secure",
        fits: (row) => row.factor,
        ask: "admin.account.factor.ask",
        done: "admin.account.factor.done",
        run: (row) =>
          request(`/accounts/${encodeURIComponent(row.login)}/factor`, { method: "DELETE" }),
      },
    ],
    news: [{
      name: "form.account.new",
      permission: "administer",
      run: async (one) => accountForm(one, await people()),
    }],
  },
  {
    code: "grants",
    permission: "read",
    columns: ["staff", "giver", "posts", "reason", "from", "to"],
    load: elements("/grants"),
    cells: (row) => [
      row.staff?.name,
      row.giver?.name,
      postNames(row.posts),
      row.reason,
      time(row.from),
      time(row.to),
    ],
    acts: [{
      name: "admin.grant.end",
      permission: "",
      ask: "admin.grant.end.ask",
      done: "admin.grant.ended",
      run: (row) => request(`/grants/${row.id}`, { method: "DELETE" }),
    }],
    news: [
      {
        name: "form.grant.new",
        permission: "handle",
        run: async (one) => grantForm(one, await people()),
      },
      { name: "form.emergency.new", permission: "handle", run: emergencyForm },
    ],
  },
  {
    code: "keys",
    permission: "administer",
    columns: ["label", "made", "expires", "active"],
    load: elements("/keys"),
    cells: (row) => [
      row.label || t("admin.key.session"),
      time(row.createdAt),
      time(row.expiresAt),
      t(row.revoked ? "admin.key.ended" : "admin.key.works"),
    ],
    acts: [{
      name: "admin.key.end",
      permission: "",
      ask: "admin.key.end.ask",
      done: "admin.key.end.done",
      fits: (row) => !row.revoked,
      run: (row) => request(`/keys/${row.id}`, { method: "DELETE" }),
    }],
    news: [{ name: "form.key.new", permission: "administer", run: keyForm }],
  },
  {
    code: "models",
    permission: "administer",
    columns: ["name", "number", "trained", "examples", "right"],
    view: () => new ModelsView(),
    load: () => Promise.resolve([]),
    cells: () => [],
  },
  ...RETENTION_TABS,
  {
    code: "journal",
    permission: "audit",
    columns: ["sequence", "at", "what", "actor", "subject", "facts"],
    load: journal,
    cells: (row) => [
      row.sequence,
      time(row.at),
      journalText(row.kind),
      actorText(row.actor),
      row.subject ? subjectText(row.subject) : "",
      row.facts,
    ],
    filters: [
      {
        name: "kind",
        form: "choice",
        label: "admin.column.what",
        options: () => JOURNAL_KINDS.map((kind) => option(kind, journalText(kind))),
      },
      {
        name: "staff",
        form: "choice",
        label: "admin.column.actor",
        options: async () => (await people()).map((one) => option(one.id, one.name)),
      },
      { name: "from", form: "day", label: "admin.column.from" },
      { name: "to", form: "day", label: "admin.column.to" },
    ],
  },
];

/**
 * Who did it, by name where it has one.
 *
 * @param {{ name?: string, local?: string, engine?: string } | null} actor
 */
function actorText(actor) {
  return actor?.name || actor?.local || t("engine");
}
