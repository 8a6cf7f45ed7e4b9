"""The whole way round by the pages alone: a citizen's report is dispatched, handled in the field
without a network and back, verified, closed, judged by the citizen, and shows in the scores."""

import unittest

from desk import DESKTOP, PHONE, picture
from test_field import FieldTest

# One office at a desk in Chinese, one in English, one on phones.
OFFICES = [("zh", DESKTOP), ("en", DESKTOP), ("zh", PHONE)]


class WholeWay(FieldTest):
    def test_the_whole_way_round(self):
        for language, viewport in OFFICES:
            with self.subTest(language=language, width=viewport["width"]):
                self.walk(language, viewport)

    def walk(self, language, viewport):
        office = {"language": language, "viewport": viewport}
        before = self.judged()
        citizen, number = self.reported(language)
        dispatcher = self.person("dispatch", **office)
        self.dispatch(dispatcher, number)
        self.handle(number, language)
        self.stepped(dispatcher, number, "report")
        inspector = self.person("inspect", **office)
        inspector.open(number)
        # What was reported and what was left of it, beside each other.
        for side in ("before", "after"):
            shown = f"[data-pictures='case.pictures.{side}'] img"
            inspector.page.wait_for_selector(shown)
        self.assert_accessible(inspector, f"verifying {language}")
        inspector.act("pass", "checked")
        self.assert_accessible(inspector, f"verified {language}")
        dispatcher.open(number)
        self.reveal(dispatcher)
        dispatcher.act("close", "closed")
        self.judge(citizen)
        dispatcher.open(number)
        self.assertIn("多谢", dispatcher.page.inner_text(".facts"))
        self.assertEqual(self.judged(), before + 1)
        self.scores(office)
        for someone in (dispatcher, inspector):
            someone.leave()

    def reported(self, language):
        citizen = self.citizen(language=language)
        citizen.write("楼下路灯坏了三天，晚上一片黑")
        citizen.next("where")
        citizen.locate()
        citizen.page.set_input_files(
            "[data-photos]", {"name": "灯.png", "mimeType": "image/png", "buffer": picture(400, 300)}
        )
        citizen.page.wait_for_selector("[data-photo]")
        citizen.next("check")
        citizen.page.fill("[name=phone]", "13811113333")
        citizen.pass_challenge()
        number, _ = citizen.send()
        return citizen, number

    def dispatch(self, someone, number):
        """With the form of the case; the proposal may name another unit than that of our handler."""
        someone.open(number)
        action = "dispatch" if someone.stage() == "filed" else "reassign"
        someone.page.click(f"[data-action={action}]")
        form = someone.page.locator(f"[data-step-form={action}]")
        form.locator("select").first.select_option(value=self.handlers_unit())
        form.locator("textarea").fill("请按时处置")
        self.assert_accessible(someone, "dispatching")
        someone.page.click(f"[data-submit={action}]")
        someone.wait_stage("dispatched")

    def handle(self, number, language):
        handler = self.hand("handler", language=language)
        handler.wait_worker()
        handler.take_up(number)
        handler.context.set_offline(True)
        handler.page.click("[data-action=accept]")
        handler.page.wait_for_selector("[data-stage=handling][data-unsent=true]")
        handler.report("灯已修好")
        handler.page.wait_for_selector("[data-bar=offline]")
        handler.context.set_offline(False)
        handler.refresh()

    def reveal(self, someone):
        """The telephone behind the dots, to whoever says what for; a wish is written down beside."""
        page = someone.page
        page.click("[data-reveal]")
        dialog = page.locator("[data-dialog=contact]")
        dialog.locator("button[type=submit]").click()
        dialog.locator(".field.wrong").wait_for()
        dialog.locator("[name=duty]").select_option("handle")
        dialog.locator("[name=reveal]").fill("联系诉求人核实")
        self.assert_accessible(someone, "asking for the contact")
        dialog.locator("button[type=submit]").click()
        page.wait_for_selector("[data-contact]:has-text('13811113333')")
        page.locator("[data-given=false]").first.click()
        page.wait_for_selector("[data-purpose] b")
        self.assert_accessible(someone, "the contact")
        page.locator("[data-dialog=note] .primary").click()

    def judge(self, citizen):
        page = citizen.page
        page.click(".hand-foot [data-follow]")
        page.wait_for_selector("[data-judge]")
        page.check("[name=solved][value=yes]")
        page.check("[name=satisfaction][value=satisfied]")
        page.fill("[data-judge] [name=words]", "多谢")
        page.click("[data-judge] button[type=submit]")
        page.wait_for_selector("[data-judged=satisfied]")

    def judged(self):
        """How many judgements the scores count of the handler's unit this month."""
        someone = self.person("leader")
        month = someone.page.evaluate(
            "new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7)"
        )
        rows = someone.ask(f"/scores?month={month}&by=unit")["elements"]
        someone.leave()
        return sum(row["judged"] for row in rows if row["key"] == self.handlers_unit())

    def scores(self, office):
        """The page of the scores, up to today, names the unit."""
        today = self.person("leader", **office)
        day = today.page.evaluate("new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10)")
        today.page.goto(f"{self.address}/scores?from={day[:8]}01&to={day}")
        today.wait_page(".scores")
        self.assert_named(today, "scores")
        self.assert_fits(today, "scores")
        unit = next(
            one["name"] for one in today.ask("/units")["elements"]
            if one["id"] == self.handlers_unit()
        )
        self.assertIn(unit, today.page.inner_text(".scores"))
        today.leave()


if __name__ == "__main__":
    unittest.main()
