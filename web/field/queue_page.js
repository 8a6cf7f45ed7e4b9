// @ts-check
/// <reference lib="dom" />

import { h } from "../parts/element.js";
import { packName, t } from "../parts/language.js";
import { stateBox } from "../parts/notices.js";
import { momentText } from "../parts/times.js";
import { dropped, insisted } from "./queue.js";

/**
 * @import { Entry } from "./queue.js"
 * @import { Ground } from "./sending.js"
 */

/** What waits to be sent, and what a person must decide. @param {Ground} ground */
export function queuePage(ground) {
  if (ground.entries.length === 0) {
    return [stateBox({
      sign: "check",
      title: t("site.queue.empty"),
      next: t("site.queue.empty.next"),
    })];
  }
  return [
    h("ul", { class: "field-queue" }, ...ground.entries.map((entry) => row(ground, entry))),
    h("div", { class: "grow" }),
    h(
      "div",
      { class: "field-foot" },
      h("button", {
        type: "button",
        class: "button primary main",
        "data-sync": true,
        onclick: () => ground.sync(),
      }, t("site.queue.now")),
    ),
  ];
}

/** @param {Ground} ground @param {Entry} entry */
function row(ground, entry) {
  const time = momentText(entry.at, Date.now());
  const mine = t("site.queue.mine", { action: entry.name, time });
  const theirs = entry.theirs && t("site.queue.theirs", {
    stage: packName("stages", entry.theirs.stage),
    time: momentText(Date.parse(entry.theirs.since), Date.now()),
  });
  const stands = entry.state !== "waiting";
  return h(
    "li",
    { "data-entry": entry.state, "data-key": entry.key },
    h("strong", {}, entry.title),
    h("p", { class: stands ? "said" : "" }, t(`site.queue.${entry.state}`)),
    stands && entry.said && h("p", {}, entry.said),
    theirs ? h("div", { class: "sides" }, h("p", {}, mine), h("p", {}, theirs)) : h("p", {}, mine),
    stands && h(
      "div",
      { class: "others" },
      h("button", {
        type: "button",
        class: "button",
        "data-drop": true,
        onclick: () => {
          if (confirm(t("site.queue.drop.sure"))) ground.drop(dropped(ground.entries, entry.key));
        },
      }, t("site.queue.drop")),
      h("button", {
        type: "button",
        class: "button",
        "data-insist": true,
        onclick: async () => {
          await ground.change(insisted(ground.entries, entry.key));
          await ground.sync();
        },
      }, t("site.queue.again")),
    ),
  );
}
