// @ts-check
/// <reference lib="dom" />

import { maintenanceForm } from "./admin_forms.js";
import { request, wasAborted } from "./api.js";
import { fill, h } from "./element.js";
import { t } from "./language.js";
import { failedBox, skeleton, toast } from "./notices.js";
import { saidShortly } from "./problems.js";
import { seriesChart, valueText } from "./series_chart.js";
import { moment, momentText } from "./times.js";

/**
 * @import { DeviceFinding, DeviceRow, DeviceStream } from "./types.js"
 * @import { SeriesPoint } from "./series_chart.js"
 *
 * @typedef {{ id: string, from: string, to: string, reason: string,
 *   staff: { name: string } | null }} Work
 */

const DAY = 24 * 60 * 60 * 1000;
const POINTS = 300;
/** Streams of one device that are drawn. */
const STREAMS_MAX = 8;

/** One device: what it measures, drawn, what is wrong with it, and the order to its owner. */
export class DevicePage {
  /** @param {{ close: () => void, open: (number: string) => void, mayOrder: boolean, mayPlan: boolean }} actions */
  constructor(actions) {
    this.actions = actions;
    this.id = "";
    this.days = 1;
    /** @type {AbortController | null} */
    this.asking = null;
    this.body = h("div", { class: "device-body" });
    this.element = h("aside", {
      class: "panel device",
      "aria-label": t("devices.device"),
      hidden: true,
    }, this.body);
  }

  close() {
    this.asking?.abort();
    this.id = "";
    this.element.hidden = true;
  }

  /** @param {string} id */
  async open(id) {
    if (id === this.id) return;
    this.id = id;
    this.element.hidden = false;
    fill(this.body, skeleton(4));
    await this.load();
  }

  async load() {
    this.asking?.abort();
    const asking = this.asking = new AbortController();
    const { id } = this;
    try {
      const [device, health, work] = await Promise.all([
        request(`/devices/${id}`, { signal: asking.signal }),
        request(`/devices/health?device=${id}`, { signal: asking.signal }),
        request(`/devices/${id}/maintenance`, { signal: asking.signal }),
      ]);
      const to = Date.now();
      const from = to - this.days * DAY;
      const span = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      /** @type {DeviceStream[]} */
      const streams = device.streams.slice(0, STREAMS_MAX);
      const series = await Promise.all(
        streams.map((stream) =>
          request(`/streams/${stream.number}/series?${span}&points=${POINTS}`, {
            signal: asking.signal,
          })
        ),
      );
      this.show(device, health.elements[0]?.findings ?? [], work.elements, {
        from,
        to,
        points: series.map((one) => one.points),
      });
    } catch (error) {
      if (!wasAborted(error)) {
        fill(this.body, failedBox(error, t("devices.failed"), () => this.load()));
      }
    }
  }

  /**
   * @param {DeviceRow} device
   * @param {DeviceFinding[]} findings
   * @param {Work[]} work
   * @param {{ from: number, to: number, points: SeriesPoint[][] }} series
   */
  show(device, findings, work, series) {
    const seen = moment(device.lastSeen);
    fill(
      this.body,
      h(
        "header",
        { class: "panel-head" },
        h("h2", {}, device.name),
        h("button", {
          type: "button",
          class: "button ghost",
          "data-device": "close",
          onclick: this.actions.close,
        }, t("dialog.close")),
      ),
      h(
        "dl",
        { class: "facts" },
        ...[
          [t("devices.code"), `${device.kindName} ${device.code}`],
          [
            t("devices.place"),
            [device.area?.street?.name, device.address].filter(Boolean).join(" · "),
          ],
          [t("devices.owner"), device.owner?.name ?? t("list.no_unit")],
          [t("devices.seen"), seen ? momentText(seen, Date.now()) : t("devices.seen.never")],
        ].flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
      ),
      ...findings.map((finding) => this.finding(finding)),
      this.maintenance(work),
      h(
        "div",
        { class: "segments", role: "group", "aria-label": t("devices.span") },
        ...[1, 7].map((days) =>
          h("button", {
            type: "button",
            class: this.days === days ? "segment on" : "segment",
            "aria-pressed": this.days === days ? "true" : "false",
            onclick: () => {
              this.days = days;
              this.load();
            },
          }, t(`devices.span.${days}`))
        ),
      ),
      ...device.streams.slice(0, STREAMS_MAX).map((stream, index) =>
        this.stream(stream, series.points[index], series)
      ),
    );
    this.element.dataset.state = "ready";
  }

  /** When the device is worked on: then it raises no alarm. @param {Work[]} work */
  maintenance(work) {
    const text = (/** @type {string} */ at) => momentText(moment(at) ?? 0, Date.now());
    if (work.length === 0 && !this.actions.mayPlan) return null;
    return h(
      "section",
      { class: "maintenance", "aria-label": t("devices.maintenance") },
      h(
        "div",
        { class: "panel-head" },
        h("h3", {}, t("devices.maintenance")),
        this.actions.mayPlan && h("button", {
          type: "button",
          class: "button",
          "data-device": "maintain",
          onclick: () => maintenanceForm(this.id, () => this.load()),
        }, t("form.maintenance.new")),
      ),
      work.length === 0 && h("p", { class: "hint" }, t("devices.maintenance.none")),
      ...work.map((one) =>
        h(
          "p",
          { class: "work" },
          h("b", {}, `${text(one.from)} – ${text(one.to)}`),
          h("span", { class: "grow" }, `${one.reason} · ${one.staff?.name ?? ""}`),
          this.actions.mayPlan && h("button", {
            type: "button",
            class: "button ghost",
            "aria-label": `${t("devices.maintenance.end")} ${one.reason}`,
            onclick: () => this.end(one),
          }, t("devices.maintenance.end")),
        )
      ),
    );
  }

  /** @param {Work} one */
  async end(one) {
    try {
      await request(`/devices/${this.id}/maintenance/${one.id}/end`, { method: "POST" });
      toast(t("devices.maintenance.ended"));
    } catch (error) {
      toast(saidShortly(error));
    }
    this.load();
  }

  /**
   * @param {DeviceStream} stream
   * @param {SeriesPoint[]} points
   * @param {{ from: number, to: number }} span
   */
  stream(stream, points, span) {
    const last = points.at(-1);
    return h(
      "figure",
      { "data-stream": stream.measure },
      h(
        "figcaption",
        {},
        h("b", {}, stream.title),
        h("span", {}, last ? `${valueText(last.mean)} ${stream.unit}` : t("devices.series.none")),
      ),
      points.length > 0 &&
        /** @type {Node} */ (seriesChart(points, {
          ...span,
          title: stream.title,
          unit: stream.unit,
        })),
    );
  }

  /** @param {DeviceFinding} finding */
  finding(finding) {
    const order = this.actions.mayOrder && h("button", {
      type: "button",
      class: "button",
      "data-order": finding.ailment,
      onclick: (/** @type {Event} */ event) => {
        const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
        this.order(finding, button);
      },
    }, t("devices.order"));
    return h(
      "div",
      { class: "finding", "data-ailment": finding.ailment },
      h("p", {}, h("span", { class: `grade ${finding.grade}` }, finding.name), finding.why),
      h("p", { class: "hint" }, finding.remedy),
      order,
    );
  }

  /**
   * @param {DeviceFinding} finding
   * @param {HTMLButtonElement} button
   */
  async order(finding, button) {
    button.disabled = true;
    try {
      const outcome = await request(`/devices/${this.id}/order`, {
        method: "POST",
        body: { ailment: finding.ailment },
      });
      const number = outcome.number ?? "";
      toast(
        t(`devices.order.${outcome.outcome}`, { number }),
        number ? { label: t("report.open"), run: () => this.actions.open(number) } : undefined,
      );
    } catch (error) {
      toast(saidShortly(error));
    }
    button.disabled = false;
  }
}
