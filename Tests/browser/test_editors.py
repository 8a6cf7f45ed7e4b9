"""Two people change one record: the second is told, sees what the first wrote, and decides."""

import unittest

from desk import PHONE, DeskTest

# Somebody far away: what the city's clock says must not depend on him.
FAR = "America/New_York"


class Editors(DeskTest):
    devices = 20

    def steward(self, path, ready, **options):
        someone = self.person("steward", path=path, **options)
        someone.wait_page(ready)
        return someone

    def form(self, someone, name="form"):
        return someone.page.locator(f"dialog[data-dialog={name}]")

    def open_row(self, someone, code):
        someone.page.fill(".filters .words", code)
        someone.page.wait_for_selector("tbody tr:only-child")
        someone.page.click("tbody tr .row-actions button")
        self.form(someone).locator("[name=name]").wait_for()

    def race(self, first, second, name):
        """The first writes one name, the second another; what the second sees beside his own."""
        self.form(first, name).locator("[name=name]").first.fill("甲改的名")
        self.form(second, name).locator("[name=name]").first.fill("乙改的名")
        self.form(first, name).locator("[type=submit]").click()
        self.form(first, name).wait_for(state="detached")
        self.form(second, name).locator("[type=submit]").click()
        theirs = self.form(second, name).locator(".theirs:visible")
        theirs.wait_for()
        self.assertIn("甲改的名", theirs.inner_text())
        self.assertEqual(
            self.form(second, name).locator("[name=name]").first.input_value(), "乙改的名"
        )
        self.form(second, name).locator(".form-error:visible").wait_for()
        self.assert_accessible(second, f"{name} with two editors")

    def keep(self, second, name):
        """Saved again, the second's own stands."""
        self.form(second, name).locator("[type=submit]").click()
        self.form(second, name).wait_for(state="detached")

    def test_a_unit_an_area_and_a_person(self):
        for tab, code in (("units", None), ("areas", None), ("staff", None)):
            with self.subTest(tab=tab):
                first = self.steward(f"/admin/{tab}", ".admin")
                second = self.steward(f"/admin/{tab}", ".admin", language="en", viewport=PHONE)
                row = first.ask(f"/{tab}")["elements"][-1]
                for someone in (first, second):
                    self.open_row(someone, row["code"])
                self.race(first, second, "form")
                self.keep(second, "form")
                kept = next(
                    one for one in first.ask(f"/{tab}")["elements"] if one["id"] == row["id"]
                )
                self.assertEqual(kept["name"], "乙改的名")
                first.leave()
                second.leave()

    def test_a_thing_is_changed_from_its_file_and_theirs_is_taken(self):
        first = self.steward("/things", ".things")
        second = self.steward("/things", ".things")
        thing = first.ask("/things?limit=1")["elements"][0]
        for someone in (first, second):
            someone.page.goto(f"{self.address}/things/{thing['id']}")
            someone.page.click("[data-do=edit]")
            self.form(someone, "thing").wait_for()
        self.assert_accessible(first, "thing form")
        # What is wrong is said at its field.
        self.form(first, "thing").locator("[name=longitude]").fill("1210")
        self.form(first, "thing").locator("[type=submit]").click()
        self.form(first, "thing").locator(".field.wrong").first.wait_for()
        self.form(first, "thing").locator("[name=longitude]").fill(str(thing["position"][0]))
        self.race(first, second, "thing")
        self.form(second, "thing").locator(".theirs:visible button").click()
        self.keep(second, "thing")
        self.assertEqual(first.ask(f"/things/{thing['id']}")["thing"]["name"], "甲改的名")

    def test_an_outline_shows_what_another_saved(self):
        street = None
        editors = []
        for _ in range(2):
            someone = self.steward("/admin/areas", ".admin")
            street = next(
                one for one in someone.ask("/areas")["elements"] if one["level"] == "street"
            )
            someone.page.goto(f"{self.address}/admin/areas?area={street['id']}")
            someone.wait_map()
            someone.page.click("[data-outline=edit]")
            someone.page.wait_for_selector("[data-outline=save]")
            editors.append(someone)
        first, second = editors
        first.page.evaluate(
            """async (street) => {
              const { tag, code, name, level, outline } =
                await (await fetch(`/api/v1/areas/${street.id}`)).json();
              const faces = outline.coordinates;
              faces[0][0][0] = [faces[0][0][0][0] + 1e-5, faces[0][0][0][1]];
              const parent = (await (await fetch("/api/v1/areas")).json()).elements
                .find(({ id }) => id === street.parent).code;
              const answer = await fetch("/api/v1/areas", {
                method: "POST", headers: { "X-CivicLoop": "1" },
                body: JSON.stringify({ code, name, level, parent, outline: faces, seen: tag }),
              });
              if (answer.status !== 201) throw new Error(await answer.text());
            }""",
            street,
        )
        second.page.click("[data-outline=save]")
        second.page.wait_for_selector(".outline-edit[data-state=changed]")
        self.assertIn("他人刚保存", second.page.inner_text(".outline-edit"))
        second.page.click("[data-outline=save]")
        second.page.wait_for_selector(".toast:has-text('已保存')")

    # The bar

    def test_the_bell_counts_lists_and_opens(self):
        handler = self.person("handler", path="/orders")
        handler.wait_page(".table-page")
        handler.wait_live()
        self.assertTrue(handler.page.is_hidden("[data-top=notices] .badge"))
        handler.page.click("[data-top=notices]")
        handler.page.wait_for_selector(".bell-list .state")
        self.assert_accessible(handler, "no notices")
        handler.page.keyboard.press("Escape")
        number = self.assigned(handler)
        # It comes by itself, is counted, listed, opened, and read then.
        handler.page.wait_for_selector("[data-top=notices] .badge:visible")
        handler.page.click("[data-top=notices]")
        line = handler.page.locator(f".bell-list .unread:has-text('{number}')").first
        line.wait_for()
        self.assert_accessible(handler, "notices")
        line.locator("a").click()
        handler.wait_case()
        self.assertIn(number, handler.page.url)
        handler.page.wait_for_selector("[data-top=notices] .badge", state="hidden")
        handler.page.reload()
        handler.wait_case()
        self.assertTrue(handler.page.is_hidden("[data-top=notices] .badge"))
        self.on_a_phone(number)

    def on_a_phone(self, number):
        phone = self.person("handler", path="/orders", viewport=PHONE, language="en")
        phone.page.click("[data-top=notices]")
        line = phone.page.locator(f".bell-list li:has-text('{number}')").first
        line.wait_for()
        box = line.bounding_box()
        self.assertGreaterEqual(box["x"], 0)
        self.assertLessEqual(box["x"] + box["width"], PHONE["width"])
        self.assert_accessible(phone, "notices on a phone")

    def assigned(self, handler):
        """A case that the head of the unit gives to the handler; its number."""
        session = handler.ask("/session")
        dispatcher = self.person("dispatch")
        item = next(
            one for one in dispatcher.ask("/items")["elements"]
            if one["evidence"] == ["photo"] and not one["automatic"]
        )
        number = dispatcher.file("测试：通知来了", item["code"], street=2)
        self.post(dispatcher, number, {"action": "dispatch", "unit": session["unit"]["id"]})
        head = self.person("head")
        self.post(head, number, {"action": "accept"})
        self.post(head, number, {"action": "assign", "staff": session["staff"]["id"]})
        return number

    def post(self, someone, number, body):
        answer = someone.page.evaluate(
            """async ([number, body]) => {
              const answer = await fetch(`/api/v1/cases/${number}/steps`, {method: 'POST',
                body: JSON.stringify(body), headers: {'X-CivicLoop': '1'}});
              return [answer.status, await answer.text()];
            }""",
            [number, body],
        )
        self.assertIn(answer[0], (200, 201), answer)

    # Time and place

    def test_times_are_the_citys_wherever_the_reader_is(self):
        here = self.person("duty")
        context = self.browser.new_context(timezone_id=FAR, locale="zh-CN")
        self.addCleanup(context.close)
        far = context.new_page()
        far.goto(f"{self.address}/cases")
        far.click("[data-login=duty]")
        far.wait_for_selector(".cases:not([data-state=loading])")
        number = here.ask("/cases?limit=1")["elements"][0]["number"]
        texts = []
        for page in (here.page, far):
            page.goto(f"{self.address}/case/{number}")
            page.wait_for_selector(".case[data-state=ready]")
            texts.append(page.locator(".case time").evaluate_all(
                "all => all.map((one) => one.title)"
            ))
            texts[-1].append(page.inner_text(".date").split(" ")[0])
        self.assertEqual(texts[0], texts[1])
        self.assertGreater(len(texts[0]), 1)
        # A day that is chosen is the city's day.
        far.goto(f"{self.address}/cases?from=2026-11-20&to=2026-11-20")
        with far.expect_request(lambda one: "filedFrom" in one.url) as asked:
            far.reload()
        self.assertIn("filedFrom=2026-11-19T16%3A00", asked.value.url)

    def test_a_case_has_a_small_map_that_is_drawn_when_wanted(self):
        someone = self.person("duty")
        page = someone.page
        number = next(
            one["number"] for one in someone.ask("/cases?limit=20")["elements"] if one["position"]
        )
        someone.open(number)
        self.assertEqual(page.locator(".small-map .map").count(), 0)
        self.assertEqual(page.evaluate("typeof globalThis.maplibregl"), "undefined")
        page.click(".place-box summary")
        page.wait_for_selector(".small-map [data-map=ready]")
        self.assert_accessible(someone, "case with its map")


if __name__ == "__main__":
    unittest.main()
