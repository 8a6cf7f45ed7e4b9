import City
import Discovering
import Engine
import LoopFixture
import Pack
import Ports
import Testing

/// Registers from files: the good come in, the bad are listed, the same again changes nothing.
@Suite struct RegisterTests {
  private static func row(_ number: Int, _ columns: [(String, String)]) -> RegisterRow {
    RegisterRow(
      row: number, code: "r\(number)", name: "house \(number)", address: "", owner: nil,
      geometry: nil, position: nil,
      columns: columns.map { Attribute(name: $0.0, value: $0.1) })
  }

  @Test(arguments: StoreKind.allCases)
  func goodRowsComeInAndBadOnesAreListed(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let house = try #require(loop.engine.catalogue.kind(code: "self-built-house"))
      let titles = Dictionary(house.fields.map { ($0.name, $0.title) }) { first, _ in first }
      let floors = try #require(titles["floors"])
      var rows = (1...300).map { Self.row($0, [(floors, "2"), ("colour", "red")]) }
      rows[9] = Self.row(10, [(floors, "many")])
      rows[19] = Self.row(20, [("appraisal", "A")])
      let file = RegisterFile(
        rows: rows,
        refusals: [RegisterRefusal(row: 400, field: "code", rule: "field.required", value: "")])
      func bring(_ preview: Bool) async throws -> Registers.Outcome {
        try await Registers(engine: loop.engine).bring(
          file, kind: house, mapping: Registers.Mapping(house), preview: preview,
          by: .local("test"), request: "")
      }
      let preview = try await bring(true)
      #expect(preview.rows == 301)
      #expect(preview.accepted == 298)
      #expect(preview.refused == 3)
      #expect(preview.unknown == ["colour"])
      #expect(preview.refusals.map(\.row) == [10, 20, 400])
      #expect(preview.refusals.map(\.field) == ["attributes.floors", "attributes.floors", "code"])
      #expect(preview.refusals.map(\.rule) == ["number.form", "field.required", "field.required"])
      #expect(preview.refusals.first?.value == "many")
      #expect(try await loop.store.thing(kind: house.code, code: "r1") == nil)
      let done = try await bring(false)
      #expect(done.accepted == 298)
      #expect(try await loop.store.thing(kind: house.code, code: "r1")?.attributes.count == 1)
      let again = try await bring(false)
      #expect(again.accepted == 0)
      #expect(again.repeated == 298)
      #expect(again.refused == 3)
    }
  }

  @Test func aColumnIsMappedByHand() throws {
    let house = try #require(Loop.catalogue.kind(code: "self-built-house"))
    let mapping = Registers.Mapping(house, given: ["storeys": "floors"])
    #expect(mapping.field("storeys") == "floors")
    #expect(mapping.field("floors") == "floors")
    #expect(mapping.field("colour") == nil)
  }

  @Test func whatIsNotToldStays() async throws {
    try await Loop.with(.memory) { loop in
      var entry = ThingEntry(kind: "self-built-house", code: "h1")
      entry.name = "one"
      entry.attributes = ["floors": "2", "owner": "secret"]
      let master = MasterData(engine: loop.engine)
      _ = try await master.save(entry, by: .local("test"), request: "")
      entry.attributes = ["floors": "3", "use": "shop"]
      entry.keepsOthers = true
      let changed = try await master.save(entry, by: .local("test"), request: "").thing
      #expect(
        changed.attributes == [
          Attribute(name: "floors", value: "3"), Attribute(name: "owner", value: "secret"),
          Attribute(name: "use", value: "shop"),
        ])
      entry.attributes = ["use": ""]
      let less = try await master.save(entry, by: .local("test"), request: "").thing
      #expect(less.attributes.map(\.name) == ["floors", "owner"])
      entry.attributes = ["floors": ""]
      await #expect(throws: MasterFault.self) {
        _ = try await master.save(entry, by: .local("test"), request: "")
      }
    }
  }

  // MARK: Unique fields

  private static func company(_ number: Int, _ credit: String, floor: String = "3") -> RegisterRow {
    row(number, [("credit", credit), ("floor", floor)])
  }

  @Test(arguments: StoreKind.allCases)
  func noTwoThingsShareAUniqueValue(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let company = try #require(loop.engine.catalogue.kind(code: "office-company"))
      let file = RegisterFile(
        rows: [
          // The first with the value is refused for another reason, so the second has it.
          Self.company(1, "A", floor: "high"), Self.company(2, "A"), Self.company(3, "B"),
          Self.company(4, "A"), Self.company(5, "B"), Self.company(6, ""),
        ], refusals: [])
      func bring(_ preview: Bool) async throws -> Registers.Outcome {
        try await Registers(engine: loop.engine).bring(
          file, kind: company, mapping: Registers.Mapping(company), preview: preview,
          by: .local("test"), request: "")
      }
      let refused = [
        "1 attributes.floor number.form", "4 attributes.credit field.unique",
        "5 attributes.credit field.unique", "6 attributes.credit field.required",
      ]
      let preview = try await bring(true)
      #expect(preview.refusals.map { "\($0.row) \($0.field) \($0.rule)" } == refused)
      #expect(preview.accepted == 2)
      let done = try await bring(false)
      #expect(done.refusals.map { "\($0.row) \($0.field) \($0.rule)" } == refused)
      #expect(done.accepted == 2)
      let again = try await bring(false)
      #expect((again.accepted, again.repeated, again.refused) == (0, 2, 4))
      // What a thing gives up, another may have; another engine over the store knows both.
      var entry = ThingEntry(kind: company.code, code: "r2")
      entry.name = "two"
      entry.attributes = ["credit": "C"]
      let master = MasterData(engine: loop.engine)
      _ = try await master.save(entry, by: .local("test"), request: "")
      var other = ThingEntry(kind: company.code, code: "r4")
      other.name = "four"
      other.attributes = ["credit": "C"]
      await #expect(
        throws: MasterFault.refused([
          SignalFinding(field: "attributes.credit", rule: "field.unique")
        ])
      ) { _ = try await master.save(other, by: .local("test"), request: "") }
      other.attributes = ["credit": "A"]
      _ = try await master.save(other, by: .local("test"), request: "")
    }
  }

  @Test func ofManyWhoWantAValueOneHasIt() async throws {
    try await Loop.with(.sqlite) { loop in
      let master = MasterData(engine: loop.engine)
      let got = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<20 {
          group.addTask {
            var entry = ThingEntry(kind: "office-company", code: "r\(number)")
            entry.name = "one of many"
            entry.attributes = ["credit": "X"]
            return (try? await master.save(entry, by: .local("test"), request: "")) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(got == 1)
    }
  }
}
