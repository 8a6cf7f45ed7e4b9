// @ts-check
import assert from "node:assert/strict";
import { findPage, homeInHand, homeOf, PAGES } from "./pages.js";

Deno.test("an address names a page and a place within it", () => {
  /** @type {[string, string, string][]} */
  const rows = [
    ["/", "cases", ""],
    ["/cases", "cases", ""],
    ["/case/2026-1120-00042", "cases", "2026-1120-00042"],
    ["/desk", "desk", ""],
    ["/orders/returned", "orders", "returned"],
    ["/devices/7312", "devices", "7312"],
    ["/warnings/7312", "warnings", "7312"],
    ["/checkup", "checkup", ""],
    ["/analysis", "analysis", ""],
    ["/things/911829061368545281", "things", "911829061368545281"],
  ];
  for (const [path, view, place] of rows) {
    const found = findPage(path);
    assert.equal(found?.entry.view, view, path);
    assert.equal(found?.place, place, path);
  }
  for (const path of ["/casework", "/case/a/b", "/case/%3Cb%3E", "/desk/x", "/things/abc"]) {
    assert.equal(findPage(path), null, path);
  }
});

Deno.test("every page is found at its own address", () => {
  for (const entry of PAGES) assert.equal(findPage(entry.home)?.entry, entry, entry.view);
});

Deno.test("work begins where the post has its work", () => {
  /** @param {string[]} posts */
  const session = (posts) => /** @type {import("./types.js").Session} */ (
    /** @type {unknown} */ ({ posts })
  );
  assert.equal(homeOf(session(["duty-officer"])), "/desk");
  assert.equal(homeOf(session(["handler", "unit-head"])), "/orders");
  assert.equal(homeOf(session(["receptionist"])), "/");
  assert.equal(homeInHand(session(["handler"])), "/field");
  assert.equal(homeInHand(session(["dispatcher"])), "/dispatch");
  for (const post of ["leader", "auditor", "inspector", "administrator"]) {
    assert.ok(findPage(homeOf(session([post])).split("?")[0]), post);
  }
});
