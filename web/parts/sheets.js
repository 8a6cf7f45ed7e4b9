// @ts-check
/// <reference lib="dom" />

import { requestFile } from "./api.js";
import { t } from "./language.js";
import { toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { fullText } from "./times.js";

/** What the server takes at once. */
export const SHEET_ROWS_MAX = 50_000;
const NAME_MAX = 31;

/**
 * Makes a workbook of rows on the server and lays it into the reader's downloads. The last row says
 * when it was made.
 *
 * @param {string} title
 * @param {(string | number | null | undefined)[][]} rows the first holds the columns' names
 * @returns {Promise<boolean>} whether it was saved
 */
export async function saveSheet(title, rows) {
  const name = title.replace(/[[\]:*?/\\']/g, " ").slice(0, NAME_MAX).trim();
  const made = [t("sheet.made", { time: fullText(Date.now(), true) })];
  const cells = [...rows, [], made].map((row) => row.map((cell) => cell ?? ""));
  try {
    const file = await requestFile("/sheets", { method: "POST", body: { name, rows: cells } });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${name}.xlsx`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return true;
  } catch (error) {
    toast(saidShortly(error));
    return false;
  }
}
