// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option, UNIT_KINDS } from "./choices.js";
import { openForm, openNote } from "./edit_form.js";
import { h } from "./element.js";
import { packNames, t } from "./language.js";
import { toast } from "./notices.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { Named, Session } from "./types.js"
 *
 * @typedef {object} FormContext
 * @property {Directory} directory
 * @property {Session} session
 * @property {() => void} done something was saved
 */

const HOUR = 60 * 60 * 1000;
const KEY_DAYS = 365;
const LEVELS = ["city", "district", "street", "neighbourhood", "grid"];
const PERMISSIONS = ["submit", "read", "handle", "correct", "master"];
/** Areas below these are too many for one box. */
const SCOPE_LEVELS = ["district", "street"];

/** @param {{ code: string, name: string }[]} rows */
function codeOptions(rows) {
  return [option("", t("form.none")), ...rows.map(({ code, name }) => option(code, name))];
}

/** @param {string} wanted */
function withID(wanted) {
  return (/** @type {{ id: string }} */ { id }) => id === wanted;
}

/**
 * How a record stands now, for a form whose editor was not the first.
 *
 * @param {() => Promise<any>} ask
 * @param {(record: any) => Record<string, unknown>} valuesOf
 */
function standing(ask, valuesOf) {
  return async () => {
    const record = await ask();
    return { seen: record.tag, values: valuesOf(record) };
  };
}

/** @param {Directory} directory @param {"unit" | "area"} kind @param {string | null} id */
function codeOf(directory, kind, id) {
  return /** @type {{ code?: string } | null} */ (directory.find(kind, id ?? ""))?.code;
}

/**
 * Sends a record and brings the trees of this page up to it.
 *
 * @param {FormContext} context
 * @param {string} path
 * @param {Record<string, unknown>} body
 */
async function save({ directory, done }, path, body) {
  const saved = await request(path, { method: "POST", body });
  await directory.renew();
  toast(t("form.saved"));
  done();
  return saved;
}

/** @param {FormContext} context @param {any} [row] without one a new unit is made */
export function unitForm(context, row) {
  const { directory } = context;
  const areas = directory.areas.filter(({ level }) => SCOPE_LEVELS.includes(level));
  const valuesOf = (/** @type {any} */ unit) => ({
    ...unit,
    parent: codeOf(directory, "unit", unit?.parent),
    area: codeOf(directory, "area", unit?.area),
  });
  const values = valuesOf(row);
  openForm({
    title: t(row ? "form.unit.change" : "form.unit.new"),
    seen: row?.tag,
    latest: standing(() => request(`/units/${row.id}`), valuesOf),
    entries: [
      { name: "code", label: t("admin.column.code"), value: values.code, fixed: Boolean(row) },
      { name: "name", label: t("admin.column.name"), value: values.name },
      {
        name: "kind",
        label: t("admin.column.kind"),
        form: "choice",
        options: UNIT_KINDS.map((kind) => option(kind, t(`unit.${kind}`))),
        value: values.kind,
      },
      {
        name: "parent",
        label: t("admin.column.parent"),
        form: "choice",
        options: codeOptions(directory.units.filter(({ id }) => id !== row?.id)),
        value: values.parent,
      },
      {
        name: "area",
        label: t("form.unit.area"),
        form: "choice",
        options: codeOptions(areas),
        value: values.area,
        hint: t("form.unit.area.hint"),
      },
      {
        name: "hours",
        label: t("admin.column.hours"),
        form: "choice",
        options: codeOptions(packNames("hours").map(([code, name]) => ({ code, name }))),
        value: values.hours,
      },
      {
        name: "duties",
        label: t("form.unit.duties"),
        form: "words",
        value: values.duties,
        hint: t("form.unit.duties.hint"),
      },
    ],
    send: async (sent, seen) => {
      await save(context, "/units", { ...sent, hours: sent.hours ?? "", seen });
    },
  });
}

/** @param {FormContext} context @param {any} [row] */
export function staffForm(context, row) {
  const { directory } = context;
  const valuesOf = (/** @type {any} */ person) => ({
    ...person,
    unit: codeOf(directory, "unit", person?.unit?.id),
    area: codeOf(directory, "area", person?.area),
  });
  const values = valuesOf(row);
  openForm({
    title: t(row ? "form.staff.change" : "form.staff.new"),
    seen: row?.tag,
    latest: standing(
      async () => (await request("/staff")).elements.find(withID(row.id)),
      valuesOf,
    ),
    entries: [
      { name: "code", label: t("form.staff.code"), value: values.code, fixed: Boolean(row) },
      { name: "name", label: t("form.person"), value: values.name },
      {
        name: "unit",
        label: t("admin.column.unit"),
        form: "choice",
        options: codeOptions(directory.units),
        value: values.unit,
      },
      {
        name: "posts",
        label: t("admin.column.posts"),
        form: "choices",
        names: packNames("posts"),
        value: values.posts,
        hint: t("form.staff.posts.hint"),
      },
      {
        name: "area",
        label: t("form.staff.area"),
        form: "choice",
        options: codeOptions(directory.areas),
        value: values.area,
        hint: t("form.staff.area.hint"),
      },
      { name: "active", label: t("admin.active"), form: "switch", value: values.active ?? true },
    ],
    send: async (sent, seen) => {
      await save(context, "/staff", { ...sent, seen });
    },
  });
}

/**
 * @param {FormContext} context
 * @param {any} [row]
 */
export async function areaForm(context, row) {
  const { directory } = context;
  const above = LEVELS[LEVELS.indexOf(row?.level) - 1];
  const valuesOf = (/** @type {any} */ area) => ({
    ...area,
    parent: codeOf(directory, "area", area?.parent),
  });
  const latest = standing(() => request(`/areas/${row.id}`), valuesOf);
  // Lists do not tell one state of an area from another: its outline is not in them.
  const { seen, values } = row ? await latest() : { seen: undefined, values: valuesOf(null) };
  openForm({
    title: t(row ? "form.area.change" : "form.area.new"),
    lead: row ? undefined : t("form.area.lead"),
    seen,
    latest,
    entries: [
      { name: "code", label: t("admin.column.code"), value: values.code, fixed: Boolean(row) },
      { name: "name", label: t("admin.column.name"), value: values.name },
      {
        name: "level",
        label: t("admin.column.level"),
        form: "choice",
        fixed: Boolean(row),
        options: LEVELS.map((level) => option(level, t(`admin.level.${level}`))),
        value: values.level,
      },
      {
        name: "parent",
        label: t("admin.column.parent"),
        form: "choice",
        options: codeOptions(
          row ? directory.areas.filter(({ level }) => level === above) : directory.areas,
        ),
        value: values.parent,
      },
    ],
    send: async (sent, seen) => {
      await save(context, "/areas", { ...sent, seen });
    },
  });
}

/** Somebody on duty. @param {FormContext} context @param {Named[]} people @param {number} from */
export function dutyForm(context, people, from) {
  openForm({
    title: t("form.duty.new"),
    entries: [
      {
        name: "staff",
        label: t("admin.column.staff"),
        form: "choice",
        options: people.map(({ id, name }) => option(id, name)),
      },
      { name: "from", label: t("admin.column.from"), form: "time", value: from },
      { name: "to", label: t("admin.column.to"), form: "time", value: from + 12 * HOUR },
    ],
    send: async (values) => {
      await request("/duties", { method: "POST", body: values });
      toast(t("form.saved"));
      context.done();
    },
  });
}

/** @param {FormContext} context @param {Named[]} people */
export function accountForm(context, people) {
  openForm({
    title: t("form.account.new"),
    entries: [
      { name: "login", label: t("admin.column.login"), hint: t("form.account.hint") },
      {
        name: "staff",
        label: t("admin.column.staff"),
        form: "choice",
        options: people.map(({ id, name }) => option(id, name)),
      },
      {
        name: "password",
        label: t("form.account.password"),
        form: "password",
        hint: t("form.account.password.hint"),
      },
    ],
    send: async (values) => {
      await request("/accounts", { method: "POST", body: values });
      toast(t("form.saved"));
      context.done();
    },
  });
}

/** @param {FormContext} context @param {{ login: string }} row */
export function passwordForm(context, { login }) {
  openForm({
    title: t("form.password", { login }),
    lead: t("form.password.lead"),
    entries: [
      {
        name: "password",
        label: t("form.account.password"),
        form: "password",
        hint: t("form.account.password.hint"),
      },
    ],
    send: async (values) => {
      await request(`/accounts/${encodeURIComponent(login)}/password`, {
        method: "POST",
        body: values,
      });
      toast(t("form.saved"));
      context.done();
    },
  });
}

/** A key for a program; its secret is shown once. @param {FormContext} context */
export function keyForm(context) {
  openForm({
    title: t("form.key.new"),
    lead: t("form.key.lead"),
    entries: [
      { name: "label", label: t("form.key.label") },
      { name: "login", label: t("admin.column.login"), value: context.session.login },
      {
        name: "expiresAt",
        label: t("admin.column.expires"),
        form: "time",
        value: Date.now() + KEY_DAYS * 24 * HOUR,
      },
      {
        name: "permissions",
        label: t("form.key.permissions"),
        form: "choices",
        names: PERMISSIONS.map((code) => [code, t(`permission.${code}`)]),
        value: [],
        hint: t("form.key.permissions.hint"),
      },
      {
        name: "networks",
        label: t("form.key.networks"),
        form: "words",
        hint: t("form.key.networks.hint"),
      },
    ],
    send: async (values) => {
      const made = await request("/keys", { method: "POST", body: values });
      openNote(
        t("form.key.made"),
        h("p", { class: "lead" }, t("form.key.once")),
        h("code", { class: "secret", tabindex: 0 }, made.secret),
      );
      context.done();
    },
  });
}

/** Some of my posts for somebody of my unit. @param {FormContext} context @param {Named[]} people */
export function grantForm(context, people) {
  const { session } = context;
  openForm({
    title: t("form.grant.new"),
    lead: t("form.grant.lead"),
    entries: [
      {
        name: "staff",
        label: t("form.grant.staff"),
        form: "choice",
        options: people.filter(({ id }) => id !== session.staff.id)
          .map(({ id, name }) => option(id, name)),
      },
      postEntry(session.posts),
      { name: "from", label: t("admin.column.from"), form: "time", value: Date.now() },
      { name: "to", label: t("admin.column.to"), form: "time", value: Date.now() + 24 * HOUR },
      { name: "reason", label: t("admin.column.reason") },
    ],
    send: async (values) => {
      await request("/grants", { method: "POST", body: values });
      toast(t("form.saved"));
      context.done();
    },
  });
}

/** Posts for an emergency: at once, short, and told to who watches. */
/** @param {FormContext} context */
export function emergencyForm(context) {
  openForm({
    title: t("form.emergency.new"),
    lead: t("form.emergency.lead"),
    submit: t("form.emergency.take"),
    entries: [
      postEntry([], packNames("posts")),
      { name: "minutes", label: t("form.emergency.minutes"), form: "number", value: 60 },
      { name: "wide", label: t("form.emergency.wide"), form: "switch", value: false },
      { name: "reason", label: t("admin.column.reason") },
    ],
    send: async (values) => {
      await request("/grants/emergency", { method: "POST", body: values });
      toast(t("form.emergency.done"));
      context.done();
    },
  });
}

/** @param {string[]} own @param {[string, string][]} [all] @returns {import("./edit_form.js").Entry} */
function postEntry(own, all) {
  return {
    name: "posts",
    label: t("admin.column.posts"),
    form: "choices",
    names: all ?? packNames("posts").filter(([code]) => own.includes(code)),
    value: all ? [] : own,
  };
}

/** When a device is worked on. @param {string} id @param {() => void} done */
export function maintenanceForm(id, done) {
  openForm({
    title: t("form.maintenance.new"),
    lead: t("form.maintenance.lead"),
    entries: [
      { name: "from", label: t("admin.column.from"), form: "time", value: Date.now() },
      { name: "to", label: t("admin.column.to"), form: "time", value: Date.now() + 4 * HOUR },
      { name: "reason", label: t("admin.column.reason") },
    ],
    send: async (values) => {
      await request(`/devices/${id}/maintenance`, {
        method: "POST",
        body: { ...values, reason: values.reason ?? "" },
      });
      toast(t("form.saved"));
      done();
    },
  });
}
