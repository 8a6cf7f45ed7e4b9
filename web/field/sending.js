// @ts-check
/// <reference lib="dom" />

import { request } from "../parts/api.js";
import { t } from "../parts/language.js";
import { NETWORK_LOST, NETWORK_SLOW, Problem, saidShortly } from "../parts/problems.js";
import { areEngines } from "../parts/steps.js";
import { drop, entries, keep, load, put } from "./kept.js";
import { applied, insisted, sendable } from "./queue.js";

/**
 * @import { Session } from "../parts/types.js"
 * @import { Edge, Entry, FieldCase } from "./queue.js"
 *
 * @typedef {object} Snapshot  What the server gave last.
 * @property {number} at
 * @property {FieldCase[]} elements
 * @property {Record<string, Edge[]>} flows
 */

/** While something waits it is tried again so often. */
const AGAIN_MILLISECONDS = 20_000;
const BYTES = 12;

/** A sending's own name. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `field-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The orders and what waits to be sent; tells the page when anything changes. */
export class Ground {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Session | null} */
    this.session = null;
    /** @type {Snapshot} */
    this.snapshot = { at: 0, elements: [], flows: {} };
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Record<string, boolean>} */
    this.arrived = {};
    this.offline = false;
    /** Whether the server wants a new sign-in. */
    this.ended = false;
    /** The round that goes on, and the one that follows it for all who asked meanwhile. */
    this.round = /** @type {Promise<Map<string, any>>} */ (Promise.resolve(new Map()));
    this.next = /** @type {Promise<Map<string, any>> | null} */ (null);
    setInterval(() => this.entries.length > 0 && this.sync(), AGAIN_MILLISECONDS);
  }

  /** Takes up what the phone kept. */
  async open() {
    this.session = await load("session") ?? null;
    this.snapshot = await load("snapshot") ?? this.snapshot;
    this.arrived = await load("arrived") ?? {};
    this.entries = await entries();
  }

  /** @param {Session} session */
  async enter(session) {
    this.session = session;
    this.ended = false;
    await keep("session", session);
  }

  get login() {
    return this.session?.login ?? "";
  }

  /** @returns {FieldCase[]} the orders as they stand, with what was done here */
  get cases() {
    return this.snapshot.elements
      .map((found) =>
        applied(
          { ...found, arrived: this.arrived[found.id] === true },
          this.entries,
          this.snapshot.flows,
        )
      )
      // What was done and waits stays in sight, though nothing is left to do on it.
      .filter((found) => (found.actions ?? []).length > 0 || found.unsent);
  }

  /** @param {string} id */
  find(id) {
    return this.cases.find((found) => found.id === id) ?? null;
  }

  get conflicts() {
    return this.entries.filter((entry) => entry.state !== "waiting").length;
  }

  /**
   * Keeps a step or a new problem, and sends it if the network is there.
   *
   * @param {Omit<Entry, "key" | "at" | "login" | "digests" | "state" | "said" | "theirs">} made
   * @returns {Promise<{ entry: Entry, answer: any }>} the answer is null where it waits
   */
  async add(made) {
    const entry = /** @type {Entry} */ ({
      ...made,
      key: newKey(),
      at: Math.max(Date.now(), (this.entries.at(-1)?.at ?? 0) + 1),
      login: this.login,
      digests: [],
      state: "waiting",
      said: "",
      theirs: null,
    });
    await put(entry);
    this.entries.push(entry);
    if (entry.body.action === "arrive") await this.arrive(entry.case);
    this.changed();
    const answers = await this.sync();
    return { entry, answer: answers.get(entry.key) ?? null };
  }

  /** @param {string} id */
  async arrive(id) {
    this.arrived = { ...this.arrived, [id]: true };
    await keep("arrived", this.arrived);
  }

  /** @param {Entry[]} next */
  async change(next) {
    for (const entry of next) await put(entry);
    this.entries = await entries();
    this.changed();
  }

  /** @param {string[]} keys */
  async drop(keys) {
    for (const key of keys) await drop(key);
    this.entries = await entries();
    this.changed();
    await this.refresh();
  }

  /**
   * Sends what waits, then asks for the orders anew. One round goes on at a time; who asks during
   * one, with a step the round may have gone past, gets the next.
   *
   * @returns {Promise<Map<string, any>>} answers by key
   */
  sync() {
    const follow = () => {
      this.next = null;
      this.round = this.exchange();
      return this.round;
    };
    this.next ??= this.round.then(follow, follow);
    return this.next;
  }

  async exchange() {
    /** @type {Map<string, any>} */
    const answers = new Map();
    if (!this.session) return answers;
    try {
      for (;;) {
        const next = sendable(this.entries, this.login).find((entry) => !answers.has(entry.key));
        if (!next) break;
        answers.set(next.key, await this.send(next));
      }
      await this.load();
    } catch (error) {
      if (!this.lost(error)) throw error;
    } finally {
      this.changed();
    }
    return answers;
  }

  /** Whether the network or the session is to blame: then all waits. @param {unknown} error */
  lost(error) {
    if (!(error instanceof Problem)) return false;
    this.offline = error.code === NETWORK_LOST || error.code === NETWORK_SLOW;
    this.ended = error.status === 401;
    return this.offline || this.ended || error.status >= 500 || error.status === 429;
  }

  /**
   * @param {Entry} entry
   * @param {boolean} [again] whether it may go again where only the engine came first
   * @returns {Promise<any>} the case as it stands then; null where it was refused
   */
  async send(entry, again = true) {
    try {
      await this.sendFiles(entry);
      const evidence = entry.digests;
      const answer = entry.form === "step"
        ? await request(`/cases/${entry.case}/steps`, {
          method: "POST",
          bare: true,
          body: { ...entry.body, key: entry.key, evidence },
        })
        : await request("/signals", {
          method: "POST",
          bare: true,
          body: { ...entry.body, channel: "inspector", externalId: entry.key, evidence },
        });
      this.offline = false;
      await drop(entry.key);
      this.entries = this.entries.filter((one) => one.key !== entry.key);
      this.settle(entry, answer);
      return answer;
    } catch (error) {
      if (this.lost(error) || !(error instanceof Problem)) throw error;
      const renewed = again && error.code === "step.stale_version" && await this.renew(entry);
      if (renewed) return this.send(renewed, false);
      await this.refuse(entry, error);
      return null;
    }
  }

  /**
   * Decides an entry, and those behind it, on what is there now, where nobody but the engine came
   * between.
   *
   * @param {Entry} entry
   */
  async renew(entry) {
    const path = `/cases/${entry.case}/steps?from=${entry.body.version}`;
    const since = await request(path, { bare: true }).catch((error) => {
      if (this.lost(error)) throw error;
      return { elements: [] };
    });
    const last = since.elements.at(-1);
    if (!last || !areEngines(since.elements)) return null;
    entry.theirs = { stage: last.to, since: last.at, version: last.sequence + 1 };
    for (const one of insisted(this.entries, entry.key)) await put(one);
    this.entries = await entries();
    return this.entries.find(({ key }) => key === entry.key) ?? null;
  }

  /** Files go first, each once. @param {Entry} entry */
  async sendFiles(entry) {
    while (entry.digests.length < entry.files.length) {
      const file = entry.files[entry.digests.length];
      const { digest } = await request("/files", { method: "POST", bare: true, file });
      entry.digests = [...entry.digests, digest];
      await put(entry);
    }
  }

  /** The case as the step left it, until the orders are asked for. @param {Entry} entry @param {any} answer */
  settle(entry, answer) {
    const found = this.snapshot.elements.find((one) => one.id === entry.case);
    if (found && answer) Object.assign(found, { stage: answer.stage, version: answer.version });
  }

  /** @param {Entry} entry @param {Problem} problem */
  async refuse(entry, problem) {
    entry.said = saidShortly(problem);
    entry.state = problem.status === 409 || problem.status === 404 ? "conflict" : "refused";
    if (entry.case && entry.state === "conflict") {
      try {
        const { stage, since, version } = await request(`/cases/${entry.case}`, { bare: true });
        entry.theirs = { stage, since, version };
      } catch (error) {
        if (this.lost(error)) throw error;
        entry.said = t("site.away.next");
      }
    }
    await put(entry);
  }

  /** Asks for the orders; without a network those of before stay. */
  async refresh() {
    try {
      await this.load();
    } catch (error) {
      if (!this.lost(error)) throw error;
    }
    this.changed();
  }

  async load() {
    const { elements, flows } = await request("/field", { bare: true });
    this.offline = false;
    this.ended = false;
    this.snapshot = { at: Date.now(), elements, flows };
    const open = new Set(elements.map((/** @type {FieldCase} */ found) => found.id));
    this.arrived = Object.fromEntries(Object.entries(this.arrived).filter(([id]) => open.has(id)));
    await keep("arrived", this.arrived);
    await keep("snapshot", this.snapshot);
  }
}
