import City
import Glibc
import JSONText
import Ports
import StoreObservations
import StoreSQLite
import Vault

/// `civicloop backup` and `restore`.
enum BackupCommands {
  static let commands = [
    Command(
      name: "backup", summary: "an online copy, checked; keys go to a folder of their own",
      usage: "backup DIR [--seal KEYFILE] [--keys DIR] [--data DIR]",
      example: "civicloop backup /mnt/backup/monday --seal /mnt/safe/backup.key --data ./data",
      options: ["keys", "seal"]
    ) { arguments in try await backup(arguments) },
    Command(
      name: "restore", summary: "puts a backup into an empty data folder",
      usage: "restore DIR [--seal KEYFILE] [--keys DIR] [--data DIR]",
      example: "civicloop restore /mnt/backup/monday --seal /mnt/safe/backup.key --data ./data",
      options: ["keys", "seal"]
    ) { arguments in try await restore(arguments) },
  ]

  private static func backup(_ arguments: Arguments) async throws -> Int32 {
    let target = try arguments.expect("DIR")[0]
    let watch = Stopwatch()
    guard Home.isFile(arguments.data + "/" + SQLiteStore.fileName) else {
      throw WorkFault(message: "\(arguments.data) holds no data")
    }
    // Before anything is copied: keys that a server holds cannot be, and nothing is half done.
    let ring = try arguments["keys"].map { _ in try freeKeys(of: arguments.data) }
    let key = try arguments["seal"].map { try SealedBackup.key($0, mayMake: true) }
    try DataFolder.makeFolder(target)
    guard !SealedBackup.isOne(target), !Home.isFile(target + "/" + SQLiteStore.fileName) else {
      throw WorkFault(message: "\(target) holds a backup already")
    }
    // What is sealed is checked before, and never lies open where the backup goes.
    let place = key == nil ? target : try SealedBackup.draft(in: arguments.data)
    defer { if key != nil { SealedBackup.drop(place) } }
    Output.say("copying the database …")
    try SQLiteStore.copy(folder: arguments.data, to: place + "/" + SQLiteStore.fileName)
    _ = try FolderCopy.copy(arguments.data + "/files", to: place + "/files")
    _ = try ObservationFolder.copy(arguments.data, to: place)
    _ = try FolderCopy.copy(arguments.data + "/models", to: place + "/models")
    if let keys = arguments["keys"], let ring {
      try DataFolder.makeFolder(keys)
      try copyKeys(ring, to: FolderCopy.absolute(keys))
    } else {
      Output.say("keys are not in this backup; copy them with --keys to another place")
    }
    let check = try await Check(of: place)
    if check.isSound, let key {
      Output.say("sealing …")
      try SealedBackup.seal(place, to: target, key: key)
    }
    let bytes = FolderCopy.files(target).reduce(0) { $0 + FolderCopy.size(target + "/" + $1) }
    Output.result { writer in
      writer.member("bytes", bytes)
      writer.member("sealed", key != nil)
      check.write(seconds: watch.seconds, to: &writer)
    }
    return check.isSound ? 0 : 1
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
    if SealedBackup.isOne(source) {
      guard let path = arguments["seal"] else {
        throw UsageFault(message: "\(source) is sealed: name its key with --seal KEYFILE")
      }
      try SealedBackup.open(
        source, to: arguments.data, key: try SealedBackup.key(path, mayMake: false))
    } else {
      for name in ["files", ObservationFolder.name, "models"] {
        _ = try FolderCopy.copy(source + "/" + name, to: arguments.data + "/" + name)
      }
      _ = try FolderCopy.copyFile(source + "/" + SQLiteStore.fileName, to: target)
    }
    if let keys = arguments["keys"] {
      _ = try FolderCopy.copy(keys, to: DataFolder.keysFolder(arguments.data))
    }
    // An old copy of the keys must not bring back anybody whom the journal says was erased.
    let store = try SQLiteStore(folder: arguments.data)
    let erased = try await store.subjects().erased.count
    let opened = try await DataFolder.openKeys(DataFolder.keysFolder(arguments.data), store)
    try opened.close()
    store.close()
    let check = try await Check(of: arguments.data)
    let bytes = FolderCopy.files(arguments.data)
      .reduce(0) { $0 + FolderCopy.size(arguments.data + "/" + $1) }
    Output.result { writer in
      writer.member("bytes", bytes)
      check.write(seconds: watch.seconds, to: &writer)
      writer.member("keysDestroyed", erased)
    }
    return check.isSound ? 0 : 1
  }

  /// Whether a folder holds what its journal, names and sums say.
  private struct Check {
    let findings: Findings
    let observations: ObservationVerification
    let files: FileShelf.Check

    init(of folder: String) async throws {
      let progress = Progress("checking")
      findings = try Verification(folder: folder) { progress.show($0, of: $1) }.verify()
      observations = try await ObservationFolder.verify(folder)
      files = try KeptFiles.check(folder)
    }

    var isSound: Bool {
      findings.intact && findings.tablesEqual == true && observations.isIntact
        && files.damaged.isEmpty
    }

    func write(seconds: Double, to writer: inout JSONWriter) {
      writer.member("entries", findings.entries)
      writer.member("seconds", seconds)
      writer.member("intact", findings.intact)
      writer.member("tablesEqual", findings.tablesEqual ?? false)
      ObservationFolder.write(observations, to: &writer)
      KeptFiles.write(files, to: &writer)
    }
  }
}

/// Pictures and documents of a data folder, each known by the hash of what is in it.
enum KeptFiles {
  /// - Throws: `WorkFault` where they cannot be read.
  static func check(_ folder: String) throws -> FileShelf.Check {
    guard Home.isFolder(folder + "/files") else { return FileShelf.Check() }
    do throws(FileFault) {
      return try FileShelf(folder: folder + "/files", limits: FileShelf.Limits(), keys: nil)
        .verify()
    } catch {
      throw WorkFault(message: "files cannot be read: \(error)")
    }
  }

  static func write(_ found: FileShelf.Check, to writer: inout JSONWriter) {
    writer.member("files", found.files)
    writer.member("filesIntact", found.damaged.isEmpty)
    if !found.damaged.isEmpty { writer.member("filesDamaged", found.damaged) }
  }
}
