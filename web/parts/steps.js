// @ts-check

/** @import { Step } from "./types.js" */

/**
 * Whether nobody but the engine took these steps, none of which led to another stage: whoever
 * decided before them would decide the same after them.
 *
 * @param {Pick<Step, "staff" | "from" | "to">[]} steps
 */
export function areEngines(steps) {
  return steps.every(({ staff, from, to }) => staff === null && from === to);
}
