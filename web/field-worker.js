// @ts-check
/// <reference lib="webworker" />

/**
 * Keeps the field page's own files, so that it opens without a network. What the server says of cases
 * is not kept here: the page does that itself, so that it knows how old it is.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** A file of another name is another cache; the old one goes. */
const CACHE = "civicloop-field-1";
const PAGE = "/field.html";
/** A network that does not answer by then counts as none. */
const NETWORK_MILLISECONDS_MAX = 4_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(PAGE)));
  worker.skipWaiting();
});

worker.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await worker.clients.claim();
  })());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) {
    return;
  }
  event.respondWith(answer(request.mode === "navigate" ? new Request(PAGE) : request));
});

/** What the server has now, or what it had last. @param {Request} request */
async function answer(request) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(NETWORK_MILLISECONDS_MAX) });
    if (fresh.ok) await cache.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
