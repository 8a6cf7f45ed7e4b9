// @ts-check
/// <reference lib="dom" />

import { wasAborted } from "./api.js";
import { fill } from "./element.js";
import { t } from "./language.js";
import { failedBox, skeleton } from "./notices.js";

/** How a list is fetched: one question at a time, its state told, and again after changes. */
export class ListLoading {
  /**
   * @param {HTMLElement} place whose `data-state` tells how it stands
   * @param {HTMLElement} body where the rows stand
   * @param {string} failed key of what is said when they cannot be had
   */
  constructor(place, body, failed) {
    this.place = place;
    this.body = body;
    this.failed = failed;
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Fetches and shows; what was asked before is given up.
   *
   * @param {(signal: AbortSignal) => Promise<void>} task
   * @param {boolean} isNew whether something else than before will stand there
   */
  async run(task, isNew) {
    this.stop();
    const asking = this.asking = new AbortController();
    if (isNew) {
      this.place.dataset.state = "loading";
      fill(this.body, skeleton(8));
    }
    try {
      await task(asking.signal);
    } catch (error) {
      if (wasAborted(error)) return;
      this.place.dataset.state = "failed";
      fill(this.body, failedBox(error, t(this.failed), () => this.run(task, true)));
    }
  }

  /** Does something a while after a change; all changes of that while are one. */
  /** @param {() => void} task @param {number} milliseconds */
  soon(task, milliseconds) {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      task();
    }, milliseconds);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asking?.abort();
  }
}
