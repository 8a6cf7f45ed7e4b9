"""The call desk: a caller known by his number, likely the same problem, calling back."""

import unittest

from desk import PHONE, DeskTest

PHONE_NUMBER = "13611112222"


class Intake(DeskTest):
    def desk_of(self, login, path="/intake", **options):
        someone = self.person(login, **options)
        someone.page.goto(f"{self.address}{path}")
        someone.page.wait_for_selector("[data-view]")
        return someone

    def take(self, someone, text, address=""):
        page = someone.page
        page.fill("[name=phone]", PHONE_NUMBER)
        page.fill("[name=name]", "李四")
        page.fill("[name=text]", text)
        if address:
            page.fill("[name=address]", address)
        page.wait_for_selector("[data-proposals] button")

    def test_a_call_is_taken_and_the_caller_known_again(self):
        someone = self.desk_of("reception")
        page = someone.page
        self.take(someone, "楼下路灯坏了三天，晚上一片黑")
        page.click("[data-proposals] button >> nth=0")
        page.wait_for_selector("[data-proposals] [aria-pressed=true]")
        self.assert_accessible(someone, "call")
        self.assert_fits(someone, "call")
        page.click("[data-submit=call]")
        page.wait_for_selector(".toast:has-text('已登记')")
        self.assertEqual(page.input_value("[name=text]"), "")
        page.fill("[name=phone]", "136 1111 2222")
        page.press("[name=phone]", "Tab")
        page.wait_for_selector("[data-caller='1']")
        self.assertIn("以前反映过 1 件", page.inner_text("[data-caller]"))
        page.fill("[name=phone]", "13900000000")
        page.press("[name=phone]", "Tab")
        page.wait_for_selector("[data-caller='0']")

    def test_the_same_problem_is_seen_while_typing(self):
        someone = self.desk_of("reception")
        page = someone.page
        items = someone.ask("/items")["elements"]
        item = next(one["code"] for one in items if not one["automatic"])
        address = self.known_address(someone)
        self.take(someone, "门口有人乱停车堵住通道", address)
        page.select_option("[name=item]", item)
        page.wait_for_selector("[data-likely='0']")
        page.click("[data-submit=call]")
        page.wait_for_selector(".toast:has-text('已')")
        page.fill("[name=text]", "又有人乱停车了")
        page.fill("[name=address]", address)
        page.select_option("[name=item]", item)
        page.wait_for_selector("[data-place]:not([data-place=''])")
        page.wait_for_selector("[data-likely='1']")
        self.assertIn("门口有人乱停车", page.inner_text("[data-likely]"))
        self.assert_accessible(someone, "likely")

    def known_address(self, someone):
        """One that the machine puts on the map."""
        for thing in someone.ask("/things?limit=100")["elements"]:
            if not thing["address"]:
                continue
            found = someone.page.evaluate(
                """async (text) => (await fetch('/api/v1/places?text=' +
                     encodeURIComponent(text))).json()""",
                thing["address"],
            )
            if found.get("position"):
                return thing["address"]
        raise AssertionError("no address is known")

    def test_calling_back(self):
        someone = self.desk_of("reception", "/intake/back")
        page = someone.page
        page.wait_for_selector("[data-back=ready]")
        number = page.get_attribute(".back-list .row >> nth=0", "data-number")
        page.click(f"[data-number='{number}']")
        page.wait_for_selector("[data-form=judge]")
        page.click("[data-submit=judge]")
        page.wait_for_selector(".form-error:has-text('请选择')")
        page.check("[name=contacted][value=yes]")
        page.check("[name=solved][value=yes]")
        page.check("[name=satisfaction][value=fairly]")
        page.fill("[data-form=judge] [name=words]", "还可以")
        self.assert_accessible(someone, "call back")
        self.assert_fits(someone, "call back")
        page.click("[data-submit=judge]")
        page.wait_for_selector(f".toast:has-text('{number}')")
        page.wait_for_selector(f".back-list [data-number='{number}']", state="detached")
        judged = someone.ask(f"/cases/{number}")["judgements"]
        self.assertEqual(judged[0]["satisfaction"], "fairly")
        self.assertTrue(judged[0]["contacted"])

    def test_english_on_a_phone_and_no_permission(self):
        someone = self.desk_of("reception", language="en", viewport=PHONE)
        page = someone.page
        self.assertIn("Call desk", page.inner_text("h1"))
        self.assert_fits(someone, "call desk on a phone")
        self.assert_accessible(someone, "call desk on a phone")
        leader = self.desk_of("leader")
        leader.page.wait_for_selector(".state:has-text('话务受理要')")


if __name__ == "__main__":
    unittest.main()
