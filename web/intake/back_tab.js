// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { momentElement } from "../parts/clock.js";
import { fill, h } from "../parts/element.js";
import { field } from "../parts/fields.js";
import { choice, judgementQuestions } from "../parts/judgement.js";
import { packName, t } from "../parts/language.js";
import { failedBox, sayError, skeleton, stateBox, toast } from "../parts/notices.js";
import { saidShortly } from "../parts/problems.js";

/** @import { Case, CaseRow, Step } from "../parts/types.js" */

const LIMIT = 50;
const WORDS_MAX = 500;

/**
 * Closed cases of callers and citizens whom nobody asked yet, and the three questions.
 *
 * @param {boolean} mayReveal
 */
export function backTab(mayReveal) {
  const list = h("section", { class: "back-list", "data-back": "loading" }, skeleton(6));
  const detail = h(
    "section",
    { class: "intake-form" },
    h("p", { class: "muted" }, t("intake.back.choose")),
  );

  async function load() {
    try {
      const pages = await Promise.all(
        ["hotline", "citizen"].map((channel) =>
          request(`/cases?open=false&judged=false&callable=true&channel=${channel}&limit=${LIMIT}`)
        ),
      );
      const rows = pages.flatMap((page) => page.elements).sort((
        /** @type {CaseRow} */ a,
        /** @type {CaseRow} */ b,
      ) => Date.parse(b.closedAt ?? "") - Date.parse(a.closedAt ?? ""));
      show(rows);
    } catch (error) {
      list.dataset.back = "failed";
      fill(list, failedBox(error, t("intake.back.title"), load));
    }
  }

  /** @param {CaseRow[]} rows */
  function show(rows) {
    list.dataset.back = rows.length === 0 ? "empty" : "ready";
    fill(
      list,
      h("h2", {}, t("intake.back.title")),
      rows.length === 0
        ? stateBox({
          sign: "check",
          title: t("intake.back.none"),
          next: t("intake.back.none.next"),
        })
        : null,
      ...rows.map((row) => {
        const button = h(
          "button",
          {
            type: "button",
            class: "row",
            "data-number": row.number ?? "",
            onclick: () => {
              for (const other of list.querySelectorAll(".row")) {
                other.removeAttribute("aria-current");
              }
              button.setAttribute("aria-current", "true");
              open(row);
            },
          },
          h("strong", {}, row.title ?? ""),
          h(
            "span",
            { class: "muted" },
            `${row.number} · ${row.unit?.name ?? ""} · ${t("intake.back.closed")} `,
            row.closedAt ? momentElement(Date.parse(row.closedAt)) : "",
          ),
        );
        return button;
      }),
    );
  }

  /** @param {CaseRow} row */
  async function open(row) {
    fill(detail, skeleton(3));
    try {
      const [found, steps] = await Promise.all([
        request(`/cases/${row.id}`),
        request(`/cases/${row.id}/steps`),
      ]);
      fill(detail, ...ask(found, steps.elements));
    } catch (error) {
      fill(detail, failedBox(error, row.title ?? "", () => open(row)));
    }
  }

  /** @param {Case} found @param {Step[]} steps */
  function ask(found, steps) {
    const result = steps.findLast((step) => step.note !== "" && step.staff !== null);
    const reporter = h(
      "span",
      {},
      found.reporter ? `${found.reporter.name} ${found.reporter.phone}` : "–",
    );
    const reveal = mayReveal && found.reporter && h("button", {
      type: "button",
      class: "button",
      "data-reveal": true,
      onclick: async () => {
        const reason = encodeURIComponent(t("intake.back.reason", { number: found.number ?? "" }));
        const shown = await request(`/cases/${found.id}?duty=callBack&reveal=${reason}`);
        reporter.textContent = `${shown.reporter?.name ?? ""} ${shown.reporter?.phone ?? ""}`;
      },
    }, t("intake.back.show"));
    const words = field(
      t("judge.words"),
      h("textarea", { rows: 3, maxlength: WORDS_MAX, name: "words" }),
    );
    const error = h("p", { class: "form-error", role: "alert", hidden: true });
    const form = h(
      "form",
      {
        novalidate: true,
        "data-form": "judge",
        style: "display:grid;gap:12px",
        onsubmit: async (/** @type {Event} */ event) => {
          event.preventDefault();
          const chosen = new FormData(form);
          const solved = chosen.get("solved");
          const satisfaction = chosen.get("satisfaction");
          const contacted = chosen.get("contacted");
          if (!solved || !satisfaction) return sayError(error, t("judge.missing"));
          try {
            await request(`/cases/${found.id}/judgements`, {
              method: "POST",
              body: {
                solved: solved === "yes",
                satisfaction,
                words: words.control.value.trim(),
                ...(contacted ? { contacted: contacted === "yes" } : {}),
              },
            });
            toast(t("intake.back.done", { number: found.number ?? "" }));
            fill(detail, h("p", { class: "muted" }, t("intake.back.choose")));
            await load();
          } catch (problem) {
            sayError(error, saidShortly(problem));
          }
        },
      },
      choice("contacted", t("judge.contacted"), [
        ["yes", t("judge.contacted.yes")],
        ["no", t("judge.contacted.no")],
      ]),
      ...judgementQuestions(),
      words.element,
      error,
      h(
        "div",
        { class: "form-actions" },
        h(
          "button",
          { type: "submit", class: "button primary", "data-submit": "judge" },
          t("judge.submit"),
        ),
      ),
    );
    return [
      h("h2", {}, found.title ?? ""),
      h(
        "dl",
        { class: "facts" },
        h("dt", {}, t("follow.number")),
        h("dd", {}, h("a", { href: `/case/${found.number}` }, found.number ?? "")),
        h("dt", {}, t("intake.back.reporter")),
        h("dd", {}, reporter, " ", reveal || ""),
        h("dt", {}, t("report.text")),
        h("dd", {}, found.text ?? ""),
        h("dt", {}, t("intake.back.result")),
        h("dd", {}, result?.note ?? packName("stages", found.stage)),
      ),
      form,
    ];
  }

  load();
  return { element: h("div", { class: "intake-main back" }, list, detail) };
}
