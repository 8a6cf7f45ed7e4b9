// @ts-check
/// <reference lib="dom" />

import { request } from "./api.js";
import { openForm } from "./edit_form.js";
import { fill, h } from "./element.js";
import { field } from "./fields.js";
import { packName, t } from "./language.js";
import { ListLoading } from "./list_loading.js";
import { sayError, toast } from "./notices.js";
import { said } from "./problems.js";
import { qrCode, qrDrawing } from "./qr_code.js";
import { fullText, moment } from "./times.js";

/**
 * @import { PageContext } from "./pages.js"
 * @import { Session } from "./types.js"
 */

/** A refusal of a password here means that word alone, not that the session ended. */
const BARE = { bare: true };

/** One's own account: who I am, password, second factor, where I am signed in. */
export class AccountPage {
  /** @param {PageContext} context */
  constructor({ session }) {
    this.session = session;
    this.body = h("div", { class: "scroll account" });
    this.element = h(
      "section",
      { class: "panel", "data-state": "loading", "aria-label": t("nav.account") },
      h("div", { class: "page-head" }, h("h1", {}, t("nav.account"))),
      this.body,
    );
    this.loading = new ListLoading(this.element, this.body, "account.failed");
  }

  open() {
    return this.loading.run(async (signal) => {
      const [session, sessions] = await Promise.all([
        request("/session", { signal }),
        request("/sessions", { signal }),
      ]);
      fill(
        this.body,
        whoSection(this.session),
        factorSection(session.factor === true),
        this.sessionsSection(sessions.elements),
      );
      this.element.dataset.state = "ready";
    }, this.body.childElementCount === 0);
  }

  close() {
    this.loading.stop();
  }

  /** @param {{ id: string, form: string, label: string, createdAt: string }[]} sessions */
  sessionsSection(sessions) {
    const end = async (/** @type {string} */ id) => {
      try {
        await request(`/sessions/${id}`, { method: "DELETE" });
        await this.open();
        toast(t("account.session.ended"));
      } catch (error) {
        toast(said(error).title);
      }
    };
    return section(
      "account.sessions",
      t("account.sessions.lead"),
      h(
        "ul",
        { class: "account-sessions" },
        ...sessions.filter(({ form }) => form === "session").map(({ id, createdAt }) =>
          h(
            "li",
            {},
            h("span", {}, t("account.session", { time: fullText(moment(createdAt) ?? NaN) })),
            button(t("account.session.end"), () => end(id)),
          )
        ),
      ),
    );
  }
}

/** @param {Session} session */
function whoSection({ staff, login, unit, posts }) {
  return section(
    "account.who",
    [staff.name, login, unit?.name, posts.map((post) => packName("posts", post)).join("、")]
      .filter(Boolean).join(" · "),
    button(t("account.password"), changePassword),
  );
}

/**
 * The second factor: off, being set up, or in force.
 *
 * @param {boolean} inForce
 * @param {() => void} [done] it came into force, and its recovery codes were seen
 */
export function factorSection(inForce, done) {
  const body = h("div", { class: "account-factor" });
  const show = (/** @type {boolean} */ on) => {
    body.dataset.factor = on ? "on" : "off";
    fill(
      body,
      h("p", { class: "lead" }, t(on ? "account.factor.on" : "account.factor.off")),
      on ? button(t("account.factor.remove"), remove) : button(t("account.factor.start"), begin),
    );
  };
  const remove = () =>
    askPassword("account.factor.remove", "account.factor.remove.lead", async (password) => {
      await request("/session/factor", { method: "DELETE", body: { password }, ...BARE });
      show(false);
      toast(t("account.factor.removed"));
    });
  const begin = () =>
    askPassword("account.factor.start", "account.factor.start.lead", async (password) => {
      const found = await request("/session/factor", {
        method: "POST",
        body: { password },
        ...BARE,
      });
      body.dataset.factor = "begun";
      fill(body, ...setUp(found, (codes) => fill(body, ...recovery(codes, seen))));
    });
  const seen = () => {
    show(true);
    done?.();
  };
  show(inForce);
  return section("account.factor", null, body);
}

/**
 * What an authenticator app reads, and the first code it shows.
 *
 * @param {{ secret: string, address: string }} found
 * @param {(codes: string[]) => void} confirmed
 */
function setUp({ secret, address }, confirmed) {
  const rows = qrCode(address);
  const code = field(
    t("account.factor.code"),
    h("input", { name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 8 }),
  );
  const wrong = h("p", { class: "form-error", role: "alert", hidden: true });
  const confirm = async (/** @type {Event} */ event) => {
    event.preventDefault();
    sayError(wrong, "");
    try {
      const body = { code: code.control.value.replaceAll(/\s/g, "") };
      const { recovery } = await request("/session/factor/confirm", {
        method: "POST",
        body,
        ...BARE,
      });
      confirmed(recovery);
    } catch (error) {
      const { title, next } = said(error);
      sayError(wrong, `${title} ${next}`);
      code.control.focus();
    }
  };
  return [
    h(
      "ol",
      { class: "account-steps" },
      h("li", {}, t("account.factor.scan"), rows && qrDrawing(rows, t("account.factor.qr"))),
      h(
        "li",
        {},
        t("account.factor.type"),
        h("code", { class: "account-secret" }, secret.replaceAll(/(.{4})(?=.)/g, "$1 ")),
      ),
      h(
        "li",
        {},
        t("account.factor.confirm"),
        h(
          "form",
          { novalidate: true, onsubmit: confirm },
          code.element,
          wrong,
          h("button", { class: "button primary" }, t("account.factor.submit")),
        ),
      ),
    ),
  ];
}

/** Recovery codes, shown this once. @param {string[]} codes @param {() => void} seen */
function recovery(codes, seen) {
  const text = codes.join("\n");
  return [
    h("p", { class: "lead", role: "status" }, t("account.recovery.lead")),
    h("ul", { class: "account-codes" }, ...codes.map((code) => h("li", {}, h("code", {}, code)))),
    h(
      "div",
      { class: "account-actions" },
      h("a", {
        class: "button",
        download: "recovery-codes.txt",
        href: `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`,
      }, t("account.recovery.keep")),
      button(t("account.recovery.seen"), seen, "primary"),
    ),
  ];
}

function changePassword() {
  openForm({
    title: t("account.password"),
    lead: t("account.password.lead"),
    name: "password",
    entries: [
      entry("old", "account.password.old"),
      { ...entry("new", "account.password.new"), hint: t("account.password.hint") },
    ],
    send: async (body) => {
      await request("/session/password", { method: "POST", body, ...BARE });
      toast(t("account.password.done"));
    },
  });
}

/** @param {string} title @param {string} lead @param {(password: string) => Promise<void>} run */
function askPassword(title, lead, run) {
  openForm({
    title: t(title),
    lead: t(lead),
    submit: t("account.go_on"),
    name: "password",
    entries: [entry("password", "sign_in.password")],
    send: ({ password }) => run(password),
  });
}

/** @param {string} name @param {string} label @returns {import("./edit_form.js").Entry} */
function entry(name, label) {
  return { name, label: t(label), form: "password" };
}

/** @param {string} key @param {string | null} lead @param {...HTMLElement} children */
function section(key, lead, ...children) {
  return h(
    "section",
    { class: "account-part", "data-part": key },
    h("h2", {}, t(key)),
    lead && h("p", { class: "lead" }, lead),
    ...children,
  );
}

/** @param {string} label @param {() => void} run */
function button(label, run, weight = "") {
  return h("button", { type: "button", class: `button ${weight}`, onclick: run }, label);
}
