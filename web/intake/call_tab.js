// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { itemOptions, option } from "../parts/choices.js";
import { momentElement } from "../parts/clock.js";
import { fill, h } from "../parts/element.js";
import { field, refuseFields } from "../parts/fields.js";
import { packName, t } from "../parts/language.js";
import { sayError, toast } from "../parts/notices.js";
import { said, saidShortly } from "../parts/problems.js";

/**
 * @import { Directory } from "../parts/directory.js"
 * @import { CaseRow } from "../parts/types.js"
 *
 * @typedef {object} Read  What the machine makes of a report while it is written.
 * @property {{ item: string, name: string, confidence: number, reasons: string[] }[]} items
 * @property {{ position: [number, number] | null, area: Record<string, { name: string }>,
 *   standard: string | null }} place
 * @property {{ event: string, number: string, title: string, address: string, stage: string,
 *   people: number, firstAt: string, metres?: number }[]} likely
 */

const TYPED_MILLISECONDS = 500;
const PHONE_DIGITS_MIN = 7;
const EXTERNAL_ID_BYTES = 12;

function externalID() {
  const bytes = crypto.getRandomValues(new Uint8Array(EXTERNAL_ID_BYTES));
  return `call-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Taking a call: who calls, what about, where; what is known of all three beside it.
 *
 * @param {Directory} directory
 * @param {boolean} mayReveal whether earlier reports of a caller may be looked up
 */
export function callTab(directory, mayReveal) {
  const text = (/** @type {string} */ label, attributes = {}) =>
    field(t(label), h("input", { autocomplete: "off", ...attributes }));
  const fields = {
    "reporter.phone": text("intake.phone", { name: "phone", inputmode: "tel", maxlength: 32 }),
    "reporter.name": text("report.name", { name: "name", maxlength: 64 }),
    text: field(t("report.text"), h("textarea", { rows: 5, maxlength: 10000, name: "text" })),
    title: text("report.title_field", { name: "title", maxlength: 200 }),
    address: text("report.address", { name: "address", maxlength: 300 }),
    item: field(
      t("report.item"),
      h("select", { name: "item" }, option("", t("report.item.auto")), ...itemOptions(directory)),
    ),
  };
  const caller = h("section", { "data-caller": "" });
  const proposals = h("div", { class: "proposals", "data-proposals": true });
  const place = h("p", { class: "hint", role: "status", "data-place": "" });
  const likely = h("section", { "data-likely": "" });
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  let id = externalID();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = "";
  const value = (/** @type {keyof typeof fields} */ name) => fields[name].control.value.trim();

  function later() {
    clearTimeout(timer);
    timer = setTimeout(read, TYPED_MILLISECONDS);
  }
  for (const name of /** @type {const} */ (["text", "title", "address", "item"])) {
    fields[name].control.addEventListener("input", later);
  }
  fields["reporter.phone"].control.addEventListener("change", lookUp);

  /** Who calls again. */
  async function lookUp() {
    const phone = value("reporter.phone");
    if (!mayReveal || phone.replace(/\D/g, "").length < PHONE_DIGITS_MIN) return showCaller(null);
    try {
      const { elements } = await request("/callers", { method: "POST", body: { phone } });
      if (phone === value("reporter.phone")) showCaller(elements);
    } catch (problem) {
      fill(
        caller,
        h("h2", {}, t("intake.phone")),
        h("p", { class: "muted" }, saidShortly(problem)),
      );
    }
  }

  /** @param {CaseRow[] | null} cases null = nobody was looked up */
  function showCaller(cases) {
    caller.dataset.caller = cases === null ? "" : String(cases.length);
    const word = cases === null
      ? t("intake.caller.hint")
      : cases.length === 0
      ? t("intake.caller.none")
      : t("intake.caller", { count: cases.length });
    fill(
      caller,
      h("h2", {}, t("intake.phone")),
      h("p", { class: "muted" }, word),
      h(
        "ul",
        {},
        ...(cases ?? []).map((one) =>
          h(
            "li",
            {},
            h("a", { href: `/case/${one.number}`, target: "_blank" }, one.title ?? ""),
            h(
              "span",
              { class: "muted" },
              `${one.number} · ${packName("stages", one.stage)} · `,
              one.filedAt ? momentElement(Date.parse(one.filedAt)) : "",
            ),
          )
        ),
      ),
    );
  }

  /** What the words and the place tell so far. */
  async function read() {
    const body = {
      title: value("title"),
      text: value("text"),
      address: value("address"),
      ...(value("item") ? { item: value("item") } : {}),
    };
    const question = JSON.stringify(body);
    if (question === asked || !(body.text || body.title || body.address)) return;
    asked = question;
    try {
      const found = /** @type {Read} */ (await request("/drafts", { method: "POST", body }));
      if (question === asked) show(found);
    } catch {
      // The form works without it; the server reads the report again when it comes in.
    }
  }

  /** @param {Read} found */
  function show(found) {
    fill(
      proposals,
      ...found.items.map((guess) =>
        h("button", {
          type: "button",
          class: "button",
          "data-item": guess.item,
          "aria-pressed": String(value("item") === guess.item),
          title: guess.reasons.join("、"),
          onclick: () => {
            fields.item.control.value = guess.item;
            later();
            show(found);
          },
        }, `${guess.name} ${Math.round(guess.confidence * 100)} %`)
      ),
    );
    const { street, neighbourhood } = found.place.area;
    const where = [street?.name, neighbourhood?.name, found.place.standard].filter(Boolean);
    place.dataset.place = street?.name ?? "";
    place.textContent = where.length > 0
      ? `${t("intake.place")}：${where.join(" · ")}`
      : t("intake.place.none");
    showLikely(found.place.position ? found.likely : null);
  }

  /** @param {Read["likely"] | null} cases null = no place yet */
  function showLikely(cases) {
    likely.dataset.likely = cases === null ? "" : String(cases.length);
    const word = cases === null ? t("intake.likely.hint") : t("intake.likely.none");
    fill(
      likely,
      h("h2", {}, t("intake.likely")),
      cases === null || cases.length === 0 ? h("p", { class: "muted" }, word) : null,
      h(
        "ul",
        {},
        ...(cases ?? []).map((one) =>
          h(
            "li",
            { "data-number": one.number },
            h("a", { href: `/case/${one.number}`, target: "_blank" }, one.title),
            h("span", {}, one.address),
            h(
              "span",
              { class: "muted" },
              `${packName("stages", one.stage)} · `,
              t("intake.likely.people", { count: one.people, metres: one.metres ?? 0 }),
            ),
          )
        ),
      ),
    );
  }

  async function submit() {
    sayError(error, "");
    const [phone, name] = [value("reporter.phone"), value("reporter.name")];
    const words = value("text");
    if (!words && !value("title")) {
      fields.text.refuse(t("citizen.what.missing"));
      return fields.text.control.focus();
    }
    try {
      const answer = await request("/signals", {
        method: "POST",
        body: {
          channel: "hotline",
          externalId: id,
          text: words,
          title: value("title"),
          ...(value("address") ? { address: value("address") } : {}),
          ...(value("item") ? { item: value("item") } : {}),
          ...(phone || name ? { reporter: { phone, name } } : {}),
        },
      });
      const key = answer.outcome === "joined" ? "intake.joined" : "intake.done";
      toast(t(key, { number: answer.number ?? "" }), {
        label: t("intake.open"),
        run: () => location.assign(`/case/${answer.number}`),
      });
      clear();
    } catch (problem) {
      const { title, next, fields: sentences } = said(problem);
      if (!refuseFields(fields, sentences)) sayError(error, `${title} ${next}`);
    }
  }

  function clear() {
    id = externalID();
    asked = "";
    for (const one of Object.values(fields)) one.control.value = "";
    fill(proposals);
    place.textContent = "";
    showCaller(null);
    showLikely(null);
    fields["reporter.phone"].control.focus();
  }

  showCaller(null);
  showLikely(null);
  const form = h(
    "form",
    {
      class: "intake-form",
      novalidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        submit();
      },
    },
    h("div", { class: "pair" }, fields["reporter.phone"].element, fields["reporter.name"].element),
    fields.text.element,
    fields.title.element,
    fields.address.element,
    place,
    fields.item.element,
    proposals,
    error,
    h(
      "div",
      { class: "form-actions" },
      h(
        "button",
        { type: "submit", class: "button primary", "data-submit": "call" },
        t("intake.submit"),
      ),
    ),
  );
  return {
    element: h(
      "div",
      { class: "intake-main" },
      form,
      h("aside", { class: "intake-side" }, caller, likely),
    ),
    focus: () => fields["reporter.phone"].control.focus(),
  };
}
