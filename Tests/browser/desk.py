"""A server on a demonstration district, and people with browsers of their own in front of it."""

import os
import re
import socket
import struct
import subprocess
import tempfile
import time
import unittest
import urllib.request
import zlib

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

START_SECONDS_MAX = 60
WAIT_MILLISECONDS_MAX = 15_000
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# What the browser itself writes when an answer is refused; the page says it in its own words.
REFUSED = "Failed to load resource"
# What the graphics driver says of how fast it is.
DRIVER = "GL Driver Message"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(folder, seconds_max=START_SECONDS_MAX, port=None, options=()):
    """Starts a server on a folder; itself, and its address, when it answers."""
    address = f"127.0.0.1:{port or free_port()}"
    server = subprocess.Popen(
        [os.environ["CIVICLOOP_PROGRAM"], "serve", "--data", folder, "--listen", address, *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + seconds_max
    while True:
        try:
            urllib.request.urlopen(f"http://{address}/readyz").read()
            return server, f"http://{address}"
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                stop(server)
                raise
            time.sleep(0.05)


def stop(server):
    server.terminate()
    server.wait()


def launch(playwright):
    """The browser. It sees our own pages only, and its sandbox is refused to root."""
    # Its microphone hums by itself, for who may hear it.
    flags = ["--use-fake-device-for-media-stream"]
    return playwright.chromium.launch(
        executable_path=os.environ["CIVICLOOP_CHROMIUM"],
        args=flags + (["--no-sandbox"] if os.geteuid() == 0 else []),
    )


def picture(width=32, height=24):
    """A small PNG, made here."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(
        b"\0" + b"".join(bytes((x * 7 % 256, y * 9 % 256, 128)) for x in range(width))
        for y in range(height)
    )
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


class Person:
    """Somebody with a browser; keeps what its console complains of."""

    def __init__(self, desk, login=None, viewport=None, language="zh", path="/cases"):
        self.desk = desk
        self.complaints = []
        self.context = desk.browser.new_context(
            viewport=viewport or DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.context.set_default_timeout(WAIT_MILLISECONDS_MAX)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)
        # Who comes with a place in mind stays there after signing in.
        self.page.goto(desk.address + path)
        self.page.wait_for_selector("[data-view=sign-in]")
        if language == "en":
            self.page.click("button.language")
        if login:
            self.sign_in(login)

    def _hear(self, message):
        if message.type in ("error", "warning") and not (
            REFUSED in message.text or DRIVER in message.text
        ):
            self.complaints.append(message.text)

    def _watch(self, request):
        """Nothing leaves this machine."""
        if not request.url.startswith((self.desk.address, "blob:", "data:")):
            self.complaints.append(f"asked for {request.url}")

    def sign_in(self, login):
        self.page.click(f"[data-login={login}]")
        self.page.wait_for_selector("[data-view=desk]")
        if self.page.url.endswith("/cases"):
            self.wait_list()

    def wait_list(self):
        self.page.wait_for_selector(
            ".cases:not([data-state=loading])", state="attached"
        )

    def wait_live(self):
        self.page.wait_for_selector(".feed[data-live=live]", state="attached")

    def wait_page(self, selector):
        """Waits until a page shows what it has, and that nothing on it is unnamed."""
        self.page.wait_for_selector(f"{selector}[data-state]:not([data-state=loading])")

    def wait_map(self):
        self.page.wait_for_selector("[data-map=ready]")

    def wait_case(self, state="ready"):
        self.page.wait_for_selector(f".case[data-state={state}]")

    def open(self, number):
        self.page.goto(f"{self.desk.address}/case/{number}")
        self.wait_case()

    def ask(self, path):
        """What the API answers this person."""
        return self.page.evaluate(
            "async (path) => (await fetch('/api/v1' + path)).json()", path
        )

    def stage(self):
        return self.page.get_attribute(".case [data-stage]", "data-stage")

    def wait_stage(self, stage):
        self.page.wait_for_selector(f'.case[data-state=ready] [data-stage="{stage}"]')

    def act(self, action, stage):
        """Presses an action that needs nothing more, and waits for where it leads."""
        self.page.click(f"[data-action={action}]")
        self.wait_stage(stage)

    def file(self, title, item="", street=1):
        """Files a report from the page; its case number."""
        self.page.keyboard.press("n")
        form = self.page.locator("dialog[data-dialog=report]")
        form.locator("[name=title]").fill(title)
        form.locator("[name=text]").fill(title + "，请尽快处理。")
        form.locator("[name=item]").select_option(item)
        form.locator("[name=street]").select_option(index=street)
        form.locator("[name=address]").fill("测试路 1 号")
        form.locator("[name='reporter.name']").fill("张三")
        form.locator("[name='reporter.phone']").fill("13800005678")
        form.locator("button[type=submit]").click()
        form.wait_for(state="detached")
        self.page.click(".toast button:not(.toast-close)")
        self.wait_case()
        # In the list of cases it stands in the path, beside other pages in the query.
        return re.search(r"\d{4}-\d{4}-\d{5,}", self.page.url).group()

    def leave(self):
        self.context.close()


class DeskTest(unittest.TestCase):
    """Starts one server and one browser for the tests of a class."""

    # Devices of the district; a class that looks at them wants some.
    devices = 0
    # Cases of its past days; a class that learns from closed ones wants more.
    cases = 60
    # Whether the made-up registers of the packs are there.
    registers = False

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        program = os.environ["CIVICLOOP_PROGRAM"]
        subprocess.run(
            [program, "demo", "--data", cls.folder.name, "--things", "300", "--devices",
             str(cls.devices), "--cases", str(cls.cases), "--days", "10"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        if cls.registers:
            subprocess.run(
                [program, "pack", "demo", "--data", cls.folder.name], check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        cls.addClassCleanup(cls.folder.cleanup)
        cls.server, cls.address = serve(cls.folder.name)
        cls.addClassCleanup(stop, cls.server)
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = launch(cls.playwright)
        cls.addClassCleanup(cls.browser.close)

    def person(self, *arguments, **options):
        someone = Person(self, *arguments, **options)
        self.addCleanup(self._dismiss, someone)
        return someone

    def _dismiss(self, someone):
        someone.leave()
        self.assertEqual(someone.complaints, [], "the console complained")

    def assert_accessible(self, someone, view):
        # A colour that is still fading in is no one's contrast.
        someone.page.wait_for_timeout(250)
        answer = Axe().run(someone.page).response
        self.assertGreater(len(answer["passes"]), 0, view)
        found = [(fault["id"], fault["nodes"][0]["html"]) for fault in answer["violations"]]
        self.assertEqual(found, [], view)

    def assert_named(self, someone, view):
        """No page shows a raw value or an id in the place of a name."""
        text = someone.page.inner_text("#main")
        for word in ("undefined", "NaN", "[object", "null"):
            self.assertNotIn(word, text, view)

    def assert_fits(self, someone, view):
        wide = someone.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self.assertLessEqual(wide, 0, f"{view} scrolls sideways")
