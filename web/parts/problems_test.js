// @ts-check
import assert from "node:assert/strict";
import { usePackTexts } from "./language.js";
import { Problem, said, saidShortly } from "./problems.js";

usePackTexts({
  stages: { filed: "待派单" },
  actions: { accept: "接单" },
  items: {},
  posts: { inspector: "核查员", dispatcher: "派单员" },
  categories: [],
  signOn: null,
  demonstration: null,
});

/** @param {string} code @param {Record<string, unknown>} [more] */
const problem = (code, more = {}) => new Problem({ status: 400, code, ...more });

Deno.test("facts are said with names, never with codes", () => {
  const edge = problem("step.no_edge", { facts: { stage: "filed", action: "accept" } });
  assert.equal(said(edge).title, "案件在“待派单”环节，不能做“接单”。");
  const post = problem("step.not_your_post", { facts: { allowed: "dispatcher,inspector" } });
  assert.equal(said(post).title, "这一步由派单员、核查员办理。");
  const missing = problem("step.missing", { facts: { missing: "note,photo" } });
  assert.equal(said(missing).title, "还缺：说明、照片。");
  const right = problem("permission.missing", { facts: { permission: "read" } });
  assert.equal(said(right).title, "您的岗位没有“查看案件”的权限。");
});

Deno.test("findings go to the fields of the form", () => {
  const refused = problem("signal.refused", {
    findings: [
      { field: "title", rule: "text.too_long", facts: { max: "200" } },
      {
        field: "position.longitude",
        rule: "number.out_of_range",
        facts: { min: "-180", max: "180" },
      },
      { field: "title", rule: "field.required" },
      { field: null, rule: "json.malformed" },
    ],
  });
  assert.deepEqual(said(refused).fields, {
    title: "太长，最多 200 字。",
    longitude: "须在 -180 到 180 之间。",
  });
  assert.equal(saidShortly(refused), "有内容需要改正。 标题：太长，最多 200 字。");
});

Deno.test("an unknown code still becomes a sentence with a next step", () => {
  const rows = /** @type {[number, string][]} */ ([
    [400, "服务器没有接受这次操作。"],
    [403, "您没有这个权限。"],
    [404, "没有找到。"],
    [500, "服务器没能完成。"],
    [503, "服务器没能完成。"],
  ]);
  for (const [status, title] of rows) {
    const { title: shown, next, reference } = said(problem("new.code", { status, request: "q-1" }));
    assert.equal(shown, title);
    assert.ok(next);
    assert.equal(reference, "q-1");
  }
  const rule = problem("request.invalid", { findings: [{ field: "unit", rule: "new.rule" }] });
  assert.deepEqual(said(rule).fields, { unit: "不符合要求，请核对。" });
  assert.equal(said(new TypeError("x is undefined")).title, "页面出了差错。");
});

Deno.test("a fact that is not sent leaves no mark", () => {
  assert.ok(!said(problem("step.note_too_long")).title.includes("undefined"));
});
