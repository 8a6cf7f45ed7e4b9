// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { stateBox, toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { moment, momentText } from "./times.js";

/**
 * @typedef {{ cases: number, right: number, sure: number, sureRight: number,
 *   rivalRight?: number }} Trial
 * @typedef {{ number: number, trainedAt: string, examples: number, classes: number, bytes: number,
 *   trial: Trial }} Version
 * @typedef {{ subject: string, inForce: number | null, before: number | null,
 *   shadow: number | null, versions: Version[] }} Standing
 */

/** What the machine learned: versions with what was measured of them, which works, which looks on. */
export class ModelsView {
  constructor() {
    /** @type {Standing[]} */
    this.standings = [];
    this.isBusy = false;
    this.body = h("div", { class: "scroll", tabindex: 0 });
    this.element = h("div", { class: "tab-view" }, this.body);
  }

  /** @param {URLSearchParams} _query @param {AbortSignal} signal */
  async load(_query, signal) {
    const found = (await request("/models", { signal })).elements;
    // What there is none of is left out of the answer.
    const none = { inForce: null, before: null, shadow: null };
    this.standings = found.map((/** @type {Standing} */ one) => ({ ...none, ...one }));
    this.show();
  }

  show() {
    if (this.standings.length === 0) {
      const box = { sign: "info", title: t("models.none"), next: t("models.none.next") };
      return fill(this.body, stateBox(box));
    }
    fill(this.body, ...this.standings.map((standing) => this.subject(standing)));
  }

  /** @param {Standing} standing */
  subject(standing) {
    const { subject, inForce, before, shadow, versions } = standing;
    const newest = versions.toSorted((a, b) => b.number - a.number);
    return h(
      "section",
      { class: "model", "data-subject": subject },
      h(
        "div",
        { class: "page-head" },
        h("h2", {}, t(`models.subject.${subject}`)),
        h(
          "span",
          { class: "muted" },
          inForce === null ? t("models.unused") : t("models.used", { number: inForce }),
          shadow === null ? "" : ` · ${t("models.shadowed", { number: shadow })}`,
        ),
        h(
          "div",
          { class: "tools" },
          this.button("train", t("models.train"), () => this.train(subject)),
          before !== null && this.button(
            "back",
            t("models.back", { number: before }),
            () => this.change(subject, "back", null, t("models.back.done", { number: before })),
          ),
          inForce !== null && this.button("off", t("models.off"), () => {
            if (confirm(t("models.off.ask"))) {
              this.change(subject, "use", null, t("models.off.done"));
            }
          }),
        ),
      ),
      versions.length === 0 ? h("p", { class: "hint league-hint" }, t("models.empty")) : h(
        "table",
        { class: "table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["number", "trained", "examples", "right", "sure", "rival", "state"].map((name) =>
              h("th", { scope: "col" }, t(`models.column.${name}`))
            ),
            h("th", {}, h("span", { class: "hidden" }, t("case.actions"))),
          ),
        ),
        h("tbody", {}, ...newest.map((version) => this.line(standing, version))),
      ),
    );
  }

  /** @param {Standing} standing @param {Version} version */
  line({ subject, inForce, shadow }, version) {
    const { number, trial } = version;
    const isUsed = number === inForce;
    const isShadow = number === shadow;
    return h(
      "tr",
      { class: isUsed && "on" },
      h("td", {}, h("b", {}, number)),
      h("td", {}, momentText(moment(version.trainedAt) ?? 0, Date.now())),
      h("td", {}, t("models.examples", { count: version.examples, classes: version.classes })),
      h("td", {}, share(trial.right, trial.cases)),
      h(
        "td",
        {},
        t("models.sure", {
          share: share(trial.sure, trial.cases),
          right: share(trial.sureRight, trial.sure),
        }),
      ),
      h("td", {}, share(trial.rivalRight, trial.cases)),
      h("td", {}, t(`models.state.${isUsed ? "used" : isShadow ? "shadow" : "kept"}`)),
      h(
        "td",
        { class: "row-actions" },
        !isUsed && this.button("use", t("models.use"), () => {
          if (!confirm(t("models.use.ask", { number }))) return;
          this.change(subject, "use", number, t("models.use.done", { number }));
        }),
        !isUsed && this.button(
          "shadow",
          t(isShadow ? "models.shadow.end" : "models.shadow"),
          () =>
            this.change(
              subject,
              "shadow",
              isShadow ? null : number,
              t(isShadow ? "models.shadow.ended" : "models.shadow.done", { number }),
            ),
        ),
      ),
    );
  }

  /** @param {string} name @param {string} label @param {() => void} run */
  button(name, label, run) {
    return h("button", {
      type: "button",
      class: "button",
      "data-model": name,
      disabled: this.isBusy,
      onclick: run,
    }, label);
  }

  /** @param {string} subject */
  train(subject) {
    return this.send(async () => {
      const { used, version } = await request(`/models/${subject}/train`, {
        method: "POST",
        body: {},
        patient: true,
      });
      toast(t(used ? "models.train.used" : "models.train.kept", { number: version.number }));
    });
  }

  /** @param {string} subject @param {string} what @param {number | null} number @param {string} done */
  change(subject, what, number, done) {
    return this.send(async () => {
      await request(`/models/${subject}/${what}`, {
        method: "POST",
        body: what === "back" ? undefined : { number },
      });
      toast(done);
    });
  }

  /** One at a time: learning takes the machine a while. @param {() => Promise<void>} task */
  async send(task) {
    this.isBusy = true;
    this.show();
    try {
      await task();
    } catch (error) {
      toast(saidShortly(error));
    }
    this.isBusy = false;
    try {
      await this.load(new URLSearchParams(), new AbortController().signal);
    } catch (error) {
      toast(saidShortly(error));
      this.show();
    }
  }

  rows() {
    return this.standings.flatMap(({ subject, versions }) =>
      versions.map((version) => [
        t(`models.subject.${subject}`),
        version.number,
        momentText(moment(version.trainedAt) ?? 0, 0),
        version.examples,
        share(version.trial.right, version.trial.cases),
      ])
    );
  }
}

/** @param {number | undefined} part nothing where nobody was asked @param {number} whole */
function share(part, whole) {
  return whole > 0 && part !== undefined ? `${(part / whole * 100).toFixed(1)} %` : "–";
}
