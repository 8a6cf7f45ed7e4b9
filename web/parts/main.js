// @ts-check
/// <reference lib="dom" />

import { request, whenSessionEnds } from "./api.js";
import { Directory } from "./directory.js";
import { fill, h } from "./element.js";
import { startLanguage, t, usePackTexts } from "./language.js";
import { failedBox, toast } from "./notices.js";
import { Office } from "./office.js";
import { startTheme, titlePage } from "./page_frame.js";
import { DOCUMENTS, findPage, homeInHand, homeOf } from "./pages.js";
import { Problem, saidShortly } from "./problems.js";
import { SIGNED_IN, signInAgain, signInPage } from "./sign_in.js";

/** @import { Session } from "./types.js" */

const place = /** @type {HTMLElement} */ (document.getElementById("page"));

const FACTOR_REQUIRED = "account.factor_required";

/** Texts are fetched while the server is asked who is there. */
const speaking = startLanguage();

/** @type {Office | null} */
let office = null;
/** One question at a time, however many requests find the session ended. */
/** @type {Promise<void> | null} */
let signingIn = null;

/** Draws what the address and the session say. */
async function start() {
  office?.stop();
  office = null;
  try {
    const [texts, session] = await Promise.all([request("/texts"), currentSession(), speaking]);
    usePackTexts(texts);
    if (session) await showOffice(session);
    else showSignIn();
  } catch (error) {
    if (error instanceof Problem && error.code === FACTOR_REQUIRED) return await askFactor();
    const box = failedBox(error, t("shell.start_failed"), start);
    fill(place, h("main", { class: "start-failed" }, box));
  }
}

/** Somebody's post asks for a second factor, and nothing else goes before he has one. */
async function askFactor() {
  const { factorSection } = await import("./account_page.js");
  titlePage(t("account.factor"));
  const card = h(
    "div",
    { class: "sign-in-card account" },
    h("h1", {}, t("problem.account.factor_required")),
    factorSection(false, start),
    h("button", { type: "button", class: "button", onclick: signOut }, t("shell.sign_out")),
  );
  fill(place, h("main", { class: "sign-in", "data-view": "factor" }, card));
}

/** @returns {Promise<Session | null>} */
async function currentSession() {
  // The cookie cannot be seen from here; who never signed in need not ask.
  if (!localStorage.getItem(SIGNED_IN)) return null;
  try {
    return await request("/session", { bare: true });
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

function showSignIn() {
  titlePage(t("title.sign_in"));
  // Signed in, the page goes on at the address that it was opened at.
  const entered = (/** @type {Session} */ session) => {
    localStorage.setItem(SIGNED_IN, "1");
    // Who came without a place in mind begins where the work of the post does.
    if (location.pathname === "/") {
      const isPhone = matchMedia("(max-width: 600px)").matches;
      const home = isPhone ? homeInHand(session) : homeOf(session);
      if (DOCUMENTS.some((page) => page.home === home)) return location.assign(home);
      history.replaceState(null, "", home);
    }
    start();
  };
  fill(place, signInPage(entered, showSignIn));
  place.querySelector("input")?.focus();
}

/** @param {Session} session */
async function showOffice(session) {
  whenSessionEnds(() => {
    signingIn ??= signInAgain(session.login).then((next) => {
      signingIn = null;
      // Somebody else sees other things: begin anew at the same address.
      if (next.login !== session.login) location.reload();
    });
    return signingIn;
  });
  const directory = await Directory.load(session.permissions.includes("read"));
  office = new Office(session, directory, { signOut, languageChanged: start });
  fill(place, office.element);
  office.start();
}

async function signOut() {
  try {
    await request("/session", { method: "DELETE", bare: true });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) return toast(saidShortly(error));
  }
  localStorage.removeItem(SIGNED_IN);
  office?.stop();
  office = null;
  history.replaceState(null, "", "/");
  showSignIn();
}

startTheme();
// What the page of this address needs comes while the server says who is there.
if (localStorage.getItem(SIGNED_IN)) findPage(location.pathname)?.entry.ahead?.();
start();
