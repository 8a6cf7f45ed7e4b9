// @ts-check

import { maybe, packName, t } from "./language.js";

/** @import { Finding, ProblemDocument } from "./types.js" */

/** A request that was not carried out, with what the server said of it. */
export class Problem extends Error {
  /** @param {ProblemDocument} document */
  constructor(document) {
    super(document.code);
    this.document = document;
  }

  get status() {
    return this.document.status;
  }

  get code() {
    return this.document.code;
  }
}

/** Codes that the pages give themselves, where no server answered. */
export const NETWORK_LOST = "network.lost";
export const NETWORK_SLOW = "network.slow";

/**
 * @typedef {object} Said
 * @property {string} title what happened
 * @property {string} next what to do about it
 * @property {Record<string, string>} fields sentences by the name of the field
 * @property {string} reference by which operators find the request; may be empty
 */

/**
 * What a person reads of a problem.
 *
 * @param {unknown} error
 * @returns {Said}
 */
export function said(error) {
  if (!(error instanceof Problem)) {
    return { title: t("problem.page"), next: t("problem.page.next"), fields: {}, reference: "" };
  }
  const { code, status, findings = [], request = "" } = error.document;
  const facts = named(error.document.facts ?? {});
  /** @type {Record<string, string>} */
  const fields = {};
  for (const finding of findings) {
    if (finding.field) fields[fieldName(finding.field)] ??= ruleText(finding);
  }
  const group = status >= 500 ? "5xx" : status === 404 ? "404" : status === 403 ? "403" : "4xx";
  return {
    title: maybe(`problem.${code}`, facts) ?? t(`problem.group.${group}`),
    next: maybe(`problem.${code}.next`, facts) ?? t(`problem.group.${group}.next`),
    fields,
    reference: request,
  };
}

/** One sentence for a message at the foot of the page. @param {unknown} error */
export function saidShortly(error) {
  const { title, next, fields } = said(error);
  const first = Object.entries(fields)[0];
  if (first) return `${title} ${fieldLabel(first[0])}：${first[1]}`;
  return `${title} ${next}`;
}

/** The form's own name of a field: `position.longitude` is its `longitude`. @param {string} field */
export function fieldName(field) {
  return field.startsWith("position.") ? field.slice("position.".length) : field;
}

/** @param {string} field */
export function fieldLabel(field) {
  return maybe(`field.${field}`) ?? t("field.other");
}

/** What the rule of a finding says to a person. @param {Finding} finding */
export function ruleText(finding) {
  return maybe(`rule.${finding.rule}`, named(finding.facts ?? {})) ?? t("rule.other");
}

/**
 * Facts as people say them: codes of stages, posts and fields become names.
 *
 * @param {Record<string, string>} facts
 */
function named(facts) {
  /** @type {Record<string, string>} */
  const shown = { ...facts };
  if (facts.stage) shown.stage = packName("stages", facts.stage);
  if (facts.action) shown.action = packName("actions", facts.action);
  if (facts.allowed) {
    shown.allowed = facts.allowed.split(",").map((code) => packName("posts", code)).join("、");
  }
  if (facts.names) shown.names = facts.names.split(",").join("、");
  if (facts.fields) {
    shown.fields = facts.fields.split(",").map((code) => packName("fields", code)).join("、");
  }
  if (facts.missing) {
    shown.missing = facts.missing.split(",").map((name) => fieldLabel(name)).join("、");
  }
  if (facts.permission) {
    shown.permission = facts.permission.split(",")
      .map((name) => maybe(`permission.${name}`) ?? t("unknown")).join("、");
  }
  return shown;
}
