// @ts-check
/// <reference lib="dom" />

import { dayText, useCityTime, weekday } from "./times.js";

/** @import { Texts } from "./types.js" */

/** Who reads one language does not fetch the other. */
const LOADERS = {
  zh: async () => (await import("../strings/zh.js")).zh,
  en: async () => (await import("../strings/en.js")).en,
};
const REMEMBERED = "civicloop.language";

/** @type {"zh" | "en"} */
let current = "zh";
/** @type {Record<string, string>} */
let table = {};
/** @type {Texts | null} */
let packs = null;

/** @returns {"zh" | "en"} */
export function language() {
  return current;
}

/** Takes up the language chosen last; Chinese where none was. Nothing can be said before. */
export async function startLanguage() {
  const remembered = globalThis.localStorage?.getItem(REMEMBERED);
  await choose(remembered === "en" ? "en" : "zh");
}

/** @param {"zh" | "en"} next */
export async function chooseLanguage(next) {
  await choose(next);
  globalThis.localStorage?.setItem(REMEMBERED, next);
}

/** @param {"zh" | "en"} next */
async function choose(next) {
  table = await LOADERS[next]();
  current = next;
  if (globalThis.document) document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}

/** @param {Texts} texts the names that packs give, and the city's time */
export function usePackTexts(texts) {
  packs = texts;
  useCityTime(texts.offsetMinutes ?? 480);
}

/** @returns {Texts | null} */
export function packTexts() {
  return packs;
}

/**
 * Puts facts in the places of a sentence: `{name}`. A fact that is missing leaves nothing.
 *
 * @param {string} sentence
 * @param {Record<string, unknown>} facts
 */
export function filled(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/**
 * The text of a key, or nothing where the tables do not hold it.
 *
 * @param {string} key
 * @param {Record<string, unknown>} [facts]
 * @returns {string | undefined}
 */
export function maybe(key, facts = {}) {
  const sentence = table[key];
  return sentence === undefined ? undefined : filled(sentence, facts);
}

/**
 * @param {string} key
 * @param {Record<string, unknown>} [facts]
 */
export function t(key, facts = {}) {
  return maybe(key, facts) ?? maybe("unknown") ?? "";
}

/**
 * All codes of a table of packs with their names.
 *
 * @param {"deviceKinds" | "kinds" | "posts" | "hours"} table
 */
export function packNames(table) {
  return Object.entries(packs?.[table] ?? {});
}

/**
 * The name that a pack gives to a code. A code that no pack knows is said to be unknown, not shown.
 *
 * @param {"stages" | "actions" | "fields" | "items" | "posts" | "kinds" | "aspects" | "hours"} table
 * @param {string | null | undefined} code
 */
export function packName(table, code) {
  if (!code) return table === "items" ? t("item.none") : t("unknown");
  return packs?.[table]?.[code] ?? t("unknown");
}

/** A day as people say it, with its day of the week. @param {number} at */
export function dateWords(at) {
  const [, month, day] = dayText(at).split("-").map(Number);
  return t("time.date", { month, day, weekday: t(`time.weekday.${weekday(at)}`) });
}
