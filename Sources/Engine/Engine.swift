package import City
import Discovering
import Dispatching
import Geography
package import Handling
package import Language
package import Pack
package import Ports
import Synchronization

/// What all parts of the engine share: the ports, the catalogue, and what is held in memory.
///
/// Its parts (`Intake`, `Desk`, …) load, decide and save; none of them holds state of its own.
package final class Engine: Sendable {
  package let store: any Store
  package let sealing: any Sealing
  package let secrets: any Secrets
  package let time: any TimeSource
  package let catalogue: Catalogue
  package let workingTime: WorkingTime
  package let settings: EngineSettings
  package let places: PlaceBook
  /// Hides rooms from who needs no address to the door.
  package let rooms: RoomMask
  let likeness: LikenessBook
  let unique: UniqueValues
  let topics: TopicDesk
  /// What passwords must not be made of alone.
  package let guessable: GuessableWords
  /// Where people were seen last.
  package let whereabouts: Whereabouts
  /// What the machine knows of words and their meaning.
  package let understanding: Understanding
  private let identities: Identities
  private let held: Mutex<Held>
  let serials: CaseSerials

  private struct Held {
    var directory: Directory
    var areaWords: ItemWords
    /// Those that have not ended.
    var grants: [Grant]
    var version = 0
  }

  /// Reads places and people from the store.
  package convenience init(
    store: any Store, sealing: any Sealing, secrets: any Secrets, time: any TimeSource,
    catalogue: Catalogue, settings: EngineSettings
  ) async throws(StoreFault) {
    try await self.init(
      store: store, sealing: sealing, secrets: secrets, time: time, catalogue: catalogue,
      settings: settings, after: nil)
  }

  /// An engine over the same store, with other packs. What gives numbers and what does not follow
  /// from the packs is one with the engine before, so that both can stand while requests go from
  /// one to the other; what was committed meanwhile it takes in by `catchUp`.
  package convenience init(
    succeeding engine: Engine, with catalogue: Catalogue
  ) async throws(StoreFault) {
    try await self.init(
      store: engine.store, sealing: engine.sealing, secrets: engine.secrets, time: engine.time,
      catalogue: catalogue, settings: engine.settings, after: engine)
  }

  private init(
    store: any Store, sealing: any Sealing, secrets: any Secrets, time: any TimeSource,
    catalogue: Catalogue, settings: EngineSettings, after engine: Engine?
  ) async throws(StoreFault) {
    self.store = store
    self.sealing = sealing
    self.secrets = secrets
    self.time = time
    self.catalogue = catalogue
    self.settings = settings
    workingTime = WorkingTime(
      years: catalogue.calendarYears, offsetMinutes: settings.offsetMinutes)
    let reads = engine?.catalogue.addressWords == catalogue.addressWords
    places =
      engine.flatMap { reads ? $0.places : nil }
      ?? PlaceBook(parser: AddressParser(catalogue.addressWords))
    rooms = RoomMask(catalogue.addressWords)
    likeness = LikenessBook(settings: catalogue.likeness)
    let words = try await store.words()
    understanding = Understanding(catalogue: catalogue, words: words)
    identities = engine?.identities ?? Identities(node: settings.node)
    serials = engine?.serials ?? CaseSerials(store: store)
    topics = engine?.topics ?? TopicDesk()
    guessable = engine?.guessable ?? GuessableWords()
    whereabouts = engine?.whereabouts ?? Whereabouts()
    unique =
      engine.flatMap { $0.catalogue.asksSameUnique(as: catalogue) ? $0.unique : nil }
      ?? UniqueValues()
    let directory = try await Self.loadDirectory(store)
    held = Mutex(
      Held(
        directory: directory, areaWords: Self.areaWords(directory, words),
        grants: try await store.grants(endingAfter: time.now)))
  }

  /// Places and people as they stand now.
  package var directory: Directory { held.withLock { $0.directory } }

  /// Grows whenever places and people are read anew.
  var directoryVersion: Int { held.withLock { $0.version } }

  /// Finds areas that a text names.
  var areaWords: ItemWords { held.withLock { $0.areaWords } }

  /// Reads places and people anew, after they changed, and the names that operators gave them.
  package func reloadDirectory() async throws(StoreFault) {
    let directory = try await Self.loadDirectory(store)
    let words = Self.areaWords(directory, try await store.words())
    held.withLock {
      $0 = Held(
        directory: directory, areaWords: words, grants: $0.grants, version: $0.version + 1)
    }
    places.learn(Array(directory.areas.values))
  }

  /// Posts for a time that have not ended, also those that begin later.
  package var grants: [Grant] { held.withLock { $0.grants } }

  /// Reads grants anew, after one was made or ended.
  func reloadGrants() async throws(StoreFault) {
    let grants = try await store.grants(endingAfter: time.now)
    held.withLock {
      $0.grants = grants
      $0.version += 1
    }
  }

  /// Returns once all places of the city can be found by their addresses.
  package func loadPlaces() async {
    await places.load(from: store, areas: Array(directory.areas.values))
  }

  private static func loadDirectory(_ store: any Store) async throws(StoreFault) -> Directory {
    Directory(
      areas: try await store.areas(), units: try await store.units(), staff: try await store.staff()
    )
  }

  /// Streets and neighbourhoods are named in texts; grids only by names that operators gave them.
  private static func areaWords(_ directory: Directory, _ words: [LexiconWord]) -> ItemWords {
    let named = directory.areas.values
      .filter { $0.level == .street || $0.level == .neighbourhood }
      .sorted { $0.code < $1.code }
    return ItemWords(
      named.map { (code: $0.code, words: [$0.name]) }
        + words.filter { $0.use == .place }.map { (code: $0.target, words: [$0.text]) })
  }

  /// A new id.
  package func newID<Subject>(_: Subject.Type = Subject.self) -> ID<Subject> {
    let now = time.now
    return ID(identities.next(at: now))
  }

  /// A moment as people write it, in the city's time, to the minute.
  package func localText(_ instant: Instant) -> String {
    let date = civilDate(of: instant)
    let local = instant.milliseconds + Int64(settings.offsetMinutes) * Duration.minute
    let minutes = Int((local - Int64(date.daysSinceEpoch) * Duration.day) / Duration.minute)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let day = "\(date.year)-\(two(date.month))-\(two(date.day))"
    return "\(day) \(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// The day of a moment in the city's time.
  package func civilDate(of instant: Instant) -> CivilDate {
    let local = instant.milliseconds + Int64(settings.offsetMinutes) * Duration.minute
    return CivilDate(daysSinceEpoch: Int((Double(local) / Double(Duration.day)).rounded(.down)))
  }
}

/// What differs between installations.
package struct EngineSettings: Sendable, Equatable {
  /// Minutes of the city's time east of UTC.
  package var offsetMinutes = 480
  /// Which engine of a cluster this is, 0 to 63.
  package var node = 0
  /// How often a decision is made again when others come first, before the caller is told to come back.
  package var attemptsMax = 200
  /// How long a session lasts without a new sign-in.
  package var sessionMilliseconds: Int64 = 12 * Duration.hour
  /// Wrong passwords for one login within `signInWindowMilliseconds` before it must wait.
  package var signInFailuresMax = 5
  package var signInWindowMilliseconds: Int64 = 5 * Duration.minute
  /// Persons' data that one may see unmasked in a day; at most `PageRequest.limitMax`.
  package var revealsPerDayMax = 60
  /// The flow of cases without item.
  package var flow = "standard"
  /// Logins whose failures are remembered.
  package var signInLoginsMax = 10_000

  package init() {}
}

/// Gives each id once, whichever of the engines over one store asks.
final class Identities: Sendable {
  private let sequence: Mutex<IdentitySequence>

  init(node: Int) { sequence = Mutex(IdentitySequence(node: node)) }

  func next(at now: Instant) -> Int64 { sequence.withLock { $0.next(at: now) } }
}

/// Gives each case of a day its serial.
actor CaseSerials {
  /// Days remembered; an import touches many.
  static let daysMax = 20_000

  private let store: any Store
  private var last: [CivilDate: Int] = [:]

  init(store: any Store) {
    self.store = store
  }

  /// The next serial of a day; a decision that fails afterwards leaves a gap.
  func next(on date: CivilDate) async throws(StoreFault) -> Int {
    if last[date] == nil {
      let stored = try await store.lastSerial(on: date)
      // Another caller may have read the same day meanwhile and gone on from there.
      if last[date] == nil {
        if last.count >= Self.daysMax { last.removeAll() }
        last[date] = stored
      }
    }
    let serial = (last[date] ?? 0) + 1
    last[date] = serial
    return serial
  }
}
