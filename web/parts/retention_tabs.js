// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { openForm, openNote } from "./edit_form.js";
import { h } from "./element.js";
import { packName, t } from "./language.js";
import { fullText, moment } from "./times.js";

/** @import { AdminTab } from "./admin_tabs.js" */

/** @param {string | null | undefined} text */
function time(text) {
  const at = moment(text);
  return at === null ? "" : fullText(at);
}

/**
 * A table of a person's file; a sentence where it is empty.
 *
 * @param {string} title key of its text
 * @param {(string | null | undefined)[][]} rows
 */
function part(title, rows) {
  return h(
    "section",
    { class: "person-part" },
    h("h3", {}, t(title)),
    rows.length === 0
      ? h("p", {}, t("person.none"))
      : h("ul", {}, ...rows.map((row) => h("li", {}, row.filter(Boolean).join(" · ")))),
  );
}

/** Shows where a person's data is and who saw it. @param {any} file */
function showFile(file) {
  const ends = file.endsAt ? t("person.ends", { at: time(file.endsAt) }) : t("person.open");
  openNote(
    t("person.title"),
    h("p", {}, file.held ? ends : t("person.ended")),
    part(
      "person.cases",
      file.cases.map((/** @type {any} */ row) => [
        row.number,
        row.item ? packName("items", row.item) : null,
        row.unit?.name,
        time(row.filedAt),
        time(row.closedAt),
      ]),
    ),
    part(
      "person.signals",
      file.signals.map((/** @type {any} */ row) => [
        t(`channel.${row.channel}`),
        time(row.receivedAt),
        row.files > 0 ? t("person.files", { count: row.files }) : null,
      ]),
    ),
    part(
      "person.consents",
      file.consents.map((/** @type {any} */ row) => [
        row.name,
        t(row.given ? "consent.given" : "consent.withdrawn", { version: row.wording }),
        time(row.at),
        row.staff?.name,
        row.reason,
      ]),
    ),
    part(
      "person.seen",
      [
        ...file.reveals.map((/** @type {any} */ row) => [
          row.staff?.name,
          time(row.at),
          row.reason,
          row.foreign ? t("person.foreign") : null,
        ]),
        ...file.readings.map((/** @type {any} */ row) => [
          row.staff?.name,
          time(row.at),
          t("journal.person.file_read"),
        ]),
      ],
    ),
  );
}

function personForm() {
  openForm({
    title: t("person.title"),
    lead: t("person.lead"),
    submit: t("person.show"),
    entries: [
      { name: "contact", label: t("person.contact") },
      { name: "case", label: t("person.case") },
      { name: "reason", label: t("admin.column.reason") },
    ],
    send: async ({ contact, case: number, reason }) => {
      const body = { reason, ...(contact ? { contact } : {}), ...(number ? { case: number } : {}) };
      showFile(await request("/persons/file", { method: "POST", body }));
    },
  });
}

/** What data is for, when it ends, and what ended. @type {AdminTab[]} */
export const RETENTION_TABS = [
  {
    code: "retention",
    permission: "audit secure",
    columns: ["name", "purpose", "days", "why"],
    load: async (signal) => (await request("/retention", { signal })).elements,
    cells: (row) => [row.name, row.purpose, row.days ?? t("retention.kept"), row.why],
    news: [{ name: "person.title", permission: "secure", run: personForm }],
  },
  {
    code: "certificates",
    permission: "audit secure",
    columns: ["at", "what", "count", "before", "digest"],
    load: async (signal) =>
      (await request("/retention/certificates?limit=500", { signal })).elements,
    cells: (row) => [
      time(row.at),
      t(`retained.${row.data}`),
      row.count,
      time(row.before),
      row.digest,
    ],
  },
];
