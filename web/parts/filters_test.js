// @ts-check
import assert from "node:assert/strict";
import {
  caseNumber,
  caseQuery,
  filterCount,
  noFilters,
  readFilters,
  UNCLASSIFIED,
  writeFilters,
} from "./filters.js";

const PAGE = { limit: 50 };

Deno.test("an address and its filters say the same", () => {
  for (
    const address of [
      "",
      "?stage=filed",
      "?stage=handling&item=road-flooding&grade=red&channel=hotline&area=12&unit=31",
      "?state=overdue&from=2026-11-01&to=2026-11-20",
      "?words=%E7%A7%AF%E6%B0%B4",
    ]
  ) {
    assert.equal(writeFilters(readFilters(address)), address);
  }
});

Deno.test("what no list can show is left out of an address", () => {
  for (
    const address of [
      "?grade=green",
      "?channel=pigeon",
      "?area=abc",
      "?unit=12345678901234567890",
      "?state=maybe",
      "?from=2026-02-30",
      "?to=yesterday",
      "?stage=a%20b",
      "?other=1",
    ]
  ) {
    assert.deepEqual(readFilters(address), noFilters(), address);
  }
});

Deno.test("filters become the query of the API", () => {
  const rows = [
    ["", "limit=50"],
    ["?stage=filed&grade=red", "stage=filed&grade=red&limit=50"],
    [`?item=${UNCLASSIFIED}`, "unclassified=true&limit=50"],
    ["?item=stall", "item=stall&limit=50"],
    ["?state=open", "open=true&limit=50"],
    ["?state=closed", "open=false&limit=50"],
    ["?state=overdue", "overdue=true&limit=50"],
  ];
  for (const [address, query] of rows) assert.equal(caseQuery(readFilters(address), PAGE), query);
  assert.equal(caseQuery(noFilters(), { limit: 5, before: "73" }), "limit=5&before=73");
});

Deno.test("the last day of a filter is meant whole", () => {
  const query = new URLSearchParams(
    caseQuery(readFilters("?from=2026-11-20&to=2026-11-20"), PAGE),
  );
  const from = Date.parse(query.get("filedFrom") ?? "");
  const to = Date.parse(query.get("filedTo") ?? "");
  assert.equal(to - from, 24 * 60 * 60 * 1000);
  assert.equal(from, Date.UTC(2026, 10, 19, 16));
});

Deno.test("a stage is a tab, not a filter", () => {
  assert.equal(filterCount(readFilters("?stage=filed")), 0);
  assert.equal(filterCount(readFilters("?stage=filed&grade=red&words=a")), 2);
});

Deno.test("a case number is read as people type it", () => {
  for (
    const text of [
      "2026-1120-00042",
      " 2026-1120-00042 ",
      "案 2026-1120-00042",
      "Case 2026-1120-00042",
    ]
  ) {
    assert.equal(caseNumber(text), "2026-1120-00042", text);
  }
  for (const text of ["", "42", "2026-1120-42", "2026-11-20", "2026-1120-00042/x"]) {
    assert.equal(caseNumber(text), null, text);
  }
});
