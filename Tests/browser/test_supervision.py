"""The page of supervision: what a duty officer orders, the unit's head replies to, and he accepts."""

import unittest

from desk import DeskTest


class Supervision(DeskTest):
    def order(self, someone, number, words):
        """Orders a case, says the words, and waits until it is done."""
        page = someone.page
        page.click(f"tr[data-number='{number}'] [data-do=order]")
        page.fill("[data-dialog=supervision] textarea", words)
        page.click("[data-dialog=supervision] button[type=submit]")
        page.wait_for_selector("[data-dialog=supervision]", state="detached")
        page.wait_for_selector(".toast")

    def test_an_order_is_made_and_stands_among_those_that_wait(self):
        # The past and the play of the district do not always leave an open case of that grade.
        dispatcher = self.person("dispatch")
        number = dispatcher.file("测试：路面塌陷", "road-collapse", street=3)
        someone = self.person("duty", path="/supervise/grade")
        page = someone.page
        someone.wait_page(".table-page")
        self.order(someone, number, "请今天说明进展")
        page.click("[data-tab=orders]")
        page.wait_for_selector("[data-do=reply]")
        self.assertIn(number, page.inner_text(".table-page"))
        self.assert_accessible(someone, "supervision orders")
        self.act_refused(someone)

    def act_refused(self, someone):
        """Who does not answer for the unit is told so, and what he wrote stays."""
        page = someone.page
        page.locator("[data-do=reply]").first.click()
        page.fill("[data-dialog=supervision] textarea", "已到场")
        page.click("[data-dialog=supervision] button[type=submit]")
        page.wait_for_selector("[data-dialog=supervision] .form-error:visible")
        self.assertEqual(page.input_value("[data-dialog=supervision] textarea"), "已到场")
        someone.complaints = [c for c in someone.complaints if "403" not in c]


if __name__ == "__main__":
    unittest.main()
