// @ts-check

/**
 * What was done on the phone and the server does not know yet. Pure: what is kept, sent and shown is
 * decided here; who keeps and sends is elsewhere.
 *
 * @typedef {import("../parts/types.js").Case & { text?: string, flow: string, evidence: string[],
 *   closing?: string | null, openedAt?: string | null, unsent?: boolean, arrived?: boolean }} FieldCase
 *
 * @typedef {import("../parts/types.js").FormField[]} Form
 *
 * @typedef {object} Edge  A step that my posts may take.
 * @property {string} action
 * @property {string} name
 * @property {string} from
 * @property {string} to
 * @property {string[]} requires
 * @property {boolean} itemEvidence
 * @property {{ code: string, name: string }[]} [reasons]
 * @property {{ amount: number, measure: string } | null} [limitMax]
 * @property {Form} [form]
 * @property {string} why
 *
 * @typedef {object} Entry
 * @property {string} key the sending's own name: sent twice it counts once
 * @property {number} at milliseconds
 * @property {string} login whose it is
 * @property {"step" | "signal"} form
 * @property {string} case id; empty for a new problem
 * @property {string} title
 * @property {string} name of the action
 * @property {string} to the stage to which the step leads
 * @property {Record<string, unknown>} body as it is sent, without what the files become
 * @property {Blob[]} files
 * @property {string[]} digests of the files that lie at the server already
 * @property {"waiting" | "conflict" | "refused"} state
 * @property {string} said what the server said of it
 * @property {{ stage: string, since: string, version: number } | null} theirs what came between
 */

/** Steps that need a choice which only a desk has room for, as do those with a form to fill in. */
const DESK_NEEDS = ["unit", "staff", "item", "document"];

/**
 * Entries that may be sent now, the oldest first: none behind one of the same case that stands still.
 *
 * @param {Entry[]} entries the oldest first
 * @param {string} login who is signed in: nobody sends for somebody else
 */
export function sendable(entries, login) {
  const stopped = new Set();
  return entries.filter((entry) => {
    const isFree = entry.state === "waiting" && entry.login === login && !stopped.has(entry.case);
    if (!isFree && entry.case) stopped.add(entry.case);
    return isFree;
  });
}

/**
 * A case as it will be once what waits is sent.
 *
 * @param {FieldCase} found
 * @param {Entry[]} entries
 * @param {Record<string, Edge[]>} flows
 * @returns {FieldCase}
 */
export function applied(found, entries, flows) {
  const mine = entries.filter((entry) => entry.case === found.id);
  const last = mine.at(-1);
  const usable = (/** @type {{ requires: string[], form?: Form }} */ action) =>
    !action.requires.some((need) => DESK_NEEDS.includes(need)) &&
    !action.form?.some(({ required }) => required);
  if (!last) return { ...found, actions: (found.actions ?? []).filter(usable) };
  const edges = (flows[found.flow] ?? []).filter((edge) => edge.from === last.to);
  return {
    ...found,
    stage: last.to,
    version: (found.version ?? 0) + mine.length,
    unsent: true,
    arrived: found.arrived || mine.some((entry) => entry.body.action === "arrive"),
    actions: edges.map((edge) => ({
      action: edge.action,
      name: edge.name,
      requires: edge.itemEvidence
        ? [...new Set([...edge.requires, ...found.evidence])]
        : edge.requires,
      why: edge.why,
      to: edge.to,
      reasons: edge.reasons,
      limitMax: edge.limitMax,
      form: edge.form,
    })).filter(usable),
  };
}

/**
 * What follows when somebody sends an entry all the same: it and those behind it on the same case
 * are decided on what is there now.
 *
 * @param {Entry[]} entries
 * @param {string} key
 * @returns {Entry[]} those that changed
 */
export function insisted(entries, key) {
  const entry = entries.find((one) => one.key === key);
  if (!entry) return [];
  const first = entry.theirs?.version;
  const behind = entry.case
    ? entries.filter((one) => one.case === entry.case && one.at >= entry.at)
    : [entry];
  return behind.map((one, index) => ({
    ...one,
    state: /** @type {const} */ ("waiting"),
    said: "",
    theirs: null,
    body: first === undefined ? one.body : { ...one.body, version: first + index },
  }));
}

/**
 * What goes when somebody drops an entry: it, and what was built on it.
 *
 * @param {Entry[]} entries
 * @param {string} key
 * @returns {string[]} keys
 */
export function dropped(entries, key) {
  const entry = entries.find((one) => one.key === key);
  if (!entry) return [];
  if (!entry.case) return [key];
  return entries.filter((one) => one.case === entry.case && one.at >= entry.at).map((one) =>
    one.key
  );
}

/**
 * The list: by what is most pressing, or by what is nearest.
 *
 * @param {FieldCase[]} cases
 * @param {"due" | "near"} order
 * @param {(found: FieldCase) => number | null} distance metres; null = not known
 */
export function sorted(cases, order, distance) {
  const due = (/** @type {FieldCase} */ found) => found.due ? Date.parse(found.due) : Infinity;
  const far = (/** @type {FieldCase} */ found) => distance(found) ?? Infinity;
  const [first, second] = order === "due" ? [due, far] : [far, due];
  const compare = (/** @type {number} */ a, /** @type {number} */ b) => a === b ? 0 : a - b;
  return cases.toSorted((a, b) => compare(first(a), first(b)) || compare(second(a), second(b)));
}

/** Which tab a case belongs to. @param {FieldCase} found */
export function group(found) {
  const actions = (found.actions ?? []).map((action) => action.action);
  if (actions.includes("accept")) return "waiting";
  return actions.includes("pass") ? "checking" : "working";
}
