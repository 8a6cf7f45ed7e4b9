import City
import Glibc
import Ports
import Testing

@testable import Vault

@Suite("Key ring")
struct KeyRingTests {
  /// Small blocks, so that a few subjects cross several of them.
  static var small: KeyRing.Settings {
    var settings = KeyRing.Settings()
    settings.blockSlots = 4...16
    settings.cachedKeysMax = 8
    return settings
  }

  private func ring(_ folder: TemporaryFolder) throws -> KeyRing {
    try KeyRing(folder: folder.path + "/keys", settings: Self.small)
  }

  @Test("what is sealed comes back, for its subject and unchanged alone")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let ring = try ring(folder)
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    for count in [0, 1, 15, 16, 17, 300, 5_000] {
      let subject = try ring.newSubject()
      let other = try ring.newSubject()
      let bytes = numbers.bytes(count)
      let sealed = try ring.seal(bytes, for: subject)
      #expect(sealed.subject == subject)
      #expect(sealed.bytes.count == count + SealedFormat.addedBytes)
      #expect(try ring.open(sealed) == bytes)
      #expect(try ring.seal(bytes, for: subject) != sealed, "each sealing has its own nonce")
      #expect(throws: SealingFault.damaged) {
        try ring.open(Sealed(subject: other, bytes: sealed.bytes))
      }
      for _ in 0..<20 {
        var changed = sealed.bytes
        let place = Int.random(in: changed.indices, using: &numbers)
        changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        #expect(throws: SealingFault.damaged) {
          try ring.open(Sealed(subject: subject, bytes: changed))
        }
        let cut = Array(sealed.bytes.prefix(place))
        #expect(throws: SealingFault.damaged) {
          try ring.open(Sealed(subject: subject, bytes: cut))
        }
      }
    }
  }

  @Test("after an orderly close the next subject is the very next one")
  func orderlyClose() throws {
    let folder = try TemporaryFolder()
    var expected: Int64 = 0
    for run in 0..<5 {
      let ring = try ring(folder)
      for _ in 0..<(3 * run) {
        expected += 1
        #expect(try ring.newSubject().rawValue == expected)
      }
      try ring.close()
      try ring.close()
      #expect(throws: SealingFault.unavailable(detail: "the key ring is closed")) {
        try ring.newSubject()
      }
    }
  }

  @Test("after a crash no subject is given twice, and every given one opens what it sealed")
  func crash() throws {
    let folder = try TemporaryFolder()
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    var kept: [Sealed] = []
    var given: Set<ID<Subject>> = []
    for _ in 0..<30 {
      // The ring goes away without being closed.
      let ring = try ring(folder)
      for _ in 0..<Int.random(in: 0...20, using: &numbers) {
        let subject = try ring.newSubject()
        #expect(given.insert(subject).inserted)
        kept.append(try ring.seal(Array("\(subject.rawValue)".utf8), for: subject))
      }
      if Bool.random(using: &numbers) { try ring.close() }
    }
    let ring = try ring(folder)
    for sealed in kept {
      #expect(try ring.open(sealed) == Array("\(sealed.subject.rawValue)".utf8))
    }
  }

  @Test("a block that a crash tore is never given, and what lies before it still opens")
  func tornBlock() throws {
    let folder = try TemporaryFolder()
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    let path = folder.path + "/keys/" + KeyRing.keysName
    for _ in 0..<20 {
      var first: KeyRing? = try ring(folder)
      let subject = try #require(try first?.newSubject())
      let sealed = try #require(try first?.seal([1, 2, 3], for: subject))
      first = nil
      // A further block was on its way when the power went: part of it is there, part is rubbish.
      let whole = try contents(path)
      let torn = numbers.bytes(Int.random(in: 1...200, using: &numbers))
      try overwrite(path, with: whole + torn)
      let second = try ring(folder)
      let next = try second.newSubject()
      #expect(SlotFormat.offset(Int(next.rawValue) - 1) >= whole.count + torn.count)
      #expect(try second.open(second.seal([7], for: next)) == [7])
      #expect(try second.open(sealed) == [1, 2, 3])
    }
  }

  @Test("subjects asked for at once are all different")
  func concurrent() async throws {
    let folder = try TemporaryFolder()
    let ring = try ring(folder)
    let all = try await withThrowingTaskGroup(of: [ID<Subject>].self) { group in
      for _ in 0..<8 {
        group.addTask {
          try (0..<500).map { number in
            let subject = try ring.newSubject()
            let sealed = try ring.seal([UInt8(number % 256)], for: subject)
            #expect(try ring.open(sealed) == [UInt8(number % 256)])
            return subject
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(all).count == 4_000)
    #expect(all.max()?.rawValue == 4_000)
  }

  @Test("the cache keeps to its limit and forgets what was not asked for")
  func cache() {
    var cache = KeyCache(keysMax: 8)
    for slot in 0..<1_000 {
      cache.insert(KeyBytes(repeatElement(UInt8(slot % 256), count: 32)), for: slot)
      _ = cache.key(of: 0)
      #expect(cache.count <= 9)
    }
    #expect(cache.key(of: 0) != nil)
    #expect(cache.key(of: 1) == nil)
    cache.remove(0)
    #expect(cache.key(of: 0) == nil)
  }

  @Test("two rings never have one key file")
  func held() throws {
    let folder = try TemporaryFolder()
    let first = try ring(folder)
    #expect(throws: VaultFault.keysHeld(path: folder.path + "/keys/" + KeyRing.keysName)) {
      try ring(folder)
    }
    let subject = try first.newSubject()
    let sealed = try first.seal([1], for: subject)
    try first.close()
    let second = try ring(folder)
    #expect(try second.open(sealed) == [1])
    let closed = SealingFault.unavailable(detail: "the key ring is closed")
    #expect(throws: closed) { try first.open(sealed) }
    #expect(throws: closed) { try first.destroy(subject) }
  }

  @Test("numbers that no subject has are refused")
  func unknownSubjects() throws {
    let folder = try TemporaryFolder()
    let ring = try ring(folder)
    for number in [0, -1, Int64.min, Int64.max] {
      #expect(throws: SealingFault.damaged) { try ring.seal([1], for: ID(number)) }
      #expect(throws: SealingFault.unavailable(detail: "a number that no subject has")) {
        try ring.destroy(ID(number))
      }
    }
    #expect(throws: SealingFault.unavailable(detail: "no key was ever made for subject 99")) {
      try ring.seal([1], for: ID(99))
    }
  }

  @Test("behind a subject that the journal names, only later ones are given")
  func advance() throws {
    let folder = try TemporaryFolder()
    let ring = try ring(folder)
    try ring.advance(past: ID(0))
    #expect(try ring.newSubject() == ID(1))
    try ring.advance(past: ID(1_000))
    #expect(try ring.newSubject() == ID(1_001))
    try ring.advance(past: ID(5))
    let next = try ring.newSubject()
    #expect(next == ID(1_002))
    #expect(try ring.open(ring.seal([5], for: next)) == [5])
    #expect(throws: SealingFault.self) { try ring.seal([1], for: ID(500)) }
    #expect(throws: SealingFault.self) { try ring.advance(past: ID(.max)) }
  }

  @Test("blind hashes are equal for equal text, and mean nothing under another master key")
  func blindHash() throws {
    let folders = [try TemporaryFolder(), try TemporaryFolder()]
    let first = try ring(folders[0])
    let second = try ring(folders[1])
    #expect(first.blindHash("13800138000") == first.blindHash("13800138000"))
    #expect(first.blindHash("13800138000") != first.blindHash("13800138001"))
    #expect(first.blindHash("13800138000") != second.blindHash("13800138000"))
    #expect(first.blindHash("") != first.digest(of: []))
  }
}

@Suite("Master key")
struct MasterKeyTests {
  static let digits = String(repeating: "0f", count: 32)
  static let texts: [(String, Bool)] = [
    ("civicloop master key 1\n\(digits)\n", true),
    ("civicloop master key 1\n\(digits)", true),
    ("civicloop master key 1\n\(digits.uppercased())\n\n", true),
    ("civicloop master key 2\n\(digits)\n", false),
    ("civicloop master key 1\n\(digits)0f\n", false),
    ("civicloop master key 1\n\(digits.dropLast())\n", false),
    ("civicloop master key 1\n\(digits.dropLast())g\n", false),
    ("civicloop master key 1\n\(digits)\nmore\n", false),
    ("", false),
  ]

  @Test("a key file is read as it is written, or not at all", arguments: texts)
  func text(_ text: String, _ isKey: Bool) {
    let expected = isKey ? [UInt8](repeating: 0x0F, count: 32) : nil
    #expect(MasterKey.bytes(text) == expected)
  }

  @Test("what is written is read back")
  func written() {
    let bytes = (0..<32).map { UInt8($0 * 7) }
    #expect(MasterKey.bytes(MasterKey.text(bytes)) == bytes)
  }

  @Test("a lost, foreign, damaged or exposed master key is said, never replaced")
  func faults() throws {
    let folder = try TemporaryFolder()
    let keys = folder.path + "/keys"
    let path = keys + "/" + KeyRing.masterName
    try KeyRing(folder: keys).close()
    let master = try contents(path)
    #expect(try SystemFile(path, flags: O_RDONLY).status().st_mode & 0o777 == 0o600)

    chmod(path, 0o640)
    #expect(throws: VaultFault.masterKeyExposed(path: path, mode: 0o640)) {
      try KeyRing(folder: keys)
    }
    chmod(path, 0o600)
    try overwrite(path, with: Array("rubbish".utf8))
    #expect(throws: VaultFault.masterKeyDamaged(path: path)) { try KeyRing(folder: keys) }
    try overwrite(path, with: Array(MasterKey.text([UInt8](repeating: 1, count: 32)).utf8))
    #expect(throws: VaultFault.keysForeign(path: keys + "/" + KeyRing.keysName)) {
      try KeyRing(folder: keys)
    }
    unlink(path)
    #expect(throws: VaultFault.masterKeyMissing(path: path)) { try KeyRing(folder: keys) }
    #expect(!SystemFolder.exists(path))
    try overwrite(path, with: master)
    try KeyRing(folder: keys).close()
  }
}
