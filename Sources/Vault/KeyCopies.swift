package import City
import Glibc
package import Ports
import Synchronization

// Copies of the keys, made for backups: where they lie, and how erasure reaches them.

extension KeyRing {
  /// A key that is still to be destroyed in a copy.
  struct Debt: Hashable {
    let slot: Int64
    let copy: String
  }

  /// Folders that hold a copy of the keys.
  package var copies: [String] {
    lines(Self.copiesName)
  }

  /// Copies in which erased persons' keys could not be destroyed yet, because they were not
  /// reachable; in order, each once.
  package var owed: [String] {
    Set(owedLines.map(\.copy)).sorted()
  }

  /// Copies the keys for a backup, and remembers where, so that erasure reaches the copy.
  ///
  /// - Parameter target: an absolute path without line breaks.
  package func copy(to target: String) throws(SealingFault) {
    // Remembered first: a copy that nobody knows of would keep erased persons alive.
    try register(copy: target)
    mkdir(target, 0o700)
    try whileLocked { () throws(SealingFault) in
      for name in [Self.masterName, Self.slotsName] {
        guard let bytes = SmallFile.read(folder + "/" + name),
          SmallFile.write(bytes, to: target + "/" + name)
        else { throw .unavailable(detail: "\(target)/\(name) cannot be written") }
      }
      // What was owed to this copy is not in it any more.
      try write(owedLines.filter { $0.copy != target })
    }
  }

  /// Remembers a folder that holds these keys already, such as the one they were restored from.
  package func register(copy target: String) throws(SealingFault) {
    guard target.hasPrefix("/"), !target.contains("\n") else {
      throw .unavailable(detail: "a copy of keys needs a path from the root, without line breaks")
    }
    try whileLocked { () throws(SealingFault) in
      let known = copies
      guard !known.contains(target) else { return }
      try write(known + [target], to: Self.copiesName)
    }
  }

  /// Gives out no number up to this one any more: journals that are restored with older keys, or
  /// without any, name subjects whose numbers must not become somebody else's.
  package func skip(through subject: ID<Subject>) throws(SealingFault) {
    let skipped: Bool = state.withLock { state in
      guard subject.rawValue > state.end else {
        state.next = max(state.next, min(subject.rawValue, state.end))
        return true
      }
      // Slots never written read as zero bytes, which open nothing.
      let size = off_t(subject.rawValue * Int64(Slot.byteCount))
      guard ftruncate(file, size) == 0, fsync(file) == 0 else { return false }
      state.next = subject.rawValue
      state.end = subject.rawValue
      return true
    }
    guard skipped else { throw .unavailable(detail: "keys cannot be written: errno \(errno)") }
  }

  /// Tries again what is owed.
  func settle() {
    try? whileLocked { () throws(SealingFault) in
      let debts = owedLines
      let left = debts.filter { !Self.destroy($0.slot, inCopy: $0.copy) }
      if left.count < debts.count { try write(left) }
    }
  }

  /// Overwrites a slot of a copy; true also where the copy is too old to have it.
  static func destroy(_ slot: Int64, inCopy copy: String) -> Bool {
    let other = Glibc.open(copy + "/" + slotsName, O_RDWR | O_CLOEXEC)
    guard other >= 0 else { return false }
    defer { close(other) }
    guard Int64(lseek(other, 0, SEEK_END)) > slot * Int64(Slot.byteCount) else { return true }
    return destroy(other, slot: slot)
  }

  /// Keeps other processes from copying while keys are destroyed, and the other way round.
  func whileLocked<Answer>(
    _ body: () throws(SealingFault) -> Answer
  ) throws(SealingFault) -> Answer {
    // A descriptor of its own: locks of one descriptor do not exclude each other's threads.
    let lock = Glibc.open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
      throw .unavailable(detail: "\(folder)/lock: errno \(errno)")
    }
    defer { close(lock) }
    return try body()
  }

  var owedLines: [Debt] {
    lines(Self.owedName).compactMap { line in
      guard let blank = line.firstIndex(of: " "), let slot = Int64(line[..<blank]) else {
        return nil
      }
      return Debt(slot: slot, copy: String(line[line.index(after: blank)...]))
    }
  }

  func write(_ debts: [Debt]) throws(SealingFault) {
    guard debts != owedLines else { return }
    try write(debts.map { "\($0.slot) \($0.copy)" }, to: Self.owedName)
  }

  private func lines(_ name: String) -> [String] {
    guard let text = SmallFile.read(folder + "/" + name) else { return [] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func write(_ lines: [String], to name: String) throws(SealingFault) {
    let text = lines.map { $0 + "\n" }.joined()
    guard SmallFile.write(Array(text.utf8), to: folder + "/" + name) else {
      throw .unavailable(detail: "\(folder)/\(name) cannot be written")
    }
  }
}
