import City
import Glibc
import JSONText
import Ports
import StoreObservations
import StoreSQLite
import Vault

/// `civicloop verify`, `rebuild`, `backup` and `restore`.
enum JournalCommands {
  static let commands = [
    Command(
      name: "verify", summary: "is the journal intact, and do the tables follow from it?",
      usage: "verify [--anchors FILE [--anchor-key KEY]] [--data DIR]",
      example: "civicloop verify --anchors /mnt/audit/anchors --data ./data",
      options: ["anchors", "anchor-key"]
    ) { arguments in try await verify(arguments) },
    Command(
      name: "rebuild", summary: "makes the tables anew from the journal",
      usage: "rebuild [--data DIR]", example: "civicloop rebuild --data ./data"
    ) { arguments in try rebuild(arguments) },
    Command(
      name: "backup", summary: "an online copy, checked; keys go to a folder of their own",
      usage: "backup DIR [--keys DIR] [--data DIR]",
      example: "civicloop backup /mnt/backup/monday --keys /mnt/safe/keys --data ./data",
      options: ["keys"]
    ) { arguments in try await backup(arguments) },
    Command(
      name: "restore", summary: "puts a backup into an empty data folder",
      usage: "restore DIR [--keys DIR] [--data DIR]",
      example: "civicloop restore /mnt/backup/monday --keys /mnt/safe/keys --data ./data",
      options: ["keys"]
    ) { arguments in try await restore(arguments) },
  ]

  private static func verify(_ arguments: Arguments) async throws -> Int32 {
    try DataFolder.makeFolder(arguments.data)
    let book = try AnchorFile.read(arguments)
    let lock = try DataFolder.hold(arguments.data, note: "verify")
    defer { withExtendedLifetime(lock) {} }
    let progress = Progress("verify")
    let findings = try Verification(
      folder: arguments.data, anchors: try AnchorFile.hashes(book)
    ) { progress.show($0, of: $1) }.verify()
    let observations = try await ObservationFolder.verify(arguments.data)
    Output.result { writer in
      write(findings, to: &writer)
      if let book {
        writer.member("anchors", book.anchors.count)
        writer.member("anchorKey", book.publicKey)
        writer.member("provenUpTo", findings.provenUpTo)
      }
      ObservationFolder.write(observations, to: &writer)
    }
    let isSound = findings.intact && findings.tablesEqual == true
    return isSound && observations.isIntact ? 0 : 1
  }

  private static func rebuild(_ arguments: Arguments) throws -> Int32 {
    try DataFolder.makeFolder(arguments.data)
    let lock = try DataFolder.hold(arguments.data, note: "rebuild")
    defer { withExtendedLifetime(lock) {} }
    let progress = Progress("rebuild")
    let findings = try Verification(folder: arguments.data) { progress.show($0, of: $1) }.rebuild()
    Output.result { write(findings, to: &$0) }
    return findings.intact && findings.tablesEqual == true ? 0 : 1
  }

  private static func write(_ findings: Findings, to writer: inout JSONWriter) {
    writer.member("entries", findings.entries)
    writer.member("intact", findings.intact)
    if let broken = findings.firstBroken {
      writer.member("firstBroken", broken)
    } else {
      writer.member("firstBroken", JSON.null)
    }
    writer.member("tablesEqual", findings.tablesEqual ?? false)
    if !findings.differing.isEmpty { writer.member("differing", findings.differing) }
  }

  private static func backup(_ arguments: Arguments) async throws -> Int32 {
    let target = try arguments.expect("DIR")[0]
    let watch = Stopwatch()
    guard Home.isFile(arguments.data + "/" + SQLiteStore.fileName) else {
      throw WorkFault(message: "\(arguments.data) holds no data")
    }
    // Before anything is copied: keys that a server holds cannot be, and nothing is half done.
    let ring = try arguments["keys"].map { _ in try freeKeys(of: arguments.data) }
    try DataFolder.makeFolder(target)
    let copy = target + "/" + SQLiteStore.fileName
    guard !Home.isFile(copy) else { throw WorkFault(message: "\(target) holds a backup already") }
    Output.say("copying the database …")
    try SQLiteStore.copy(folder: arguments.data, to: copy)
    var bytes = try FolderCopy.copy(arguments.data + "/files", to: target + "/files")
    bytes += try ObservationFolder.copy(arguments.data, to: target)
    bytes += try FolderCopy.copy(arguments.data + "/models", to: target + "/models")
    if let keys = arguments["keys"], let ring {
      try DataFolder.makeFolder(keys)
      try copyKeys(ring, to: FolderCopy.absolute(keys))
    } else {
      Output.say("keys are not in this backup; copy them with --keys to another place")
    }
    bytes += FolderCopy.size(copy)
    let progress = Progress("checking")
    let findings = try Verification(folder: target) { progress.show($0, of: $1) }.verify()
    let observations = try await ObservationFolder.verify(target)
    Output.result { writer in
      writer.member("bytes", bytes)
      writer.member("entries", findings.entries)
      writer.member("seconds", watch.seconds)
      writer.member("intact", findings.intact)
      writer.member("tablesEqual", findings.tablesEqual ?? false)
      ObservationFolder.write(observations, to: &writer)
    }
    let isSound = findings.intact && findings.tablesEqual == true
    return isSound && observations.isIntact ? 0 : 1
  }

  /// The keys go last: so every person of the copied journal has a key.
  private static func freeKeys(of data: String) throws -> KeyRing {
    do throws(VaultFault) {
      return try KeyRing(folder: DataFolder.keysFolder(data))
    } catch {
      if case .keysHeld = error {
        throw UsageFault(message: "the keys are in use by a server; copy them while it is stopped")
      }
      throw WorkFault(message: "the keys cannot be opened: \(error)")
    }
  }

  private static func copyKeys(_ ring: KeyRing, to target: String) throws {
    do throws(VaultFault) {
      try ring.copy(to: target, includingMaster: true)
      try ring.close()
    } catch {
      throw WorkFault(message: "the keys were not copied: \(error)")
    }
  }

  private static func restore(_ arguments: Arguments) async throws -> Int32 {
    let source = try arguments.expect("DIR")[0]
    let watch = Stopwatch()
    try DataFolder.makeFolder(arguments.data)
    let lock = try DataFolder.hold(arguments.data, note: "restore")
    defer { withExtendedLifetime(lock) {} }
    let target = arguments.data + "/" + SQLiteStore.fileName
    guard !Home.isFile(target) else {
      throw WorkFault(message: "\(arguments.data) holds data already; restore into an empty folder")
    }
    var bytes = try FolderCopy.copy(source + "/files", to: arguments.data + "/files")
    let observations = "/" + ObservationFolder.name
    bytes += try FolderCopy.copy(source + observations, to: arguments.data + observations)
    bytes += try FolderCopy.copy(source + "/models", to: arguments.data + "/models")
    if let keys = arguments["keys"] {
      bytes += try FolderCopy.copy(keys, to: DataFolder.keysFolder(arguments.data))
    }
    bytes += try FolderCopy.copyFile(source + "/" + SQLiteStore.fileName, to: target)
    // An old copy of the keys must not bring back anybody whom the journal says was erased.
    let store = try SQLiteStore(folder: arguments.data)
    let erased = try await store.subjects().erased.count
    let opened = try await DataFolder.openKeys(DataFolder.keysFolder(arguments.data), store)
    try opened.close()
    store.close()
    let findings = try Verification(folder: arguments.data) { _, _ in }.verify()
    Output.result { writer in
      writer.member("bytes", bytes)
      writer.member("entries", findings.entries)
      writer.member("seconds", watch.seconds)
      writer.member("intact", findings.intact)
      writer.member("keysDestroyed", erased)
    }
    return findings.intact ? 0 : 1
  }
}
