import City
import Glibc
import Ports
import Testing

@testable import Vault

@Suite("Key destruction")
struct KeyDestructionTests {
  private func ring(_ folder: TemporaryFolder, _ name: String = "keys") throws -> KeyRing {
    try KeyRing(folder: folder.path + "/" + name, settings: KeyRingTests.small)
  }

  /// The secret of a subject as it lies in a key file.
  private func secret(_ subject: ID<Subject>, in path: String) throws -> [UInt8] {
    let offset = SlotFormat.offset(Int(subject.rawValue) - 1)
    return Array(try contents(path)[offset + 16..<offset + 48])
  }

  @Test("a destroyed key stays destroyed, and its secret is nowhere in the folder")
  func destroyed() throws {
    let folder = try TemporaryFolder()
    var first: KeyRing? = try ring(folder)
    let subjects = try (0..<10).map { _ in try #require(try first?.newSubject()) }
    let sealed = try subjects.map { try #require(try first?.seal([9], for: $0)) }
    let path = folder.path + "/keys/" + KeyRing.keysName
    let secret = try secret(subjects[3], in: path)
    #expect(try ByteSearch.hits(of: [secret], under: folder.path).count == 1)
    try first?.destroy(subjects[3])
    try first?.destroy(subjects[3])
    #expect(try ByteSearch.hits(of: [secret], under: folder.path).isEmpty)
    for _ in 0..<2 {
      let gone = SealingFault.keyDestroyed(subjects[3])
      #expect(throws: gone) { try first?.open(sealed[3]) }
      #expect(throws: gone) { try first?.seal([1], for: subjects[3]) }
      for index in subjects.indices where index != 3 {
        #expect(try first?.open(sealed[index]) == [9])
      }
      // Once more after a crash.
      first = nil
      first = try ring(folder)
    }
  }

  @Test("destroying reaches every copy; one that is away is done when it is back")
  func copies() throws {
    let folder = try TemporaryFolder()
    let near = folder.path + "/near"
    let far = folder.path + "/far"
    var first: KeyRing? = try ring(folder)
    let subject = try #require(try first?.newSubject())
    let other = try #require(try first?.newSubject())
    let sealed = try #require(try first?.seal([4, 2], for: subject))
    let kept = try #require(try first?.seal([4, 3], for: other))
    try first?.copy(to: near, includingMaster: true)
    try first?.copy(to: far, includingMaster: false)
    let paths = [near, far].map { $0 + "/" + KeyRing.keysName }
    #expect(first?.copies == paths)
    let secret = try secret(subject, in: paths[0])
    #expect(try ByteSearch.hits(of: [secret], under: folder.path).count == 3)

    rename(far, far + "-away")
    let waiting = [PendingCopy(subject: subject, path: paths[1])]
    #expect(try first?.destroyAll([subject]) == waiting)
    #expect(try ByteSearch.hits(of: [secret], under: folder.path).count == 1)
    #expect(try first?.retryPending() == waiting)
    first = nil
    first = try ring(folder)
    #expect(first?.pending == waiting)
    rename(far + "-away", far)
    first = nil
    first = try ring(folder)
    #expect(first?.pending == [])
    #expect(try ByteSearch.hits(of: [secret], under: folder.path).isEmpty)

    // The copy is a key ring of its own: what is destroyed is not in it, the rest is.
    let restored = try ring(folder, "near")
    #expect(throws: SealingFault.keyDestroyed(subject)) { try restored.open(sealed) }
    #expect(try restored.open(kept) == [4, 3])
    #expect(restored.copies == [paths[0]])
    #expect(!SystemFolder.exists(far + "/" + KeyRing.masterName))
  }

  @Test("an older copy that was put back is brought up to date by the journal's list")
  func restored() throws {
    let folder = try TemporaryFolder()
    let first = try ring(folder)
    let subject = try first.newSubject()
    let sealed = try first.seal([1], for: subject)
    try first.copy(to: folder.path + "/old", includingMaster: true)
    try first.forgetCopy(folder.path + "/old/" + KeyRing.keysName)
    let later = try (0..<50).map { _ in try first.newSubject() }
    try first.destroyAll([subject, later[40]])

    let restored = try ring(folder, "old")
    #expect(try restored.open(sealed) == [1], "a copy nobody knows of still has the key")
    try restored.destroyAll([subject, later[40]])
    #expect(throws: SealingFault.keyDestroyed(subject)) { try restored.open(sealed) }
    let next = try restored.newSubject()
    #expect(next > later[40], "the number of an erased person is not given again")
    #expect(throws: SealingFault.keyDestroyed(later[40])) {
      try restored.seal([1], for: later[40])
    }
  }

  @Test("a number that was erased before it was ever given is not given after a stop either")
  func erasedAhead() throws {
    for isOrderly in [true, false] {
      let folder = try TemporaryFolder()
      var ring: KeyRing? = try ring(folder)
      _ = try ring?.newSubject()
      try ring?.close()
      ring = nil
      ring = try self.ring(folder)
      try ring?.destroy(ID(40))
      if isOrderly { try ring?.close() }
      ring = nil
      let last = try self.ring(folder)
      for _ in 0..<100 { #expect(try last.newSubject() > ID(40)) }
      #expect(throws: SealingFault.keyDestroyed(ID(40))) { try last.seal([1], for: ID(40)) }
    }
  }

  @Test("a crash between noting and destroying is finished at the next start")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    var first: KeyRing? = try ring(folder)
    let subject = try #require(try first?.newSubject())
    let sealed = try #require(try first?.seal([1], for: subject))
    try first?.copy(to: folder.path + "/copy", includingMaster: false)
    first = nil
    let copy = folder.path + "/copy/" + KeyRing.keysName
    try overwrite(
      folder.path + "/keys/" + CopyBook.pendingName,
      with: Array("\(subject.rawValue) \(copy)\n".utf8))
    let second = try ring(folder)
    #expect(throws: SealingFault.keyDestroyed(subject)) { try second.open(sealed) }
    #expect(try secret(subject, in: copy) == [UInt8](repeating: 0, count: 32))
    #expect(second.pending == [])
  }

  @Test("a file that is no copy of ours is left as it is, and waited for")
  func foreignCopy() throws {
    let folder = try TemporaryFolder()
    let ring = try ring(folder)
    let foreign = folder.path + "/foreign"
    let bytes = [UInt8](repeating: 7, count: 10_000)
    try overwrite(foreign, with: bytes)
    try ring.registerCopy(foreign)
    let subject = try ring.newSubject()
    #expect(
      try ring.destroyAll([subject]) == [PendingCopy(subject: subject, path: foreign)])
    #expect(try contents(foreign) == bytes)
    try ring.forgetCopy(foreign)
    #expect(ring.pending == [])
    #expect(ring.copies == [])
  }

  static let paths: [(String, Bool)] = [
    ("/backup/subjects.keys", true), ("/backup/with space/keys", true), ("relative/keys", false),
    ("", false), ("/two\nlines", false), ("/zero\0", false),
  ]

  @Test("paths of copies are absolute and of one line", arguments: paths)
  func path(_ path: String, _ isTaken: Bool) throws {
    let folder = try TemporaryFolder()
    let ring = try ring(folder)
    if isTaken {
      try ring.registerCopy(path)
      try ring.registerCopy(path)
      #expect(ring.copies == [path])
    } else {
      #expect(throws: VaultFault.copyPath(path)) { try ring.registerCopy(path) }
    }
  }

  static let lines: [(String, PendingCopy?)] = [
    ("42 /a/b c", PendingCopy(subject: ID(42), path: "/a/b c")), ("0 /a", nil), ("-1 /a", nil),
    ("42 a", nil), ("42", nil), ("x /a", nil),
  ]

  @Test("a line of what waits is read, or the list is damaged", arguments: lines)
  func line(_ line: String, _ expected: PendingCopy?) throws {
    #expect(CopyBook.pendingCopy(line) == expected)
    guard expected == nil else { return }
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + CopyBook.pendingName
    try overwrite(path, with: Array("1 /a\n\(line)\n".utf8))
    #expect(throws: VaultFault.listDamaged(path: path, line: 2)) {
      try CopyBook(folder: folder.path)
    }
  }
}
