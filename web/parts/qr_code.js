// @ts-check
/// <reference lib="dom" />

import { drawn } from "./element.js";

/*
 * One size of QR code (ISO/IEC 18004): version 6 at level L, bytes, the first mask. It holds what an
 * authenticator app reads, and nothing leaves the page for it.
 */
const SIZE = 41;
const ALIGNMENT = 34;
const BLOCKS = 2;
const BLOCK_BYTES = 68;
const CHECK_BYTES = 18;
/** Level L, mask 0, with their own check bits. */
const FORMAT = 0x77C4;
/** The most bytes that one holds beside form and length. */
const BYTES_MAX = BLOCKS * BLOCK_BYTES - 2;
const QUIET = 4;

/** Powers of 2 in the field of 256 that the code reckons in. */
const POWERS = [1];
while (POWERS.length < 255) {
  const next = (POWERS[POWERS.length - 1]) << 1;
  POWERS.push(next < 256 ? next : next ^ 0x11D);
}

/** @param {number} a @param {number} b */
function product(a, b) {
  return a && b ? POWERS[(POWERS.indexOf(a) + POWERS.indexOf(b)) % 255] : 0;
}

/** The check bytes of a block: what is left of it after division. @param {number[]} block */
function checks(block) {
  let divisor = [1];
  for (let power = 0; power < CHECK_BYTES; power += 1) {
    const next = [...divisor, 0];
    for (const [at, value] of divisor.entries()) next[at + 1] ^= product(value, POWERS[power]);
    divisor = next;
  }
  const rest = [...block, ...Array(CHECK_BYTES).fill(0)];
  for (let at = 0; at < block.length; at += 1) {
    const lead = rest[at];
    for (const [offset, value] of divisor.entries()) rest[at + offset] ^= product(value, lead);
  }
  return rest.slice(block.length);
}

/** All bytes of the code, blocks woven into one another. @param {Uint8Array} bytes */
function woven(bytes) {
  // Form 4 (bytes) and the length shift everything by half a byte.
  const halves = [4, bytes.length >> 4, bytes.length & 15];
  for (const byte of bytes) halves.push(byte >> 4, byte & 15);
  halves.push(0);
  /** @type {number[]} */
  const data = [];
  for (let at = 0; at < halves.length; at += 2) data.push(halves[at] << 4 | halves[at + 1]);
  for (let fill = 0xEC; data.length < BLOCKS * BLOCK_BYTES; fill ^= 0xEC ^ 0x11) data.push(fill);
  const blocks = Array.from(
    { length: BLOCKS },
    (_, index) => data.slice(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES),
  );
  const across = (/** @type {number[][]} */ rows) =>
    rows[0].flatMap((_, at) => rows.map((row) => row[at]));
  return [...across(blocks), ...across(blocks.map(checks))];
}

/**
 * The code of a text: rows of dark (1) and light (0).
 *
 * @param {string} text
 * @returns {number[][] | null} null where it is too long
 */
export function qrCode(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > BYTES_MAX) return null;
  /** @type {(number | undefined)[][]} */
  const rows = Array.from({ length: SIZE }, () => Array(SIZE).fill(undefined));
  /** A square of rings around a middle, and where it ends. */
  const rings = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {number[]} */ dark,
  ) => {
    const reach = dark.length - 1;
    for (let down = -reach; down <= reach; down += 1) {
      for (let right = -reach; right <= reach; right += 1) {
        const row = rows[y + down];
        if (!row || x + right < 0 || x + right >= SIZE) continue;
        row[x + right] = dark[Math.max(Math.abs(down), Math.abs(right))];
      }
    }
  };
  for (const [x, y] of [[3, 3], [SIZE - 4, 3], [3, SIZE - 4]]) rings(x, y, [1, 1, 0, 1, 0]);
  rings(ALIGNMENT, ALIGNMENT, [1, 0, 1]);
  for (let at = 8; at < SIZE - 8; at += 1) rows[6][at] = rows[at][6] = (at + 1) % 2;
  for (let bit = 0; bit < 15; bit += 1) {
    const dark = FORMAT >> bit & 1;
    const along = bit < 6 ? bit : bit < 8 ? bit + 1 : SIZE - 15 + bit;
    const back = bit < 8 ? SIZE - 1 - bit : bit < 9 ? 7 : 14 - bit;
    rows[along][8] = dark;
    rows[8][back] = dark;
  }
  rows[SIZE - 8][8] = 1;
  lay(woven(bytes), rows);
  return rows.map((row) => row.map((dark) => dark ?? 0));
}

/**
 * Lays the bits, two columns at a time, up and down from the right, past what stands there.
 *
 * @param {number[]} bytes
 * @param {(number | undefined)[][]} rows
 */
function lay(bytes, rows) {
  let bit = 0;
  let upwards = true;
  for (let right = SIZE - 1; right > 0; right -= 2) {
    // The column of the ruler is passed over.
    if (right === 6) right = 5;
    for (let step = 0; step < SIZE; step += 1) {
      const y = upwards ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (rows[y][x] !== undefined) continue;
        const dark = (bytes[bit >> 3] ?? 0) >> (7 - (bit & 7)) & 1;
        rows[y][x] = dark ^ ((x + y) % 2 === 0 ? 1 : 0);
        bit += 1;
      }
    }
    upwards = !upwards;
  }
}

/** A drawing of the code, dark on light in every theme. @param {number[][]} rows @param {string} label */
export function qrDrawing(rows, label) {
  const side = SIZE + 2 * QUIET;
  const path = rows.flatMap((row, y) =>
    row.map((dark, x) => dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")
  ).join("");
  return drawn(
    "svg",
    { class: "qr", viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label },
    drawn("rect", { width: side, height: side, fill: "#FFFFFF" }),
    drawn("path", { d: path, fill: "#000000", "shape-rendering": "crispEdges" }),
  );
}
