// @ts-check
/// <reference lib="dom" />

import { NETWORK_LOST, NETWORK_SLOW, Problem } from "./problems.js";

/** @import { ProblemDocument } from "./types.js" */

const ROOT = "/api/v1";
/** A server that has not answered by then is taken to be away. */
const ANSWER_MILLISECONDS_MAX = 15_000;
const LONG_MILLISECONDS_MAX = 120_000;

/** Asks the person to sign in again; resolves when that is done. @type {() => Promise<void>} */
let signInAgain = () => Promise.reject(new Error("nobody signs in here"));

/** @param {() => Promise<void>} ask */
export function whenSessionEnds(ask) {
  signInAgain = ask;
}

/**
 * @typedef {object} Sending
 * @property {"GET" | "POST" | "DELETE"} [method]
 * @property {unknown} [body] sent as JSON
 * @property {Blob} [file] sent as it is
 * @property {AbortSignal} [signal]
 * @property {boolean} [patient] whether the server works on the answer for a while
 * @property {boolean} [bare] whether a lost session is the caller's to handle
 */

/**
 * Asks the API. A request that finds the session ended waits for the new one and is sent again, so
 * that nothing typed is lost.
 *
 * @param {string} path below `/api/v1`
 * @param {Sending} [sending]
 * @returns {Promise<any>} the answer, or null where there is none
 * @throws {Problem} whatever the server refuses, or that it is away
 */
export async function request(path, sending = {}) {
  const response = await answer(path, sending);
  if (response.ok) return response.status === 204 ? null : await response.json();
  const problem = new Problem(await document(response));
  if (problem.status !== 401 || sending.bare) throw problem;
  await signInAgain();
  return request(path, sending);
}

/**
 * As `request`, where the answer is a file.
 *
 * @param {string} path below `/api/v1`
 * @param {Sending} [sending]
 * @returns {Promise<Blob>}
 * @throws {Problem} whatever the server refuses, or that it is away
 */
export async function requestFile(path, sending = {}) {
  const response = await answer(path, sending);
  if (response.ok) return await response.blob();
  const problem = new Problem(await document(response));
  if (problem.status !== 401) throw problem;
  await signInAgain();
  return requestFile(path, sending);
}

/**
 * @param {string} path
 * @param {Sending} sending
 */
async function answer(path, { method = "GET", body, file, signal, patient }) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  // Another site can make a browser send the cookie, but not this header.
  if (method !== "GET") headers["X-CivicLoop"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = file.type || "application/octet-stream";
  const limit = AbortSignal.timeout(
    file || patient ? LONG_MILLISECONDS_MAX : ANSWER_MILLISECONDS_MAX,
  );
  try {
    return await fetch(ROOT + path, {
      method,
      headers,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ status: 0, code: limit.aborted ? NETWORK_SLOW : NETWORK_LOST });
  }
}

/**
 * @param {Response} response
 * @returns {Promise<ProblemDocument>}
 */
async function document(response) {
  try {
    const found = await response.json();
    if (typeof found?.code === "string") return { ...found, status: response.status };
  } catch {
    // Not ours: a proxy between answers in its own way. The status still says enough.
  }
  return { status: response.status, code: "http.status" };
}

/** Whether somebody went on to something else meanwhile. @param {unknown} error */
export function wasAborted(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
