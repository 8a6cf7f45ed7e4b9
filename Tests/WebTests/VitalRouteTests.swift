import City
import JSONText
import LoopFixture
import Testing

@testable import Web

@Suite struct VitalRouteTests {
  /// Two cases in the west, one in the east.
  private func file(_ web: WebFixture) async throws {
    _ = try await web.loop.file("1")
    _ = try await web.loop.file("2", item: TestItem.fireworks)
    _ = try await web.loop.file("3", at: District.inEast)
  }

  private static let day = "from=2026-11-20T00:00:00%2B08:00&to=2026-11-21T00:00:00%2B08:00"
    .replacingPlus

  private func value(_ web: WebFixture, _ person: Person, _ more: String = "") async -> Double? {
    let answer = await web.get("/vitals?\(Self.day)\(more)", as: person)
    return answer.elements.first { $0["code"]?.string == "demand-daily" }?["value"]?.number
  }

  @Test func everybodySeesTheNumbersOfHisPlaceOnly() async throws {
    try await WebFixture.with { web in
      try await file(web)
      #expect(await value(web, .dispatcher) == 3)
      #expect(await value(web, .dispatcher, "&area=\(District.west.rawValue)") == 2)
      #expect(await value(web, .westDuty) == 2)
      #expect(await value(web, .eastDuty) == 1)
      let other = await web.get("/vitals?area=\(District.west.rawValue)", as: .eastDuty)
      #expect(other.status == 404)
    }
  }

  @Test func oneVitalSaysWhatMovedIt() async throws {
    try await WebFixture.with { web in
      try await file(web)
      let answer = await web.get("/vitals/demand-daily?\(Self.day)")
      #expect(answer.status == 200)
      #expect(answer.json?["value"]?.number == 3)
      #expect(answer.json?["cause"]?["cases"]?.array?.count == 3)
      #expect(answer.json?["series"]?.array?.count == 1)
      let silent = await web.get("/vitals/pm25-mean?\(Self.day)")
      #expect(silent.json?["unmeasurable"]?["code"]?.string == "unknownField")
      #expect(silent.json?["value"] == nil)
      #expect(await web.get("/vitals/nothing").status == 404)
    }
  }

  @Test func theCrossTableIsCutToTheScope() async throws {
    try await WebFixture.with { web in
      try await file(web)
      let whole = await web.get("/analysis?rows=item&columns=street")
      #expect(whole.json?["total"]?.integer == 3)
      #expect(whole.json?["rows"]?.array?.count == 2)
      let west = await web.get("/analysis?rows=item&columns=street", as: .westDuty)
      #expect(west.json?["total"]?.integer == 2)
      #expect(west.json?["columns"]?.array?.count == 1)
    }
  }

  @Test func badQuestionsAreRefusedByName() async throws {
    try await WebFixture.with { web in
      for (path, field, rule) in [
        ("/analysis?rows=item", "columns", "field.required"),
        ("/analysis?rows=colour&columns=item", "rows", "word.unknown"),
        ("/vitals?from=2026-11-20T00:00:00Z", "to", "field.required"),
        ("/vitals?from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z", "to", "period.order"),
        (
          "/vitals/demand-daily?from=2000-01-01T00:00:00Z&to=2026-11-19T00:00:00Z", "to",
          "vital.period"
        ),
      ] {
        let answer = await web.get(path)
        #expect(answer.names(field, rule), "\(path): \(answer.text)")
      }
    }
  }
}

extension String {
  /// The fixture hands queries over as they stand, without decoding.
  fileprivate var replacingPlus: String {
    split(separator: "%2B", omittingEmptySubsequences: false).joined(separator: "+")
  }
}
