// @ts-check
/// <reference lib="dom" />

/**
 * @import { Directory } from "./directory.js"
 * @import { Filters } from "./filters.js"
 * @import { CaseRow, Session } from "./types.js"
 *
 * @typedef {object} PageActions  What a page may ask of the frame around it.
 * @property {(path: string) => void} go to another address
 * @property {(change: Record<string, string>) => void} refine members of the query of this page; an
 *   empty one goes away
 * @property {(number: string) => void} openCase beside the page
 * @property {() => void} report
 *
 * @typedef {object} PageContext
 * @property {Session} session
 * @property {Directory} directory
 * @property {PageActions} actions
 *
 * @typedef {object} Page
 * @property {HTMLElement} element
 * @property {(place: string, query: URLSearchParams) => void} open shows what the address says;
 *   called again whenever it changes
 * @property {() => void} close somebody went to another page
 * @property {Record<string, () => void>} [keys]
 * @property {(row: CaseRow) => void} [changed] a case is otherwise now
 * @property {() => void} [missed] more changed than anybody could follow
 * @property {(row: CaseRow | null, number: string) => void} [select] the case that is open beside
 * @property {() => void} [focus] the case beside was closed
 * @property {() => void} [retheme]
 *
 * @typedef {object} PageEntry
 * @property {string} view
 * @property {RegExp} path its first group is the place within the page
 * @property {string} home
 * @property {string} [permission] without it the page says what is missing
 * @property {"bar" | "more" | "none"} shown where its name stands
 * @property {boolean} [feed] whether what changes is shown beside it
 * @property {(context: PageContext) => Promise<Page>} make
 * @property {() => Promise<unknown>} [ahead] fetches what the page needs before anybody may see it
 */

/** All pages of those who are signed in, in the order of the bar. @type {PageEntry[]} */
export const PAGES = [
  {
    view: "desk",
    path: /^\/desk\/?$/,
    home: "/desk",
    permission: "read",
    shown: "bar",
    feed: true,
    make: async (context) => new (await import("./desk_page.js")).DeskPage(context),
    ahead: () =>
      Promise.allSettled([
        import("./desk_page.js"),
        import("./libraries.js").then(({ mapLibrary }) => mapLibrary()),
      ]),
  },
  {
    view: "dispatch",
    path: /^\/dispatch(?:\/(\w{1,20}))?\/?$/,
    home: "/dispatch",
    permission: "handle",
    shown: "bar",
    make: async (context) => new (await import("./dispatch_page.js")).DispatchPage(context),
  },
  {
    view: "orders",
    path: /^\/orders(?:\/(\w{1,20}))?\/?$/,
    home: "/orders",
    permission: "handle",
    shown: "bar",
    make: async (context) => new (await import("./orders_page.js")).OrdersPage(context),
  },
  {
    view: "cases",
    path: /^\/(?:index\.html|cases)?\/?$|^\/case\/([\w-]{1,40})\/?$/,
    home: "/",
    permission: "read",
    shown: "bar",
    feed: true,
    make: async (context) => new (await import("./cases_page.js")).CasesPage(context),
  },
  {
    view: "supervise",
    path: /^\/supervise(?:\/(\w{1,20}))?\/?$/,
    home: "/supervise",
    permission: "read",
    shown: "bar",
    make: async (context) => new (await import("./supervise_page.js")).SupervisePage(context),
  },
  {
    view: "scores",
    path: /^\/scores(?:\/([\w-]{1,64}))?\/?$/,
    home: "/scores",
    permission: "read",
    shown: "bar",
    make: async (context) => new (await import("./scores_page.js")).ScoresPage(context),
  },
  {
    view: "vitals",
    path: /^\/vitals(?:\/([\w-]{1,64}))?\/?$/,
    home: "/vitals",
    permission: "read",
    shown: "bar",
    make: async (context) => new (await import("./vitals_page.js")).VitalsPage(context),
  },
  {
    view: "warnings",
    path: /^\/warnings(?:\/(\d{1,19}))?\/?$/,
    home: "/warnings",
    permission: "read",
    shown: "more",
    make: async (context) => new (await import("./warnings_page.js")).WarningsPage(context),
  },
  {
    view: "checkup",
    path: /^\/checkup\/?$/,
    home: "/checkup",
    permission: "read",
    shown: "more",
    make: async (context) => new (await import("./checkup_page.js")).CheckUpPage(context),
  },
  {
    view: "analysis",
    path: /^\/analysis\/?$/,
    home: "/analysis",
    permission: "read",
    shown: "more",
    make: async (context) => new (await import("./analysis_page.js")).AnalysisPage(context),
  },
  {
    view: "packs",
    path: /^\/packs(?:\/([\w-]{1,64}))?\/?$/,
    home: "/packs",
    permission: "read",
    shown: "bar",
    make: async (context) => new (await import("./pack_page.js")).PackPage(context),
  },
  {
    view: "things",
    path: /^\/things(?:\/(\d{1,19}))?\/?$/,
    home: "/things",
    permission: "read",
    shown: "more",
    make: async (context) => new (await import("./things_page.js")).ThingsPage(context),
  },
  {
    view: "devices",
    path: /^\/devices(?:\/(\w{1,20}))?\/?$/,
    home: "/devices",
    permission: "read",
    shown: "more",
    make: async (context) => new (await import("./devices_view.js")).DevicesView(context),
  },
  {
    view: "admin",
    path: /^\/admin(?:\/(\w{1,20}))?\/?$/,
    home: "/admin",
    permission: "read",
    shown: "more",
    make: async (context) => new (await import("./admin_page.js")).AdminPage(context),
  },
  {
    view: "account",
    path: /^\/account\/?$/,
    home: "/account",
    shown: "none",
    make: async (context) => new (await import("./account_page.js")).AccountPage(context),
  },
];

/** Pages with a document of their own, outside of this frame. */
export const DOCUMENTS = [
  { view: "intake", home: "/intake", permission: "submit" },
  { view: "field", home: "/field", permission: "handle" },
  { view: "screen", home: "/screen", permission: "read" },
];

/** Where the work of a post begins; the list of cases for all others. @type {Record<string, string>} */
const HOMES = {
  "duty-officer": "/desk",
  dispatcher: "/dispatch",
  handler: "/orders",
  "unit-head": "/orders",
  inspector: "/cases?stage=checking",
  leader: "/scores",
  administrator: "/admin/accounts",
  "security-officer": "/admin/accounts",
  auditor: "/admin/journal",
  "data-steward": "/admin",
};

/**
 * The page of an address, and the place within it.
 *
 * @param {string} path
 * @returns {{ entry: PageEntry, place: string } | null}
 */
export function findPage(path) {
  for (const entry of PAGES) {
    const match = entry.path.exec(path);
    if (match) return { entry, place: match[1] ?? "" };
  }
  return null;
}

/** The address at which somebody's work begins. @param {Session} session */
export function homeOf(session) {
  return session.posts.map((post) => HOMES[post]).find(Boolean) ?? "/";
}

/** The same where there is but a thumb: orders have a page of their own there. @param {Session} session */
export function homeInHand(session) {
  const home = homeOf(session);
  return home === "/orders" ? "/field" : home;
}

/** Pages that somebody may open. @param {Session} session */
export function pagesFor(session) {
  return PAGES.filter(({ permission }) => !permission || session.permissions.includes(permission));
}
