"""The wall: both sizes, nothing to scroll, a red case within a second, nobody named."""

import json
import time
import unittest

from desk import DeskTest

WALL = {"width": 1920, "height": 1080}
WIDE = {"width": 3840, "height": 1080}
SECRET = "张三家的私事"


class Wall(DeskTest):
    devices = 40

    def hang(self, viewport, login="duty"):
        """A wall in front of which nobody sits."""
        context = self.browser.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.addCleanup(context.close)
        context.set_default_timeout(20_000)
        page = context.new_page()
        self.complaints = []
        self.strangers = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        page.goto(f"{self.address}/screen")
        page.click(f"[data-login={login}]")
        page.wait_for_selector("[data-flow=found] b")
        page.wait_for_selector("[data-vital]")
        return page

    def _hear(self, message):
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.strangers.append(request.url)

    def assert_no_scroll(self, page, size):
        over = page.evaluate(
            """() => [document.documentElement.scrollWidth - innerWidth,
                      document.documentElement.scrollHeight - innerHeight]"""
        )
        self.assertEqual([number for number in over if number > 0], [], size)
        cut = page.locator("[data-panel]").evaluate_all(
            """panels => panels.filter((one) => one.dataset.panel !== 'grave')
               .filter((one) => one.scrollHeight > one.clientHeight + 1)
               .map((one) => one.dataset.panel)"""
        )
        self.assertEqual(cut, [], size)
        small = page.evaluate(
            """() => [...document.querySelectorAll('.wall *')]
              .filter((one) => one.childNodes.length && [...one.childNodes]
                .some((node) => node.nodeType === 3 && node.textContent.trim()))
              .filter((one) => !one.closest('.mark'))
              .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 20)
              .map((one) => one.outerHTML)"""
        )
        self.assertEqual(small, [], "too small to read from five metres")

    class Someone:
        def __init__(self, page):
            self.page = page

    def send(self, page, item, title):
        answer = page.evaluate(
            """async (body) => (await fetch('/api/v1/signals', {method: 'POST',
                 body: JSON.stringify(body), headers: {'X-CivicLoop': '1'}})).json()""",
            {
                "channel": "hotline", "externalId": f"wall-{time.monotonic_ns()}", "item": item,
                "title": title, "text": title, "address": title,
                "reporter": {"name": "张三", "phone": "13800005678"},
            },
        )
        self.assertEqual(answer["outcome"], "opened", answer)
        return answer["case"]

    def test_both_sizes_show_everything(self):
        for viewport in (WALL, WIDE):
            page = self.hang(viewport)
            page.wait_for_timeout(400)
            self.assert_no_scroll(page, viewport["width"])
            self.assertGreater(page.locator(".wall-map path").count(), 0)
            self.assertGreater(page.locator(".wall-map polygon").count(), 0)
            self.assert_accessible(self.Someone(page), f"wall {viewport['width']}")
            for stray in ("undefined", "null", "NaN", "[object"):
                self.assertNotIn(stray, page.inner_text("body"))
            self.assertEqual(self.complaints, [])
            self.assertEqual(self.strangers, [])

    def test_a_red_case_is_there_within_a_second(self):
        page = self.hang(WALL)
        desk = self.person("duty")
        items = desk.ask("/items")["elements"]
        red = next(one["code"] for one in items if one["grade"] == "red")
        page.wait_for_timeout(1_000)
        case = self.send(desk.page, red, SECRET)
        began = time.monotonic()
        page.wait_for_selector(f"[data-grave='{case}']")
        self.assertLess(time.monotonic() - began, 1.0)
        page.wait_for_timeout(800)
        text = page.inner_text("body")
        for secret in (SECRET, "张三", "13800005678"):
            self.assertNotIn(secret, text)
        raw = json.dumps(desk.ask("/wall"), ensure_ascii=False)
        self.assertNotIn(SECRET, raw)
        self.assertEqual(self.complaints, [])


if __name__ == "__main__":
    unittest.main()
