import City
import Discovering
import Engine
import LoopFixture
import Ports
import Testing

/// Reports without a point are found by their address.
@Suite struct PlaceTests {
  /// A shop at an address of the west street, and one on the same road in the east.
  private static func settle(_ loop: Loop) async throws {
    let places: [(String, String, String, Double)] = [
      ("1", "康定超市", "西康路100号", 121.402), ("2", "和平花园", "西康路188弄3号", 121.404),
      ("3", "东湖小学", "东平路9号", 121.415), ("4", "路口公园", "西康路与长平路路口", 121.406),
    ]
    for (code, name, address, longitude) in places {
      var entry = ThingEntry(kind: "building", code: code)
      entry.name = name
      entry.address = address
      entry.longitude = longitude
      entry.latitude = 31.205
      _ = try await MasterData(engine: loop.engine).save(
        entry, by: .local("test"), request: "test")
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let address: String
    var text = "请来看看"
    let by: LocatedBy?
    let longitude: Double?
    let street: ID<Area>?
    var testDescription: String { address.isEmpty ? text : address }
  }

  static let rows: [Row] = [
    Row(address: "西康路100号", by: .number, longitude: 121.402, street: District.west),
    Row(address: "西康路一百号", by: .number, longitude: 121.402, street: District.west),
    Row(address: "本市西康路１００号３楼", by: .number, longitude: 121.402, street: District.west),
    Row(address: "西康路188弄", by: .number, longitude: 121.404, street: District.west),
    Row(address: "和平花园", by: .place, longitude: 121.404, street: District.west),
    Row(address: "长平路西康路路口", by: .crossing, longitude: 121.406, street: District.west),
    Row(address: "西康路110号", by: .nearNumber, longitude: 121.402, street: District.west),
    Row(address: "西康路", by: .road, longitude: nil, street: District.west),
    Row(address: "西康路靠近河边", by: .road, longitude: nil, street: District.west),
    // The words name the other street: the point is not believed.
    Row(address: "东湖街道西康路100号", by: .name, longitude: nil, street: District.east),
    Row(address: "", text: "东湖街道有人放鞭炮", by: .name, longitude: nil, street: District.east),
    Row(address: "没有听说过的地方", by: nil, longitude: nil, street: nil),
    Row(address: "x", by: nil, longitude: nil, street: nil),
    Row(address: "😀😀😀", by: nil, longitude: nil, street: nil),
    Row(address: "'; DROP TABLE things; --", by: nil, longitude: nil, street: nil),
    Row(address: "<script>alert(1)</script>", by: nil, longitude: nil, street: nil),
    Row(
      address: String(repeating: "西", count: 300), by: nil, longitude: nil, street: nil),
  ]

  @Test(arguments: rows)
  func anAddressTellsThePlace(_ row: Row) async throws {
    try await Loop.with(.memory) { loop in
      try await Self.settle(loop)
      let outcome = try await loop.send(
        Loop.signal("1", at: nil) {
          $0.address = row.address
          $0.text = row.text
        })
      let signal = try await loop.load(outcome.signal)
      let event = try await loop.load(outcome.event)
      #expect(signal.located?.by == row.by)
      #expect(signal.position?.longitude == row.longitude)
      #expect(signal.area[.street] == row.street)
      #expect(event.located == signal.located)
      #expect(event.position == signal.position)
      #expect((row.longitude == nil) || (signal.located?.confidence ?? 0) >= 60)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aPointIsBelievedWhateverTheAddressSays(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await Self.settle(loop)
      let outcome = try await loop.send(
        Loop.signal("1", at: District.inEast) { $0.address = "西康路100号" })
      let signal = try await loop.load(outcome.signal)
      #expect(signal.position?.longitude == District.inEast.longitude)
      #expect(signal.area[.street] == District.east)
      #expect(signal.located == Located(by: .point, confidence: 100))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func theSameAddressIsTheSameProblem(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      try await Self.settle(loop)
      func send(_ id: String, _ address: String) async throws -> IntakeOutcome {
        try await loop.send(Loop.signal(id, at: nil) { $0.address = address })
      }
      let first = try await send("1", "西康路100号")
      #expect(try await send("2", "西康路壹佰号附近").kind == .opened, "no address that is known")
      #expect(try await send("3", "西康路一百号").event == first.event)
      // Both stand for their surroundings: other words, another problem.
      let near = try await send("4", "西康路110号")
      #expect(near.kind == .opened)
      #expect(try await send("5", "西康路112号").kind == .opened)
      #expect(try await send("6", "西康路110号").event == near.event)
    }
  }

  @Test func theGazetteerFollowsTheThings() async throws {
    try await Loop.with(.sqlite) { loop in
      try await Self.settle(loop)
      await loop.engine.loadPlaces()
      var entry = ThingEntry(kind: "building", code: "1")
      entry.name = "康定超市"
      entry.address = "西康路300号"
      entry.longitude = 121.409
      entry.latitude = 31.205
      _ = try await MasterData(engine: loop.engine).save(
        entry, by: .local("test"), request: "test")
      let moved = try await loop.send(Loop.signal("1", at: nil) { $0.address = "西康路300号" })
      #expect(try await loop.load(moved.signal).position?.longitude == 121.409)
      let left = try await loop.send(Loop.signal("2", at: nil) { $0.address = "西康路100号" })
      #expect(try await loop.load(left.signal).located?.by == .road)
    }
  }
}
