"""The pages of packs: one page for all, drawn from what each pack says of itself."""

import pathlib
import time
import unittest

from desk import DeskTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKS = sorted(folder.parent.name for folder in ROOT.glob("packs/*/views"))
WAIT_SECONDS_MAX = 60
READY = ".pack-page[data-state=ready]"
FORMS = ("text", "figures", "map", "graded", "table", "chart", "cases")
# What some packs have besides.
SOME = ("ledger", "patrols")


class Packs(DeskTest):
    registers = True

    def at(self, path, login, **options):
        return self.person(login, path=path, **options)

    def wait(self, holds, what):
        """Asks again until it holds; pages may not evaluate texts, so the asking is done here."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while not holds():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.1)

    def wait_parts(self, someone):
        someone.page.wait_for_selector(READY)
        someone.page.wait_for_selector(".pack-report")
        loading = someone.page.locator(
            ".pack-part[data-state=loading], .pack-report[data-state=loading]")
        self.wait(lambda: loading.count() == 0, "a part goes on loading")

    def wait_graded(self, someone, pack):
        """The engine grades what the registers brought within seconds of its start."""
        found = someone.ask(f"/packs/{pack}")
        model = next(
            part["model"] for part in found["views"][0]["parts"] if part["form"] == "graded")

        def counted():
            lines = someone.ask(f"/gradings/counts?model={model}")["elements"]
            return any(line["count"] for line in lines)

        self.wait(counted, f"nothing is graded by {model}")

    def test_every_pack_has_its_page_with_nothing_failed(self):
        self.assertGreaterEqual(len(PACKS), 16)
        someone = self.at("/packs", "leader")
        page = someone.page
        page.wait_for_selector(".pack-nav a")
        shown = page.eval_on_selector_all(".pack-nav a", "all => all.map((a) => a.dataset.pack)")
        self.assertEqual(sorted(shown), PACKS)
        for pack in PACKS:
            with self.subTest(pack=pack):
                self.wait_graded(someone, pack)
                page.click(f".pack-nav [data-pack='{pack}']")
                page.wait_for_url(f"**/packs/{pack}")
                self.wait_parts(someone)
                forms = page.eval_on_selector_all(
                    ".pack-part", "all => all.map((part) => part.dataset.part)")
                self.assertEqual(set(forms) - set(SOME), set(FORMS))
                failed = page.eval_on_selector_all(
                    ".pack-part[data-state=failed]", "all => all.map((part) => part.ariaLabel)")
                self.assertEqual(failed, [])
                self.assertGreater(page.locator("[data-part=graded] tr[data-thing]").count(), 0)
                self.assertGreater(page.locator("[data-part=table] tr[data-thing]").count(), 0)
                self.assertGreater(page.locator(".pack-report tbody tr").count(), 0)
                self.assert_named(someone, pack)

    def test_a_page_is_accessible_and_fits_in_both_languages(self):
        for language in ("zh", "en"):
            with self.subTest(language=language):
                someone = self.at("/packs/fire", "steward", language=language)
                self.wait_parts(someone)
                self.assert_accessible(someone, f"pack {language}")
                self.assert_fits(someone, "pack")
                someone.leave()

    def test_a_thing_is_registered_refused_and_changed(self):
        someone = self.at("/packs/self-built", "steward")
        page = someone.page
        self.wait_parts(someone)
        page.click("[data-part=table] [data-do=add]")
        dialog = page.locator("[data-dialog=thing]")
        dialog.locator("[name=code]").fill("NEW-1")
        dialog.locator("[name=name]").first.fill("柳岸路一百号")
        dialog.locator("[name=floors]").fill("许多")
        dialog.locator("[type=submit]").click()
        wrong = dialog.locator(".field.wrong")
        wrong.wait_for()
        self.assertIn("层数", wrong.inner_text())
        self.assertIn("须是数字", wrong.inner_text())
        self.assert_accessible(someone, "form")
        dialog.locator("[name=floors]").fill("4")
        dialog.locator("[name=appraisal]").fill("D")
        dialog.locator("[name=owner]").fill("王某")
        dialog.locator("[type=submit]").click()
        dialog.wait_for(state="detached")
        row = page.locator("[data-part=table] tr", has_text="柳岸路一百号")
        row.wait_for()
        # What is sensitive is never shown, and stays when nothing is written over it.
        row.locator("[data-do=edit]").click()
        self.assertEqual(dialog.locator("[name=owner]").input_value(), "")
        self.assertEqual(dialog.locator("[name=floors]").input_value(), "4")
        dialog.locator("[type=button]").first.click()
        page.reload()
        self.wait_parts(someone)
        # Two lists grade houses: this one by danger.
        danger = page.locator("[data-part=graded]").first
        danger.locator("select").select_option("red")
        danger.locator("tr", has_text="柳岸路一百号").wait_for()

    def test_a_register_is_previewed_and_brought_in(self):
        someone = self.at("/packs/shops", "steward")
        page = someone.page
        self.wait_parts(someone)
        page.click("[data-part=table] [data-do=import]")
        dialog = page.locator("[data-dialog=import]")
        text = "编号,名称,业态,分类得分\nX-1,一号店,餐饮,90\nX-2,二号店,餐饮,很好\nX-3,三号店,,80\n"
        dialog.locator("[type=file]").set_input_files(
            {"name": "shops.csv", "mimeType": "text/csv", "buffer": text.encode()})
        dialog.locator("[data-do=preview]").click()
        dialog.locator("[data-row='3']").wait_for()
        said = dialog.locator(".import-result").inner_text()
        self.assertIn("还没有写入", said)
        self.assertIn("新增或变更 1", said)
        self.assertIn("有问题 2", said)
        self.assertIn("分类得分 很好", said)
        dialog.locator("[data-do=run]").click()
        page.locator("[data-part=table] tr", has_text="一号店").wait_for()
        dialog.locator("[data-do=run]").click()
        page.wait_for_selector(".import-result:has-text('没有变化 1')")

    def test_an_unknown_pack_says_so(self):
        someone = self.at("/packs/nothing", "leader")
        someone.page.wait_for_selector(".state:has-text('没有这个场景')")


if __name__ == "__main__":
    unittest.main()
