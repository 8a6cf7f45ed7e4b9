// @ts-check
import assert from "node:assert/strict";
import {
  clockText,
  dayStart,
  dayText,
  durationText,
  fullText,
  inputMoment,
  inputText,
  moment,
  momentText,
  timeText,
  useCityTime,
  usedShare,
  weekday,
} from "./times.js";

const WORDS = { day: "天", hour: "小时", minute: "分", second: "秒" };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

Deno.test("a clock shows what is left, and counts on past its end", () => {
  const rows = /** @type {[number, string][]} */ ([
    [25 * MINUTE + 23 * SECOND, "25:23"],
    [0, "00:00"],
    [999, "00:00"],
    [-(2 * MINUTE + 15 * SECOND), "−02:15"],
    [2 * HOUR + 14 * MINUTE, "2:14:00"],
    [47 * HOUR, "47:00:00"],
    [48 * HOUR, "2 天"],
    [3 * DAY + 4 * HOUR + 59 * MINUTE, "3 天 4 小时"],
    [-(5 * DAY), "−5 天"],
  ]);
  for (const [left, text] of rows) assert.equal(clockText(left, WORDS), text);
});

Deno.test("a length is said in its two largest measures", () => {
  const rows = /** @type {[number, string][]} */ ([
    [0, "0 秒"],
    [-5, "0 秒"],
    [59_999, "59 秒"],
    [61_000, "1 分"],
    [HOUR, "1 小时"],
    [HOUR + 2 * MINUTE, "1 小时 2 分"],
    [DAY + HOUR, "1 天 1 小时"],
    [DAY + MINUTE, "1 天"],
  ]);
  for (const [length, text] of rows) assert.equal(durationText(length, WORDS), text);
});

Deno.test("the bar of a clock stays between nothing and all", () => {
  assert.equal(usedShare(0, 100, 25), 0.25);
  assert.equal(usedShare(0, 100, -5), 0);
  assert.equal(usedShare(0, 100, 500), 1);
  assert.equal(usedShare(100, 100, 99), 0);
  assert.equal(usedShare(100, 100, 100), 1);
});

Deno.test("a moment is as short as it stays clear, by the city's clock", () => {
  // 14:26 in the city, wherever the reader is.
  const now = Date.UTC(2026, 10, 20, 6, 26);
  assert.equal(momentText(Date.UTC(2026, 10, 20, 1, 5), now), "09:05");
  assert.equal(momentText(Date.UTC(2026, 10, 19, 1, 5), now), "11-19 09:05");
  assert.equal(momentText(Date.UTC(2025, 10, 20, 1, 5), now), "2025-11-20 09:05");
  // One day in UTC, two in the city.
  assert.equal(momentText(Date.UTC(2026, 10, 19, 15, 59), now), "11-19 23:59");
  assert.equal(momentText(Date.UTC(2026, 10, 19, 16, 0), now), "00:00");
  assert.equal(fullText(now), "2026-11-20 14:26");
  assert.equal(fullText(now, true), "2026-11-20 14:26:00");
});

Deno.test("days begin and end by the city's clock", () => {
  const late = Date.UTC(2026, 11, 31, 16, 30);
  assert.equal(dayText(late), "2027-01-01");
  assert.equal(timeText(late), "00:30");
  assert.equal(weekday(late), 5);
  assert.equal(dayStart(late), Date.UTC(2026, 11, 31, 16, 0));
  assert.equal(dayStart(late, -1), Date.UTC(2026, 11, 30, 16, 0));
  assert.equal(inputText(late), "2027-01-01T00:30");
  assert.equal(inputMoment("2027-01-01T00:30"), late);
  assert.equal(inputMoment("2027-01-01"), dayStart(late));
  assert.equal(inputText(NaN), "");
  assert.ok(Number.isNaN(inputMoment("")));
  assert.ok(Number.isNaN(inputMoment("2026-13-01")));
});

Deno.test("the server says how far the city is from UTC", () => {
  const at = Date.UTC(2026, 5, 1, 20, 0);
  useCityTime(-240);
  assert.equal(fullText(at), "2026-06-01 16:00");
  useCityTime(480);
  assert.equal(fullText(at), "2026-06-02 04:00");
});

Deno.test("what is no time is none", () => {
  assert.equal(moment(null), null);
  assert.equal(moment("soon"), null);
  assert.equal(moment("1970-01-01T00:00:01.000Z"), 1000);
});
