// @ts-check
/// <reference lib="dom" />

/**
 * What the phone keeps: the orders as the server gave them last, and what waits to be sent.
 */

const NAME = "civicloop-field";
const VERSION = 1;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("kept");
      opening.result.createObjectStore("queue", { keyPath: "key" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  return opened;
}

/**
 * @param {"kept" | "queue"} store
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} ask
 * @returns {Promise<any>} once it is on disk
 */
async function run(store, mode, ask) {
  const base = await database();
  return await new Promise((resolve, reject) => {
    const transaction = base.transaction(store, mode, { durability: "strict" });
    const request = ask(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** @param {string} name */
export function load(name) {
  return run("kept", "readonly", (store) => store.get(name));
}

/** @param {string} name @param {unknown} value */
export function keep(name, value) {
  return run("kept", "readwrite", (store) => store.put(value, name));
}

/** @returns {Promise<import("./queue.js").Entry[]>} in the order in which they were made */
export async function entries() {
  const all = await run("queue", "readonly", (store) => store.getAll());
  return all.sort((/** @type {{ at: number }} */ a, /** @type {{ at: number }} */ b) =>
    a.at - b.at
  );
}

/** @param {import("./queue.js").Entry} entry */
export function put(entry) {
  return run("queue", "readwrite", (store) => store.put(entry));
}

/** @param {string} key */
export function drop(key) {
  return run("queue", "readwrite", (store) => store.delete(key));
}

/** Leaves nothing of whoever was signed in. */
export async function forget() {
  await run("kept", "readwrite", (store) => store.clear());
  await run("queue", "readwrite", (store) => store.clear());
}
