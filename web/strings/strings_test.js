// @ts-check
import assert from "node:assert/strict";
import { en } from "./en.js";
import { zh } from "./zh.js";

/** @param {string} sentence */
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

Deno.test("both tables have the same keys", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
});

Deno.test("no text is empty", () => {
  for (const [key, text] of Object.entries({ ...zh, ...en })) assert.ok(text.trim(), key);
});

Deno.test("both tables put the same facts into a text, but where one needs no fact", () => {
  const free = new Set(["case.signals.count", "time.date"]);
  for (const key of Object.keys(zh)) {
    if (!free.has(key)) assert.deepEqual(places(en[key]), places(zh[key]), key);
  }
});

Deno.test("every problem says what to do next", () => {
  for (const key of Object.keys(zh)) {
    if (!key.startsWith("problem.") || key.endsWith(".next")) continue;
    if (key === "problem.reference") continue;
    assert.ok(zh[`${key}.next`], key);
  }
});

Deno.test("every key that the pages name is in the tables", async () => {
  for (const folder of ["parts", "report", "field", "screen", "intake"]) {
    const place = new URL(`../${folder}/`, import.meta.url);
    for await (const file of Deno.readDir(place)) {
      if (!file.name.endsWith(".js") || file.name.endsWith("_test.js")) continue;
      const source = await Deno.readTextFile(new URL(file.name, place));
      for (const [, key] of source.matchAll(/\bt\("([\w.]+)"/g)) {
        assert.ok(zh[key] !== undefined, `${folder}/${file.name}: ${key}`);
      }
    }
  }
});
