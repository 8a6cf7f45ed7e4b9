import Glibc
import Vault

/// A backup of which every file is sealed with one key; a sealed list says which files there are.
enum SealedBackup {
  private static let ending = ".sealed"
  private static let listName = "manifest"
  private static let draftName = "backup.draft"

  static func isOne(_ folder: String) -> Bool { Home.isFile(folder + "/" + listName + ending) }

  /// - Throws: `WorkFault` where the key cannot be read or made.
  static func key(_ path: String, mayMake: Bool) throws -> BackupKey {
    let isNew = mayMake && !Home.isFile(path)
    let key = try work { () throws(VaultFault) in try BackupKey(path: path, mayMake: mayMake) }
    if isNew {
      Output.say("made the key \(path): without it the backup opens for nobody; keep it apart")
    }
    return key
  }

  /// An empty folder in which a copy is made and checked before it is sealed.
  static func draft(in data: String) throws -> String {
    let path = data + "/" + draftName
    drop(path)
    try DataFolder.makeFolder(path)
    return path
  }

  static func drop(_ draft: String) {
    for name in FolderCopy.files(draft) { unlink(draft + "/" + name) }
    for folder in FolderCopy.folders(draft).reversed() { rmdir(draft + "/" + folder) }
    rmdir(draft)
  }

  /// Seals every file below `source`; the list goes last, so that a backup cut off is none.
  static func seal(_ source: String, to target: String, key: BackupKey) throws {
    let names = FolderCopy.files(source)
    for folder in FolderCopy.folders(source) { try DataFolder.makeFolder(target + "/" + folder) }
    for name in names { try seal(source + "/" + name, name, target, key) }
    let list = source + "/" + listName
    try FolderCopy.write(Array(names.map { $0 + "\n" }.joined().utf8), to: list)
    try seal(list, listName, target, key)
  }

  private static func seal(
    _ path: String, _ name: String, _ target: String, _ key: BackupKey
  ) throws {
    try work { () throws(VaultFault) in
      try SealedCopy.seal(path, as: name, to: target + "/" + name + ending, key: key)
    }
  }

  /// Opens every file of the list.
  ///
  /// - Throws: `WorkFault` that names the first file that is missing or was changed.
  static func open(_ source: String, to target: String, key: BackupKey) throws {
    let list = target + "/" + listName
    try open(listName, source, list, key)
    defer { unlink(list) }
    guard let bytes = FileText.read(list) else { throw WorkFault(message: "\(list) is gone") }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let name = String(line)
      guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
        throw WorkFault(message: "the backup names \(name), which lies outside it")
      }
      if let slash = name.lastIndex(of: "/") {
        try DataFolder.makeFolder(target + "/" + name[..<slash])
      }
      guard Home.isFile(source + "/" + name + ending) else {
        throw WorkFault(message: "the backup lacks \(name)")
      }
      try open(name, source, target + "/" + name, key)
    }
  }

  private static func open(
    _ name: String, _ source: String, _ path: String, _ key: BackupKey
  ) throws {
    try work { () throws(VaultFault) in
      try SealedCopy.open(source + "/" + name + ending, as: name, to: path, key: key)
    }
  }

  @discardableResult
  private static func work<Answer>(_ body: () throws(VaultFault) -> Answer) throws -> Answer {
    do throws(VaultFault) {
      return try body()
    } catch {
      if case .copyDamaged(let name) = error {
        throw WorkFault(message: "\(name) of the backup was changed, or the key is another")
      }
      throw WorkFault(message: "\(error.code): \(error)")
    }
  }
}
