// @ts-check
/// <reference lib="dom" />

import { CaseList } from "./case_list.js";
import { readFilters, writeFilters } from "./filters.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { CaseRow } from "./types.js"
 */

/** All cases in a list with filters. */
export class CasesPage {
  /** @param {PageContext} context */
  constructor({ directory, actions }) {
    this.query = "";
    this.list = new CaseList(directory, {
      change: (change) => actions.refine(/** @type {Record<string, string>} */ (change)),
      open: actions.openCase,
    });
    this.element = this.list.element;
    this.number = "";
    this.keys = { j: () => this.list.move(1), k: () => this.list.move(-1) };
  }

  /** @param {string} _place @param {URLSearchParams} query */
  open(_place, query) {
    const filters = readFilters(query.toString());
    const written = writeFilters(filters);
    if (this.isOpen && written === this.query) return;
    this.isOpen = true;
    this.query = written;
    this.list.load(filters);
  }

  close() {
    this.isOpen = false;
  }

  /** @param {CaseRow} row */
  changed(row) {
    this.list.patch(row);
  }

  missed() {
    this.list.load(this.list.filters);
  }

  /** @param {CaseRow | null} _row @param {string} number */
  select(_row, number) {
    if (number) this.number = number;
    this.list.select(number);
  }

  focus() {
    this.list.focusRow(this.list.rows.findIndex((row) => row.number === this.number));
  }
}
