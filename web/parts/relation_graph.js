// @ts-check
/// <reference lib="dom" />

import { Chart } from "./chart.js";
import { maybe, packName, t } from "./language.js";

/**
 * @typedef {{ from: string, to: string, kind: string, other?: string, otherKind?: string }} ThingLink
 */

/** Beyond these a picture is a knot; the list below has them all. */
const NODES_MAX = 60;
const SIZE_SELF = 36;
const SIZE = 20;

/** How one thing stands to another, in words. @param {string} kind */
export function linkText(kind) {
  return maybe(`things.link.${kind}`) ?? t("things.link.other");
}

/**
 * A thing amid those that it is linked to; a click goes to one of them.
 *
 * @param {{ id: string, name: string }} thing
 * @param {ThingLink[]} links
 * @param {(id: string) => void} go
 */
export function relationGraph(thing, links, go) {
  /** @type {Map<string, ThingLink>} */
  const others = new Map();
  for (const link of links) {
    const id = link.from === thing.id ? link.to : link.from;
    if (link.other && others.size < NODES_MAX) others.set(id, link);
  }
  if (others.size === 0) return null;
  const ids = [...others.keys()];
  const chart = new Chart({
    title: t("things.graph"),
    height: others.size > 12 ? 320 : 176,
    pick: (index) => index > 0 && go(ids[index - 1]),
  });
  chart.show({
    says: t("things.graph.says", { name: thing.name, count: others.size }),
    columns: [t("things.link"), t("things.column.name"), t("things.column.kind")],
    rows: ids.map((id) => {
      const link = /** @type {ThingLink} */ (others.get(id));
      return [linkText(link.kind), link.other ?? "", packName("kinds", link.otherKind)];
    }),
    option: (colour) => ({
      series: [{
        type: "graph",
        layout: ids.length > 12 ? "circular" : "force",
        force: { repulsion: 320, edgeLength: 90, layoutAnimation: false },
        roam: false,
        zoom: 0.8,
        label: {
          show: true,
          formatter: (/** @type {any} */ one) => one.data.title,
          position: "bottom",
          color: colour("--text-1"),
          fontSize: 12,
          width: 112,
          overflow: "truncate",
        },
        edgeLabel: {
          show: ids.length <= 8,
          formatter: (/** @type {any} */ edge) => edge.data.word,
          color: colour("--text-3"),
          fontSize: 12,
        },
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 6,
        lineStyle: { color: colour("--line-strong") },
        data: [
          node(thing.id, thing.name, SIZE_SELF, colour("--accent")),
          ...ids.map((id) => node(id, others.get(id)?.other ?? "", SIZE, colour("--data-2"))),
        ],
        links: [...others.values()].map((link) => ({
          source: link.from,
          target: link.to,
          word: linkText(link.kind),
        })),
      }],
    }),
  });
  return chart;
}

/** @param {string} id @param {string} name @param {number} size @param {string} color */
function node(id, name, size, color) {
  // Two may have one name, and the library tells nodes apart by it.
  return { id, name: id, title: name, symbolSize: size, itemStyle: { color } };
}
