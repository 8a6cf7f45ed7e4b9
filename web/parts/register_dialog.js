// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { option } from "./choices.js";
import { openForm } from "./edit_form.js";
import { packNames, t } from "./language.js";

/** @import { Guest } from "./types.js" */

/**
 * Makes a device of a guest of the lobby.
 *
 * @param {Guest} guest
 * @param {() => void} done
 */
export function openRegister(guest, done) {
  openForm({
    title: `${t("devices.register")} ${guest.device}`,
    submit: t("devices.register"),
    entries: [
      {
        name: "kind",
        label: t("devices.register.kind"),
        form: "choice",
        options: packNames("deviceKinds").map(([code, name]) => option(code, name)),
      },
      { name: "name", label: t("devices.register.name"), value: guest.device },
      { name: "address", label: t("devices.place") },
      { name: "longitude", label: t("report.longitude"), form: "number" },
      { name: "latitude", label: t("report.latitude"), form: "number" },
    ],
    send: async (values) => {
      await request("/lobby/register", {
        method: "POST",
        body: { device: guest.device, ...values },
      });
      done();
    },
  });
}
