import City
import Engine
import Glibc
import Handling
import Pack
import PackReading
import Ports
import StoreSQLite
import Vault

/// An open data folder: the lock, the store, the keys, the files and the engine over them.
struct DataFolder: Sendable {
  let path: String
  let home: Home
  let engine: Engine
  let accounts: Accounts
  let files: FileStore
  let keys: KeyRing
  let models: ModelDesk
  private let store: SQLiteStore
  private let lock: FolderLock

  /// Copies of what follows from the journal; none of them is needed.
  var derived: DerivedShelf { DerivedShelf(folder: path + "/derived") }

  var fileBytesMax: Int { FileShelf.Limits().documentBytesMax }

  /// Opens a folder for writing, making what is missing.
  ///
  /// - Throws: `UsageFault` where another process holds it.
  static func open(_ path: String, note: String, clock: any TimeSource) async throws -> DataFolder {
    try makeFolder(path)
    let home = try Home.find()
    let lock = try hold(path, note: note)
    return try await open(path, home, lock, try Packs.load(home), clock)
  }

  /// The same folder with other packs, on the same store, keys and files: both may be asked until
  /// requests have gone over. Nothing is written.
  func succeeded(by catalogue: Catalogue) async throws -> DataFolder {
    let next = try await Engine(succeeding: engine, with: catalogue)
    try await WordTables.equip(next.understanding, home, store)
    return DataFolder(
      path: path, home: home, engine: next, accounts: Accounts(engine: next), files: files,
      keys: keys, models: try await Self.models(path, next), store: store, lock: lock)
  }

  private static func models(_ path: String, _ engine: Engine) async throws -> ModelDesk {
    let models = ModelDesk(
      engine: engine, keeping: ModelShelf(folder: path + "/models"), work: ThreadedWork())
    for fault in try await models.restore() {
      Output.say("warning: a model in use is passed over: \(fault.told)")
    }
    return models
  }

  private static func open(
    _ path: String, _ home: Home, _ lock: FolderLock, _ catalogue: Catalogue,
    _ clock: any TimeSource
  ) async throws -> DataFolder {
    do {
      let store = try SQLiteStore(
        folder: path, search: SearchSetUp.settings(home, catalogue),
        algorithm: try Cryptography.chosen().journal)
      let keys = try await openKeys(keysFolder(path), store)
      let files = FileStore(
        shelf: try FileShelf(folder: path + "/files", limits: FileShelf.Limits(), keys: keys))
      let engine = try await Engine(
        store: store, sealing: keys, secrets: PasswordDesk(cost: .interactive), time: clock,
        catalogue: catalogue, settings: EngineSettings())
      if try await recordPacks(engine) { try await moveDeadlines(engine) }
      try await WordTables.equip(engine.understanding, home, store)
      WordTables.equip(engine.guessable, home)
      return DataFolder(
        path: path, home: home, engine: engine, accounts: Accounts(engine: engine), files: files,
        keys: keys, models: try await models(path, engine), store: store, lock: lock)
    } catch {
      throw WorkFault(message: "\(path) cannot be opened: \(error)")
    }
  }

  /// The keys lie beside the data unless `CIVICLOOP_KEYS` names another place.
  static func keysFolder(_ path: String) -> String {
    getenv("CIVICLOOP_KEYS").map { String(cString: $0) } ?? path + "/keys"
  }

  /// Opens the keys: no number is given twice, and whoever the journal says was erased stays so.
  static func openKeys(_ folder: String, _ store: SQLiteStore) async throws -> KeyRing {
    var settings = KeyRing.Settings()
    settings.form = try Cryptography.chosen().sealing
    let keys = try KeyRing(folder: folder, settings: settings)
    let subjects = try await store.subjects()
    if let highest = subjects.highest { try keys.advance(past: highest) }
    let pending = try keys.destroyAll(subjects.erased)
    for copy in pending {
      Output.say("warning: the keys in \(copy.path) cannot be reached; one erasure waits for them")
    }
    return keys
  }

  /// Takes the lock of a folder.
  static func hold(_ path: String, note: String) throws -> FolderLock {
    do throws(FolderFault) {
      return try FolderLock.acquire(folder: path, note: note)
    } catch {
      switch error {
      case .held(let process, let note):
        throw UsageFault(
          message: "\(path) is in use by process \(process) (\(note)); stop it first")
      case .unavailable(let detail): throw WorkFault(message: detail)
      }
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
        throw WorkFault(message: "\(made) cannot be made: errno \(errno)")
      }
      made += "/"
    }
  }

  /// The journal says which packs are in force, once for each version.
  /// - Returns: whether some are new to it.
  static func recordPacks(_ engine: Engine) async throws -> Bool {
    let versions = engine.catalogue.packs.map {
      PackVersion(id: $0.id, version: $0.version, digest: $0.digest)
    }
    guard !(try await engine.store.packs()).isSuperset(of: versions) else { return false }
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "pack.loaded", at: engine.time.now, actor: .engine("packs"),
        subject: SubjectReference(kind: "pack", id: 0), request: "", conditions: [],
        facts: versions.map { .pack($0) }))
    return true
  }

  /// Deadlines that were counted before the calendar of their year was known.
  static func moveDeadlines(_ engine: Engine) async throws {
    let moved = try await CalendarRecount(engine: engine).run()
    if moved > 0 { Output.say("\(moved) deadlines moved: the calendar of their year is known now") }
  }

  /// Lets the search box find the items of this folder's packs, and no others.
  func renewSearch() async {
    await store.renew(search: SearchSetUp.settings(home, engine.catalogue))
  }

  /// The key that signs anchors of the journal.
  func anchorKey() throws -> AnchorKey {
    let form = try Cryptography.chosen().anchors
    do throws(VaultFault) {
      return try AnchorKey(folder: Self.keysFolder(path), form: form)
    } catch {
      throw WorkFault(message: "the key of the anchors cannot be opened: \(error)")
    }
  }

  func close() async {
    store.close()
    try? keys.close()
  }

  /// Deadlines beyond the last known year rest on plain weekdays: said at every start.
  func warnOfCalendar() {
    guard let last = engine.workingTime.lastYear else {
      Output.say(
        "warning: no calendar of public holidays is loaded; deadlines count plain weekdays")
      return
    }
    let year = engine.civilDate(of: engine.time.now).year
    if year >= last {
      Output.say(
        "warning: public holidays are known up to \(last); later deadlines count plain weekdays")
    }
  }

  /// A text of the core pack for what the program itself names.
  func text(_ code: String) -> String {
    engine.catalogue.posts.first { $0.code == "administrator" }?.name ?? code
  }
}

/// The packs of the home folder, read and linted.
enum Packs {
  static func load(_ home: Home) throws -> Catalogue { try load(folder: home.packs) }

  static func load(folder: String) throws -> Catalogue {
    let reading = PackReader.readAll(packsFolder: folder)
    guard let catalogue = reading.catalogue else {
      let errors = reading.findings.filter { $0.severity == .error }
      throw WorkFault(message: "packs are refused:\n" + errors.map(\.text).joined(separator: "\n"))
    }
    return catalogue
  }
}
