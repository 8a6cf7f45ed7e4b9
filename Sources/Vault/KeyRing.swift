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

  private struct State {
    var next: Int64
    var end: Int64
    var held: [Int64: [UInt8]] = [:]
  }

  private let folder: String
  private let file: Int32
  private let master: [UInt8]
  private let blindKey: [UInt8]
  private let state: Mutex<State>

  /// Opens the ring in `folder`, which is made where it is missing.
  package init(folder: String) throws(SealingFault) {
    guard sodium_init() >= 0 else { throw .unavailable(detail: "libsodium") }
    self.folder = folder
    mkdir(folder, 0o700)
    master = try MasterKey.load(folder + "/" + Self.masterName)
    blindKey = MasterKey.derived(master, 1, "civicblind")
    file = Glibc.open(folder + "/" + Self.slotsName, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .unavailable(detail: "\(folder)/\(Self.slotsName): errno \(errno)")
    }
    let size = Int64(lseek(file, 0, SEEK_END))
    // A block that a crash cut short is left as it is: its slots were never given out.
    let slots = (size + Int64(Slot.byteCount) - 1) / Int64(Slot.byteCount)
    state = Mutex(State(next: slots, end: slots))
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

  private func key(of subject: ID<Subject>) throws(SealingFault) -> [UInt8] {
    let number = subject.rawValue - 1
    if let held = state.withLock({ $0.held[number] }) { return held }
    guard let bytes = Self.read(file, slot: number) else { throw .keyDestroyed(subject) }
    let key: [UInt8]
    switch Slot.open(bytes, under: master) {
    case .key(let opened): key = opened
    case .destroyed: throw .keyDestroyed(subject)
    case .damaged: throw .damaged
    }
    state.withLock { state in
      if state.held.count >= Self.keysHeldMax { state.held.removeAll() }
      state.held[number] = key
    }
    return key
  }

  private static func read(_ file: Int32, slot: Int64) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: Slot.byteCount)
    let count = pread(file, &bytes, bytes.count, off_t(slot * Int64(Slot.byteCount)))
    return count == bytes.count ? bytes : nil
  }

  /// Overwrites a slot in place; false where that failed.
  private static func destroy(_ file: Int32, slot: Int64) -> Bool {
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

  /// Also destroys it in every copy that is registered and can be reached.
  package func destroy(_ subject: ID<Subject>) throws(SealingFault) {
    let slot = subject.rawValue - 1
    state.withLock { $0.held[slot] = nil }
    guard Self.destroy(file, slot: slot) else {
      throw .unavailable(detail: "a key cannot be overwritten: errno \(errno)")
    }
    for copy in copies {
      let other = Glibc.open(copy + "/" + Self.slotsName, O_RDWR | O_CLOEXEC)
      guard other >= 0 else { continue }
      _ = Self.destroy(other, slot: slot)
      close(other)
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

extension KeyRing {
  /// Folders that hold a copy of the keys, made by `copy(to:)`.
  package var copies: [String] {
    guard let text = SmallFile.read(folder + "/" + Self.copiesName) else { return [] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Copies the keys for a backup, and remembers where, so that erasure reaches the copy.
  package func copy(to target: String) throws(SealingFault) {
    mkdir(target, 0o700)
    for name in [Self.masterName, Self.slotsName] {
      guard let bytes = SmallFile.read(folder + "/" + name),
        SmallFile.write(bytes, to: target + "/" + name)
      else { throw .unavailable(detail: "\(target)/\(name) cannot be written") }
    }
    guard !copies.contains(target) else { return }
    let list = (copies + [target]).joined(separator: "\n") + "\n"
    guard SmallFile.write(Array(list.utf8), to: folder + "/" + Self.copiesName) else {
      throw .unavailable(detail: "\(folder)/\(Self.copiesName) cannot be written")
    }
  }
}
