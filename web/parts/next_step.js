// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { h } from "./element.js";
import { packTexts, t } from "./language.js";

/** @import { Case, NextStep } from "./types.js" */

/** By what the case goes on and who does it, for somebody whose turn it is not. @param {Case} found */
export function nextStep(found) {
  const { next } = found;
  if (!next) return null;
  const posts = next.posts.map(({ name }) => name).join(t("case.next.or"));
  const who = next.unit ? t("case.next.of", { unit: next.unit.name, posts }) : posts;
  return h(
    "p",
    { class: "muted", "data-next": next.action },
    t("case.next", { action: next.name, who }),
    " ",
    become(next, found.number ?? ""),
  );
}

/** On a demonstration: a way to go on as who it is. @param {NextStep} next @param {string} number */
function become(next, number) {
  const shown = packTexts()?.demonstration;
  const found = shown?.logins.find(({ postCode, unit }) =>
    next.posts.some(({ code }) => code === postCode) && (!next.unit || next.unit.id === unit)
  );
  if (!shown || !found) return null;
  return h("button", {
    type: "button",
    class: "button",
    "data-become": found.login,
    onclick: async () => {
      try {
        await request("/session", { method: "DELETE" });
        const body = { login: found.login, password: shown.password };
        await request("/session", { method: "POST", body, bare: true });
      } finally {
        location.assign(`/case/${number}`);
      }
    },
  }, t("case.next.become", { login: found.login }));
}
