import City
import Engine
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

@Suite struct SeriesRouteTests {
  @Test("an imported series is listed, and cases are told by the weather of their day")
  func weather() async throws {
    try await WebFixture.with { web in
      #expect(await web.get("/series").elements.isEmpty)
      let engine = web.loop.engine
      let district = try #require(engine.directory.areas[District.district]?.code)
      let entries = [
        SeriesEntry(area: district, at: Loop.start, value: 12.5),
        SeriesEntry(area: "nowhere", at: Loop.start, value: 1),
      ]
      let master = MasterData(engine: engine)
      let left = try await master.save(
        series: "rain", entries, by: .local("test"), request: "")
      #expect(left == [1])
      let listed = await web.get("/series").elements
      #expect(listed.count == 1 && listed.first?["name"]?.string == "rain")
      #expect(listed.first?["values"]?.integer == 1 && listed.first?["areas"]?.integer == 1)
      _ = try await web.loop.file("wet")
      let table = await web.get("/analysis?rows=weather&columns=channel&weather=rain")
      #expect(table.status == 200, "\(table.text)")
      #expect(table.json?["total"]?.integer == 1)
      #expect(table.json?["rows"]?.array?.first?["key"]?.string == "12.5")
      for (path, field, rule) in [
        ("/analysis?rows=weather&columns=channel", "weather", "field.required"),
        ("/analysis?rows=weather&columns=channel&weather=snow", "weather", "series.unknown"),
      ] {
        let answer = await web.get(path)
        #expect(answer.status == 422 || answer.status == 400, "\(answer.status)")
        #expect(answer.names(field, rule), "\(answer.text)")
      }
      await #expect(throws: MasterFault.self) {
        try await master.save(series: "Rain 1", [], by: .local("test"), request: "")
      }
    }
  }
}
