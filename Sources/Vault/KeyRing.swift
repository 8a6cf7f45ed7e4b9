package import City
import Glibc
package import Ports
import Synchronization

/// One key per subject, kept in a file of fixed slots outside journal and tables.
///
/// A subject is named by its slot. Secrets are written and flushed in blocks before any of them is
/// given away, so giving one needs no disk: whatever of it comes to be committed, its key is
/// there. After a crash the ring goes on behind all written slots; those given but never committed
/// are lost, and none is given twice.
///
/// The file holds secrets, not keys: a key is the secret mixed with the master key. Without the
/// master key the file opens nothing; without the secret the master key opens nothing.
package final class KeyRing: Sealing {
  /// As many people as the file may ever name; 64 GB.
  package static let subjectsMax = 1_000_000_000
  /// One value that is sealed.
  package static let valueBytesMax = 512 << 20
  static let keysName = "subjects.keys"
  static let masterName = "master.key"

  struct State {
    /// The slot that is given next.
    var next: Int
    /// Slots from `next` to here are on disk.
    var end: Int
    var blockSlots: Int
    /// A mark of an orderly close is on disk. It must go before the first slot is given.
    var isMarked: Bool
    var isClosed = false
    var cache: KeyCache
  }

  let folder: String
  let file: SystemFile
  let format: SlotFormat
  /// The random name that this key file shares with its copies.
  let name: [UInt8]
  private let master: MasterKey
  private let settings: Settings
  let state: Mutex<State>
  /// Held while keys are destroyed or copied, so that no copy is made of a key that goes.
  let book: Mutex<CopyBook>

  /// How a ring is kept. The defaults are for a district.
  package struct Settings: Sendable {
    /// Slots written with one flush: the first block after a start, and the largest; each block is
    /// twice as large as the one before it, so that short runs waste little.
    package var blockSlots = 256...16_384
    /// Keys remembered, of about 100 bytes each.
    package var cachedKeysMax = 32_768
    /// How values are sealed from now on; all forms are opened.
    package var form = Form.standard

    /// The ciphers that seal.
    package enum Form: String, CaseIterable, Sendable {
      /// XChaCha20-Poly1305.
      case standard
      /// SM4 and HMAC-SM3.
      case national
    }

    package init() {}
  }

  /// Opens the ring in `folder`, and makes it where there is none. Destructions that could not
  /// reach a copy are tried again.
  ///
  /// - Throws: `.masterKeyMissing` where keys are there and their master key is not: a new one
  ///   would open nothing.
  package init(folder: String, settings: Settings = Settings()) throws(VaultFault) {
    let path = folder + "/" + Self.keysName
    Sodium.ready()
    let isNew = !SystemFolder.exists(path)
    try inVault { () throws(SystemFault) in try SystemFolder.make(folder) }
    let master = try MasterKey.open(folder + "/" + Self.masterName, mayMake: isNew)
    let format = SlotFormat(checkKey: master.checkKey)
    if isNew {
      try inVault { () throws(SystemFault) in
        try SystemFolder.replace(path, with: format.head(name: Self.newName()))
      }
    }
    let (file, isFree, head, mark, count) = try inVault { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDWR)
      return (
        file, try file.lock(), try file.read(SlotFormat.headBytes, at: 0),
        try file.read(SlotFormat.markBytes, at: SlotFormat.markOffset), try file.byteCount()
      )
    }
    guard isFree else { throw .keysHeld(path: path) }
    guard let name = format.name(inHead: head) else { throw .keysForeign(path: path) }
    let slots = SlotFormat.slots(inBytes: count)
    let closed = format.mark(in: mark, name: name)
    let next = closed?.next ?? slots
    self.folder = folder
    self.file = file
    self.format = format
    self.name = name
    self.master = master
    self.settings = settings
    state = Mutex(
      State(
        next: next, end: max(next, min(closed?.end ?? slots, slots)),
        blockSlots: settings.blockSlots.lowerBound, isMarked: closed != nil,
        cache: KeyCache(keysMax: settings.cachedKeysMax)))
    book = Mutex(try CopyBook(folder: folder))
    do throws(SealingFault) {
      try retryPending()
    } catch {
      throw .unavailable(detail: error.code)
    }
  }

  private static func newName() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<SlotFormat.fileNameBytes).map { _ in
      UInt8.random(in: .min ... .max, using: &random)
    }
  }

  /// Notes where the ring stands, so that the next start wastes no slots, and lets go of the key file.
  /// Nothing is given, sealed or opened after it.
  package func close() throws(VaultFault) {
    try inVault { () throws(SystemFault) in
      try state.withLock { state throws(SystemFault) in
        guard !state.isClosed else { return }
        state.isClosed = true
        defer { file.unlock() }
        guard !state.isMarked else { return }
        try file.write(
          format.mark(next: state.next, end: state.end, name: name), at: SlotFormat.markOffset)
        try file.flush()
      }
    }
  }

  static func checkOpen(_ state: State) throws(SealingFault) {
    guard !state.isClosed else { throw .unavailable(detail: "the key ring is closed") }
  }

  // MARK: Giving keys

  package func newSubject() throws(SealingFault) -> ID<Subject> {
    try state.withLock { state throws(SealingFault) in
      if state.next == state.end || state.isMarked {
        try Self.asSealing { () throws(SystemFault) in try writeAhead(&state) }
      }
      try Self.checkOpen(state)
      guard state.next < Self.subjectsMax else { throw .unavailable(detail: "all slots are used") }
      state.next += 1
      return ID(Int64(state.next))
    }
  }

  /// Makes sure that the next slot is on disk, and that a crash from now on is known to be one.
  private func writeAhead(_ state: inout State) throws(SystemFault) {
    guard !state.isClosed else { return }
    try clearMark(&state)
    guard state.next == state.end else { return }
    let count = min(state.blockSlots, max(Self.subjectsMax - state.next, 0))
    guard count > 0 else { return }
    try file.write(
      format.secrets(from: state.next, count: count), at: SlotFormat.offset(state.next))
    try file.flush()
    state.end = state.next + count
    state.blockSlots = min(state.blockSlots * 2, settings.blockSlots.upperBound)
  }

  /// Never gives `subject` or one before it from now on. For a start after an older key file was
  /// put back, when the journal already names later subjects. Called with the highest subject of the
  /// journal at every start, it makes a mix-up of people impossible.
  package func advance(past subject: ID<Subject>) throws(SealingFault) {
    guard (0...Int64(Self.subjectsMax)).contains(subject.rawValue) else {
      throw .unavailable(detail: "no subject has the number \(subject.rawValue)")
    }
    try state.withLock { state throws(SealingFault) in
      guard subject.rawValue > state.next else { return }
      try Self.asSealing { () throws(SystemFault) in try clearMark(&state) }
      state.next = Int(subject.rawValue)
      state.end = max(state.end, state.next)
    }
  }

  /// From here on only an orderly close can say again where the ring stands.
  private func clearMark(_ state: inout State) throws(SystemFault) {
    guard state.isMarked else { return }
    try file.write([UInt8](repeating: 0, count: SlotFormat.markBytes), at: SlotFormat.markOffset)
    try file.flush()
    state.isMarked = false
  }

  // MARK: Sealing

  package func seal(
    _ bytes: [UInt8], for subject: ID<Subject>
  ) throws(SealingFault) -> Sealed {
    try seal(bytes, for: subject, nonce: .random)
  }

  func seal(
    _ bytes: [UInt8], for subject: ID<Subject>, nonce: SealedFormat.Nonce
  ) throws(SealingFault) -> Sealed {
    guard bytes.count <= Self.valueBytesMax else {
      throw .unavailable(detail: "more than \(Self.valueBytesMax) bytes to seal")
    }
    let key = try key(of: subject)
    if settings.form == .national {
      let counter = nonce.counter(bytes, key: key)
      return Sealed(
        subject: subject,
        bytes: NationalSeal.seal(bytes, for: subject, key: key, counter: counter))
    }
    return Sealed(
      subject: subject, bytes: SealedFormat.seal(bytes, for: subject, key: key, nonce: nonce))
  }

  package func open(_ sealed: Sealed) throws(SealingFault) -> [UInt8] {
    let key = try key(of: sealed.subject)
    guard let bytes = SealedFormat.open(sealed.bytes, of: sealed.subject, key: key) else {
      throw .damaged
    }
    return bytes
  }

  private func key(of subject: ID<Subject>) throws(SealingFault) -> KeyBytes {
    guard (1...Int64(Self.subjectsMax)).contains(subject.rawValue) else { throw .damaged }
    let slot = Int(subject.rawValue) - 1
    return try state.withLock { state throws(SealingFault) in
      try Self.checkOpen(state)
      if let key = state.cache.key(of: slot) { return key }
      let key = try derive(try load(slot), slot: slot)
      state.cache.insert(key, for: slot)
      return key
    }
  }

  /// What a slot holds on disk.
  func load(_ slot: Int) throws(SealingFault) -> Slot {
    try Self.asSealing { () throws(SystemFault) in
      format.read(
        try file.read(SlotFormat.slotBytes, at: SlotFormat.offset(slot)), slot: slot)
    }
  }

  private func derive(_ content: Slot, slot: Int) throws(SealingFault) -> KeyBytes {
    switch content {
    case .secret(let secret):
      let bytes = secret.lend { Array(UnsafeBufferPointer(start: $0, count: KeyBytes.byteCount)) }
      return KeyBytes(
        Hashing.keyed(
          bytes + SlotFormat.littleEndian(UInt64(slot) + 1), key: master.subjectKey))
    case .destroyed: throw .keyDestroyed(ID(Int64(slot) + 1))
    case .damaged: throw .damaged
    case .empty: throw .unavailable(detail: "no key was ever made for subject \(slot + 1)")
    }
  }

  package func blindHash(_ text: String) -> Digest {
    Digest(bytes: Hashing.keyed(Array(text.utf8), key: master.blindKey))
  }

  package func digest(of bytes: [UInt8]) -> Digest {
    Hashing.digest(of: bytes)
  }

  static func asSealing<Answer>(
    _ body: () throws(SystemFault) -> Answer
  ) throws(SealingFault) -> Answer {
    do throws(SystemFault) {
      return try body()
    } catch {
      throw .unavailable(detail: error.detail)
    }
  }
}
