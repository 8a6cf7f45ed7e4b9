"""One's own account: a second factor from nothing to in force and back, in both languages."""

import base64
import hashlib
import hmac
import re
import struct
import time
import unittest

from desk import PHONE, DeskTest

SPAN_SECONDS = 30


def shown_by_app(secret, spans_ahead=0):
    """What an authenticator app shows for a secret (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    count = struct.pack(">Q", int(time.time()) // SPAN_SECONDS + spans_ahead)
    digest = hmac.new(key, count, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Account(DeskTest):
    def password(self):
        return self.person(path="/account").page.evaluate(
            "async () => (await (await fetch('/api/v1/texts')).json()).demonstration.password"
        )

    def check(self, person):
        self.assert_accessible(person, "account")
        self.assert_named(person, "account")
        self.assert_fits(person, "account")

    def begin(self, page, password):
        page.click(".account-factor button")
        page.fill("dialog[data-dialog=password] input[name=password]", password)
        page.click("dialog[data-dialog=password] button[type=submit]")
        page.wait_for_selector(".account-factor[data-factor=begun]")
        return page.inner_text(".account-secret").replace(" ", "")

    def test_a_second_factor_is_set_up_used_and_given_up(self):
        password = self.password()
        person = self.person("leader")
        page = person.page
        page.click("a.who")
        page.wait_for_url("**/account")
        person.wait_page("section[aria-label]")
        self.check(person)
        # A wrong password begins nothing, and asks nobody to sign in again.
        page.click(".account-factor button")
        page.fill("dialog[data-dialog=password] input[name=password]", "not this one at all")
        page.click("dialog[data-dialog=password] button[type=submit]")
        page.wait_for_selector("dialog[data-dialog=password] .form-error:not([hidden])")
        page.click("dialog[data-dialog=password] .form-actions button[type=button]")
        secret = self.begin(page, password)
        self.assertTrue(page.is_visible(".account svg.qr"))
        self.check(person)
        page.fill(".account-factor input[name=code]", "12 34")
        page.click(".account-factor form button")
        page.wait_for_selector(".account-factor .form-error:not([hidden])")
        page.fill(".account-factor input[name=code]", shown_by_app(secret))
        page.click(".account-factor form button")
        page.wait_for_selector(".account-codes li >> nth=9")
        self.check(person)
        codes = page.locator(".account-codes li").all_inner_texts()
        page.click(".account-actions button")
        page.wait_for_selector(".account-factor[data-factor=on]")
        # From now on the password alone does not do.
        other = self.person(path="/account")
        other.page.click("[data-login=leader]")
        other.page.wait_for_selector(".sign-in-form input[autocomplete=one-time-code]")
        other.page.fill(".sign-in-form input[autocomplete=username]", "leader")
        other.page.fill(".sign-in-form input[type=password]", password)
        other.page.fill(".sign-in-form input[autocomplete=one-time-code]", codes[0])
        other.page.click(".sign-in-form button[type=submit]")
        other.page.wait_for_selector(".account-factor[data-factor=on]")
        # What is signed in elsewhere can be ended from here.
        self.assertEqual(other.page.locator(".account-sessions li").count(), 2)
        other.page.click(".account-factor button")
        other.page.fill("dialog[data-dialog=password] input[name=password]", password)
        other.page.click("dialog[data-dialog=password] button[type=submit]")
        other.page.wait_for_selector(".account-factor[data-factor=off]")

    def test_in_english_and_on_the_phone(self):
        password = self.password()
        person = self.person("audit", language="en", viewport=PHONE, path="/account")
        page = person.page
        person.wait_page("section[aria-label]")
        self.begin(page, password)
        self.check(person)
        words = page.inner_text(".account")
        self.assertFalse(re.search(r"account\.|undefined|NaN", words), words)


if __name__ == "__main__":
    unittest.main()
