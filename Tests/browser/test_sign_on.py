"""People whom a real provider of OpenID Connect signs on: Glewlwyd, as Debian packages it."""

import json
import os
import time
import unittest
from urllib.parse import parse_qs, urlsplit

from desk import DeskTest, free_port, serve, stop
from provider import SECRET, Provider, there

LOGIN = "duty"
PASSWORD = "a password over there"
LEAVE_SECONDS_MAX = 10


@unittest.skipUnless(there(), "skipped: no glewlwyd on this machine")
class SignOn(DeskTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The server asks the provider, and the provider the server: each needs the other's address.
        stop(cls.server)
        port = free_port()
        cls.address = f"http://127.0.0.1:{port}"
        cls.provider = Provider(cls.address)
        cls.addClassCleanup(cls.provider.close)
        cls.provider.set_up(LOGIN, PASSWORD)
        identity = os.path.join(cls.folder.name, "identity.json")
        with open(identity, "w", encoding="utf-8") as file:
            json.dump({
                "name": "区统一身份认证", "issuer": cls.provider.issuer, "clientId": "civicloop",
                "clientSecret": SECRET,
                "callback": f"{cls.address}/api/v1/session/openid/callback",
            }, file)
        cls.server, _ = serve(cls.folder.name, port=port, options=["--identity", identity])
        cls.addClassCleanup(stop, cls.server)

    def browser_of_nobody(self):
        context = self.browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        self.addCleanup(context.close)
        return context.new_page()

    def sign_on(self, page, path="/supervise"):
        """From the sign-in page to the provider and back to the page that was wanted."""
        page.goto(self.address + path)
        page.click("a.sign-on")
        page.wait_for_url(f"{self.provider.address}/**")
        # What the provider's own page asks of it; that page is not what is tried here.
        back = parse_qs(urlsplit(page.url).query)["callback_url"][0]
        for method, path_there, body in [
            ("POST", "/auth/", {"username": LOGIN, "password": PASSWORD}),
            ("PUT", "/auth/grant/civicloop", {"scope": "openid"}),
        ]:
            answer = page.request.fetch(
                f"{self.provider.address}/api{path_there}", method=method, data=body
            )
            self.assertEqual(answer.status, 200, path_there)
        page.goto(f"{back}&g_continue")
        page.wait_for_url(f"{self.address}{path}")
        page.wait_for_selector("nav a[aria-current=page]")

    def who(self, page):
        """Status and login of this browser's session."""
        return page.evaluate(
            "async () => { const a = await fetch('/api/v1/session');"
            " return [a.status, (await a.json()).login ?? null]; }"
        )

    def leave(self, page):
        """Ends the session at the provider, which tells the server so by itself."""
        sid = next(
            cookie["value"] for cookie in page.context.cookies(self.provider.address)
            if cookie["name"] == "PROVIDER_SID"
        )
        answer = page.request.delete(f"{self.provider.issuer}/session/{sid}")
        self.assertEqual(answer.status, 200)

    def test_somebody_signs_on_and_leaves(self):
        page = self.browser_of_nobody()
        self.sign_on(page)
        self.assertEqual(self.who(page), [200, LOGIN])
        other = self.browser_of_nobody()
        self.sign_on(other, "/cases")
        self.assertEqual(self.who(other), [200, LOGIN])
        self.leave(page)
        end = time.monotonic() + LEAVE_SECONDS_MAX
        while self.who(page)[0] == 200 and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.who(page)[0], 401)
        # The other browser has a session of its own over there.
        self.assertEqual(self.who(other), [200, LOGIN])

    def test_the_provider_changes_its_keys(self):
        self.sign_on(self.browser_of_nobody())
        self.provider.change_keys()
        # The server asks for keys it does not know at most every five seconds.
        time.sleep(5.5)
        page = self.browser_of_nobody()
        self.sign_on(page)
        self.assertEqual(self.who(page), [200, LOGIN])

    def test_who_did_not_begin_here_is_not_signed_on(self):
        page = self.browser_of_nobody()
        page.goto(f"{self.address}/api/v1/session/openid/callback?code=c&state=s")
        page.wait_for_selector("[data-view=sign-in]")
        self.assertIn("统一登录", page.inner_text(".form-error"))
        self.assertEqual(self.who(page)[0], 401)


if __name__ == "__main__":
    unittest.main()
