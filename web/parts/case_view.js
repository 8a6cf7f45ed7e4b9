// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { caseBar, caseHead, factList, orderList, proposalBox, timeline } from "./case_sections.js";
import { caseClocks } from "./clock.js";
import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { packName, t } from "./language.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { Problem, saidShortly } from "./problems.js";
import { isConflict, missingOf, stepForm } from "./step_form.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { StepBody } from "./step_form.js"
 * @import { Case, CaseAction, CaseRow, Step } from "./types.js"
 */

/** Actions that a digit key presses. */
const KEYS_MAX = 9;

/** The drawer with one case: what it is, where it stands, what was done and what I may do now. */
export class CaseView {
  /**
   * @param {Directory} directory
   * @param {{ close: () => void, changed: (row: CaseRow) => void }} events
   */
  constructor(directory, events) {
    this.directory = directory;
    this.events = events;
    this.number = "";
    /** @type {Case | null} */
    this.found = null;
    /** @type {AbortController | null} */
    this.asking = null;
    this.isFormOpen = false;
    this.body = h("div", { class: "case-body" });
    this.foot = h("div", { class: "case-foot" });
    this.changedBar = h(
      "button",
      {
        type: "button",
        class: "fresh",
        hidden: true,
        onclick: () => this.load(),
      },
      icon("again"),
      h("b", {}, t("case.changed")),
      h("span", {}, t("case.changed.show")),
    );
    this.bar = h("div", {});
    this.element = h(
      "aside",
      { class: "panel case", "aria-label": t("case.label"), hidden: true, "data-state": "closed" },
      this.bar,
      this.changedBar,
      this.body,
      this.foot,
    );
  }

  /** @param {string} number @param {boolean} [focus] */
  async open(number, focus = true) {
    if (number === this.number && this.found) return;
    this.number = number;
    this.found = null;
    this.element.hidden = false;
    fill(this.bar);
    fill(this.foot);
    fill(this.body, skeleton(4));
    await this.load();
    if (focus) this.body.querySelector("h2")?.focus({ preventScroll: true });
  }

  close() {
    this.asking?.abort();
    this.number = "";
    this.found = null;
    this.isFormOpen = false;
    this.element.hidden = true;
    this.element.dataset.state = "closed";
  }

  async load() {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    const { number } = this;
    this.changedBar.hidden = true;
    this.element.dataset.state = "loading";
    try {
      const path = `/cases/${encodeURIComponent(number)}`;
      const [found, steps] = await Promise.all([
        request(path, { signal: asking.signal }),
        allSteps(path, asking.signal),
      ]);
      if (number !== this.number) return;
      this.found = found;
      this.show(found, steps);
      this.events.changed(found);
    } catch (error) {
      if (!wasAborted(error) && number === this.number) this.fail(error);
    }
  }

  /** @param {Case} found @param {Step[]} steps */
  show(found, steps) {
    this.element.dataset.state = "ready";
    this.element.dataset.version = String(found.version ?? 0);
    fill(this.bar, caseBar(found, copyButton(), this.closeButton()));
    fill(
      this.body,
      h("div", { class: "case-head" }, ...caseHead(found)),
      caseClocks(found, packName("stages", found.stage)),
      proposalBox(found.proposal),
      factList(found),
      orderList(found.orders),
      timeline(steps, found),
    );
    this.showActions(found);
  }

  /** @param {unknown} error */
  fail(error) {
    const { number } = this;
    const missing = error instanceof Problem && error.status === 404;
    this.element.dataset.state = missing ? "missing" : "failed";
    fill(this.bar, caseBar({ id: "", number }, this.closeButton()));
    this.bar.querySelector(".grade")?.remove();
    fill(this.foot);
    fill(
      this.body,
      missing
        ? stateBox({
          sign: "search",
          title: t("case.missing", { number }),
          next: t("case.missing.next"),
        })
        : failedBox(error, t("case.failed"), () => this.load()),
    );
  }

  closeButton() {
    return h("button", {
      type: "button",
      class: "button ghost icon-only case-close",
      "aria-label": t("case.close"),
      onclick: this.events.close,
    }, icon("close"));
  }

  /** @param {Case} found */
  showActions(found) {
    this.isFormOpen = false;
    const actions = found.actions ?? [];
    if (actions.length === 0) {
      const key = found.closedAt ? "case.actions.closed" : "case.actions.none";
      fill(this.foot, h("p", { class: "muted" }, t(key)));
      return;
    }
    const first = actions[0];
    const adopts = first.requires.join() === "unit" && found.proposal?.unit;
    const buttons = actions.map((action, index) => this.actionButton(action, index));
    if (adopts) {
      buttons.unshift(h("button", {
        type: "button",
        class: "button primary",
        "data-adopt": first.action,
        onclick: (/** @type {Event} */ event) =>
          this.takeNow(first, { unit: adopts.id }, /** @type {HTMLElement} */ (event.target)),
      }, t("step.adopt", { action: first.name })));
      buttons[1].classList.remove("primary");
    }
    const more = first.requires.length === 0 && h("button", {
      type: "button",
      class: "button ghost",
      onclick: () => this.openForm(first),
    }, t("step.more"));
    fill(
      this.foot,
      h(
        "div",
        { class: "actions", role: "group", "aria-label": t("case.actions") },
        ...buttons,
        more,
      ),
    );
  }

  /** @param {CaseAction} action @param {number} index */
  actionButton(action, index) {
    return h(
      "button",
      {
        type: "button",
        class: index === 0 ? "button primary" : "button",
        "data-action": action.action,
        title: action.why,
        onclick: (/** @type {Event} */ event) => {
          if (action.requires.length > 0) this.openForm(action);
          else this.takeNow(action, {}, /** @type {HTMLElement} */ (event.currentTarget));
        },
      },
      action.name,
      index < KEYS_MAX && h("kbd", { "aria-hidden": "true" }, index + 1),
    );
  }

  /** @param {number} index of the action from 0 */
  press(index) {
    const action = this.found?.actions?.[index];
    if (!action || this.isFormOpen) return;
    const button = this.foot.querySelector(`[data-action="${CSS.escape(action.action)}"]`);
    if (button instanceof HTMLElement) button.click();
  }

  /** @param {CaseAction} action */
  openForm(action) {
    const { found } = this;
    if (!found) return;
    this.isFormOpen = true;
    const form = stepForm({
      found,
      action,
      directory: this.directory,
      submit: (body) => this.take(action, body),
      cancel: () => this.showActions(found),
    });
    fill(this.foot, form.element);
    form.focus();
  }

  /** Closes an open form. @returns {boolean} whether there was one */
  closeForm() {
    if (!this.isFormOpen || !this.found) return false;
    this.showActions(this.found);
    return true;
  }

  /**
   * Takes a step that needs nothing more; where the server asks for more, its form opens.
   *
   * @param {CaseAction} action
   * @param {StepBody} body
   * @param {HTMLElement} button
   */
  async takeNow(action, body, button) {
    button.setAttribute("disabled", "");
    try {
      await this.take(action, body);
    } catch (error) {
      const missing = missingOf(error);
      if (missing.length > 0) this.openForm({ ...action, requires: missing });
      else toast(saidShortly(error));
    } finally {
      button.removeAttribute("disabled");
    }
  }

  /**
   * @param {CaseAction} action
   * @param {StepBody} body
   * @throws {Problem} what the person can mend
   */
  async take(action, body) {
    const { found } = this;
    if (!found) return;
    try {
      const path = `/cases/${encodeURIComponent(this.number)}/steps`;
      const moved = await request(path, {
        method: "POST",
        body: { action: action.action, version: found.version, ...body },
      });
      toast(t("step.done", { action: action.name, number: this.number }));
      this.events.changed(moved);
    } catch (error) {
      if (!isConflict(error)) throw error;
      toast(t("step.conflict"));
    }
    await this.load();
    if (this.element.dataset.state === "missing") {
      toast(t("step.moved_on"));
      this.events.close();
    } else {
      this.body.querySelector("h2")?.focus({ preventScroll: true });
    }
  }

  /** Takes in what the feed says. @param {CaseRow} row */
  patch(row) {
    const { found } = this;
    if (!found || found.id !== row.id || (row.version ?? 0) <= (found.version ?? 0)) return;
    if (this.isFormOpen || this.element.dataset.state === "loading") this.changedBar.hidden = false;
    else this.load();
  }
}

/** @param {string} path @param {AbortSignal} signal @returns {Promise<Step[]>} */
async function allSteps(path, signal) {
  const steps = [];
  let from = "0";
  do {
    const page = await request(`${path}/steps?from=${from}`, { signal });
    steps.push(...page.elements);
    from = page.next;
  } while (from);
  return steps;
}

function copyButton() {
  return h("button", {
    type: "button",
    class: "button ghost icon-only",
    "aria-label": t("case.copy"),
    title: t("case.copy"),
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(location.origin + location.pathname);
        toast(t("case.copied"));
      } catch {
        toast(t("case.copy_failed"));
      }
    },
  }, icon("link"));
}
