// @ts-check
import assert from "node:assert/strict";
import { applied, dropped, insisted, sendable, sorted } from "./queue.js";

/** @import { Entry, FieldCase } from "./queue.js" */

/** @param {Partial<Entry>} given @returns {Entry} */
function entry(given) {
  return {
    key: "k1",
    at: 1,
    login: "me",
    form: "step",
    case: "7",
    title: "",
    name: "",
    to: "handling",
    body: { action: "accept", version: 1 },
    files: [],
    digests: [],
    state: "waiting",
    said: "",
    theirs: null,
    ...given,
  };
}

/** @type {FieldCase} */
const found = {
  id: "7",
  stage: "dispatched",
  version: 1,
  flow: "standard/1",
  evidence: ["photo"],
  actions: [{ action: "accept", name: "", requires: [], why: "" }, {
    action: "reassign",
    name: "",
    requires: ["unit"],
    why: "",
  }],
};
const flows = {
  "standard/1": [{
    action: "report",
    name: "",
    from: "handling",
    to: "checking",
    requires: ["note"],
    itemEvidence: true,
    why: "",
  }],
};

Deno.test("what waits moves the case on, with the steps of its next stage", () => {
  const after = applied(found, [entry({})], flows);
  assert.equal(after.stage, "handling");
  assert.equal(after.version, 2);
  assert.equal(after.unsent, true);
  assert.deepEqual(after.actions?.map((action) => action.requires), [["note", "photo"]]);
});

Deno.test("without anything waiting only steps for the desk go", () => {
  const after = applied(found, [entry({ case: "8" })], flows);
  assert.deepEqual(after.actions?.map((action) => action.action), ["accept"]);
  assert.equal(after.unsent, undefined);
});

Deno.test("nothing is sent behind what stands still, nor for somebody else", () => {
  const all = [
    entry({ key: "a", state: "conflict" }),
    entry({ key: "b", at: 2 }),
    entry({ key: "c", at: 3, case: "8" }),
    entry({ key: "d", at: 4, case: "", form: "signal", state: "refused" }),
    entry({ key: "e", at: 5, case: "", form: "signal" }),
    entry({ key: "f", at: 6, case: "9", login: "you" }),
  ];
  assert.deepEqual(sendable(all, "me").map((one) => one.key), ["c", "e"]);
});

Deno.test("who insists decides on what is there now", () => {
  const theirs = { stage: "handling", since: "", version: 5 };
  const all = [
    entry({ key: "a", state: "conflict", theirs }),
    entry({ key: "b", at: 2, body: { action: "report", version: 2 } }),
    entry({ key: "c", at: 3, case: "8" }),
  ];
  const changed = insisted(all, "a");
  assert.deepEqual(changed.map((one) => [one.key, one.state, one.body.version]), [
    ["a", "waiting", 5],
    ["b", "waiting", 6],
  ]);
  assert.deepEqual(dropped(all, "a"), ["a", "b"]);
  assert.deepEqual(dropped(all, "c"), ["c"]);
});

Deno.test("the most pressing first, then the nearest; what has no limit last", () => {
  const cases = [
    { ...found, id: "1", due: null },
    { ...found, id: "2", due: "2026-11-20T08:00:00Z" },
    { ...found, id: "3", due: "2026-11-20T07:00:00Z" },
    { ...found, id: "4", due: "2026-11-20T07:00:00Z" },
  ];
  const far = (/** @type {FieldCase} */ one) => ({ 1: 1, 3: 500, 4: 20 })[one.id] ?? null;
  assert.deepEqual(sorted(cases, "due", far).map((one) => one.id), ["4", "3", "2", "1"]);
  assert.deepEqual(sorted(cases, "near", far).map((one) => one.id), ["1", "4", "3", "2"]);
});
