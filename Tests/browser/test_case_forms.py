"""The forms of a case: evidence with its checklist and package, and a reply from draft to publication."""

import hashlib
import os
import struct
import unittest
import zipfile

from desk import DeskTest, picture

# The smallest file that tells itself to be a film.
FILM = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isomiso2" + struct.pack(">I", 8) + b"mdat"


class CaseForms(DeskTest):
    def tell(self, someone, path, body):
        """What the API answers this person to something sent."""
        return someone.page.evaluate(
            """async ([path, body]) => {
              const answer = await fetch('/api/v1' + path, {method: 'POST',
                headers: {'X-CivicLoop': '1', 'Content-Type': 'application/json'},
                body: JSON.stringify(body)});
              return answer.json();
            }""",
            [path, body],
        )

    def filed(self, someone, item, title):
        """A report by the API; the number of its case."""
        sent = self.tell(someone, "/signals", {
            "channel": "hotline", "externalId": title, "item": item, "title": title,
            "text": title + "，请尽快处理。", "address": "测试路 1 号",
            "occurredAt": "2026-01-05T08:00:00+08:00",
        })
        return sent["number"]

    def give(self, steward, someone, *posts):
        """The data steward gives somebody posts besides his own."""
        session = someone.ask("/session")
        unit = next(
            one for one in steward.ask("/units")["elements"] if one["id"] == session["unit"]["id"]
        )
        row = next(
            one for one in steward.ask(f"/staff?unit={unit['id']}")["elements"]
            if one["id"] == session["staff"]["id"]
        )
        self.tell(steward, "/staff", {
            "code": row["code"], "name": row["name"], "unit": unit["code"],
            "posts": row["posts"] + list(posts),
        })

    def handed(self, dispatcher, handler, number, action="dispatch"):
        """The case is given to the handler's unit."""
        unit = handler.ask("/session")["unit"]["id"]
        self.tell(dispatcher, f"/cases/{number}/steps", {"action": action, "unit": unit})

    # Evidence

    def test_evidence_is_added_and_its_package_taken_away(self):
        for language in ("zh", "en"):
            with self.subTest(language=language):
                self.collect(language)

    def collect(self, language):
        dispatcher = self.person("dispatch")
        officer = self.person("handler", language=language)
        number = self.filed(dispatcher, "spoil-spill", f"测试：渣土车抛洒 {language}")
        self.handed(dispatcher, officer, number)
        self.tell(officer, f"/cases/{number}/steps", {"action": "accept"})
        officer.open(number)
        page = officer.page
        box = page.locator(".proofs")
        box.wait_for()
        self.assertEqual(box.locator("li .tag").count(), 3)
        self.assertFalse(self.complete(officer, number))

        # Without a file the form says so and stays.
        page.click("[data-evidence=add]")
        form = page.locator("dialog[data-dialog=evidence]")
        form.locator("[name=taker]").fill("巡查员 张建国")
        form.locator("button[type=submit]").click()
        form.locator(".field-error:visible").wait_for()
        self.assert_accessible(officer, f"evidence form {language}")
        self.attach(form, [("vehicle.png", picture(32, 24))])
        form.wait_for(state="detached")
        page.wait_for_selector(".proofs li a")
        # The next line that lacks something stands in the form by itself.
        for files in ([("road-1.png", picture(33, 24)), ("road-2.png", picture(34, 24))],
                      [("process.mp4", FILM)]):
            page.click("[data-evidence=add]")
            form.locator("[name=taker]").fill("巡查员 张建国")
            self.attach(form, files)
            form.wait_for(state="detached")
        page.locator(".proofs li a").nth(3).wait_for()
        self.assertTrue(self.complete(officer, number))
        self.assert_accessible(officer, f"evidence {language}")
        self.assert_named(officer, "evidence")

        with page.expect_download() as taken:
            page.click(".proofs a[download]")
        with zipfile.ZipFile(taken.value.path()) as package:
            lines = package.read("SHA256SUMS").decode().splitlines()
            self.assertEqual(len(lines), 5)
            for line in lines:
                digest, name = line.split(maxsplit=1)
                self.assertEqual(hashlib.sha256(package.read(name)).hexdigest(), digest)
        for someone in (dispatcher, officer):
            someone.leave()

    def attach(self, form, files):
        for name, content in files:
            path = os.path.join(self.folder.name, name)
            with open(path, "wb") as file:
                file.write(content)
        form.locator("input[type=file]").set_input_files(
            [os.path.join(self.folder.name, name) for name, _ in files]
        )
        form.locator("[data-uploaded=true]").nth(len(files) - 1).wait_for()
        form.locator("button[type=submit]").click()

    def complete(self, someone, number):
        return someone.ask(f"/cases/{number}/evidence")["complete"]

    def test_evidence_that_does_not_count_is_withdrawn(self):
        dispatcher = self.person("dispatch")
        number = self.filed(dispatcher, "spoil-spill", "测试：拍错了的证据")
        dispatcher.open(number)
        page = dispatcher.page
        page.click("[data-evidence=add]")
        form = page.locator("dialog[data-dialog=evidence]")
        form.locator("[name=taker]").fill("张建国")
        self.attach(form, [("wrong.png", picture(40, 24))])
        form.wait_for(state="detached")
        page.click(".proofs li button")
        page.fill("dialog[data-dialog=withdraw] [name=reason]", "拍错了车辆")
        page.click("dialog[data-dialog=withdraw] button[type=submit]")
        page.wait_for_selector(".proofs li a", state="detached")
        found = dispatcher.ask(f"/cases/{number}/evidence")
        self.assertEqual([one["withdrawn"] for one in found["evidence"]], [True])
        self.assertIn("withdrawn", [act["kind"] for act in found["custody"]])

    # Replies

    def test_a_reply_is_drafted_sent_back_rewritten_and_published(self):
        steward = self.person("steward", path="/things")
        reviewer = self.person("dispatch")
        caller = self.person("duty")
        self.give(steward, reviewer, "hotline-review")
        self.give(steward, caller, "hotline-intake", "hotline-callback")
        handler = self.person("handler")
        number = self.filed(reviewer, "hotline-transfer", "测试：门口堆物")
        self.tell(caller, f"/cases/{number}/steps", {"action": "submit"})
        self.handed(reviewer, handler, number, "screen")

        handler.open(number)
        page = handler.page
        page.click("[data-action=finish]")
        form = page.locator("[data-step-form=finish]")
        page.click("[data-submit=finish]")
        form.locator(".field-error:visible").first.wait_for()
        for name, choice in (("is-true", "是"), ("beyond-duty", "否"), ("contacted", "已联系"),
                             ("solved", "已解决")):
            form.locator(f"[name={name}]").select_option(choice)
        form.locator("[name=handled]").fill("已清理")
        form.locator("[name=public-answer]").fill("堆物已清理")
        self.assert_accessible(handler, "draft")
        page.click("[data-submit=finish]")
        handler.wait_stage("answering")

        self.write(reviewer, number, "rewrite", "working", note="没有说明如何防止反弹")
        handler.wait_stage("working")
        page.click("[data-action=finish]")
        # What was written stands there still, what was chosen is chosen anew.
        self.assertEqual(form.locator("[name=public-answer]").input_value(), "堆物已清理")
        self.assertEqual(form.locator("[name=solved]").input_value(), "")
        for name, choice in (("is-true", "是"), ("beyond-duty", "否"), ("contacted", "已联系"),
                             ("solved", "已解决")):
            form.locator(f"[name={name}]").select_option(choice)
        form.locator("[name=public-answer]").fill("堆物已清理，每日巡查")
        page.click("[data-submit=finish]")
        handler.wait_stage("answering")

        reviewer.open(number)
        page = reviewer.page
        page.click("[data-action=publish]")
        answer = page.locator("[data-step-form=publish] [name=public-answer]")
        self.assertEqual(answer.input_value(), "堆物已清理，每日巡查")
        answer.fill("堆物已清理，城管队员每日巡查")
        page.click("[data-submit=publish]")
        reviewer.wait_stage("calling")
        told = page.locator("[data-step=publish]").inner_text()
        self.assertIn("公开答复内容：堆物已清理，城管队员每日巡查", told)

        caller.open(number)
        caller.page.click("[data-action=call-back]")
        form = caller.page.locator("[data-step-form=call-back]")
        form.locator("[name=outcome]").select_option("已解决")
        form.locator("[name=satisfaction]").select_option("满意")
        caller.page.click("[data-submit=call-back]")
        caller.wait_stage("checked")

    def test_a_doubt_is_ruled_by_another(self):
        steward = self.person("steward", path="/things")
        reviewer = self.person("dispatch")
        self.give(steward, reviewer, "hotline-intake", "hotline-review")
        judge = self.person("duty")
        for ruling, stage in (("refuse", "screening"), ("uphold", "void")):
            with self.subTest(ruling=ruling):
                number = self.filed(reviewer, "hotline-transfer", f"测试：不合理诉求 {ruling}")
                self.tell(reviewer, f"/cases/{number}/steps", {"action": "submit"})
                reviewer.open(number)
                page = reviewer.page
                page.click("[data-action=doubt]")
                form = page.locator("[data-step-form=doubt]")
                form.locator("select").select_option("unreasonable")
                form.locator("textarea").fill("要求拆除合法建筑")
                page.click("[data-submit=doubt]")
                reviewer.wait_stage("doubting")
                # Who said it is not offered the ruling.
                self.assertEqual(page.locator(f"[data-action={ruling}]").count(), 0)
                self.write(judge, number, ruling, stage, note="已复核")

    def write(self, someone, number, action, stage, note):
        someone.open(number)
        someone.page.click(f"[data-action={action}]")
        someone.page.locator(f"[data-step-form={action}] textarea").fill(note)
        someone.page.click(f"[data-submit={action}]")
        someone.wait_stage(stage)


if __name__ == "__main__":
    unittest.main()
