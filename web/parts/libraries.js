// @ts-check
/// <reference lib="dom" />

/** Libraries of other makers, as tools/web-libraries lays them; loaded when first needed. */
const VENDOR = "/vendor/";
const MAP = {
  script: "maplibre-gl-5.24.0.js",
  style: "maplibre-gl-5.24.0.css",
  name: "maplibregl",
};
const CHART = { script: "echarts-6.0.0.js", style: "", name: "echarts" };

/** @type {Map<string, Promise<any>>} */
const loading = new Map();

/**
 * The map library.
 *
 * @returns {Promise<any>}
 * @throws {Error} where it is not on this server
 */
export function mapLibrary() {
  return load(MAP);
}

/**
 * The chart library.
 *
 * @returns {Promise<any>}
 * @throws {Error} where it is not on this server
 */
export function chartLibrary() {
  return load(CHART);
}

/** @param {{ script: string, style: string, name: string }} library */
function load(library) {
  let promise = loading.get(library.name);
  if (!promise) {
    promise = fetchLibrary(library).catch((error) => {
      // Whoever asks next tries anew.
      loading.delete(library.name);
      throw error;
    });
    loading.set(library.name, promise);
  }
  return promise;
}

/** @param {{ script: string, style: string, name: string }} library */
async function fetchLibrary({ script, style, name }) {
  await Promise.all([
    style && element("link", { rel: "stylesheet", href: VENDOR + style }),
    element("script", { src: VENDOR + script }),
  ]);
  const found = Reflect.get(globalThis, name);
  if (!found) throw new Error(`${script} brought nothing`);
  return found;
}

/**
 * @param {"link" | "script"} tag
 * @param {Record<string, string>} attributes
 * @returns {Promise<void>}
 */
function element(tag, attributes) {
  return new Promise((resolve, reject) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.addEventListener("load", () => resolve());
    node.addEventListener(
      "error",
      () => reject(new Error(`${Object.values(attributes)[0]} failed`)),
    );
    document.head.append(node);
  });
}
