import CSodium
package import City
import Glibc
import Pack
package import Ports

/// Files by content: `ab/cdef…` where `abcdef…` is the SHA-256 of what lies there. It waits for the
/// disk; `FileStore` is its door for tasks.
package struct FileShelf: Sendable {
  /// How large a file may be.
  package struct Limits: Sendable {
    package var photoBytesMax = 20 << 20
    package var documentBytesMax = 100 << 20

    package init() {}

    func bytesMax(_ kind: FileKind) -> Int {
      kind.form == .photo ? photoBytesMax : documentBytesMax
    }
  }

  /// What `verify` found.
  package struct Check: Equatable, Sendable {
    package var files = 0
    package var bytes = 0
    /// Names of files whose content is not what the name says, or that are no names of ours.
    package var damaged: [String] = []

    /// What is not named is that of a folder without files.
    package init(files: Int = 0, bytes: Int = 0, damaged: [String] = []) {
      (self.files, self.bytes, self.damaged) = (files, bytes, damaged)
    }
  }

  static let draftsName = "drafts"
  /// Begins a file that is sealed for a subject. The zero keeps it apart from every kind of file.
  static let sealedMark: [UInt8] = [0] + Array("CLSEAL".utf8) + [1]
  private static let sealedHeadBytes = sealedMark.count + 8

  let folder: String
  let limits: Limits
  private let keys: KeyRing?

  /// Opens the files in `folder`, and makes it where there is none. Drafts of a crash are dropped.
  ///
  /// - Parameter keys: opens sealed files; without it they are as if they were not there.
  package init(folder: String, limits: Limits, keys: KeyRing?) throws(FileFault) {
    Sodium.ready()
    self.folder = folder
    self.limits = limits
    self.keys = keys
    try Self.asking { () throws(SystemFault) in
      try SystemFolder.make(folder)
      // All folders stand from the start: a new file then makes only itself durable.
      for byte in UInt8.min...UInt8.max {
        try SystemFolder.make(folder + "/" + HexText.write([byte]))
      }
      let drafts = folder + "/" + Self.draftsName
      try SystemFolder.make(drafts)
      for draft in try SystemFolder.entries(drafts) {
        try SystemFolder.remove(drafts + "/" + draft.name)
      }
      try SystemFolder.flush(folder)
    }
  }

  // MARK: Keeping

  /// Keeps a file and returns once it is on disk. The same content twice is one file.
  ///
  /// - Parameter subject: whose file it is, if it is personal: it is then sealed, and gone when
  ///   that key is destroyed. The same content for the same subject is one file too.
  /// - Throws: `.kind` also for a picture that breaks off before there is anything to see.
  package func put(
    _ bytes: [UInt8], sealedFor subject: ID<Subject>?
  ) throws(FileFault) -> StoredFile {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= max(limits.photoBytesMax, limits.documentBytesMax) else {
      throw .tooLarge(max: max(limits.photoBytesMax, limits.documentBytesMax))
    }
    guard let kind = FileKind.sniff(bytes) else { throw .kind }
    guard bytes.count <= limits.bytesMax(kind) else { throw .tooLarge(max: limits.bytesMax(kind)) }
    guard let clean = FileCleaning.cleaned(bytes, kind: kind) else { throw .kind }
    let content = try subject.map { subject throws(FileFault) in try seal(clean, for: subject) }
    let digest = try keep(content ?? clean)
    return Self.describe(digest, kind: kind, byteCount: clean.count)
  }

  /// As `put`, from a file.
  package func put(
    contentsOf path: String, sealedFor subject: ID<Subject>?
  ) throws(FileFault) -> StoredFile {
    let most = max(limits.photoBytesMax, limits.documentBytesMax)
    let bytes = try Self.asking { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDONLY)
      return try file.read(min(try file.byteCount(), most + 1), at: 0)
    }
    return try put(bytes, sealedFor: subject)
  }

  private func seal(_ bytes: [UInt8], for subject: ID<Subject>) throws(FileFault) -> [UInt8] {
    guard let keys else { throw .unavailable(detail: "no keys to seal a file with") }
    do throws(SealingFault) {
      let sealed = try keys.seal(bytes, for: subject, nonce: .content)
      return Self.sealedMark
        + SlotFormat.littleEndian(UInt64(bitPattern: subject.rawValue)) + sealed.bytes
    } catch {
      throw .unavailable(detail: error.code)
    }
  }

  private func keep(_ content: [UInt8]) throws(FileFault) -> FileDigest {
    let digest = FileDigest(Hashing.digest(of: content))
    let path = path(of: digest)
    try Self.asking { () throws(SystemFault) in
      // A file that is there but damaged is mended by whoever brings it again.
      if try SystemFolder.contents(path) != content {
        let draft = folder + "/" + Self.draftsName + "/" + SecretToken.make().text
        let file = try SystemFile(draft, flags: O_WRONLY | O_CREAT | O_EXCL)
        try file.write(content, at: 0)
        try file.flush()
        try SystemFolder.move(draft, to: path)
      }
      // Also where another call has just put it there: its name may not be on disk yet.
      try SystemFolder.flush(SystemFolder.parent(of: path))
    }
    return digest
  }

  // MARK: Reading

  /// What is known of a file; nil where there is none, or its key was destroyed.
  package func describe(_ digest: FileDigest) throws(FileFault) -> StoredFile? {
    let path = path(of: digest)
    guard SystemFolder.exists(path) else { return nil }
    let (head, count) = try Self.asking { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDONLY)
      return (try file.read(FileKind.headBytes, at: 0), try file.byteCount())
    }
    // The head tells all kinds but text; what is sealed tells nothing before it is opened.
    if let kind = FileKind.sniff(head), kind != .text {
      return Self.describe(digest, kind: kind, byteCount: count)
    }
    guard let bytes = try load(digest), let kind = FileKind.sniff(bytes) else { return nil }
    return Self.describe(digest, kind: kind, byteCount: bytes.count)
  }

  /// A file's bytes, opened if they are sealed; nil where there is none, or its key was destroyed.
  /// Content that is not what its name says is never given out.
  package func load(_ digest: FileDigest) throws(FileFault) -> [UInt8]? {
    let path = path(of: digest)
    let content = try Self.asking { () throws(SystemFault) in try SystemFolder.contents(path) }
    guard let content else { return nil }
    guard Hashing.digest(of: content) == digest.digest else {
      throw .unavailable(detail: "damaged: " + path)
    }
    guard content.starts(with: Self.sealedMark) else { return content }
    guard let keys, content.count >= Self.sealedHeadBytes else { return nil }
    let number = SlotFormat.number(content[Self.sealedMark.count..<Self.sealedHeadBytes])
    do throws(SealingFault) {
      return try keys.open(
        Sealed(
          subject: ID(Int64(bitPattern: number)), bytes: Array(content[Self.sealedHeadBytes...])))
    } catch {
      if case .keyDestroyed = error { return nil }
      throw .unavailable(detail: error.code)
    }
  }

  /// Whether a file lies here, readable or not.
  package func exists(_ digest: FileDigest) -> Bool {
    SystemFolder.exists(path(of: digest))
  }

  // MARK: Care

  /// Overwrites a file with zeros and removes it; one that is not there is gone already.
  package func remove(_ digest: FileDigest) throws(FileFault) {
    let path = path(of: digest)
    guard SystemFolder.exists(path) else { return }
    try Self.asking { () throws(SystemFault) in
      let file = try SystemFile(path, flags: O_RDWR)
      try file.write([UInt8](repeating: 0, count: try file.byteCount()), at: 0)
      try file.flush()
      try SystemFolder.remove(path)
      try SystemFolder.flush(SystemFolder.parent(of: path))
    }
  }

  /// Reads every file and compares it with its name. Needs no keys.
  package func verify() throws(FileFault) -> Check {
    try Self.asking { () throws(SystemFault) in
      var check = Check()
      for byte in UInt8.min...UInt8.max {
        let prefix = HexText.write([byte])
        for entry in try SystemFolder.entries(folder + "/" + prefix) {
          let content = try SystemFolder.contents(folder + "/" + prefix + "/" + entry.name) ?? []
          check.files += 1
          check.bytes += content.count
          if HexText.write(Hashing.digest(of: content)) != prefix + entry.name {
            check.damaged.append(prefix + "/" + entry.name)
          }
        }
      }
      check.damaged.sort()
      return check
    }
  }

  /// Where a file lies, for backups.
  package func path(of digest: FileDigest) -> String {
    let name = HexText.write(digest.digest)
    return folder + "/" + name.prefix(2) + "/" + name.dropFirst(2)
  }

  private static func describe(
    _ digest: FileDigest, kind: FileKind, byteCount: Int
  ) -> StoredFile {
    StoredFile(
      digest: digest, form: kind.form, mediaType: kind.mediaType, byteCount: byteCount)
  }

  private static func asking<Answer>(
    _ body: () throws(SystemFault) -> Answer
  ) throws(FileFault) -> Answer {
    do throws(SystemFault) {
      return try body()
    } catch {
      throw .unavailable(detail: error.detail)
    }
  }
}
