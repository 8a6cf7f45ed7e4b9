"""The first page: signing in, the list, the feed, on a desk and on a phone, in both languages."""

import unittest

from desk import PHONE, DeskTest


class FirstPage(DeskTest):
    def test_wrong_password_is_said_clearly(self):
        someone = self.person()
        page = someone.page
        page.fill("[autocomplete=username]", "dispatch")
        page.fill("[type=password]", "wrong")
        page.click("button[type=submit]")
        page.wait_for_selector(".form-error:has-text('账号或口令不对')")
        self.assertEqual(page.input_value("[autocomplete=username]"), "dispatch")

    def test_a_lost_session_comes_back_to_what_was_typed(self):
        someone = self.person("dispatch")
        page = someone.page
        page.keyboard.press("n")
        page.fill("dialog [name=title]", "会话过期也不丢")
        page.select_option("dialog [name=street]", index=1)
        someone.context.clear_cookies()
        page.click("dialog[data-dialog=report] button[type=submit]")
        again = page.locator("dialog:has-text('请重新登录')")
        again.locator("[data-login=dispatch]").click()
        page.wait_for_selector(".toast:has-text('已立案')")

    def test_filters_live_in_the_address(self):
        someone = self.person("dispatch")
        page = someone.page
        page.click("[data-stage-tab=closed]")
        page.select_option("select[name=grade]", "blue")
        page.wait_for_url("**/cases?stage=closed&grade=blue")
        someone.wait_list()
        page.reload()
        someone.wait_list()
        self.assertEqual(page.input_value("select[name=grade]"), "blue")
        marks = page.locator(".row .mark").evaluate_all(
            "marks => [...new Set(marks.map((mark) => mark.getAttribute('aria-label')))]"
        )
        self.assertEqual(marks, ["蓝色"])
        page.go_back()
        page.wait_for_url("**/cases?stage=closed")
        page.fill("input[name=words]", "没有这样的标题")
        page.wait_for_selector(".cases[data-state=empty]")
        page.click(".state-actions button")
        page.wait_for_selector(".cases[data-state=ready]")

    def test_pages_of_the_list_follow_each_other(self):
        someone = self.person("dispatch")
        page = someone.page
        self.assertEqual(page.locator(".row").count(), 50)
        page.click(".more")
        page.wait_for_function("() => document.querySelectorAll('.row').length > 50")
        numbers = page.locator(".row").evaluate_all("rows => rows.map((r) => r.dataset.number)")
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_the_keyboard_suffices(self):
        someone = self.person("duty")
        page = someone.page
        page.click("[data-stage-tab=closed]")
        someone.wait_list()
        page.wait_for_selector(".row")
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("j")
        chosen = page.evaluate("document.activeElement.parentElement.dataset.number")
        page.keyboard.press("Enter")
        someone.wait_case()
        self.assertIn(f"/case/{chosen}", page.url)
        page.keyboard.press("Escape")
        page.wait_for_selector(".case", state="hidden")
        page.keyboard.press("/")
        page.keyboard.type(chosen)
        page.keyboard.press("Enter")
        someone.wait_case()
        self.assertIn(chosen, page.inner_text(".case-bar"))

    def test_news_waits_while_somebody_reads(self):
        someone = self.person("dispatch")
        page = someone.page
        someone.wait_live()
        page.evaluate("document.querySelector('.feed-scroll').scrollTop = 400")
        someone.file("测试：读到一半来了新动态", street=5)
        page.wait_for_selector(".feed .fresh:visible")
        self.assertGreater(page.evaluate("document.querySelector('.feed-scroll').scrollTop"), 0)
        page.click(".feed .fresh")
        page.wait_for_selector(".feed .entry:has-text('读到一半来了新动态')")

    def test_the_feed_says_when_it_is_lost(self):
        someone = self.person("dispatch")
        someone.wait_live()
        someone.context.set_offline(True)
        someone.page.evaluate("document.querySelector('.feed .lost button').click()")
        someone.page.wait_for_selector(".feed .lost:visible")
        someone.context.set_offline(False)
        someone.page.click(".lost button")
        someone.wait_live()
        someone.page.wait_for_selector(".lost", state="hidden")
        someone.complaints = [c for c in someone.complaints if "ERR_INTERNET" not in c]

    def test_the_link_of_a_notice_opens_its_case_signed_in(self):
        number = self.person("dispatch").ask("/cases?limit=1")["elements"][0]["number"]
        someone = self.person("dispatch", path=f"/case/{number}")
        someone.wait_case()
        self.assertTrue(someone.page.url.endswith(f"/case/{number}"))
        self.assertIn(number, someone.page.inner_text(".case"))

    def test_an_unknown_case_says_what_to_do(self):
        someone = self.person("dispatch")
        someone.page.goto(f"{self.address}/case/2020-0101-99999")
        someone.wait_case("missing")
        self.assertIn("编号可能打错了", someone.page.inner_text(".case"))
        self.assert_accessible(someone, "missing")

    def test_every_view_is_accessible(self):
        for language in ("zh", "en"):
            with self.subTest(language=language):
                someone = self.person(language=language)
                self.look_at_views(someone, language)

    def look_at_views(self, someone, language):
        page = someone.page
        self.assert_accessible(someone, "sign-in")
        someone.sign_in("duty")
        heading = {"zh": "实时动态", "en": "Live"}[language]
        self.assertEqual(page.inner_text("#feed-title"), heading)
        self.assert_accessible(someone, "list")
        someone.file("测试：" + heading, street=6)
        self.assert_accessible(someone, "case")
        page.click("[data-action=void]")
        page.click("[data-submit=void]")
        page.wait_for_selector(".field.wrong")
        self.assert_accessible(someone, "form")
        page.keyboard.press("Escape")
        page.click("[data-top=report]")
        page.wait_for_selector("dialog")
        self.assert_accessible(someone, "report")

    def test_the_phone_shows_one_thing_at_a_time(self):
        someone = self.person(viewport=PHONE)
        page = someone.page
        self.assert_fits(someone, "sign-in")
        someone.sign_in("duty")
        self.assert_fits(someone, "list")
        self.assertFalse(page.is_visible(".feed"))
        page.click("[data-panel-tab=feed]")
        self.assertTrue(page.is_visible(".feed"))
        self.assert_fits(someone, "feed")
        self.assert_accessible(someone, "feed")
        page.click("[data-panel-tab=cases]")
        page.click(".row a")
        someone.wait_case()
        self.assertEqual(page.locator(".case").bounding_box()["width"], PHONE["width"])
        self.assert_fits(someone, "case")
        self.assert_accessible(someone, "case")
        small = page.locator(".panel-tabs button, .actions .button").evaluate_all(
            "buttons => buttons.filter((b) => b.offsetParent && b.offsetHeight < 48).length"
        )
        self.assertEqual(small, 0)
        page.click(".case-close")
        page.wait_for_selector(".row a")


if __name__ == "__main__":
    unittest.main()
