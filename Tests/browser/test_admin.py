"""The administration: what is changed there, by whom, and what it says where it may not be."""

import unittest

from playwright.sync_api import expect

from desk import PHONE, DeskTest

TABS = [
    ("steward", "units"), ("steward", "staff"), ("duty", "duties"), ("steward", "areas"),
    ("steward", "items"), ("admin", "packs"), ("audit", "permissions"), ("admin", "accounts"), ("security", "grants"),
    ("admin", "keys"), ("admin", "models"), ("audit", "journal"),
]


class Admin(DeskTest):
    devices = 20

    def at(self, place, login, **options):
        someone = self.person(login, path=f"/admin/{place}", **options)
        someone.wait_page(".admin")
        return someone

    def form(self, someone):
        return someone.page.locator("dialog[data-dialog=form]")

    def save(self, someone):
        self.form(someone).locator("button[type=submit]").click()
        self.form(someone).wait_for(state="detached")

    def test_every_tab_in_both_languages_and_on_a_phone(self):
        for login, place in TABS:
            for language, size in (("zh", None), ("en", PHONE)):
                with self.subTest(place=place, language=language):
                    someone = self.at(place, login, language=language, viewport=size)
                    self.assert_named(someone, place)
                    self.assert_fits(someone, place)
                    self.assert_accessible(someone, f"{place} {language}")
                    words = someone.page.inner_text("#main")
                    for raw in ("round-the-clock", "case.step", "account.signed_in"):
                        self.assertNotIn(raw, words)
                    someone.leave()

    def test_a_unit_is_made_and_changed(self):
        someone = self.at("units", "steward")
        page = someone.page
        page.click("[data-do='form.unit.new']")
        form = self.form(someone)
        form.locator("button[type=submit]").click()
        # What is missing is said at its field.
        form.locator(".field-error:visible").first.wait_for()
        self.assert_accessible(someone, "form")
        form.locator("[name=code]").fill("TEST-1")
        form.locator("[name=name]").fill("测试养护队")
        form.locator("[name=kind]").select_option("team")
        form.locator("[name=parent]").select_option(index=1)
        self.save(someone)
        page.wait_for_selector("td:has-text('测试养护队')")
        page.fill(".filters .words", "TEST-1")
        page.wait_for_selector("tbody tr:only-child")
        page.click("tbody tr .row-actions button")
        self.form(someone).locator("[name=name]").fill("测试抢修队")
        self.save(someone)
        page.wait_for_selector("td:has-text('测试抢修队')")

    def test_nobody_hands_out_power(self):
        someone = self.at("staff", "steward")
        page = someone.page
        page.click("tbody tr:nth-child(2) .row-actions button")
        form = self.form(someone)
        form.locator("input[value=administrator]").check()
        form.locator("button[type=submit]").click()
        form.locator(".field-error:has-text('系统操作员')").wait_for()

    def test_an_outline_is_drawn_anew(self):
        someone = self.at("areas", "steward")
        page = someone.page
        area = next(one for one in someone.ask("/areas")["elements"] if one["level"] == "grid")
        before = someone.ask(f"/areas/{area['id']}")["outline"]
        page.goto(f"{self.address}/admin/areas?area={area['id']}")
        someone.wait_map()
        page.click("[data-outline=edit]")
        page.wait_for_selector(".outline-edit .hint:has-text('顶点')")
        self.assert_accessible(someone, "outline")
        page.click("[data-outline=anew]")
        box = page.locator(".file-map").bounding_box()
        for x, y in ((80, 120), (80, 240), (200, 240), (200, 120)):
            page.mouse.click(box["x"] + x, box["y"] + y)
            page.wait_for_timeout(350)
        page.keyboard.press("Enter")
        page.wait_for_selector(".outline-edit .hint:has-text('共 4 个顶点')")
        page.click("[data-outline=save]")
        page.wait_for_selector(".toast:has-text('边界已保存')")
        after = someone.ask(f"/areas/{area['id']}")["outline"]
        self.assertNotEqual(after, before)
        self.assertEqual(len(after["coordinates"][0][0]), 5)

    def test_the_roster_is_planned_and_struck_out(self):
        someone = self.at("duties", "duty")
        page = someone.page
        # A week is there when its head says so: head and lines are drawn at once.
        week = page.locator(".roster-span")
        this = week.inner_text()
        page.click("[data-week=after]")
        expect(week).not_to_have_text(this)
        duties = page.locator(".duty")
        before = duties.count()
        page.click("[data-do=plan]")
        form = self.form(someone)
        form.wait_for()
        # Somebody who is on duty at that time already may stand first.
        names = form.locator("[name=staff] option").evaluate_all(
            "(found) => found.map((one) => one.value)"
        )
        for staff in reversed(names):
            form.locator("[name=staff]").select_option(staff)
            with page.expect_response("**/duties") as answered:
                form.locator("button[type=submit]").click()
            if answered.value.ok:
                break
        expect(form).to_have_count(0)
        expect(duties).to_have_count(before + 1)
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator(".duty button").last.click()
        page.wait_for_selector(".toast:has-text('已结束')")
        expect(duties).to_have_count(before)

    def test_a_key_is_shown_once_and_ended(self):
        someone = self.at("keys", "admin")
        page = someone.page
        page.click("[data-do='form.key.new']")
        self.form(someone).locator("[name=label]").fill("大屏钥匙")
        self.form(someone).locator("input[value=read]").check()
        self.form(someone).locator("button[type=submit]").click()
        note = page.locator("dialog[data-dialog=note]")
        self.assertGreater(len(note.locator(".secret").inner_text()), 20)
        self.assert_accessible(someone, "secret")
        note.locator("button").click()
        page.on("dialog", lambda dialog: dialog.accept())
        page.click("tr:has-text('大屏钥匙') .row-actions button")
        page.wait_for_selector("tr:has-text('大屏钥匙'):has-text('已失效')")

    def test_the_journal_is_searched(self):
        someone = self.at("journal", "audit")
        page = someone.page
        page.select_option("select[name=kind]", "account.signed_in")
        page.wait_for_url("**kind=account.signed_in")
        someone.wait_page(".admin")
        page.wait_for_selector("td:has-text('登录')")
        self.assertEqual(page.locator("tbody td:nth-child(3):not(:has-text('登录'))").count(), 0)
        page.fill("input[name=from]", "2001-01-01")
        page.fill("input[name=to]", "2001-01-02")
        page.wait_for_selector(".admin[data-state=empty]")

    def test_posts_are_taken_in_an_emergency(self):
        someone = self.at("grants", "handler")
        page = someone.page
        page.click("[data-do='form.emergency.new']")
        form = self.form(someone)
        form.locator("input[value=inspector]").check()
        form.locator("[name=reason]").fill("夜间燃气泄漏，值班核查员失联")
        self.assert_accessible(someone, "emergency")
        self.save(someone)
        page.wait_for_selector("td:has-text('夜间燃气泄漏')")

    def test_a_device_is_worked_on(self):
        someone = self.person("steward", path="/devices/health")
        device = someone.ask("/devices?limit=1")["elements"][0]
        page = someone.page
        page.goto(f"{self.address}/devices/{device['id']}")
        page.click("[data-device=maintain]")
        self.form(someone).locator("[name=reason]").fill("年度校准")
        self.save(someone)
        page.wait_for_selector(".work:has-text('年度校准')")
        self.assert_accessible(someone, "maintenance")
        page.click(".work button")
        page.wait_for_selector(".work", state="detached")

    def test_all_keys_are_told(self):
        someone = self.person("duty", path="/desk")
        page = someone.page
        someone.wait_map()
        page.keyboard.press("?")
        page.wait_for_selector("dialog[data-dialog=note] kbd")
        self.assert_accessible(someone, "keys")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")

    def test_relations_and_cameras_of_a_thing(self):
        someone = self.person("steward", path="/things")
        found = next(
            one for one in someone.ask("/devices?limit=50")["elements"]
            if someone.ask(f"/things/{one['id']}")["links"]
        )
        page = someone.page
        page.goto(f"{self.address}/things/{found['id']}")
        page.wait_for_selector(".side[data-state=ready]")
        page.wait_for_selector(".side [data-chart=ready]")
        page.click(".side [data-chart-do=table]")
        page.wait_for_selector(".chart-table tbody tr")
        self.assert_named(someone, "thing")
        self.assert_accessible(someone, "thing")


class Models(DeskTest):
    """What the machine learns: enough closed cases to learn from, and a page that shows it."""

    cases = 400

    def test_a_case_says_what_the_machine_made_of_it_and_why(self):
        someone = self.person("duty")
        someone.file("路灯不亮，晚上漆黑一片")
        page = someone.page
        page.wait_for_selector(".understanding[data-state=ready]")
        guess = page.locator(".guesses li").first
        expect(guess).to_contain_text("路灯")
        expect(guess).to_contain_text("依据：")
        self.assert_accessible(someone, "guesses")

    def test_a_model_is_learned_used_and_taken_back(self):
        someone = self.person("admin", path="/admin/models")
        someone.wait_page(".admin")
        page = someone.page
        page.on("dialog", lambda dialog: dialog.accept())
        item = page.locator("section[data-subject=item]")
        expect(item.locator("tbody tr")).to_have_count(0)
        item.locator("[data-model=train]").click()
        row = item.locator("tbody tr")
        row.wait_for(timeout=90_000)
        # What was measured of it stands there in per cent, beside what the rival got.
        self.assertGreaterEqual(row.inner_text().count(" %"), 4)
        self.assert_accessible(someone, "models")
        self.assert_fits(someone, "models")
        # Whoever is no better than the words waits; it may be asked along, and used all the same.
        if row.locator("[data-model=use]").count():
            row.locator("[data-model=shadow]").click()
            expect(row).to_contain_text("试跑中")
            row.locator("[data-model=use]").click()
        expect(row).to_contain_text("使用中")
        item.locator("[data-model=off]").click()
        expect(item).to_contain_text("没有启用")
        # The same cases teach nothing new, and the page says what is missing.
        item.locator("[data-model=back]").click()
        expect(item).to_contain_text("正在用第 1 版")
        item.locator("[data-model=train]").click()
        page.wait_for_selector(".toast:has-text('没有新的')")
        expect(item.locator("tbody tr")).to_have_count(1)


if __name__ == "__main__":
    unittest.main()
