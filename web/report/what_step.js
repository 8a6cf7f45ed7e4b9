// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { packTexts, t } from "../parts/language.js";

/** @import { Draft } from "./draft.js" */

const TEXT_MAX = 2_000;
const TYPED_MILLISECONDS = 500;

/**
 * The first step: what it is about, in the citizen's words; the machine proposes what to call it.
 *
 * @param {Draft} draft
 * @param {() => void} changed
 */
export function whatStep(draft, changed) {
  const words = field(
    t("citizen.what.label"),
    h("textarea", {
      rows: 4,
      maxlength: TEXT_MAX,
      name: "text",
      value: draft.text,
      placeholder: t("citizen.what.hint"),
    }),
  );
  const own = ownKind(draft, (kind) => choose(kind));
  const kinds = h("div", { class: "pick", "data-kinds": true, "aria-live": "polite" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = "";
  words.control.addEventListener("input", () => {
    draft.text = words.control.value;
    changed();
    clearTimeout(timer);
    timer = setTimeout(propose, TYPED_MILLISECONDS);
  });

  async function propose() {
    const text = draft.text.trim();
    if (text.length < 2 || text === asked || draft.form === "suggestion") return;
    asked = text;
    try {
      const found = await request("/public/proposals", { method: "POST", body: { text } });
      if (text === asked) show(found.elements);
    } catch {
      // Without proposals somebody of ours finds the kind.
    }
  }

  /** @param {{ item: string, name: string }[]} found */
  function show(found) {
    if (!found.some((kind) => kind.item === draft.item)) choose(found[0] ?? null);
    const other = { item: "", name: t("citizen.what.other") };
    fill(
      kinds,
      found.length > 0 && h("h2", { id: "kinds-title" }, t("citizen.what.kinds")),
      found.length > 0 && h(
        "div",
        { class: "pick", role: "radiogroup", "aria-labelledby": "kinds-title" },
        ...[...found, other].map((kind) => radio(kind)),
      ),
    );
  }

  /** @param {{ item: string, name: string }} kind */
  function radio(kind) {
    return h(
      "label",
      {},
      h("input", {
        type: "radio",
        name: "kind",
        value: kind.item,
        checked: kind.item === (draft.item ?? ""),
        onchange: () => choose(kind.item ? kind : null),
      }),
      kind.name,
    );
  }

  /** @param {{ item: string, name: string } | null} kind */
  function choose(kind) {
    draft.item = kind?.item ?? null;
    draft.itemName = kind?.name ?? "";
    draft.event = "";
    changed();
  }

  const forms = h(
    "fieldset",
    {},
    h("legend", {}, t("citizen.form")),
    h(
      "div",
      { class: "pick kinds" },
      ...["problem", "suggestion"].map((form) =>
        h(
          "label",
          {},
          h("input", {
            type: "radio",
            name: "form",
            value: form,
            checked: draft.form === form,
            onchange: () => {
              draft.form = /** @type {Draft["form"]} */ (form);
              own.hidden = form === "suggestion";
              if (form === "suggestion") {
                choose(null);
                fill(kinds);
              } else {
                asked = "";
                propose();
              }
              changed();
            },
          }),
          t(`citizen.form.${form}`),
        )
      ),
    ),
  );
  propose();
  return {
    element: h("section", { class: "hand-part" }, forms, words.element, kinds, own),
    /** Whether the next step may be shown. */
    check() {
      if (draft.text.trim().length >= 2) return true;
      words.refuse(t("citizen.what.missing"));
      words.control.focus();
      return false;
    },
  };
}

/**
 * The whole catalogue, for who finds nothing fitting among the proposals.
 *
 * @param {Draft} draft
 * @param {(kind: { item: string, name: string } | null) => void} choose
 */
function ownKind(draft, choose) {
  const names = Object.entries(packTexts()?.items ?? {})
    .sort((a, b) => a[1].localeCompare(b[1], "zh-CN"));
  const select = h(
    "select",
    {
      name: "item",
      onchange: () => {
        const found = names.find(([code]) => code === select.value);
        choose(found ? { item: found[0], name: found[1] } : null);
        for (const radio of document.querySelectorAll("[data-kinds] input")) {
          Reflect.set(radio, "checked", Reflect.get(radio, "value") === select.value);
        }
      },
    },
    h("option", { value: "" }, t("citizen.what.own.none")),
    ...names.map(([code, name]) => h("option", { value: code }, name)),
  );
  const element = field(t("citizen.what.own"), select).element;
  element.hidden = draft.form === "suggestion";
  return element;
}
