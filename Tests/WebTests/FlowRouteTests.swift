import City
import Engine
import JSONText
import LoopFixture
import Pack
import Ports
import Testing

@testable import Web

/// Moving running cases to another version of their flow, by the API.
@Suite struct FlowRouteTests {
  private static let newest = Loop.catalogue.currentFlow(code: "standard").version

  @Test func aPlanIsShownAndWrongVersionsAreNamed() async throws {
    try await WebFixture.with { web in
      _ = try await web.loop.file("f1")
      let path = "/flows/standard/migration"
      let plan = await web.get("\(path)?from=1&to=\(Self.newest)", as: .dutyOfficer)
      #expect(plan.status == 200, "\(plan.text)")
      #expect(plan.elements.isEmpty, "the case follows the newest version")
      #expect(await web.get("\(path)?from=1&to=99").names("to", "flow.unknown"))
      #expect(
        await web.get("\(path)?from=99&to=\(Self.newest)").names("from", "migration.not_replaced"))
      #expect(await web.get("\(path)?from=x&to=1").status == 400)
      let move: JSON = ["from": 1, "to": .integer(Int64(Self.newest)), "note": "换版"]
      #expect(await web.post(path, move, as: .officer).status == 403)
      #expect(await web.post(path, move, as: .dutyOfficer).status == 200)
      #expect(await web.post(path, ["from": 1, "to": 2], as: .dutyOfficer).status == 400)
    }
  }
}
