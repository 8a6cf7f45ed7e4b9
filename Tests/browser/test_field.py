"""The field: orders on a phone, without a network and back, conflicts; and the whole way round."""

import time
import unittest

from desk import PHONE, Person, picture
from test_citizen import CitizenTest

STEP_SECONDS_MAX = 15


class Hand(Person):
    """Somebody with the field page on a phone."""

    def __init__(self, test, login, language="zh"):
        self.desk = test
        self.complaints = []
        self.context = test.browser.new_context(
            viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True,
            permissions=["geolocation"], geolocation=test.spot,
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{test.address}/field")
        self.page.wait_for_selector("[data-view=sign-in]")
        if language == "en":
            self.page.click("button.language")
        self.page.click(f"[data-login={login}]")
        self.page.wait_for_selector("[data-view=orders]")

    def _hear(self, message):
        # Without a network the browser itself says so, and the page says it in its own words.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            if "net::ERR" not in message.text:
                self.complaints.append(message.text)

    def wait_worker(self):
        """Until the page is in the worker's hands, with its files."""
        self.page.evaluate("navigator.serviceWorker.ready")
        self.page.reload()
        self.page.wait_for_selector("[data-view=orders]")
        self.page.reload()
        self.page.wait_for_selector("[data-view=orders]")

    def refresh(self):
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def take_up(self, number):
        self.refresh()
        self.page.click(f"[data-number='{number}']")
        self.page.wait_for_selector("[data-view=case] [data-stage]")

    def photograph(self, form):
        self.page.set_input_files(
            f"[data-form={form}] [data-photos]",
            {"name": "现场.png", "mimeType": "image/png", "buffer": picture(320, 240)},
        )
        self.page.wait_for_selector(f"[data-form={form}] [data-photo]")

    def report(self, note="已清理，现场恢复。"):
        self.page.click("[data-action=report]")
        self.photograph("report")
        self.page.fill("[data-form=report] [name=note]", note)
        self.page.click("[data-submit=report]")

    def wait_entries(self, count):
        self.page.wait_for_selector(f"[data-entries='{count}']", state="attached")


class FieldTest(CitizenTest):
    def hand(self, *arguments, **options):
        someone = Hand(self, *arguments, **options)
        self.addCleanup(self._dismiss, someone)
        return someone

    def dispatched(self, title, street=2):
        """A case that waits for the handler's unit; its number and id."""
        dispatcher = self.person("dispatch")
        items = dispatcher.ask("/items")["elements"]
        item = next(
            one for one in items if one["evidence"] == ["photo"] and not one["automatic"]
        )
        number = dispatcher.file(title, item["code"], street=street)
        unit = self.handlers_unit()
        self.post(dispatcher, f"/cases/{number}/steps", {"action": "dispatch", "unit": unit})
        return number, dispatcher

    def stepped(self, someone, number, action):
        """Waits until a step has come to the case, and gives it."""
        deadline = time.monotonic() + STEP_SECONDS_MAX
        while time.monotonic() < deadline:
            steps = someone.ask(f"/cases/{number}/steps")["elements"]
            found = [step for step in steps if step["action"] == action]
            if found:
                return found[-1]
            someone.page.wait_for_timeout(100)
        self.fail(f"no step {action} came to the case {number}")

    def judged(self, someone):
        """How many cases of the handler's unit were judged this month, and how many content."""
        month = someone.page.evaluate(
            "new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7)"
        )
        scores = someone.ask(f"/scores?month={month}&by=unit")["elements"]
        unit = next((one for one in scores if one["key"] == self.handlers_unit()), {})
        judged = unit.get("judged") or 0
        return [judged, round(judged * (unit.get("contentRate") or 0))]

    def handlers_unit(self):
        if not hasattr(type(self), "_unit"):
            handler = self.person("handler")
            type(self)._unit = handler.ask("/session")["unit"]["id"]
        return type(self)._unit

    def post(self, someone, path, body):
        answer = someone.page.evaluate(
            """async ([path, body]) => {
              const answer = await fetch('/api/v1' + path, {method: 'POST',
                body: JSON.stringify(body), headers: {'X-CivicLoop': '1'}});
              return [answer.status, await answer.json()];
            }""",
            [path, body],
        )
        self.assertIn(answer[0], (200, 201), answer)
        return answer[1]


class Field(FieldTest):
    def test_the_whole_way_round(self):
        # A citizen reports …
        citizen = self.citizen()
        citizen.write("楼下路灯坏了三天，晚上一片黑")
        citizen.next("where")
        citizen.locate()
        citizen.next("check")
        citizen.page.fill("[name=phone]", "13811112222")
        citizen.pass_challenge()
        number, _ = citizen.send()
        # … it is dispatched …
        dispatcher = self.person("dispatch")
        case = dispatcher.ask(f"/cases/{number}")
        if case["stage"] == "filed":
            step = {"action": "dispatch", "unit": self.handlers_unit()}
        else:
            step = {"action": "reassign", "unit": self.handlers_unit(), "note": "改派测试单位"}
        self.post(dispatcher, f"/cases/{number}/steps", step)
        # … handled in the field without a network …
        handler = self.hand("handler")
        handler.wait_worker()
        handler.take_up(number)
        handler.context.set_offline(True)
        handler.page.click("[data-action=accept]")
        handler.page.wait_for_selector("[data-stage=handling][data-unsent=true]")
        handler.page.click("[data-action=arrive]")
        handler.page.wait_for_selector("[data-action=arrive]", state="detached")
        handler.report()
        handler.page.wait_for_selector("[data-bar=offline]:has-text('3 项等待发送')")
        self.assert_accessible(handler, "offline case")
        # The page opens again without a network, with all that waits.
        handler.page.goto(f"{self.address}/field")
        handler.page.wait_for_selector(f"[data-number='{number}'] .unsent")
        handler.page.click("[data-nav=queue]")
        self.assertEqual(handler.page.locator("[data-entry=waiting]").count(), 3)
        self.assert_fits(handler, "queue")
        # … and back: sent once, in order.
        handler.context.set_offline(False)
        handler.refresh()
        handler.wait_entries(0)
        steps = dispatcher.ask(f"/cases/{number}/steps")["elements"]
        # The engine may have named who checks since then.
        steps = [one for one in steps if one["staff"] is not None]
        actions = [step["action"] for step in steps][-3:]
        self.assertEqual(actions, ["accept", "arrive", "report"])
        self.assertEqual(len(steps[-1]["evidence"]), 1)
        self.assertIn("误差 8 米", steps[-2]["note"])
        # It is verified by an inspector's phone and closed …
        inspector = self.hand("inspect")
        inspector.take_up(number)
        inspector.page.click("[data-action=pass]")
        self.stepped(dispatcher, number, "pass")
        self.post(dispatcher, f"/cases/{number}/steps", {"action": "close"})
        # … judged by the citizen …
        citizen.page.click(".hand-foot [data-follow]")
        citizen.page.wait_for_selector("[data-judge]")
        citizen.page.check("[name=solved][value=yes]")
        citizen.page.check("[name=satisfaction][value=satisfied]")
        citizen.page.fill("[data-judge] [name=words]", "很快，谢谢")
        self.assert_accessible(citizen, "judging")
        before = self.judged(dispatcher)
        citizen.page.click("[data-judge] button[type=submit]")
        citizen.page.wait_for_selector("[data-judged=satisfied]")
        self.assertIn("已清理，现场恢复。", citizen.page.inner_text("[data-result]"))
        # … which the office sees beside the case …
        dispatcher.open(number)
        self.assertIn("解决了 · 满意 · 很快，谢谢", dispatcher.page.inner_text(".facts"))
        # … and shows in the scores.
        after = self.judged(dispatcher)
        self.assertEqual(after, [number + 1 for number in before])

    def test_words_spoken_go_with_the_report(self):
        number, dispatcher = self.dispatched("测试：录音", street=6)
        handler = self.hand("handler")
        handler.context.grant_permissions(["geolocation", "microphone"])
        page = handler.page
        handler.take_up(number)
        page.click("[data-action=accept]")
        page.wait_for_selector("[data-stage=handling]")
        page.click("[data-action=report]")
        handler.photograph("report")
        page.click("[data-voice] button")
        page.wait_for_selector("[data-voice] [aria-pressed=true]")
        page.wait_for_timeout(1_200)
        page.click("[data-voice] button")
        page.wait_for_selector("[data-voice] [role=status]:has-text('已录')")
        page.fill("[data-form=report] [name=note]", "详见录音")
        page.click("[data-submit=report]")
        reported = self.stepped(dispatcher, number, "report")
        # A picture goes out with its mark, all else as a download that no browser plays by itself.
        heads = dispatcher.page.evaluate(
            """(digests) => Promise.all(digests.map(async (one) => {
              const answer = await fetch(`/api/v1/files/${one}`);
              const head = new Uint8Array(await answer.arrayBuffer()).slice(4, 8);
              return [answer.headers.get("content-type"), new TextDecoder().decode(head)];
            }))""",
            reported["evidence"],
        )
        self.assertEqual(heads[0][0], "image/jpeg")
        self.assertEqual(heads[1], ["application/octet-stream", "ftyp"])

    def test_a_conflict_is_shown_and_solved(self):
        number, dispatcher = self.dispatched("测试：离线冲突")
        handler = self.hand("handler")
        handler.take_up(number)
        handler.context.set_offline(True)
        handler.page.click("[data-action=accept]")
        handler.page.wait_for_selector("[data-unsent=true]")
        # Meanwhile the centre sends it to the same unit anew.
        case = dispatcher.ask(f"/cases/{number}")
        other = dispatcher.ask("/units")["elements"]
        unit = next(
            one["id"] for one in other
            if one["id"] != case["unit"]["id"] and one["kind"] == "department"
        )
        path = f"/cases/{number}/steps"
        self.post(dispatcher, path, {"action": "reassign", "unit": unit, "note": "改派"})
        self.post(
            dispatcher, path,
            {"action": "reassign", "unit": case["unit"]["id"], "note": "仍由原单位办"},
        )
        handler.context.set_offline(False)
        handler.refresh()
        handler.page.wait_for_selector("[data-bar=conflict]")
        handler.page.click("[data-bar=conflict] button")
        row = handler.page.locator("[data-entry=conflict]")
        self.assertIn("别人先办理了这个案件", row.inner_text())
        self.assertIn("待接单", row.inner_text())
        self.assert_accessible(handler, "conflict")
        self.assert_fits(handler, "conflict")
        row.locator("[data-insist]").click()
        handler.wait_entries(0)
        self.assertEqual(dispatcher.ask(f"/cases/{number}")["stage"], "handling")

    def test_a_problem_in_three_taps_without_a_network(self):
        handler = self.hand("handler", language="en")
        handler.wait_worker()
        handler.context.set_offline(True)
        page = handler.page
        page.click("[data-nav=new]")
        page.set_input_files(
            "[data-photos]",
            {"name": "a.png", "mimeType": "image/png", "buffer": picture(320, 240)},
        )
        page.wait_for_selector("[data-kinds] [data-kind]")
        self.assert_accessible(handler, "kinds")
        page.locator("[data-kinds] [data-kind]").first.click()
        page.wait_for_selector("[data-spot]:not([data-spot=''])")
        self.assert_accessible(handler, "new problem")
        page.click("[data-report]")
        page.wait_for_selector(".toast:has-text('Kept on the phone')")
        handler.wait_entries(1)
        handler.context.set_offline(False)
        handler.refresh()
        handler.wait_entries(0)
        signals = handler.ask("/cases?channel=inspector&limit=1")["elements"]
        self.assertLessEqual(len(signals), 1)

    def test_a_lost_session_keeps_what_waits(self):
        number, dispatcher = self.dispatched("测试：登录过期", street=5)
        handler = self.hand("handler")
        handler.take_up(number)
        handler.context.clear_cookies()
        handler.page.click("[data-action=accept]")
        handler.page.wait_for_selector("[data-bar=ended]:has-text('1 项')")
        handler.page.click("[data-bar=ended] button")
        handler.page.click("dialog [data-login=handler]")
        handler.wait_entries(0)
        self.assertEqual(dispatcher.ask(f"/cases/{number}")["stage"], "handling")
        # More time is asked for from the phone, with a reason and how much.
        handler.page.click("[data-action=askExtension]")
        handler.page.fill("[data-form=askExtension] [name=note]", "等配件")
        handler.page.fill("[data-form=askExtension] [name=limit]", "1")
        self.assert_accessible(handler, "more time")
        handler.page.click("[data-submit=askExtension]")
        handler.page.wait_for_selector(".toast:has-text('申请延期')")
        handler.wait_entries(0)
        self.stepped(dispatcher, number, "askExtension")

    def test_a_limit_that_passed_is_said_once(self):
        number, _ = self.dispatched("测试：超时", street=7)
        handler = self.hand("handler")
        handler.page.clock.set_fixed_time("2036-01-01T00:00:00Z")
        handler.refresh()
        handler.page.wait_for_selector(f"[data-number='{number}']:has-text('已超时')")
        handler.page.wait_for_selector(".remaining.over")
        left = handler.page.locator(".remaining").all_inner_texts()
        self.assertTrue(left)
        self.assertEqual([one for one in left if "−" in one], [])

    def test_it_can_be_put_on_the_home_screen(self):
        handler = self.hand("handler")
        handler.wait_worker()
        session = handler.context.new_cdp_session(handler.page)
        manifest = session.send("Page.getAppManifest")
        self.assertEqual(manifest.get("errors"), [])
        self.assertTrue(manifest["url"].endswith("/field.webmanifest"))
        faults = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
        self.assertEqual([fault["errorId"] for fault in faults if fault["errorId"] != "in-incognito"], [])

    def test_day_and_night_and_big_targets(self):
        handler = self.hand("handler")
        page = handler.page
        self.assert_accessible(handler, "orders")
        self.assert_fits(handler, "orders")
        page.click("[data-nav=me]")
        page.click("[data-theme-switch]")
        self.assertEqual(page.get_attribute("html", "data-theme"), "dark")
        self.assert_accessible(handler, "me at night")
        page.click("[data-nav=orders]")
        self.assert_accessible(handler, "orders at night")
        small = page.locator("button:visible, .field-list a:visible").evaluate_all(
            "all => all.filter((one) => one.offsetHeight < 48).map((one) => one.outerHTML)"
        )
        self.assertEqual(small, [])
        page.click("[data-order]")
        page.wait_for_selector("[data-order=near]")


if __name__ == "__main__":
    unittest.main()
