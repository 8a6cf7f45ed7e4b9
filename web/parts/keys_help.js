// @ts-check
/// <reference lib="dom" />

import { openNote } from "./edit_form.js";
import { h } from "./element.js";
import { t } from "./language.js";

/** Keys of every page: what is pressed, and the key of what it does. @type {[string[], string][]} */
const EVERYWHERE = [
  [["/"], "keys.search"],
  [["N"], "keys.report"],
  [["J", "K"], "list.keys.move"],
  [["Esc"], "keys.close"],
  [["?"], "keys.help"],
];

/** Keys of single pages. @type {Record<string, [string[], string][]>} */
const PAGES = {
  desk: [[["⏎"], "list.keys.open"]],
  cases: [[["⏎"], "list.keys.open"]],
  dispatch: [
    [["␣"], "dispatch.keys.select"],
    [["⏎"], "dispatch.accept"],
    [["1", "9"], "dispatch.keys.change"],
    [["O"], "list.keys.open"],
  ],
  orders: [[["⏎"], "list.keys.open"], [["A"], "keys.accept"]],
  supervise: [[["⏎"], "list.keys.open"]],
};

/** Says which keys work here. @param {string} view of the page that is open */
export function openKeys(view) {
  const own = PAGES[view] ?? [];
  openNote(
    t("keys.title"),
    section(t("keys.everywhere"), EVERYWHERE),
    own.length > 0 && section(t(`nav.${view}`), own),
    section(t("keys.case"), [[["1", "9"], "keys.act"], [["A"], "keys.adopt"]]),
  );
}

/** @param {string} title @param {[string[], string][]} keys */
function section(title, keys) {
  return h(
    "section",
    { class: "keys-help" },
    h("h3", {}, title),
    h(
      "dl",
      {},
      ...keys.flatMap(([signs, what]) => [
        h("dt", {}, ...signs.map((sign) => h("kbd", {}, sign))),
        h("dd", {}, t(what)),
      ]),
    ),
  );
}
