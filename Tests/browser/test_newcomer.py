"""Somebody who knows nothing takes a case all the way with nothing but the pages."""

import unittest

from desk import DESKTOP, PHONE, DeskTest, picture


class Newcomer(DeskTest):
    def test_a_case_goes_all_the_way_by_what_the_page_says(self):
        for language in ("zh", "en"):
            with self.subTest(language=language):
                self.walk(self.person("duty", path="/", language=language))

    def walk(self, someone):
        page = someone.page
        number = someone.file("路灯不亮", street=3)
        if someone.stage() == "filed":
            page.keyboard.press("a")
        someone.wait_stage("dispatched")
        unit = someone.ask(f"/cases/{number}")["unit"]["name"]
        # Nothing is asked of the duty officer: the page says whose turn it is.
        self.assertEqual(page.locator(".actions .primary").count(), 0)
        self.assertIn(unit, page.inner_text("[data-next=accept]"))
        self.assert_accessible(someone, "somebody else's turn")
        page.set_viewport_size(PHONE)
        self.handle(someone, number)
        page.set_viewport_size(DESKTOP)
        self.go_on(someone, "pass", number)
        self.lead(someone, "pass", "checked")
        self.go_on(someone, "close", number)
        self.lead(someone, "close", "closed")
        self.assert_named(someone, "closed")

    def handle(self, someone, number):
        """As the handler, from a case that was sent to the verifying of it."""
        page = someone.page
        self.go_on(someone, "accept", number)
        self.assert_fits(someone, "the handler's page")
        self.lead(someone, "accept", "handling")
        page.click(".actions .primary[data-action=report]")
        page.fill(".step-form textarea", "灯已修好")
        if page.locator("[data-upload=photo]").count():
            page.set_input_files(
                "[data-upload=photo]",
                {"name": "灯.png", "mimeType": "image/png", "buffer": picture()},
            )
            page.wait_for_selector("[data-uploaded]")
        page.click("[data-submit=report]")
        someone.wait_stage("checking")

    def go_on(self, someone, action, number):
        """As the person whose turn it is."""
        login = someone.page.get_attribute(f"[data-next={action}] [data-become]", "data-become")
        with someone.page.expect_response(self.signed_in):
            someone.page.click(f"[data-become={login}]")
        someone.page.wait_for_selector(f".actions .primary[data-action={action}]")
        self.assertIn(f"/case/{number}", someone.page.url)
        self.assertEqual(someone.ask("/session")["login"], login)

    @staticmethod
    def signed_in(response):
        return (
            response.request.method == "POST"
            and response.url.endswith("/session")
            and response.status == 201
        )

    def lead(self, someone, action, stage):
        """The solid button is the way on."""
        someone.page.click(f".actions .primary[data-action={action}]")
        someone.wait_stage(stage)

    def test_whoever_must_not_decide_is_not_led_to(self):
        handler = self.person("duty", path="/")
        number = handler.file("路灯不亮", street=2)
        if handler.stage() == "filed":
            handler.page.keyboard.press("a")
        handler.wait_stage("dispatched")
        self.handle(handler, number)
        duty = self.person("duty")
        duty.open(number)
        self.assertEqual(duty.page.locator(".actions .primary").count(), 0)
        self.assertIn("核查员", duty.page.inner_text("[data-next=pass]"))
        inspector = self.person("inspect")
        inspector.open(number)
        first = inspector.page.locator(".actions .primary").get_attribute("data-action")
        self.assertEqual(first, "pass")

    def test_every_unit_has_a_handler_at_the_sign_in(self):
        someone = self.person()
        page = someone.page
        self.assert_accessible(someone, "sign-in")
        labels = page.locator("[data-login]").evaluate_all("all => all.map((one) => one.innerText)")
        self.assertEqual(len(labels), len(set(labels)), "two accounts are told apart")
        posts = [label.split("\n")[0] for label in labels]
        self.assertEqual(len(posts), len(set(posts)), posts)
        chosen = page.locator(".demonstration select option").last
        unit = chosen.inner_text().split(" · ")[0]
        page.select_option(".demonstration select", chosen.get_attribute("value"))
        page.click("[data-login=unit]")
        page.wait_for_selector("[data-view=desk]")
        self.assertEqual(someone.ask("/session")["unit"]["name"], unit)


if __name__ == "__main__":
    unittest.main()
