import City
import Demonstration
import Engine
import JSONText
import Pack
import Ports
import Synchronization

/// The folder that a benchmark runs on: the demonstration's places and units, staff of its own.
struct BenchDistrict: Sendable {
  static let password = "benchmark-password"
  static let thingsMax = 500
  /// Departments that get a handler of the benchmark's own.
  static let handlersMax = 16
  static let seed: UInt64 = 20_261_121

  let handlers: [(login: String, unit: ID<Unit>)]
  let streets: [String]
  let items: [Item]
  let places: [BenchPlace]
  /// Whom every report of the benchmark names.
  let reporter: String

  /// Makes the district in an empty folder.
  static func make(_ data: String) async throws -> BenchDistrict {
    let folder = try await DataFolder.open(data, note: "bench", clock: SystemClock())
    guard folder.engine.directory.areas.isEmpty else {
      await folder.close()
      throw WorkFault(message: "\(folder.path) is not empty; a benchmark wants a new folder")
    }
    let file = DemonstrationFile(
      seed: seed, things: thingsMax, devices: 0, cases: 0, days: 1, endingAt: SystemClock().now,
      password: password, logins: [])
    let plan = DemonstrationMaker.plan(file)
    let facts: [Fact] =
      plan.areas.map { .area($0) } + plan.units.map { .unit($0) } + plan.staff.map { .staff($0) }
    _ = try await folder.engine.store.commit(
      ChangeSet(
        kind: "bench.places", at: file.endingAt, actor: .local("bench"),
        subject: SubjectReference(kind: "bench", id: 0), request: "", conditions: [], facts: facts))
    try await folder.engine.reloadDirectory()
    let district = try await staff(folder, plan)
    await folder.close()
    return district
  }

  private static func staff(_ folder: DataFolder, _ plan: DemonstrationPlan) async throws
    -> BenchDistrict
  {
    let engine = folder.engine
    guard let centre = plan.units.first(where: { $0.kind == .centre && $0.area == nil }) else {
      throw WorkFault(message: "the district has no centre")
    }
    for (login, post) in [
      ("bench-reception", "receptionist"), ("bench-dispatch", "dispatcher"),
      ("bench-inspect", "inspector"), ("bench-duty", "duty-officer"),
    ] {
      try await person(login, post, unit: centre.code, area: nil, folder)
    }
    var handlers: [(login: String, unit: ID<Unit>)] = []
    for unit in plan.units where unit.kind == .department && handlers.count < handlersMax {
      let login = "bench-handler-\(handlers.count)"
      try await person(login, "handler", unit: unit.code, area: nil, folder)
      handlers.append((login, unit.id))
    }
    var streets: [String] = []
    for street in plan.areas where street.level == .street {
      let login = "bench-street-\(streets.count)"
      try await person(login, "duty-officer", unit: centre.code, area: street.code, folder)
      streets.append(login)
    }
    try await engine.reloadDirectory()
    let logins =
      ["bench-reception", "bench-dispatch", "bench-inspect", "bench-duty"]
      + handlers.map(\.login) + streets
    for login in logins {
      guard let id = engine.directory.staffIDs[login] else { continue }
      do {
        _ = try await folder.accounts.create(
          login: login, password: password, staff: id, by: .local("bench"), request: "")
      } catch {
        throw WorkFault(message: "account \(login): \(error.code)")
      }
    }
    let items = engine.catalogue.items.filter {
      !$0.automatic && $0.evidence.isSubset(of: [.note]) && $0.joinMetres > 0
    }
    guard !items.isEmpty else { throw WorkFault(message: "no item fits the benchmark") }
    let places = plan.areas.filter { $0.level == .grid }.compactMap { grid in
      grid.outline?.centre.map { BenchPlace(name: grid.name, middle: $0) }
    }
    return BenchDistrict(
      handlers: handlers, streets: streets, items: items, places: places,
      reporter: plan.staff.first?.name ?? centre.name)
  }

  private static func person(
    _ login: String, _ post: String, unit: String, area: String?, _ folder: DataFolder
  ) async throws {
    do {
      _ = try await MasterData(engine: folder.engine).save(
        StaffEntry(code: login, name: login, unit: unit, posts: [post], area: area, active: true),
        by: .local("bench"), request: "")
    } catch {
      throw WorkFault(message: "staff \(login): \(error.code)")
    }
  }
}

extension Outline {
  /// The middle of the corners; good enough for a place within a small convex face.
  var centre: Position? {
    guard let points = polygons.first?.outer.points, !points.isEmpty else { return nil }
    return Position(
      longitude: points.map(\.longitude).reduce(0, +) / Double(points.count),
      latitude: points.map(\.latitude).reduce(0, +) / Double(points.count))
  }
}

/// Random numbers of the benchmark, the same for the same seed.
struct BenchRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func index(below count: Int) -> Int { Int(next() % UInt64(count)) }
  mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
