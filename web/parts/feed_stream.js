// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";

const ADDRESS = "/api/v1/feed";
/** A shorter gap heals itself before anybody has read a banner. */
const LOST_SHOWN_AFTER_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS_MIN = 1_000;
const RETRY_MILLISECONDS_MAX = 30_000;

/**
 * @typedef {object} FeedListener
 * @property {(data: Record<string, unknown>) => void} onCase
 * @property {(data: Record<string, unknown>) => void} onSignal
 * @property {(data: Record<string, unknown>) => void} [onNotice] to me alone
 * @property {() => void} onReset too much was missed: load the lists anew
 * @property {(state: "live" | "lost") => void} onState
 */

/**
 * Listens to what changes. A short break the browser mends itself, with the id that it saw last;
 * where it gives up, we ask whether the session stands and open the line again from that id.
 *
 * @param {FeedListener} listener
 */
export function openFeed(listener) {
  /** @type {EventSource | null} */
  let source = null;
  let lastID = "";
  let wait = RETRY_MILLISECONDS_MIN;
  let closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let lostTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retryTimer;

  /** @param {(data: Record<string, unknown>) => void} take */
  const reading = (take) => (/** @type {MessageEvent<string>} */ event) => {
    if (event.lastEventId) lastID = event.lastEventId;
    take(JSON.parse(event.data));
  };

  function open() {
    clearTimeout(retryTimer);
    source?.close();
    source = new EventSource(lastID ? `${ADDRESS}?after=${encodeURIComponent(lastID)}` : ADDRESS);
    source.addEventListener("case", reading(listener.onCase));
    source.addEventListener("signal", reading(listener.onSignal));
    source.addEventListener("notice", reading((data) => listener.onNotice?.(data)));
    source.addEventListener("reset", reading(() => listener.onReset()));
    source.addEventListener("open", () => {
      clearTimeout(lostTimer);
      lostTimer = undefined;
      wait = RETRY_MILLISECONDS_MIN;
      listener.onState("live");
    });
    source.addEventListener("error", () => {
      lostTimer ??= setTimeout(() => listener.onState("lost"), LOST_SHOWN_AFTER_MILLISECONDS);
      if (source?.readyState === EventSource.CLOSED) retryLater();
    });
  }

  function retryLater() {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(retry, wait);
    wait = Math.min(wait * 2, RETRY_MILLISECONDS_MAX);
  }

  async function retry() {
    if (closed) return;
    try {
      // Where the session ended this asks to sign in, and goes on when that is done.
      await request("/session");
      if (!closed) open();
    } catch {
      retryLater();
    }
  }

  open();
  return {
    reconnect() {
      clearTimeout(retryTimer);
      open();
    },
    close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(lostTimer);
      source?.close();
    },
  };
}
