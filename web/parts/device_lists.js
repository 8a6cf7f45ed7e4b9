// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { followed, h, tableHead } from "./element.js";
import { gradeMark } from "./icons.js";
import { t } from "./language.js";
import { toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { moment, momentText } from "./times.js";

/**
 * @import { AlarmRow, DeviceRow, Guest, RefusalCount, Tally } from "./types.js"
 *
 * @typedef {object} ListActions
 * @property {(id: string) => void} open
 * @property {() => void} changed
 * @property {boolean} mayHandle
 * @property {(guest: Guest) => void} register
 */

/** @param {string | null | undefined} text */
function when(text) {
  const at = moment(text);
  return at === null ? "" : momentText(at, Date.now());
}

/**
 * @param {string[]} columns
 * @param {HTMLElement[]} rows
 * @param {string} name
 */
function table(columns, rows, name) {
  return h(
    "table",
    { class: `plain ${name}`, "data-list": name },
    tableHead(columns),
    h("tbody", {}, ...rows),
  );
}

/**
 * @param {string} id
 * @param {string} name
 * @param {ListActions} actions
 */
function deviceLink(id, name, actions) {
  return h("a", {
    href: `/devices/${id}`,
    onclick: followed(() => {
      actions.open(id);
    }),
  }, name);
}

/**
 * @param {AlarmRow[]} alarms
 * @param {ListActions} actions
 */
export function alarmList(alarms, actions) {
  const acknowledge = async (/** @type {AlarmRow} */ alarm) => {
    try {
      await request(`/alarms/${alarm.id}/acknowledge`, { method: "POST", body: {} });
    } catch (error) {
      toast(saidShortly(error));
    }
    actions.changed();
  };
  const rows = alarms.map((alarm) =>
    h(
      "tr",
      { "data-alarm": alarm.id, class: alarm.clearedAt ? "past" : "" },
      h("td", {}, gradeMark(alarm.grade)),
      h(
        "td",
        {},
        h("b", {}, alarm.ruleName),
        h("span", { class: "why" }, alarm.why),
      ),
      h(
        "td",
        {},
        alarm.device && alarm.deviceName
          ? deviceLink(alarm.device, alarm.deviceName, actions)
          : alarm.area?.street?.name ?? "",
      ),
      h("td", {}, when(alarm.openedAt)),
      h("td", {}, alarm.clearedAt ? when(alarm.clearedAt) : t("devices.alarm.open")),
      h(
        "td",
        {},
        alarm.verdict
          ? t(`devices.verdict.${alarm.verdict}`)
          : alarm.acknowledgedAt
          ? t("devices.acknowledged", { name: alarm.acknowledgedBy?.name ?? "" })
          : actions.mayHandle && h("button", {
            type: "button",
            class: "button",
            "data-acknowledge": alarm.id,
            onclick: () => acknowledge(alarm),
          }, t("devices.acknowledge")),
      ),
    )
  );
  const names = ["grade", "what", "device", "opened", "cleared", "state"];
  return table(names.map((name) => t(`devices.alarm.${name}`)), rows, "alarms");
}

/**
 * @param {DeviceRow[]} devices
 * @param {ListActions} actions
 */
export function healthList(devices, actions) {
  const rows = devices.map((device) =>
    h(
      "tr",
      { "data-device-row": device.code },
      h("td", {}, deviceLink(device.id, device.name, actions)),
      h("td", {}, device.owner?.name ?? ""),
      h(
        "td",
        {},
        ...(device.findings ?? []).map((finding) =>
          h(
            "p",
            {},
            h("span", { class: `grade ${finding.grade}` }, finding.name),
            " ",
            finding.why,
          )
        ),
      ),
    )
  );
  const names = ["device", "owner", "findings"];
  return table(names.map((name) => t(`devices.health.${name}`)), rows, "health");
}

/** @param {Tally[]} tallies */
export function tallyList(tallies) {
  const rows = tallies.map((tally) =>
    h(
      "tr",
      {},
      h("td", {}, tally.name ?? tally.key),
      ...[tally.raised, tally.open, tally.acknowledged, tally.signalled, tally.notConfirmed].map(
        (count) => h("td", { class: "number" }, String(count)),
      ),
      h(
        "td",
        { class: "number" },
        tally.precision === undefined
          ? t("devices.precision.none")
          : `${Math.round(tally.precision * 100)}%`,
      ),
    )
  );
  const names = ["name", "raised", "open", "acknowledged", "signalled", "wrong", "share"];
  return table(names.map((name) => t(`devices.precision.${name}`)), rows, "precision");
}

/**
 * @param {Guest[]} guests
 * @param {RefusalCount[]} refusals
 * @param {ListActions} actions
 */
export function lobbyList(guests, refusals, actions) {
  const rows = guests.map((guest) =>
    h(
      "tr",
      { "data-guest": guest.device },
      h("td", {}, guest.device),
      h("td", {}, guest.measure),
      h("td", {}, guest.source),
      h("td", {}, when(guest.firstSeen)),
      h("td", {}, when(guest.lastSeen)),
      h("td", { class: "number" }, String(guest.count)),
      h(
        "td",
        {},
        h("button", {
          type: "button",
          class: "button",
          "data-register": guest.device,
          onclick: () => actions.register(guest),
        }, t("devices.register")),
      ),
    )
  );
  const counts = refusals.map((refusal) =>
    h(
      "tr",
      { "data-reason": refusal.reason },
      h("td", {}, t(`devices.reason.${refusal.reason}`)),
      h("td", { class: "number" }, String(refusal.count)),
      h("td", {}, h("span", { class: "why" }, refusal.samples.at(-1)?.text ?? "")),
    )
  );
  const names = ["device", "measure", "source", "first", "last", "count", "do"];
  return h(
    "div",
    {},
    guests.length > 0
      ? table(names.map((name) => t(`devices.lobby.${name}`)), rows, "lobby")
      : h("p", { class: "hint" }, t("devices.lobby.empty")),
    h("h3", {}, t("devices.refusals")),
    table(
      ["reason", "count", "sample"].map((name) => t(`devices.refusals.${name}`)),
      counts,
      "refusals",
    ),
  );
}
