"""The pages of the desks: each one's main job, what it says where there is nothing, in both languages."""

import unittest

from desk import PHONE, DeskTest

# Every page, who looks at it, and what tells that it has shown what it has.
PAGES = [
    ("/desk", "duty", ".vital-strip"),
    ("/dispatch", "dispatch", ".dispatch"),
    ("/orders", "head", ".table-page"),
    ("/supervise", "duty", ".table-page"),
    ("/scores", "leader", ".scores"),
    ("/vitals", "leader", ".vitals"),
    ("/warnings", "duty", ".warnings"),
    ("/checkup", "leader", ".checkup"),
    ("/analysis", "leader", ".analysis"),
    ("/things", "steward", ".things"),
    ("/admin", "admin", ".admin"),
    ("/admin/journal", "audit", ".admin"),
    ("/devices", "duty", ".devices"),
]


class Office(DeskTest):
    devices = 60

    def at(self, path, login, **options):
        """Somebody who opened an address and signed in there."""
        return self.person(login, path=path, **options)

    # The frame

    def test_every_page_is_whole_accessible_and_in_both_languages(self):
        for language in ("zh", "en"):
            for path, login, ready in PAGES:
                with self.subTest(path=path, language=language):
                    someone = self.at(path, login, language=language)
                    someone.wait_page(ready)
                    self.assert_accessible(someone, f"{path} {language}")
                    self.assert_named(someone, path)
                    self.assert_fits(someone, path)
                    someone.leave()

    def test_the_dark_theme_is_accessible_and_remembered(self):
        someone = self.at("/desk", "duty")
        page = someone.page
        someone.wait_map()
        page.click("[data-top=theme]")
        someone.wait_map()
        someone.wait_page(".vital-strip")
        self.assert_accessible(someone, "dark desk")
        page.reload()
        page.wait_for_selector("html[data-theme=dark]")

    def test_work_begins_where_the_post_has_its_work(self):
        # Pages under “more” are marked there, without an address.
        homes = {"duty": ("/desk", "/desk"), "dispatch": ("/dispatch", "/dispatch"),
                 "handler": ("/orders", "/orders"), "leader": ("/scores", "/scores"),
                 "audit": ("/admin/journal", None), "security": ("/admin/accounts", None),
                 "inspect": ("/cases?stage=checking", "/")}
        for login, (home, marked) in homes.items():
            with self.subTest(login=login):
                someone = self.person(login, path="/")
                someone.page.wait_for_url(f"{self.address}{home}")
                current = someone.page.get_attribute(".nav [aria-current]", "href")
                self.assertEqual(current, marked)
                someone.leave()
        someone = self.person(path="/", viewport=PHONE)
        someone.page.click("[data-login=handler]")
        someone.page.wait_for_url(f"{self.address}/field")

    def test_who_may_not_is_told_what_to_ask_for(self):
        someone = self.at("/dispatch", "leader")
        someone.page.wait_for_selector(".state:has-text('您的岗位没有“派单”页面')")
        self.assertIn("办理案件", someone.page.inner_text(".state"))
        self.assertEqual(someone.page.locator("[data-nav=dispatch]").count(), 0)
        self.assert_accessible(someone, "forbidden")

    def test_an_unknown_address_leads_back(self):
        someone = self.at("/no-such-page", "duty")
        someone.page.wait_for_selector(".state:has-text('没有这个页面')")
        self.assert_accessible(someone, "unknown")
        someone.page.click(".state-actions button")
        someone.page.wait_for_url("**/desk")

    def test_pages_go_back_and_forth(self):
        someone = self.at("/scores", "leader")
        page = someone.page
        someone.wait_page(".scores")
        page.click("[data-nav=vitals]")
        someone.wait_page(".vitals")
        page.go_back()
        someone.wait_page(".scores")
        self.assertEqual(page.locator(".vitals").count(), 0)

    def test_a_lost_line_is_said_on_every_page(self):
        someone = self.at("/supervise", "duty")
        someone.wait_page(".table-page")
        someone.wait_live()
        someone.context.set_offline(True)
        someone.page.evaluate("document.querySelector('.line-lost button').click()")
        someone.page.wait_for_selector(".line-lost:visible")
        someone.context.set_offline(False)
        someone.page.click(".line-lost button")
        someone.page.wait_for_selector(".line-lost", state="hidden")
        someone.complaints = [c for c in someone.complaints if "ERR_INTERNET" not in c]

    # Desk

    def test_the_desk_opens_a_case_without_leaving(self):
        someone = self.at("/desk", "duty")
        page = someone.page
        someone.wait_map()
        page.wait_for_selector(".map[data-cases]")
        page.keyboard.press("j")
        number = page.evaluate("document.activeElement.parentElement.dataset.number")
        page.keyboard.press("Enter")
        someone.wait_case()
        self.assertIn(f"/desk?case={number}", page.url)
        self.assertTrue(page.is_visible(".map"))
        self.assert_accessible(someone, "desk with a case")
        page.reload()
        someone.wait_case()
        page.keyboard.press("Escape")
        page.wait_for_selector(".case", state="hidden")
        page.wait_for_url("**/desk")

    def test_a_case_leads_to_its_place_on_the_map(self):
        someone = self.at("/cases", "duty")
        page = someone.page
        someone.wait_list()
        # Not every case has a place: whatever the play of the district filed last may have none.
        placed = next(one for one in someone.ask("/cases?limit=50")["elements"] if one["position"])
        someone.open(placed["number"])
        page.click(".case-map")
        page.wait_for_url("**/desk?case=*")
        someone.wait_case()
        someone.wait_map()

    def test_vehicles_are_on_the_map(self):
        someone = self.at("/desk", "duty")
        page = someone.page
        someone.wait_map()
        page.click("[data-map-do=layers]")
        page.click("[data-layer=vehicles]")
        page.wait_for_selector(".map[data-vehicles]")
        found = someone.ask("/vehicles")["elements"]
        self.assertEqual(int(page.get_attribute(".map", "data-vehicles")), len(found))
        page.click("[data-layer=vehicles]")
        page.wait_for_selector(".map[data-vehicles='0']")

    def test_the_map_tells_who_is_responsible(self):
        someone = self.at("/desk", "duty")
        page = someone.page
        someone.wait_map()
        page.click("[data-map-do=layers]")
        # Cases would be hit instead of the ground.
        page.click("[data-layer=cases]")
        someone.wait_map()
        box = page.locator(".map").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector(".map-card:has-text('这里谁负责')")
        self.assertIn("示范区", page.inner_text(".map-card"))
        item = someone.ask("/items")["elements"][0]
        page.select_option(".map-card select", item["code"])
        page.wait_for_selector(".map-card:has-text('责任单位')")
        self.assert_accessible(someone, "responsible")

    def test_cases_are_found_by_drawing(self):
        someone = self.at("/desk", "duty")
        page = someone.page
        someone.wait_map()
        page.wait_for_selector(".map[data-cases]")
        count = int(page.get_attribute(".map", "data-cases"))
        page.click("[data-map-do=draw]")
        page.wait_for_selector(".map-card:has-text('双击')")
        box = page.locator(".map").bounding_box()
        for x, y in ((20, 240), (20, 560), (box["width"] - 80, 560), (box["width"] - 80, 240)):
            page.mouse.click(box["x"] + x, box["y"] + y)
            # Two clicks in a row would be a double one.
            page.wait_for_timeout(350)
        page.keyboard.press("Enter")
        page.wait_for_selector(".map-card h2:has-text('框内')")
        found = int("".join(c for c in page.inner_text(".map-card h2") if c.isdigit()))
        self.assertLessEqual(found, count)

    # Dispatch and orders

    def test_the_dispatcher_accepts_and_changes_by_key(self):
        someone = self.at("/dispatch", "dispatch")
        page = someone.page
        someone.wait_page(".dispatch")
        item = next(
            item for item in someone.ask("/items")["elements"]
            if not item["automatic"] and item["evidence"] == ["photo"]
        )
        first = self.waiting(someone, "测试：照建议派", item["code"], 2)
        page.click(f'tr[data-number="{first}"] [data-do=choose]')
        page.wait_for_selector(".reasons section")
        self.assertTrue(page.inner_text(f'tr[data-number="{first}"] .why'))
        self.assert_accessible(someone, "queue")
        page.keyboard.press("Enter")
        page.wait_for_selector(f'tr[data-number="{first}"]', state="detached")
        page.wait_for_selector(f".toast:has-text('{first}')")
        case = someone.ask(f"/cases/{first}")
        self.assertEqual(case["stage"], "dispatched")

        second = self.waiting(someone, "测试：改派他处", item["code"], 3)
        proposed = someone.ask(f"/cases/{second}")["proposal"]["unit"]["id"]
        page.click(f'tr[data-number="{second}"] [data-do=choose]')
        page.wait_for_selector(".reasons .choice")
        page.keyboard.press("1")
        page.wait_for_selector(f'tr[data-number="{second}"]', state="detached")
        self.assertNotEqual(someone.ask(f"/cases/{second}")["unit"]["id"], proposed)

    def test_many_are_accepted_at_once(self):
        someone = self.at("/dispatch", "dispatch")
        page = someone.page
        someone.wait_page(".dispatch")
        item = next(item for item in someone.ask("/items")["elements"] if not item["automatic"])
        numbers = [
            self.waiting(someone, f"测试：成批派单{place}", item["code"], place) for place in (4, 6)
        ]
        for number in numbers:
            page.check(f'tr[data-number="{number}"] input')
        page.wait_for_selector(".bulk:has-text('已选 2 件')")
        page.click("[data-do=accept-all]")
        for number in numbers:
            page.wait_for_selector(f'tr[data-number="{number}"]', state="detached")
            self.assertEqual(someone.ask(f"/cases/{number}")["stage"], "dispatched")

    def waiting(self, someone, title, item, street):
        """Files a report from the page and waits until it stands in the queue; its number."""
        # The note of the report is the only one then, and its button the one that is meant.
        someone.page.eval_on_selector_all(
            ".toast-close", "buttons => buttons.forEach((button) => button.click())"
        )
        someone.page.wait_for_selector(".toast", state="detached")
        number = someone.file(title, item, street)
        someone.page.keyboard.press("Escape")
        someone.page.wait_for_selector(f'.queue tr[data-number="{number}"]')
        return number

    def test_the_unit_accepts_with_one_key(self):
        dispatcher = self.person("dispatch")
        handler = self.at("/orders", "handler")
        unit = handler.ask("/session")["unit"]
        number = dispatcher.file("测试：一键接单", street=2)
        dispatcher.page.evaluate(
            """async ([number, unit]) => fetch(`/api/v1/cases/${number}/steps`, {method: 'POST',
              headers: {'X-CivicLoop': '1', 'Content-Type': 'application/json'},
              body: JSON.stringify({action: 'dispatch', unit})})""",
            [number, unit["id"]],
        )
        page = handler.page
        line = f'tr[data-number="{number}"]'
        page.wait_for_selector(line)
        page.focus(f"{line} [data-do=open]")
        page.keyboard.press("a")
        page.wait_for_selector(line, state="detached")
        page.click("[data-tab=handling]")
        page.wait_for_selector(line)
        page.click(f"{line} [data-do=open]")
        handler.wait_case()
        self.assertIn(f"case={number}", page.url)
        self.assertEqual(handler.stage(), "handling")

    # Numbers

    def test_a_score_opens_its_cases(self):
        someone = self.at("/scores/streets", "leader")
        page = someone.page
        someone.wait_page(".scores")
        self.assertEqual(page.get_attribute(".scores", "data-state"), "ready")
        page.click(".league tbody tr:first-child td.figure .link >> nth=0")
        page.wait_for_selector(".side .score-figure")
        page.wait_for_selector(".behind li")
        self.assertIn("key=", page.url)
        self.assert_accessible(someone, "score")
        page.keyboard.press("j")
        page.wait_for_selector(".league tr.on:nth-child(2)")

    def test_a_vital_says_why(self):
        someone = self.at("/vitals", "leader")
        page = someone.page
        someone.wait_page(".vitals")
        page.click("[data-vital=in-time-share]")
        page.wait_for_selector("[data-chart=ready]")
        self.assertIn("/vitals/in-time-share", page.url)
        self.assertTrue(page.inner_text(".chart-says"))
        page.click("[data-chart-do=table]")
        page.wait_for_selector(".chart-table tbody tr")
        self.assert_accessible(someone, "vital")

    def test_a_warning_is_issued_and_lifted(self):
        someone = self.at("/warnings", "duty")
        page = someone.page
        someone.wait_page(".warnings[data-state=ready]")
        page.click("[data-tool=issue]")
        page.select_option("select[aria-label=事项]", "waterlogging")
        page.fill("input[aria-label=原因]", "雨下大了")
        page.click("[data-tool=send]")
        page.wait_for_url("**/warnings/*")
        page.wait_for_selector(".side li:has-text('发布')")
        self.assertIn("雨下大了", page.inner_text(".side"))
        self.assert_accessible(someone, "warning")
        page.click("[data-tool=lift]")
        page.wait_for_selector(".side li:has-text('解除')")
        self.assertEqual(page.locator("[data-tool=lift]").count(), 0)

    def test_the_check_up_is_read_and_taken_away(self):
        someone = self.at("/checkup", "leader")
        page = someone.page
        someone.wait_page(".checkup[data-state=ready]")
        frame = page.frame_locator(".checkup-frame")
        self.assertIn("体检", frame.locator("h1").inner_text())
        with page.expect_download() as taken:
            page.click("[data-form=xlsx]")
        self.assertTrue(taken.value.path().stat().st_size > 1_000)

    def test_two_respects_are_held_against_each_other(self):
        someone = self.at("/analysis", "leader")
        page = someone.page
        someone.wait_page(".analysis[data-state=ready]")
        page.select_option("select[aria-label=列]", "channel")
        page.wait_for_url("**/analysis?*columns=channel*")
        someone.wait_page(".analysis[data-state=ready]")
        self.assertTrue(page.locator(".analysis td.number").count() > 10)
        page.check("input[type=checkbox]")
        page.wait_for_selector(".analysis td.number small")

    def test_a_thing_has_a_file(self):
        someone = self.at("/things", "steward")
        page = someone.page
        someone.wait_page(".things")
        page.select_option("select[aria-label*=类型]", "road")
        page.wait_for_url("**/things?kind=road")
        page.wait_for_selector(".things tbody td:has-text('道路')")
        page.click(".things tbody tr:first-child a")
        page.wait_for_selector(".side[data-state=ready]")
        self.assertRegex(page.url, r"/things/\d+")
        self.assertIn("道路等级", page.inner_text(".side"))
        someone.wait_map()
        self.assert_accessible(someone, "thing")

    def test_lists_are_saved_as_workbooks(self):
        someone = self.at("/supervise/late", "duty")
        someone.wait_page(".table-page")
        with someone.page.expect_download() as waiting:
            someone.page.click("[data-tool=export]")
        with open(waiting.value.path(), "rb") as file:
            self.assertEqual(file.read(2), b"PK")
        self.assertEqual(waiting.value.suggested_filename, "督办.xlsx")
        someone.page.wait_for_selector(".toast:has-text('已导出')")
        auditor = self.at("/admin/journal", "audit")
        auditor.page.wait_for_selector(".admin td:has-text('导出')")

    def test_a_list_is_printed_without_its_tools(self):
        someone = self.at("/supervise/late", "duty")
        someone.wait_page(".table-page")
        page = someone.page
        page.evaluate("() => { window.printed = 0; window.print = () => window.printed += 1; }")
        page.click("[data-tool=print]")
        self.assertEqual(page.evaluate("() => window.printed"), 1)
        page.emulate_media(media="print")
        self.assertFalse(page.is_visible(".top"))
        self.assertFalse(page.is_visible("[data-tool=print]"))
        self.assertTrue(page.is_visible(".table tbody tr"))
        self.assertTrue(page.is_visible(".watermark"))
        self.assertEqual(page.pdf()[:5], b"%PDF-")

    def test_a_long_export_goes_on_elsewhere_and_is_stopped(self):
        someone = self.at("/supervise/late", "duty")
        page = someone.page
        someone.wait_page(".table-page")
        # The list does not answer for now, so that the export is seen at work.
        held = []
        page.route("**/api/v1/cases?*limit=500*", lambda route: held.append(route))
        page.click("[data-tool=export]")
        page.click("[data-nav=cases]")
        someone.wait_list()
        page.wait_for_selector(".toast.ongoing:has-text('督办')")
        page.click(".toast.ongoing button")
        page.wait_for_selector(".toast.ongoing", state="detached")
        self.assertGreater(len(held), 0)
        page.unroute_all()

    def test_administration_shows_outlines(self):
        someone = self.at("/admin/areas", "steward")
        page = someone.page
        someone.wait_page(".admin")
        page.fill(".admin input[type=search]", "街道")
        # The list follows the words a moment later.
        page.wait_for_selector(".admin tbody tr:first-child:has-text('街道')")
        page.click(".admin tbody tr:first-child .link")
        page.wait_for_selector(".side [data-map=ready]")
        self.assertIn("area=", page.url)


if __name__ == "__main__":
    unittest.main()
