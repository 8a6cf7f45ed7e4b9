package import City
package import Discovering
package import Engine
import Foundation
package import Handling
import Language
package import Pack
import PackReading
package import Ports
import SearchStore
import StoreMemory
import StoreSQLite
import Synchronization
package import Vault

/// A clock that moves only when it is told to.
package final class HandClock: TimeSource {
  private let instant: Mutex<Instant>

  package init(_ instant: Instant) { self.instant = Mutex(instant) }

  package var now: Instant { instant.withLock { $0 } }

  package func advance(_ milliseconds: Int64) {
    instant.withLock { $0 = $0.advanced(byMilliseconds: milliseconds) }
  }
}

/// Which store the engine works on.
package enum StoreKind: String, CaseIterable, Sendable, CustomStringConvertible {
  case memory, sqlite
  package var description: String { rawValue }
}

/// The engine over an own folder, with the district in it.
package struct Loop: Sendable {
  /// 2026-11-20 14:00 in the city: a Friday, within working hours.
  package static let start = Instant(milliseconds: 1_795_154_400_000)

  package let clock: HandClock
  package let engine: Engine
  package let accounts: Accounts
  package let files: FileStore
  package let keys: KeyRing
  package let models: ModelDesk
  package let folder: String

  package var store: any Store { engine.store }
  package var modelShelf: ModelShelf { ModelShelf(folder: folder + "/models") }
  package var intake: Intake { Intake(engine: engine) }
  package var desk: Desk { Desk(engine: engine) }
  package var corrections: Corrections { Corrections(engine: engine) }

  /// The packs of the repository.
  package static let catalogue: Catalogue = {
    let reading = PackReader.readAll(packsFolder: repository + "/packs")
    guard let catalogue = reading.catalogue else {
      fatalError(reading.findings.map(\.text).joined(separator: "\n"))
    }
    return catalogue
  }()

  package static let repository: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// The search box as the program sets it up, without the catalogue.
  private static let search: SearchSettings = {
    let path = repository + "/packs/core/words/pinyin.txt"
    let table = try? String(contentsOfFile: path, encoding: .utf8)
    return SearchSettings(
      folding: SearchFolding(readings: table.map { PinyinReadings(table: $0) }),
      deviceKinds: Set(catalogue.kinds.filter { !$0.measures.isEmpty }.map(\.code)))
  }()

  /// Opens an engine for the time of `body`.
  package static func with(
    _ kind: StoreKind, settings: EngineSettings = EngineSettings(),
    _ body: (Loop) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sqlite = kind == .sqlite ? try SQLiteStore(folder: folder, search: search) : nil
    let memory = MemoryStore(deviceKinds: search.deviceKinds)
    let store: any Store = sqlite ?? memory
    do {
      try await body(try await open(store, folder, settings))
    } catch {
      sqlite?.close()
      await memory.close()
      throw error
    }
    sqlite?.close()
    await memory.close()
  }

  /// Opens an engine over a real store, ends it, and opens another over the same folder: what a
  /// restart keeps. The clock goes on.
  package static func restarting(
    _ before: (Loop) async throws -> Void, then after: (Loop) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let clock = HandClock(start)
    try await run(in: folder, clock, founding: District.founding, before)
    try await run(in: folder, clock, founding: [], after)
  }

  private static func run(
    in folder: String, _ clock: HandClock, founding: [Fact], _ body: (Loop) async throws -> Void
  ) async throws {
    let store = try SQLiteStore(folder: folder, search: search)
    defer { store.close() }
    let loop = try await open(store, folder, EngineSettings(), clock, founding: founding)
    try await body(loop)
    try loop.keys.close()
  }

  private static func open(
    _ store: any Store, _ folder: String, _ settings: EngineSettings,
    _ clock: HandClock = HandClock(start), founding: [Fact] = District.founding
  ) async throws -> Loop {
    if !founding.isEmpty { _ = try await store.commit(change(founding, at: start)) }
    let keys = try KeyRing(folder: folder + "/keys")
    let engine = try await Engine(
      store: store, sealing: keys, secrets: PasswordDesk(cost: .least), time: clock,
      catalogue: catalogue, settings: settings)
    let words = try String(
      contentsOfFile: repository + "/packs/core/words/passwords.txt", encoding: .utf8)
    engine.guessable.equip(words)
    return Loop(
      clock: clock, engine: engine, accounts: Accounts(engine: engine),
      files: FileStore(
        shelf: try FileShelf(folder: folder + "/files", limits: FileShelf.Limits(), keys: keys)),
      keys: keys,
      models: ModelDesk(
        engine: engine, keeping: ModelShelf(folder: folder + "/models"), work: SerialWork()),
      folder: folder)
  }

  /// A change outside any decision.
  package static func change(_ facts: [Fact], at instant: Instant) -> ChangeSet {
    ChangeSet(
      kind: "test.change", at: instant, actor: .local("test"),
      subject: SubjectReference(kind: "test", id: 0), request: "", conditions: [], facts: facts)
  }

  /// Gives accounts to these people, all with `Person.password`.
  package func makeAccounts(_ people: [Person] = Person.allCases) async throws {
    let hash = try await engine.secrets.hash(password: Person.password)
    let facts = people.map { person in
      Fact.account(
        Account(
          id: person.accountID, login: person.rawValue, staff: person.id, passwordHash: hash,
          active: true))
    }
    _ = try await store.commit(Self.change(facts, at: clock.now))
  }
}

/// The items that the tests use, and what the pack says of them.
package enum TestItem {
  /// The police's, by a person; joins within 100 m and 6 h; 4 hours by the clock; weight 800; a note.
  package static let noise = "social-noise"
  /// The police's, dispatched by the machine; joins within 100 m and 2 h; 1 hour by the clock.
  package static let fireworks = "fireworks"
  /// The lighting's, dispatched by the machine; joins within 30 m; wants a photo.
  package static let lamp = "street-lamp-fault"
}

extension Loop {
  /// A signal of this key, in the west street unless told otherwise.
  package static func signal(
    _ externalID: String, item: String? = TestItem.noise,
    at place: (longitude: Double, latitude: Double)? = District.inWest, title: String = "夜间噪声",
    channel: Channel = .hotline, change: (inout SignalDraft) -> Void = { _ in }
  ) -> IncomingSignal {
    var draft = SignalDraft()
    draft.externalID = externalID
    draft.title = title
    draft.text = "请来看看"
    draft.item = item
    draft.longitude = place?.longitude
    draft.latitude = place?.latitude
    change(&draft)
    return IncomingSignal(
      channel: channel, draft: draft,
      raw: Array("\(externalID)|\(draft.title)|\(draft.text)|\(draft.reporterName)".utf8))
  }

  /// Sends a signal as the receptionist.
  @discardableResult
  package func send(_ signal: IncomingSignal) async throws(IntakeFault) -> IntakeOutcome {
    try await intake.take(signal, by: .staff(Person.receptionist.id), request: "test")
  }

  /// Files a case and returns its id.
  package func file(
    _ externalID: String, item: String? = TestItem.noise,
    at place: (longitude: Double, latitude: Double)? = District.inWest
  ) async throws -> ID<Case> {
    let outcome = try await send(Self.signal(externalID, item: item, at: place))
    guard let id = outcome.case else { throw LoopFault.notStored }
    return id
  }

  /// Takes a step as a person.
  @discardableResult
  package func step(
    _ action: String, on id: ID<Case>, by person: Person, within scope: Scope = .everything,
    _ change: (inout StepOrder) -> Void = { _ in }
  ) async throws(DeskFault) -> Case {
    var order = StepOrder(action: action)
    change(&order)
    return try await desk.take(
      order, on: id, by: Self.actor(person), as: .staff(person.id), within: scope, request: "test")
  }

  package static func actor(_ person: Person) -> StepActor {
    StepActor(staff: person.id, posts: [person.post], unit: person.unitPath, isEngine: false)
  }

  /// Brings a filed noise case to one of `dispatched`, `handling`, `checking`, `checked`, `closed`.
  ///
  /// - Parameter from: the stage in which it stands already; nil = just filed.
  package func bring(_ id: ID<Case>, to stage: String, from: String? = nil) async throws {
    let way: [(stage: String, take: () async throws -> Void)] = [
      (
        "dispatched",
        { try await step("dispatch", on: id, by: .dispatcher) { $0.unit = District.police } }
      ),
      ("handling", { try await step("accept", on: id, by: .officer) }),
      ("checking", { try await step("report", on: id, by: .officer) { $0.note = "已劝离" } }),
      ("checked", { try await step("pass", on: id, by: .inspector) }),
      ("closed", { try await step("close", on: id, by: .dispatcher) }),
    ]
    let taken = from.flatMap { from in way.firstIndex { $0.stage == from } }.map { $0 + 1 } ?? 0
    for part in way.dropFirst(taken) {
      clock.advance(Duration.minute)
      try await part.take()
      if part.stage == stage { return }
    }
  }

  // What must be stored: its absence fails the test.

  package func load(_ id: ID<Case>?) async throws -> Case {
    guard let id, let found = try await store.load(id) else { throw LoopFault.notStored }
    return found
  }

  package func load(_ id: ID<Event>?) async throws -> Event {
    guard let id, let found = try await store.load(id) else { throw LoopFault.notStored }
    return found
  }

  package func load(_ id: ID<Signal>?) async throws -> Signal {
    guard let id, let found = try await store.load(id) else { throw LoopFault.notStored }
    return found
  }

  package func load(_ id: ID<Reporter>?) async throws -> Reporter {
    guard let id, let found = try await store.load(id) else { throw LoopFault.notStored }
    return found
  }

  /// Somebody of the district as a caller; wants `makeAccounts` before.
  package func caller(_ person: Person) async throws -> Caller {
    guard let account = try await store.account(login: person.rawValue),
      let caller = accounts.caller(for: account)
    else { throw LoopFault.notStored }
    return caller
  }

  /// The score of a unit in the month of the tests, all streets and items added up.
  package func score(of unit: ID<City.Unit>) async throws -> ScoreCounts {
    let month = 2026 * 12 + 10
    return try await store.scores(ScoreQuery(scope: .everything, months: month...month))
      .filter { $0.key.unit == unit }.reduce(ScoreCounts()) { $0 + $1.counts }
  }
}

/// Computes where it is asked, one part after the other.
package struct SerialWork: HeavyWork {
  package func map<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) -> Value
  ) async -> [Value] {
    (0..<count).map(work)
  }
}

package enum LoopFault: Error {
  case notStored
}
