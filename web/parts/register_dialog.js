// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { h } from "./element.js";
import { field, refuseFields } from "./fields.js";
import { packNames, t } from "./language.js";
import { sayError } from "./notices.js";
import { said } from "./problems.js";

/** @import { Guest } from "./types.js" */

/**
 * Makes a device of a guest of the lobby.
 *
 * @param {Guest} guest
 * @param {() => void} done
 */
export function openRegister(guest, done) {
  const input = (/** @type {string} */ key, attributes = {}) =>
    field(t(key), h("input", { autocomplete: "off", ...attributes }));
  const fields = {
    kind: field(
      t("devices.register.kind"),
      h(
        "select",
        { name: "kind" },
        ...packNames("deviceKinds").map(([code, name]) => option(code, name)),
      ),
    ),
    name: input("devices.register.name", { name: "name", maxlength: 200, value: guest.device }),
    address: input("devices.place", { name: "address", maxlength: 300 }),
    longitude: input("report.longitude", { name: "longitude", inputmode: "decimal" }),
    latitude: input("report.latitude", { name: "latitude", inputmode: "decimal" }),
  };
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const number = (/** @type {string} */ text) => text.trim() === "" ? null : Number(text);
  const send = async () => {
    sayError(wrong, "");
    try {
      await request("/lobby/register", {
        method: "POST",
        body: {
          device: guest.device,
          kind: fields.kind.control.value,
          name: fields.name.control.value,
          address: fields.address.control.value || null,
          longitude: number(fields.longitude.control.value),
          latitude: number(fields.latitude.control.value),
        },
      });
      dialog.close();
      done();
    } catch (error) {
      const { title, next, fields: sentences } = said(error);
      if (!refuseFields(fields, sentences ?? {})) sayError(wrong, `${title} ${next}`);
    }
  };
  const dialog = h(
    "dialog",
    { class: "dialog narrow", "data-dialog": "register", "aria-label": t("devices.register") },
    h("h2", {}, `${t("devices.register")} ${guest.device}`),
    h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          send();
        },
      },
      ...Object.values(fields).map((one) => one.element),
      wrong,
      h(
        "div",
        { class: "form-actions" },
        h("button", {
          type: "button",
          class: "button",
          onclick: () => dialog.close(),
        }, t("step.cancel")),
        h("button", { type: "submit", class: "button primary" }, t("devices.register")),
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
