"""A case goes round the loop from the page, by the people whose turn it is."""

import unittest

from desk import DeskTest, picture


class Loop(DeskTest):
    def photographed_item(self, someone):
        """An item whose handler must show a photo."""
        items = someone.ask("/items")["elements"]
        return next(
            item for item in items if item["evidence"] == ["photo"] and not item["automatic"]
        )

    def test_newcomers_close_a_case(self):
        watching = self.person("duty")
        watching.wait_live()
        dispatcher = self.person("dispatch")
        handler = self.person("handler")
        unit = handler.ask("/session")["unit"]
        item = self.photographed_item(dispatcher)

        number = dispatcher.file("测试：路边有一处问题", item["code"], street=2)
        self.assertEqual(dispatcher.stage(), "filed")
        self.assertIn(item["name"], dispatcher.page.inner_text(".case"))
        self.assertIn("138****5678", dispatcher.page.inner_text(".case"))
        self.assertTrue(dispatcher.page.is_visible(".proposal"))

        dispatcher.page.click("[data-action=dispatch]")
        form = dispatcher.page.locator("[data-step-form=dispatch]")
        form.locator("select").select_option(value=unit["id"])
        form.locator("textarea").fill("请按时处置。")
        dispatcher.page.click("[data-submit=dispatch]")
        dispatcher.wait_stage("dispatched")
        self.assertRegex(dispatcher.page.inner_text(".clocks .remaining"), r"\d")

        handler.open(number)
        handler.act("accept", "handling")
        self.report_back(handler)

        inspector = self.person("inspect")
        inspector.open(number)
        inspector.page.wait_for_selector(".timeline .evidence img")
        inspector.act("pass", "checked")
        dispatcher.open(number)
        dispatcher.act("close", "closed")
        self.check_timeline(dispatcher, unit)
        entry = f'.feed [data-number="{number}"]'
        watching.page.wait_for_selector(f"{entry} :text('已结案')")
        self.assertIn("测试：路边有一处问题", watching.page.inner_text(entry))

    def report_back(self, handler):
        page = handler.page
        page.click("[data-action=report]")
        page.click("[data-submit=report]")
        page.wait_for_selector(".step-form .field.wrong")
        self.assertEqual(page.locator(".step-form .field.wrong").count(), 2, "note and photo")
        page.fill(".step-form textarea", "已到场处置，现场恢复正常。")
        page.set_input_files(
            "[data-upload=photo]",
            {"name": "现场.png", "mimeType": "image/png", "buffer": picture()},
        )
        page.wait_for_selector("[data-uploaded]")
        page.click("[data-submit=report]")
        handler.wait_stage("checking")

    def check_timeline(self, someone, unit):
        # Beside what people did, the engine may have named who checks.
        steps = someone.page.locator(".timeline [data-step]:not([data-step=assignCheck])")
        actions = steps.evaluate_all("rows => rows.map((row) => row.dataset.step)")
        self.assertEqual(actions, ["close", "pass", "report", "accept", "dispatch"])
        texts = steps.all_inner_texts()
        for text in texts:
            self.assertIn("历时", text)
        self.assertIn(unit["name"], texts[2])
        self.assertIn("已到场处置，现场恢复正常。", texts[2])
        self.assertIn("请按时处置。", texts[4])
        whole = someone.page.inner_text("body")
        for stray in ("undefined", "null", "NaN", "[object"):
            self.assertNotIn(stray, whole)

    def test_the_proposal_is_taken_up_with_one_key(self):
        dispatcher = self.person("dispatch")
        item = self.photographed_item(dispatcher)
        dispatcher.file("测试：采纳机器建议", item["code"], street=3)
        proposed = dispatcher.page.inner_text(".proposed b")
        dispatcher.page.keyboard.press("a")
        dispatcher.wait_stage("dispatched")
        self.assertIn(proposed, dispatcher.page.inner_text(".facts"))

    def test_who_comes_second_is_told_and_sees_the_latest(self):
        first = self.person("dispatch")
        item = self.photographed_item(first)
        number = first.file("测试：两人同时派单", item["code"], street=4)
        second = self.person("duty")
        second.open(number)
        second.page.click("[data-action=void]")
        second.page.fill(".step-form textarea", "重复录入")
        first.page.keyboard.press("a")
        first.wait_stage("dispatched")
        second.page.click("[data-submit=void]")
        # What the first did and what the second wrote stand side by side.
        second.wait_stage("dispatched")
        second.page.wait_for_selector(".other-first:has-text('别人刚办理了这个案件')")
        second.page.wait_for_selector(".other-first [data-step=dispatch]")
        self.assertEqual(second.page.input_value(".case-foot textarea"), "重复录入")
        self.assert_accessible(second, "two at one case")

    def test_a_refused_report_is_marked_where_it_is_wrong(self):
        someone = self.person("reception")
        page = someone.page
        page.keyboard.press("n")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("dialog .field.wrong :text('请填写标题。')")
        page.fill("dialog [name=title]", "经度不对")
        page.select_option("dialog [name=place]", "numbers")
        page.fill("dialog [name=longitude]", "1210")
        page.fill("dialog [name=latitude]", "31.2")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("dialog .field.wrong :text('须在')")
        self.assertEqual(page.input_value("dialog [name=title]"), "经度不对")


if __name__ == "__main__":
    unittest.main()
