// @ts-check

import { qrCode } from "./qr_code.js";

const SEGNO = 869843221;

/** FNV-1a over the rows, as text of ones and noughts. @param {number[][]} rows */
function hash(rows) {
  let sum = 0x811C9DC5;
  for (const dark of rows.flat()) sum = Math.imul(sum ^ dark, 0x01000193) >>> 0;
  return sum;
}

Deno.test("a code is the one that another maker draws", () => {
  // The same text, size, level and mask, drawn by segno 1.6.6; a full code has no bytes to choose.
  const rows = qrCode("a".repeat(134));
  const found = rows && hash(rows);
  if (found !== SEGNO) throw new Error(`${found}`);
});

Deno.test("what is too long has no code, what is short has one", () => {
  if (qrCode("a".repeat(135)) !== null) throw new Error("too long");
  const rows = qrCode("otpauth://totp/CivicLoop:duty?secret=ABCD");
  if (rows?.length !== 41 || rows.some((row) => row.length !== 41)) throw new Error("no square");
});
