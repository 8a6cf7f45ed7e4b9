import CSodium
package import City
import Glibc
package import Ports
import Synchronization

/// One random key for each subject, in a file of slots beside the data and outside the journal.
///
/// A subject's number is its slot's, from 1. Slots are made and flushed ahead in blocks, so that a
/// new subject's key is on disk before anything is sealed with it; a slot given out before a crash
/// is never given out again, since every start begins a new block.
package final class KeyRing: Sendable {
  /// Slots made at a time.
  package static let blockSlots = 1_024
  /// Keys held in memory.
  package static let keysHeldMax = 8_192

  static let masterName = "master.key"
  static let slotsName = "subjects.keys"
  static let copiesName = "copies"
  static let owedName = "owed"

  struct State {
    var next: Int64
    var end: Int64
    var held: [Int64: [UInt8]] = [:]
  }

  let folder: String
  let file: Int32
  private let master: [UInt8]
  private let blindKey: [UInt8]
  let state: Mutex<State>

  /// Opens the ring in `folder`, which is made where it is missing.
  package init(folder: String) throws(SealingFault) {
    guard sodium_init() >= 0 else { throw .unavailable(detail: "libsodium") }
    self.folder = folder
    mkdir(folder, 0o700)
    let slotsPath = folder + "/" + Self.slotsName
    master = try MasterKey.load(
      folder + "/" + Self.masterName, isFirst: access(slotsPath, F_OK) != 0)
    blindKey = MasterKey.derived(master, 1, "civicblind")
    file = Glibc.open(slotsPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .unavailable(detail: "\(folder)/\(Self.slotsName): errno \(errno)")
    }
    let size = Int64(lseek(file, 0, SEEK_END))
    // A block that a crash cut short is left as it is: its slots were never given out.
    let slots = (size + Int64(Slot.byteCount) - 1) / Int64(Slot.byteCount)
    state = Mutex(State(next: slots, end: slots))
    guard Folder.flush(slotsPath) else { throw .unavailable(detail: "\(folder): errno \(errno)") }
    settle()
  }

  deinit { close(file) }

  /// Makes the next block of slots and flushes it.
  private func extend(_ state: inout State) throws(SealingFault) {
    var block: [UInt8] = []
    block.reserveCapacity(Self.blockSlots * Slot.byteCount)
    for _ in 0..<Self.blockSlots {
      block += Slot.sealed(RandomBytes.make(Slot.keyBytes), under: master)
    }
    let offset = state.end * Int64(Slot.byteCount)
    let count = block.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
    guard count == block.count, fsync(file) == 0 else {
      throw .unavailable(detail: "keys cannot be written: errno \(errno)")
    }
    state.next = state.end
    state.end += Int64(Self.blockSlots)
  }

  /// Read and held under one lock, so that no key is held again after it was destroyed.
  private func key(of subject: ID<Subject>) throws(SealingFault) -> [UInt8] {
    let found: Result<[UInt8], SealingFault> = state.withLock { state in
      guard subject.rawValue >= 1, subject.rawValue <= state.end else {
        return .failure(.keyDestroyed(subject))
      }
      let number = subject.rawValue - 1
      if let held = state.held[number] { return .success(held) }
      guard let bytes = Self.read(file, slot: number) else {
        return .failure(.keyDestroyed(subject))
      }
      switch Slot.open(bytes, under: master) {
      case .key(let opened):
        if state.held.count >= Self.keysHeldMax { state.held.removeAll() }
        state.held[number] = opened
        return .success(opened)
      case .destroyed: return .failure(.keyDestroyed(subject))
      case .damaged: return .failure(.damaged)
      }
    }
    return try found.get()
  }

  private static func read(_ file: Int32, slot: Int64) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: Slot.byteCount)
    let count = pread(file, &bytes, bytes.count, off_t(slot * Int64(Slot.byteCount)))
    return count == bytes.count ? bytes : nil
  }

  /// Overwrites a slot in place; false where that failed.
  static func destroy(_ file: Int32, slot: Int64) -> Bool {
    let gone = Slot.destroyed
    let offset = off_t(slot * Int64(Slot.byteCount))
    return gone.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, offset) } == gone.count
      && fsync(file) == 0
  }
}

extension KeyRing: Sealing {
  package func newSubject() throws(SealingFault) -> ID<Subject> {
    let result: Result<Int64, SealingFault> = state.withLock { state in
      do throws(SealingFault) {
        if state.next == state.end { try extend(&state) }
        defer { state.next += 1 }
        return .success(state.next + 1)
      } catch {
        return .failure(error)
      }
    }
    return ID(try result.get())
  }

  package func seal(_ bytes: [UInt8], for subject: ID<Subject>) throws(SealingFault) -> Sealed {
    Sealed(
      subject: subject, bytes: Envelope.seal(bytes, key: try key(of: subject), subject: subject))
  }

  package func open(_ sealed: Sealed) throws(SealingFault) -> [UInt8] {
    guard
      let bytes = Envelope.open(
        sealed.bytes, key: try key(of: sealed.subject), subject: sealed.subject)
    else { throw .damaged }
    return bytes
  }

  /// Also destroys it in every copy that is registered. A copy that cannot be reached now is owed:
  /// every later start tries again, and `owed` names it until it is done.
  package func destroy(_ subject: ID<Subject>) throws(SealingFault) {
    // Numbers beyond the slots have no key: writing there would grow the file under new ones.
    guard subject.rawValue >= 1, subject.rawValue <= state.withLock({ $0.end }) else { return }
    let slot = subject.rawValue - 1
    try whileLocked { () throws(SealingFault) in
      let isGone = state.withLock { state in
        state.held[slot] = nil
        return Self.destroy(file, slot: slot)
      }
      guard isGone else {
        throw .unavailable(detail: "a key cannot be overwritten: errno \(errno)")
      }
      var debts = owedLines
      for copy in copies where !Self.destroy(slot, inCopy: copy) {
        debts.append(Debt(slot: slot, copy: copy))
      }
      try write(debts)
    }
  }

  package func blindHash(_ text: String) -> Digest {
    var hash = [UInt8](repeating: 0, count: Digest.byteCount)
    let bytes = Array(text.utf8)
    crypto_generichash(&hash, hash.count, bytes, UInt64(bytes.count), blindKey, blindKey.count)
    return Digest(bytes: hash)
  }

  package func digest(of bytes: [UInt8]) -> Digest {
    var hash = [UInt8](repeating: 0, count: Digest.byteCount)
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return Digest(bytes: hash)
  }
}
