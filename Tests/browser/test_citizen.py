"""Citizens: reporting without a sign-in, me too, following, judging; large type, both languages."""

import json
import re
import unittest
import urllib.request

from desk import PHONE, DeskTest, picture



class Citizen:
    """Somebody with a phone and no account."""

    def __init__(self, test, language="zh", path="/report"):
        self.test = test
        self.complaints = []
        self.strangers = []
        self.context = test.browser.new_context(
            viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True,
            permissions=["geolocation"], geolocation=test.spot,
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)
        self.page.goto(f"{test.address}{path}")
        self.page.wait_for_selector(".hand-head")
        if language == "en":
            self.page.click("button.language")
            # The page is drawn anew: what is typed before would be lost with the field.
            self.page.wait_for_selector("html[data-language=en]")

    def _hear(self, message):
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith((self.test.address, "data:", "blob:")):
            self.strangers.append(request.url)

    def write(self, text):
        self.page.fill("[name=text]", text)
        self.page.wait_for_selector("[data-kinds] input", state="attached")

    def choose(self, item):
        self.page.check(f"[data-kinds] input[value='{item}']")

    def next(self, step):
        self.page.click("[data-next]")
        self.page.wait_for_selector(f"[data-step={step}]")

    def locate(self):
        self.page.click("[data-here]")
        self.page.wait_for_selector("[data-place]:not([data-place=''])")

    def pass_challenge(self):
        self.page.wait_for_selector("[data-challenge]:not([data-challenge=''])")
        self.page.click("[data-work]")
        self.page.wait_for_selector("[data-worked]", timeout=60_000)

    def send(self):
        self.page.click("[data-next]")
        self.page.wait_for_selector("[data-step=done]")
        number = self.page.get_attribute("[data-number]", "data-number")
        return number, self.page.get_attribute("[data-code]", "data-code")


class CitizenTest(DeskTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        areas = json.load(urllib.request.urlopen(f"{cls.address}/api/v1/public/areas"))["elements"]
        ring = areas[0]["outline"]["coordinates"][0][0]
        # A point inside: the middle of a corner and its neighbours' far side is not sure, so it is
        # looked for among the ring's own middles.
        cls.spot = cls._inside(ring)

    @classmethod
    def _inside(cls, ring):
        west, east = min(p[0] for p in ring), max(p[0] for p in ring)
        south, north = min(p[1] for p in ring), max(p[1] for p in ring)
        for part in range(1, 40):
            longitude = west + (east - west) * ((part * 7) % 40) / 40
            latitude = south + (north - south) * ((part * 11) % 40) / 40
            where = f"longitude={longitude}&latitude={latitude}"
            address = f"{cls.address}/api/v1/public/place?{where}"
            if "street" in json.load(urllib.request.urlopen(address))["area"]:
                return {"longitude": longitude, "latitude": latitude, "accuracy": 8}
        raise AssertionError("no point lies in the street")

    def citizen(self, *arguments, **options):
        someone = Citizen(self, *arguments, **options)
        self.addCleanup(self._part, someone)
        return someone

    def _part(self, someone):
        someone.context.close()
        self.assertEqual(someone.complaints, [], "the console complained")
        self.assertEqual(someone.strangers, [], "a request left the machine")


class Reporting(CitizenTest):
    def test_a_citizen_reports_and_follows(self):
        someone = self.citizen()
        page = someone.page
        someone.write("楼下路灯坏了三天，晚上一片黑")
        self.assert_accessible(someone, "what")
        self.assert_fits(someone, "what")
        someone.next("where")
        someone.locate()
        page.set_input_files(
            "[data-photos]",
            {"name": "灯.png", "mimeType": "image/png", "buffer": picture(400, 300)},
        )
        page.wait_for_selector("[data-photo]")
        self.assert_accessible(someone, "where")
        self.assert_fits(someone, "where")
        someone.next("check")
        page.fill("[name=name]", "王先生")
        page.fill("[name=phone]", "13800005678")
        self.assertEqual(page.locator("[data-purposes] input:checked").count(), 0)
        page.check("[data-purposes] input[value='call-back/1']")
        page.fill("[name=answer]", "x")
        page.click("[data-next]")
        page.wait_for_selector(".field.wrong :text('数字不对')")
        self.assert_accessible(someone, "check")
        self.assert_fits(someone, "check")
        someone.pass_challenge()
        number, code = someone.send()
        self.assertRegex(number, r"^\d{4}-\d{4}-\d{5}$")
        self.assertRegex(code, r"^\d{6}$")
        self.assert_accessible(someone, "done")
        page.click(".hand-foot [data-follow]")
        page.wait_for_selector("[data-view=follow] .trail")
        self.assertIn("已收到", page.inner_text(".trail"))
        self.assert_accessible(someone, "follow")
        self.assert_fits(someone, "follow")
        self.assertNotIn("13800005678", page.inner_text("body"))
        # What he agreed to he takes back; what he did not he may agree to.
        consent = "[data-consents] [data-purpose='call-back/1']"
        self.assertEqual(page.inner_text(consent), "撤回")
        self.assertEqual(
            page.inner_text("[data-consents] [data-purpose='contact/1']"), "同意")
        page.click(consent)
        page.wait_for_selector(f"{consent}:has-text('同意')")
        # Another phone, by number and tail.
        other = self.citizen(path=f"/report/follow?number={number}")
        other.page.fill("[name=tail]", "0000")
        other.page.click("button[type=submit]")
        other.page.wait_for_selector(".form-error:has-text('对不上')")
        other.page.fill("[name=tail]", "5678")
        other.page.click("button[type=submit]")
        other.page.wait_for_selector("[data-view=follow] .trail")
        # The office has it, with the photo and without the place that it was taken at.
        desk = self.person("dispatch")
        case = desk.ask(f"/cases/{number}")
        self.assertEqual(case["channel"], "citizen")
        self.assertEqual(case["reporter"]["phone"], "138****5678")

    def test_me_too_joins_and_large_type_and_english(self):
        first = self.citizen()
        first.write("小区门口乱扔垃圾，臭气熏天")
        item = first.page.input_value("[data-kinds] input:checked")
        self.assertTrue(item)
        first.next("where")
        first.locate()
        first.next("check")
        first.pass_challenge()
        number, _ = first.send()
        second = self.citizen(language="en")
        page = second.page
        page.click("[data-large]")
        self.assertEqual(page.get_attribute("html", "data-type"), "large")
        second.write("小区门口乱扔垃圾，臭气熏天")
        second.choose(item)
        self.assert_accessible(second, "large, English")
        self.assert_fits(second, "large, English")
        second.next("where")
        second.locate()
        page.wait_for_selector("[data-event]")
        page.click("[data-event] button")
        page.wait_for_selector("[data-step=check]")
        self.assertIn("The same as others reported", page.inner_text("main"))
        second.pass_challenge()
        joined, _ = second.send()
        self.assertEqual(joined, number)
        self.assert_fits(second, "done, large")

    def test_what_is_missing_is_said_and_what_is_written_stays(self):
        someone = self.citizen()
        page = someone.page
        page.click("[data-next]")
        page.wait_for_selector(".field.wrong :text('请写一两句话')")
        someone.write("井盖松动，走路一响一响的")
        page.reload()
        self.assertEqual(page.input_value("[name=text]"), "井盖松动，走路一响一响的")
        someone.next("where")
        page.click("[data-next]")
        page.wait_for_selector(".field.wrong :text('请写地址')")
        page.set_input_files(
            "[data-photos]",
            {"name": "x.txt", "mimeType": "text/plain", "buffer": b"no picture"},
        )
        page.wait_for_selector(".field-error:has-text('不是能打开的照片')")
        # A point on the map is a place too.
        page.wait_for_selector(".outline-map path")
        box = page.locator(".outline-map").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector("[data-place]:not(:empty)")
        someone.next("check")
        page.click("[data-next]")
        page.wait_for_selector(".field.wrong :text('请填图片里的数字')")
        small = page.locator("button:visible, .pick label:visible").evaluate_all(
            "all => all.filter((one) => one.offsetHeight < 40).map((one) => one.outerHTML)"
        )
        self.assertEqual(small, [])

    def test_a_suggestion_needs_no_place(self):
        someone = self.citizen()
        page = someone.page
        page.check("[name=form][value=suggestion]")
        page.fill("[name=text]", "公园里多放几张长椅")
        someone.next("where")
        someone.next("check")
        someone.pass_challenge()
        number, _ = someone.send()
        desk = self.person("dispatch")
        self.assertTrue(re.match("建议：公园", desk.ask(f"/cases/{number}")["title"]))


if __name__ == "__main__":
    unittest.main()
