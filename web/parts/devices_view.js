// @ts-check
/// <reference lib="dom" />

import { request, wasAborted } from "./api.js";
import { alarmList, healthList, lobbyList, tallyList } from "./device_lists.js";
import { DevicePage } from "./device_page.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { failedBox, skeleton, stateBox } from "./notices.js";
import { openRegister } from "./register_dialog.js";

/** @import { PageContext } from "./pages.js" */

const LIMIT = 100;
/** How often what is shown is asked for again. */
const REFRESH_MILLISECONDS = 5_000;
const AILMENT_ALL = "";

/** Devices and alarms: alarms as they come, health, how far rules are right, and the lobby. */
export class DevicesView {
  /** @param {PageContext} context */
  constructor({ session, actions }) {
    this.actions = actions;
    this.tab = "alarms";
    this.ailment = AILMENT_ALL;
    this.grouping = "rule";
    this.onlyOpen = true;
    this.mayHandle = session.permissions.includes("handle");
    this.tabs = ["alarms", "health", "precision"];
    if (session.permissions.includes("master")) this.tabs.push("lobby");
    /** @type {AbortController | null} */
    this.asking = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.page = new DevicePage({
      close: () => this.actions.go(`/devices/${this.tab}`),
      open: actions.openCase,
      mayOrder: this.mayHandle,
      mayPlan: session.permissions.includes("master"),
    });
    this.tabRow = h("div", { class: "tabs", role: "tablist" });
    this.choices = h("div", { class: "filters" });
    this.body = h("div", { class: "list-body", tabindex: 0 });
    this.list = h(
      "section",
      { class: "panel", "aria-label": t("devices.title") },
      h("h1", { class: "hidden" }, t("devices.title")),
      this.tabRow,
      this.choices,
      this.body,
    );
    this.element = h(
      "div",
      { class: "devices", "data-view": "devices" },
      this.list,
      this.page.element,
    );
  }

  /** @param {string} place a tab, or a device's id */
  open(place) {
    const isDevice = /^\d+$/.test(place);
    if (!isDevice) this.tab = this.tabs.includes(place) ? place : "alarms";
    this.element.classList.toggle("with-device", isDevice);
    if (isDevice) this.page.open(place);
    else this.page.close();
    this.showTabs();
    this.load(true);
    clearInterval(this.timer);
    this.timer = setInterval(() => this.load(false), REFRESH_MILLISECONDS);
  }

  close() {
    clearInterval(this.timer);
    this.asking?.abort();
    this.page.close();
  }

  showTabs() {
    fill(
      this.tabRow,
      ...this.tabs.map((tab) =>
        h("button", {
          type: "button",
          role: "tab",
          class: tab === this.tab ? "tab on" : "tab",
          "aria-selected": tab === this.tab ? "true" : "false",
          "data-tab": tab,
          onclick: () => this.actions.go(`/devices/${tab}`),
        }, t(`devices.tab.${tab}`))
      ),
    );
  }

  /** @param {boolean} isNew whether something else than before is shown */
  async load(isNew) {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    if (isNew) {
      this.element.dataset.state = "loading";
      fill(this.choices);
      fill(this.body, skeleton(6));
    }
    try {
      const shown = await this.content(asking.signal);
      fill(this.body, shown);
      this.element.dataset.state = "ready";
    } catch (error) {
      if (wasAborted(error)) return;
      this.element.dataset.state = "failed";
      fill(this.body, failedBox(error, t("devices.failed"), () => this.load(true)));
    }
  }

  /** @param {AbortSignal} signal */
  async content(signal) {
    const actions = {
      open: (/** @type {string} */ id) => this.actions.go(`/devices/${id}`),
      changed: () => this.load(false),
      mayHandle: this.mayHandle,
      register: (/** @type {import("./types.js").Guest} */ guest) =>
        openRegister(guest, () => this.load(false)),
    };
    if (this.tab === "health") return await this.health(signal, actions);
    if (this.tab === "precision") {
      const page = await request(`/devices/precision?by=${this.grouping}&limit=${LIMIT}`, {
        signal,
      });
      this.choose(["rule", "model", "device"], "devices.by", this.grouping, (grouping) => {
        this.grouping = grouping;
      });
      return page.elements.length > 0 ? tallyList(page.elements) : this.nothing("precision");
    }
    if (this.tab === "lobby") {
      const [lobby, refusals] = await Promise.all([
        request("/lobby", { signal }),
        request("/refusals", { signal }),
      ]);
      return lobbyList(lobby.elements, refusals.elements, actions);
    }
    const open = this.onlyOpen ? "&open=true" : "";
    const page = await request(`/alarms?limit=${LIMIT}${open}`, { signal });
    this.choose(["open", "all"], "devices.alarms", this.onlyOpen ? "open" : "all", (choice) => {
      this.onlyOpen = choice === "open";
    });
    return page.elements.length > 0 ? alarmList(page.elements, actions) : this.nothing("alarms");
  }

  /**
   * @param {AbortSignal} signal
   * @param {import("./device_lists.js").ListActions} actions
   */
  async health(signal, actions) {
    const chosen = this.ailment ? `&ailment=${this.ailment}` : "";
    const [counts, page] = await Promise.all([
      request("/devices/health/counts", { signal }),
      request(`/devices/health?limit=${LIMIT}${chosen}`, { signal }),
    ]);
    /** @type {{ ailment: string, name: string, devices: number }[]} */
    const ailments = counts.ailments;
    fill(
      this.choices,
      h("span", { class: "hint" }, t("devices.health.sum", counts)),
      ...[
        { ailment: AILMENT_ALL, name: t("list.all"), devices: counts.unwell },
        ...ailments,
      ].map(({ ailment, name, devices }) =>
        h("button", {
          type: "button",
          class: ailment === this.ailment ? "segment on" : "segment",
          "aria-pressed": ailment === this.ailment ? "true" : "false",
          "data-choice": ailment || "all",
          onclick: () => {
            this.ailment = ailment;
            this.load(false);
          },
        }, `${name} ${devices}`)
      ),
    );
    return page.elements.length > 0 ? healthList(page.elements, actions) : this.nothing("health");
  }

  /**
   * @param {string[]} words
   * @param {string} key
   * @param {string} chosen
   * @param {(word: string) => void} choose
   */
  choose(words, key, chosen, choose) {
    fill(
      this.choices,
      ...words.map((word) =>
        h("button", {
          type: "button",
          class: word === chosen ? "segment on" : "segment",
          "aria-pressed": word === chosen ? "true" : "false",
          "data-choice": word,
          onclick: () => {
            choose(word);
            this.load(false);
          },
        }, t(`${key}.${word}`))
      ),
    );
  }

  /** @param {string} what */
  nothing(what) {
    return stateBox({
      sign: "check",
      title: t(`devices.${what}.empty`),
      next: t(`devices.${what}.empty.next`),
    });
  }
}
