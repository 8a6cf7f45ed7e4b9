import Glibc

/// Why a folder could not be locked.
package enum FolderFault: Error, Equatable {
  /// Another process works in it; `note` is what it said of itself, for example where it listens.
  case held(by: Int32, note: String)
  /// `detail` is for operators.
  case unavailable(detail: String)

  /// Switch on this; once released it never changes.
  package var code: String {
    switch self {
    case .held: "folder.held"
    case .unavailable: "folder.unavailable"
    }
  }
}

/// The right to write in a data folder: one process has it at a time. The system takes it back when
/// the process ends, however it ends. The folder must lie on a disk of this machine.
package final class FolderLock: Sendable {
  /// The file in the folder that is locked; it also says by whom.
  package static let fileName = "lock"
  package static let noteBytesMax = 512
  /// Whoever only looks holds the lock for a moment; so a refusal is asked again.
  private static let attempts = 5
  private static let pauseMicroseconds: UInt32 = 10_000

  /// Who has a folder.
  package struct Holder: Equatable, Sendable {
    package let process: Int32
    package let note: String
  }

  private let file: SystemFile

  private init(file: SystemFile) {
    self.file = file
  }

  /// Takes the folder, which is made where there is none, until the lock is let go.
  ///
  /// - Parameter note: what others are told, for example the address listened on; one line, cut at
  ///   512 bytes.
  package static func acquire(
    folder: String, note: String
  ) throws(FolderFault) -> FolderLock {
    let file = try asking { () throws(SystemFault) in
      try SystemFolder.make(folder)
      return try SystemFile(folder + "/" + fileName, flags: O_RDWR | O_CREAT)
    }
    for attempt in 1...attempts {
      if try asking({ () throws(SystemFault) in try file.lock() }) {
        let lock = FolderLock(file: file)
        try lock.say(note)
        return lock
      }
      if attempt < attempts { usleep(pauseMicroseconds) }
    }
    let holder = try asking { () throws(SystemFault) in try read(file) }
    throw .held(by: holder.process, note: holder.note)
  }

  /// Changes what others are told.
  package func say(_ note: String) throws(FolderFault) {
    let line = String(note.split(whereSeparator: \.isNewline).first ?? "")
    let text = Array("\(getpid())\n".utf8) + line.utf8.prefix(Self.noteBytesMax) + [0x0A]
    try Self.asking { () throws(SystemFault) in
      try file.truncate(to: 0)
      try file.write(text, at: 0)
      try file.flush()
    }
  }

  /// Who has the folder now; nil where nobody does. Takes nothing.
  package static func holder(of folder: String) throws(FolderFault) -> Holder? {
    let path = folder + "/" + fileName
    guard SystemFolder.exists(path) else { return nil }
    return try asking { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDONLY)
      return try file.lock(shared: true) ? nil : try read(file)
    }
  }

  private static func read(_ file: SystemFile) throws(SystemFault) -> Holder {
    let text = String(decoding: try file.read(noteBytesMax + 32, at: 0), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return Holder(
      process: lines.first.flatMap { Int32($0) } ?? 0, note: lines.count > 1 ? String(lines[1]) : ""
    )
  }

  private static func asking<Answer>(
    _ body: () throws(SystemFault) -> Answer
  ) throws(FolderFault) -> Answer {
    do throws(SystemFault) {
      return try body()
    } catch {
      throw .unavailable(detail: error.detail)
    }
  }
}
