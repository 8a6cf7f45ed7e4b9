// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { feedRow } from "./feed_merge.js";
import { openFeed } from "./feed_stream.js";
import { moment } from "./times.js";

/**
 * @import { Directory } from "./directory.js"
 * @import { FeedEntry } from "./feed_merge.js"
 * @import { FeedView } from "./feed_view.js"
 * @import { CaseRow } from "./types.js"
 */

const FEED_START = 40;
/** Arrivals are shown together, this often. */
const GATHER_MILLISECONDS = 250;
/** Cases known by their id alone that are asked for at once; older ones stay without a title. */
const LOOK_UPS_MAX = 24;
/** Cases whose titles are remembered. */
const KNOWN_MAX = 2_000;

/** Brings what changes from the server to the feed, the list and the open case. */
export class Live {
  /**
   * @param {Directory} directory
   * @param {FeedView} feed
   * @param {object} events
   * @param {(row: CaseRow) => void} events.changed
   * @param {() => void} events.missed
   * @param {(notice: Record<string, unknown>) => void} events.told
   * @param {(state: "live" | "lost") => void} events.state
   */
  constructor(directory, feed, events) {
    this.directory = directory;
    this.feed = feed;
    this.events = events;
    /** @type {FeedEntry[]} */
    this.arrivals = [];
    /** @type {Map<string, CaseRow>} */
    this.known = new Map();
    this.isStopped = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.gathering = undefined;
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.gathering);
    this.stream?.close();
  }

  reconnect() {
    this.stream?.reconnect();
  }

  /** @param {CaseRow} row */
  know(row) {
    if (this.known.size >= KNOWN_MAX) this.known.clear();
    this.known.set(row.id, row);
  }

  async start() {
    await this.fillFeed();
    if (this.isStopped) return;
    this.stream = openFeed({
      onCase: (data) => {
        const row = feedRow(data, (kind, id) => this.directory.find(kind, id));
        this.arrive({ key: row.id, kind: "case", row, at: Date.now() });
      },
      onSignal: (data) => {
        const row = /** @type {CaseRow} */ (/** @type {unknown} */ ({
          id: data.id,
          title: data.title,
          channel: data.channel,
        }));
        this.arrive({ key: `signal ${row.id}`, kind: "signal", row, at: Date.now() });
      },
      onNotice: (data) => this.events.told(data),
      onReset: () => {
        this.fillFeed();
        this.events.missed();
      },
      onState: (state) => {
        this.feed.setState(state);
        this.events.state(state);
      },
    });
  }

  async fillFeed() {
    try {
      const page = await request(`/cases?limit=${FEED_START}`);
      const rows = /** @type {CaseRow[]} */ (page.elements);
      for (const row of rows) this.know(row);
      const entries = rows.map((row) => (
        { key: row.id, kind: /** @type {const} */ ("case"), row, at: moment(row.since) ?? 0 }
      ));
      this.feed.start(entries.sort((a, b) => a.at - b.at));
    } catch {
      // The list says what is wrong; the feed begins with what changes next.
      this.feed.start([]);
    }
  }

  /** @param {FeedEntry} entry */
  arrive(entry) {
    this.arrivals.push(entry);
    this.gathering ??= setTimeout(() => this.gathered(), GATHER_MILLISECONDS);
  }

  async gathered() {
    const arrivals = this.arrivals;
    this.arrivals = [];
    this.gathering = undefined;
    await this.lookUp(arrivals);
    for (const { kind, row } of arrivals) {
      if (kind === "case") this.events.changed(row);
    }
    this.feed.add(arrivals);
  }

  /** After a step the feed sends no title; what nobody has seen yet is asked for. */
  /** @param {FeedEntry[]} arrivals */
  async lookUp(arrivals) {
    const nameless = arrivals.filter(({ kind, row }) =>
      kind === "case" && !row.title && !this.known.get(row.id)?.title
    );
    const ids = [...new Set(nameless.map(({ row }) => row.id))].slice(-LOOK_UPS_MAX);
    await Promise.all(ids.map(async (id) => {
      try {
        this.know(await request(`/cases/${id}`));
      } catch {
        // It has left my scope meanwhile; its entry stays without a title.
      }
    }));
    for (const arrival of arrivals) {
      if (arrival.kind !== "case") continue;
      const known = this.known.get(arrival.row.id);
      arrival.row = { ...known, ...arrival.row, area: known?.area ?? arrival.row.area };
      this.know(arrival.row);
    }
  }
}
