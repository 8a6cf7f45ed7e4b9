import City
import Discovering
import Engine
import JSONText
import LoopFixture
import Testing

@testable import Web

@Suite struct UnderstandingRouteTests {
  @Test func aCaseSaysWhatItMayBeAndWhy() async throws {
    try await WebFixture.with { web in
      let outcome = try await web.loop.send(
        Loop.signal("1", item: nil) { $0.text = "路灯不亮，请来修" })
      let id = try #require(outcome.case).rawValue
      let answer = await web.get("/cases/\(id)/proposals")
      #expect(answer.status == 200)
      #expect(answer.json?["item"]?.string == TestItem.lamp)
      #expect(answer.json?["choice"]?["sure"]?.bool == true)
      #expect(answer.json?["choice"]?["overridden"]?.bool == false)
      let guess = answer.json?["proposals"]?.array?.first
      #expect(guess?["item"]?.string == TestItem.lamp)
      #expect(guess?["source"]?.string == "words")
      #expect(guess?["reasons"]?.array?.isEmpty == false)
      // Whoever may not see the case is told nothing of it.
      #expect(await web.get("/cases/\(id)/proposals", as: .eastDuty).status == 404)
      #expect(await web.get("/cases/\(id)/proposals", as: nil).status == 401)
      let reply = await web.get("/cases/\(id)/reply")
      #expect(reply.status == 200)
      #expect(reply.json?["reply"] == .some(.null))
    }
  }

  @Test func modelsAreTheAdministrators() async throws {
    try await WebFixture.with { web in
      #expect(await web.get("/models").status == 403)
      let list = await web.get("/models", as: .administrator)
      #expect(list.json?["elements"]?.array?.count == ModelSubject.allCases.count)
      let train = await web.post("/models/item/train", text: "", as: .administrator)
      #expect(train.status == 409)
      #expect(train.json?["code"]?.string == "training.too_few_examples")
      #expect(train.json?["facts"]?["missing"]?.string == "0 examples, 50 needed")
      let use = await web.post("/models/item/use", text: "{\"number\":9}", as: .administrator)
      #expect(use.status == 404)
      #expect(await web.post("/models/item/use", text: "{}", as: .administrator).status == 200)
      let back = await web.post("/models/item/back", text: "", as: .administrator)
      #expect(back.json?["code"]?.string == "model.nothing_before")
      #expect(await web.post("/models/soul/use", text: "{}", as: .administrator).status == 404)
    }
  }
}
