// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { cameraBox } from "./camera_list.js";
import { actionBar } from "./case_actions.js";
import { evidenceBox } from "./case_evidence.js";
import { pictureBox } from "./case_pictures.js";
import {
  caseBar,
  caseHead,
  factList,
  mapLink,
  orderList,
  proposalBox,
  resemblingList,
  stepRow,
  timeline,
} from "./case_sections.js";
import { understandingBox } from "./case_understanding.js";
import { caseClocks } from "./clock.js";
import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { packName, t } from "./language.js";
import { failedBox, skeleton, stateBox, toast } from "./notices.js";
import { Problem, saidShortly } from "./problems.js";
import { isConflict, missingOf, stepForm } from "./step_form.js";
import { areEngines } from "./steps.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { StepBody } from "./step_form.js"
 * @import { Case, CaseAction, CaseRow, Resembling, Step } from "./types.js"
 */

/** Whether the reader keeps the small map open. */
const MAP_OPEN = "civicloop.case-map";
const PLACE_ZOOM = 16;

/** The drawer with one case: what it is, where it stands, what was done and what I may do now. */
export class CaseView {
  /**
   * @param {Directory} directory
   * @param {object} events
   * @param {boolean} events.mayCorrect
   * @param {boolean} events.mayHandle
   * @param {boolean} events.mayReveal
   * @param {() => void} events.close
   * @param {(row: CaseRow) => void} events.changed
   * @param {(number: string) => void} events.map shows a case on the map
   */
  constructor(directory, events) {
    this.directory = directory;
    this.events = events;
    this.number = "";
    /** @type {Case | null} */
    this.found = null;
    /** What was answered last in forms, by field. @type {Record<string, string>} */
    this.answers = {};
    /** @type {AbortController | null} */
    this.asking = null;
    this.isFormOpen = false;
    /** @type {import("./city_map.js").CityMap | null} */
    this.map = null;
    /** @type {Step[]} */
    this.steps = [];
    /** The latest version that the feed spoke of. */
    this.versionHeard = 0;
    this.body = h("div", {
      class: "case-body",
      tabindex: 0,
      role: "group",
      "aria-label": t("case.facts"),
    });
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
    this.versionHeard = 0;
    this.element.hidden = false;
    fill(this.bar);
    fill(this.foot);
    fill(this.body, skeleton(4));
    await this.load();
    if (focus) this.body.querySelector("h2")?.focus({ preventScroll: true });
  }

  close() {
    this.leaveMap();
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
      this.steps = steps;
      this.answers = Object.assign({}, ...steps.map((step) => step.answers));
      this.show(found, steps);
      this.events.changed(found);
    } catch (error) {
      if (!wasAborted(error) && number === this.number) this.fail(error);
    }
  }

  /** @param {Case} found @param {Step[]} steps */
  show(found, steps) {
    this.leaveMap();
    this.element.dataset.state = "ready";
    this.changedBar.hidden = (found.version ?? 0) >= this.versionHeard;
    this.element.dataset.version = String(found.version ?? 0);
    fill(this.bar, caseBar(found, copyButton(), this.closeButton()));
    fill(
      this.body,
      h(
        "div",
        { class: "case-head" },
        ...caseHead(found),
        found.position && mapLink(found, this.events.map),
      ),
      caseClocks(found, packName("stages", found.stage)),
      proposalBox(found.proposal),
      resemblingList(
        found,
        this.events.mayCorrect,
        (proposal, answer) => this.answer(proposal, answer),
      ),
      factList(
        found,
        this.events.mayReveal &&
          (async () => (await import("./contact_dialog.js")).openContact(found)),
      ),
      found.event &&
        pictureBox(found.event, steps, this.asking?.signal ?? AbortSignal.abort()),
      found.position && !this.element.closest("[data-place=desk]") && this.smallMap(found),
      understandingBox(found, this.asking?.signal ?? AbortSignal.abort()),
      found.position && cameraBox(
        `/cases/${encodeURIComponent(found.number ?? found.id)}/cameras`,
        this.asking?.signal ?? AbortSignal.abort(),
      ),
      evidenceBox(
        found,
        this.events.mayHandle && !found.closedAt,
        this.asking?.signal ?? AbortSignal.abort(),
      ),
      orderList(found.orders),
      timeline(steps, found),
    );
    this.showActions(found);
  }

  /** Where it is, drawn when it is wanted: not every reader needs the map library. */
  /** @param {Case} found */
  smallMap(found) {
    const place = h("div", { class: "small-map" });
    const box = h(
      "details",
      {
        class: "section place-box",
        open: localStorage.getItem(MAP_OPEN) === "1",
        ontoggle: async () => {
          localStorage.setItem(MAP_OPEN, box.open ? "1" : "");
          if (!box.open || this.map || this.found !== found) return;
          const { CityMap } = await import("./city_map.js");
          if (this.map || this.found !== found) return;
          const centre = /** @type {[number, number]} */ (found.position);
          this.map = new CityMap({ label: t("case.place"), centre, zoom: PLACE_ZOOM });
          fill(place, this.map.element);
          this.map.choose(centre);
        },
      },
      h("summary", {}, h("h3", {}, t("case.place"))),
      place,
    );
    return box;
  }

  leaveMap() {
    this.map?.destroy();
    this.map = null;
  }

  /** @param {Resembling} proposal @param {"accept" | "decline"} answer */
  async answer(proposal, answer) {
    const { found } = this;
    if (!found) return;
    try {
      await request(`/events/${found.event}/proposals/${proposal.id}/${answer}`, {
        method: "POST",
        body: answer === "accept" ? { note: t("case.resembling.note") } : undefined,
      });
      toast(t(`case.resembling.${answer}.done`));
    } catch (error) {
      toast(saidShortly(error));
    }
    await this.load();
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
    fill(
      this.foot,
      actionBar(found, {
        now: (action, body, button) => this.takeNow(action, body, button),
        form: (action) => this.openForm(action),
      }),
    );
  }

  /** Presses the button that shows this key. @param {string} key */
  press(key) {
    const button = this.foot.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (button instanceof HTMLElement) button.click();
  }

  /** @param {CaseAction} action @param {StepBody} [draft] what stood in the form before */
  openForm(action, draft) {
    const { found } = this;
    if (!found) return;
    this.isFormOpen = true;
    const form = stepForm({
      found,
      action,
      directory: this.directory,
      draft,
      earlier: this.answers,
      submit: (body) => this.take(action, body),
      cancel: () => this.showActions(found),
    });
    fill(this.foot, draft && this.otherFirst(), form.element);
    form.focus();
  }

  /** What another did while this one was writing. */
  otherFirst() {
    const latest = this.steps.at(-1);
    return h(
      "section",
      { class: "other-first", role: "alert" },
      h("b", {}, t("step.conflict")),
      latest && h("ol", { class: "timeline" }, stepRow(latest)),
    );
  }

  /** What another did, and what this one wrote: sent again if it still can be, else kept to copy. */
  /** @param {CaseAction} action @param {StepBody} body */
  showBoth(action, body) {
    const { note = "", ...rest } = body;
    if (!this.found || !note && Object.keys(rest).length === 0) return toast(t("step.conflict"));
    const same = this.found.actions?.find((one) => one.action === action.action);
    if (same) return this.openForm({ ...same, requires: action.requires }, body);
    this.showActions(this.found);
    const mine = h("textarea", { readonly: true, rows: 2, "aria-label": t("step.mine") });
    mine.value = note;
    const kept = note && h("label", { class: "field" }, t("step.mine", action), mine);
    this.foot.prepend(h("div", { class: "step-form", "data-kept": true }, this.otherFirst(), kept));
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
   * @param {boolean} [again] whether it may be sent again where only the engine came first
   * @returns {Promise<void>}
   * @throws {Problem} what the person can mend
   */
  async take(action, body, again = true) {
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
      await this.load();
      if (this.element.dataset.state === "ready") {
        if (again && this.standsAs(found)) return this.take(action, body, false);
        return this.showBoth(action, body);
      }
    }
    await this.load();
    if (this.element.dataset.state === "missing") {
      toast(t("step.moved_on"));
      this.events.close();
    } else {
      this.body.querySelector("h2")?.focus({ preventScroll: true });
    }
  }

  /** Whether nobody but the engine came since, and the case stands where it stood. @param {Case} seen */
  standsAs(seen) {
    return areEngines(this.steps.filter(({ sequence }) => sequence >= (seen.version ?? 0)));
  }

  /** Takes in what the feed says. @param {CaseRow} row */
  patch(row) {
    const { found } = this;
    if (!found || found.id !== row.id || (row.version ?? 0) <= (found.version ?? 0)) return;
    this.versionHeard = Math.max(this.versionHeard, row.version ?? 0);
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
