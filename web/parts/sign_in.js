// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { h } from "./element.js";
import { field } from "./fields.js";
import { icon, logo } from "./icons.js";
import { chooseLanguage, language, packTexts, t } from "./language.js";
import { sayError } from "./notices.js";
import { Problem, said } from "./problems.js";

/** @import { Session } from "./types.js" */

/** Remembers that somebody signed in on this browser; it is no secret. */
export const SIGNED_IN = "civicloop.signed_in";

/**
 * @param {(session: Session) => void} done
 * @param {string} [knownLogin]
 */
function signInForm(done, knownLogin = "") {
  const login = field(
    t("sign_in.login"),
    h("input", { autocomplete: "username", autocapitalize: "none", value: knownLogin }),
  );
  const password = field(
    t("sign_in.password"),
    h("input", { type: "password", autocomplete: "current-password" }),
  );
  // Shown once the server asks for it.
  const code = field(
    t("sign_in.code"),
    h("input", { autocomplete: "one-time-code", autocapitalize: "none", maxlength: 32 }),
  );
  code.element.hidden = true;
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  const submit = h(
    "button",
    { type: "submit", class: "button primary wide" },
    t("sign_in.submit"),
  );

  /** @param {string} name @param {string} secret */
  async function enter(name, secret) {
    sayError(error, "");
    submit.disabled = true;
    submit.textContent = t("sign_in.busy");
    try {
      done(
        await request("/session", {
          method: "POST",
          body: code.element.hidden
            ? { login: name, password: secret }
            : { login: name, password: secret, code: code.control.value.trim() },
          bare: true,
        }),
      );
    } catch (problem) {
      const { title, next } = said(problem);
      sayError(error, `${title} ${next}`);
      if (problem instanceof Problem && problem.status === 401) {
        if (problem.code.startsWith("account.code_")) code.element.hidden = false;
        (code.element.hidden ? password : code).control.focus();
      }
    } finally {
      submit.disabled = false;
      submit.textContent = t("sign_in.submit");
    }
  }

  const form = h(
    "form",
    {
      class: "sign-in-form",
      novalidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        const name = login.control.value.trim();
        if (!password.control.value) password.refuse(t("sign_in.password.missing"));
        if (!name) login.refuse(t("sign_in.login.missing"));
        if (!name) login.control.focus();
        else if (!password.control.value) password.control.focus();
        else enter(name, password.control.value);
      },
    },
    login.element,
    password.element,
    code.element,
    error,
    submit,
  );
  const refused = new URLSearchParams(location.search).get("signOn");
  if (refused) {
    const { title, next } = said(new Problem({ status: 401, code: refused }));
    sayError(error, `${title} ${next}`);
  }
  const demonstration = demonstrationLogins(enter);
  return h("div", {}, form, signOnLink(), demonstration);
}

/** The way to the system that signs people on, where there is one. */
function signOnLink() {
  const name = packTexts()?.signOn;
  if (!name) return null;
  const page = location.search.includes("signOn=") ? "/" : location.pathname + location.search;
  return h(
    "a",
    {
      class: "button wide sign-on",
      href: `/api/v1/session/openid?page=${encodeURIComponent(page)}`,
      onclick: () => localStorage.setItem(SIGNED_IN, "1"),
    },
    t("sign_in.elsewhere", { name }),
  );
}

/** @param {(login: string, password: string) => void} enter */
function demonstrationLogins(enter) {
  const shown = packTexts()?.demonstration;
  if (!shown) return null;
  const posts = shown.logins.filter(({ isOfUnit }) => !isOfUnit);
  const units = shown.logins.filter(({ isOfUnit }) => isOfUnit);
  const unit = h(
    "select",
    { "aria-label": t("sign_in.demonstration.units") },
    ...units.map(({ login, post, unitName }) => option(login, `${unitName} · ${post}`)),
  );
  return h(
    "section",
    { class: "demonstration", "aria-label": t("sign_in.demonstration") },
    h(
      "p",
      {},
      h("span", { class: "tag" }, t("sign_in.demonstration")),
      t("sign_in.demonstration.lead"),
    ),
    h(
      "div",
      { class: "demonstration-logins" },
      ...posts.map(({ login, post, unitName }) => {
        const twin = posts.some((other) => other.post === post && other.login !== login);
        const name = twin ? `${post} · ${unitName}` : post;
        return h(
          "button",
          {
            type: "button",
            class: "button",
            "data-login": login,
            "aria-label": `${t("sign_in.enter_as", { post: name })} (${login})`,
            onclick: () => enter(login, shown.password),
          },
          icon("person"),
          h("span", { class: "grow" }, name),
          h("small", {}, login),
        );
      }),
    ),
    units.length > 0 && h(
      "div",
      { class: "demonstration-logins" },
      unit,
      h("button", {
        type: "button",
        class: "button",
        "data-login": "unit",
        onclick: () => enter(unit.value, shown.password),
      }, t("sign_in.submit")),
    ),
  );
}

/**
 * The page of somebody who is not signed in.
 *
 * @param {(session: Session) => void} done
 * @param {() => void} languageChanged
 */
export function signInPage(done, languageChanged) {
  return h(
    "main",
    { class: "sign-in", "data-view": "sign-in" },
    h(
      "div",
      { class: "sign-in-card" },
      h(
        "div",
        { class: "brand" },
        logo(),
        h("b", {}, "CivicLoop"),
        h("span", {}, t("product")),
        languageButton(languageChanged),
      ),
      h("h1", {}, t("sign_in.title")),
      h("p", { class: "lead" }, t("sign_in.lead")),
      signInForm(done),
    ),
  );
}

/** @param {() => void} changed */
export function languageButton(changed) {
  const other = language() === "zh" ? "en" : "zh";
  return h("button", {
    type: "button",
    class: "button ghost language",
    lang: other === "zh" ? "zh-CN" : "en",
    "aria-label": t("language.switch"),
    onclick: async () => {
      try {
        await chooseLanguage(other);
        changed();
      } catch {
        // The other language cannot be fetched now; this one goes on.
      }
    },
  }, t("language.other"));
}

/**
 * Asks to sign in again over the page as it stands, so that nothing typed is lost.
 *
 * @param {string} login who was signed in
 * @returns {Promise<Session>}
 */
export function signInAgain(login) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      {
        class: "dialog narrow",
        "aria-labelledby": "again-title",
        // There is nothing to go back to.
        oncancel: (/** @type {Event} */ event) => event.preventDefault(),
      },
      h("h2", { id: "again-title" }, t("sign_in.again")),
      h("p", { class: "lead" }, t("sign_in.again.lead")),
      signInForm((session) => {
        dialog.close();
        dialog.remove();
        resolve(session);
      }, login),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
