// @ts-check
import assert from "node:assert/strict";
import { areEngines } from "./steps.js";

Deno.test("only steps of the engine that stay where they are change no decision", () => {
  const engine = { staff: null, from: "checking", to: "checking" };
  const person = { ...engine, staff: { id: "1", name: "李四" } };
  const away = { ...engine, to: "checked" };
  assert.equal(areEngines([]), true);
  assert.equal(areEngines([engine, engine]), true);
  assert.equal(areEngines([engine, person]), false);
  assert.equal(areEngines([away]), false);
});
