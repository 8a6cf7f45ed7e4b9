"""Devices and alarms: alarms as they come, a device drawn, its order, the lobby's register button."""

import base64
import unittest

from desk import PHONE, DeskTest


class Devices(DeskTest):
    devices = 300

    def open_devices(self, login, tab="alarms"):
        someone = self.person(login)
        someone.page.click("[data-nav=more]")
        someone.page.click("[data-nav=devices]")
        if tab != "alarms":
            someone.page.click(f"[data-tab={tab}]")
        someone.page.wait_for_selector(".devices[data-state=ready]")
        return someone

    def ask(self, someone, method, path, body):
        """What the API answers this person to something sent."""
        return someone.page.evaluate(
            """async ([method, path, body]) => {
              const answer = await fetch('/api/v1' + path, {method, body: JSON.stringify(body),
                headers: {'X-CivicLoop': '1', 'Content-Type': 'application/json'}});
              return answer.json();
            }""",
            [method, path, body],
        )

    def test_alarms_are_listed_and_acknowledged(self):
        someone = self.open_devices("duty")
        page = someone.page
        page.click("[data-choice=all]")
        page.wait_for_selector("[data-choice=all][aria-pressed=true]")
        # The list may be drawn anew at any moment: what is clicked is named, not counted.
        alarm = page.locator("[data-acknowledge]").first.get_attribute("data-acknowledge")
        page.click(f"[data-acknowledge='{alarm}']")
        page.wait_for_selector(f"[data-alarm='{alarm}']:not(:has(button)):has-text('已确认')")
        self.assertTrue(someone.ask(f"/alarms/{alarm}")["acknowledgedAt"])
        self.assert_accessible(someone, "alarms")
        self.assert_fits(someone, "alarms")

    def test_an_alarm_comes_by_itself(self):
        someone = self.open_devices("duty")
        page = someone.page
        # The duty officer sends what a sensor in a burning bin would say.
        code = someone.ask("/devices?kind=bin-sensor&limit=1")["elements"][0]["code"]
        reading = {"device": code, "measure": "temperature", "value": 71.5}
        taken = self.ask(someone, "POST", "/observations", [reading])
        self.assertEqual(taken["refused"], 0, taken)
        page.wait_for_selector("[data-list=alarms] .why:has-text('箱内温度 71.5 °C，高于 65 °C')")
        # It became a case, whose page says why.
        alarm = someone.ask("/alarms?rule=bin-hot&open=true")["elements"][0]
        signal = someone.ask(f"/signals/{alarm['signal']}")
        event = someone.ask(f"/events/{(signal.get('signal') or signal)['event']}")
        case = someone.ask(f"/cases/{(event.get('event') or event)['case']}")
        someone.open((case.get("case") or case)["number"])
        page.wait_for_selector(".case:has-text('箱内温度 71.5 °C，高于 65 °C')")

    def test_a_finding_of_a_video_box_is_seen_in_its_case(self):
        someone = self.person("duty")
        page = someone.page
        camera = someone.ask("/things?kind=camera&limit=1")["elements"][0]["code"]
        finding = {
            "id": "box-1", "kind": "manhole-cover-damaged", "confidence": 0.93,
            "at": "2026-11-20T06:00:00Z", "camera": camera,
            "pictureData": base64.b64encode(page.screenshot(type="jpeg")).decode(),
        }
        answer = self.ask(someone, "POST", "/findings", finding)
        self.assertIn("event", answer, answer)
        someone.open(someone.ask(f"/events/{answer['event']}")["case"])
        image = page.locator(".case .pictures img")
        image.scroll_into_view_if_needed()
        wide = "async (image) => { await image.decode(); return image.naturalWidth; }"
        self.assertGreater(image.evaluate(wide), 0)
        self.assert_accessible(someone, "a case with a picture")

    def test_a_device_is_drawn_and_its_owner_gets_an_order(self):
        someone = self.open_devices("duty", "health")
        page = someone.page
        page.wait_for_selector("[data-choice=calibration-overdue]")
        page.click("[data-choice=calibration-overdue]")
        page.wait_for_selector("[data-list=health] tbody tr")
        page.click("[data-list=health] tbody a")
        page.wait_for_selector(".device[data-state=ready] svg.series")
        self.assertGreater(page.locator(".series path.mean").count(), 0)
        self.assert_accessible(someone, "device")
        self.assert_fits(someone, "device")
        page.click("[data-order=calibration-overdue]")
        page.wait_for_selector(".toast:has-text('检修')")
        page.click(".toast button:not(.toast-close)")
        someone.wait_case()
        self.assertIn("上次校准", page.inner_text(".case"))

    def test_precision_has_rules_models_and_devices(self):
        someone = self.open_devices("duty", "precision")
        page = someone.page
        for grouping in ("rule", "model", "device"):
            page.click(f"[data-choice={grouping}]")
            page.wait_for_selector(f"[data-choice={grouping}].on")
            self.assertGreater(page.locator("[data-list=precision] tbody tr").count(), 0)

    def test_a_guest_of_the_lobby_becomes_a_device(self):
        sender = self.person("duty")
        reading = [{"device": "NEW-77", "measure": "level", "value": 5}]
        answer = self.ask(sender, "POST", "/observations", reading)
        self.assertEqual(answer["reasons"], {"device.unknown": 1})
        someone = self.open_devices("steward", "lobby")
        page = someone.page
        page.wait_for_selector("[data-reason='device.unknown']")
        page.click("[data-register=NEW-77]")
        form = page.locator("dialog[data-dialog=form]")
        form.locator("[name=kind]").select_option("water-gauge")
        form.locator("[name=name]").fill("新装水位计")
        self.assert_accessible(someone, "register")
        form.locator("button[type=submit]").click()
        form.wait_for(state="detached")
        page.wait_for_selector("[data-guest=NEW-77]", state="detached")
        self.assertEqual(self.ask(sender, "POST", "/observations", reading)["accepted"], 1)

    def test_both_languages_and_a_phone(self):
        someone = self.person("duty", viewport=PHONE, language="en")
        page = someone.page
        page.goto(f"{self.address}/devices/health")
        page.wait_for_selector(".devices[data-state=ready]")
        self.assertIn("Health", page.inner_text("[data-tab=health]"))
        self.assert_fits(someone, "health on a phone")


if __name__ == "__main__":
    unittest.main()
