import City
import Foundation
import Glibc
import Ports
import Synchronization
import Testing

@testable import Vault

/// A folder for the time of one test.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-vault-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("the ring of keys")
struct KeyRingTests {
  static let secret = Array("欧阳清扬 13987654321".utf8)

  private func opens(_ ring: KeyRing, _ sealed: Sealed) -> Result<[UInt8], SealingFault> {
    Result { () throws(SealingFault) in try ring.open(sealed) }
  }

  @Test("what is sealed opens again, also after a restart, and every flipped byte is noticed")
  func seals() throws {
    let scratch = try Scratch()
    let ring = try KeyRing(folder: scratch.path)
    let subject = try ring.newSubject()
    for count in [0, 1, 15, 16, 17, 1_000] {
      let bytes = [UInt8](repeating: 7, count: count)
      let sealed = try ring.seal(bytes, for: subject)
      #expect(opens(ring, sealed) == .success(bytes))
      #expect(opens(try KeyRing(folder: scratch.path), sealed) == .success(bytes))
      #expect(try ring.seal(bytes, for: subject) != sealed, "a nonce is never used again")
    }
    let sealed = try ring.seal(Self.secret, for: subject)
    for index in sealed.bytes.indices {
      var bytes = sealed.bytes
      bytes[index] ^= 1
      #expect(opens(ring, Sealed(subject: subject, bytes: bytes)) == .failure(.damaged))
    }
    for count in 0..<sealed.bytes.count {
      let cut = Sealed(subject: subject, bytes: Array(sealed.bytes.prefix(count)))
      #expect(opens(ring, cut) == .failure(.damaged))
    }
    let other = try ring.newSubject()
    #expect(
      opens(ring, Sealed(subject: other, bytes: sealed.bytes)) == .failure(.damaged),
      "one person's bytes do not open as another's")
  }

  @Test("subjects are unique, from many threads and over restarts")
  func unique() throws {
    let scratch = try Scratch()
    let all = Mutex<[Int64]>([])
    for _ in 0..<3 {
      let ring = try KeyRing(folder: scratch.path)
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        for _ in 0..<200 {
          guard let subject = try? ring.newSubject() else { continue }
          all.withLock { $0.append(subject.rawValue) }
        }
      }
    }
    let numbers = all.withLock { $0 }
    #expect(numbers.count == 4_800)
    #expect(Set(numbers).count == 4_800)
    #expect(numbers.allSatisfy { $0 >= 1 })
  }

  @Test(
    "a file that a crash cut short at any byte keeps every whole slot, and gives out none twice")
  func torn() throws {
    for cut in [0, 1, 79, 80, 81, 160, 500 * 80 - 3, 1_024 * 80 - 1] {
      let scratch = try Scratch()
      var sealed: [Sealed] = []
      do {
        let ring = try KeyRing(folder: scratch.path)
        for _ in 0..<10 { sealed.append(try ring.seal(Self.secret, for: ring.newSubject())) }
      }
      #expect(truncate(scratch.path + "/" + KeyRing.slotsName, off_t(cut)) == 0)
      let ring = try KeyRing(folder: scratch.path)
      let next = try ring.newSubject()
      #expect(next.rawValue > Int64(cut / Slot.byteCount), "cut at \(cut)")
      #expect(opens(ring, try ring.seal(Self.secret, for: next)) == .success(Self.secret))
      for sealed in sealed where sealed.subject.rawValue <= Int64(cut / Slot.byteCount) {
        #expect(opens(ring, sealed) == .success(Self.secret))
      }
    }
  }

  @Test("a destroyed key is overwritten here and in every copy, and stays destroyed")
  func destroys() throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/keys"
    let ring = try KeyRing(folder: folder)
    let (gone, kept) = (try ring.newSubject(), try ring.newSubject())
    let sealedGone = try ring.seal(Self.secret, for: gone)
    let sealedKept = try ring.seal(Self.secret, for: kept)
    let copies = [scratch.path + "/one", scratch.path + "/two"]
    for copy in copies { try ring.copy(to: copy) }
    #expect(ring.copies == copies)
    let slots = folder + "/" + KeyRing.slotsName
    let before = try #require(SmallFile.read(slots))
    let key = Array(before[..<Slot.byteCount])
    try ring.destroy(gone)
    try ring.destroy(gone)
    #expect(ring.owed == [])
    for place in [folder] + copies {
      let bytes = try #require(SmallFile.read(place + "/" + KeyRing.slotsName))
      #expect(bytes.count == before.count)
      #expect(Data(bytes).range(of: Data(key[8..<40])) == nil)
      #expect(Array(bytes[Slot.byteCount...]) == Array(before[Slot.byteCount...]))
      let other = try KeyRing(folder: place)
      #expect(opens(other, sealedGone) == .failure(.keyDestroyed(gone)))
      #expect(opens(other, sealedKept) == .success(Self.secret))
    }
    #expect(opens(ring, sealedGone) == .failure(.keyDestroyed(gone)))
    #expect(throws: SealingFault.keyDestroyed(gone)) { try ring.seal(Self.secret, for: gone) }
  }

  @Test("a copy out of reach is owed, and settled once it is back")
  func owed() throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/keys"
    let (copy, away) = (scratch.path + "/copy", scratch.path + "/away")
    let subject: ID<Subject>
    let sealed: Sealed
    do {
      let ring = try KeyRing(folder: folder)
      subject = try ring.newSubject()
      sealed = try ring.seal(Self.secret, for: subject)
      try ring.copy(to: copy)
      #expect(rename(copy, away) == 0)
      try ring.destroy(subject)
      #expect(ring.owed == [copy])
    }
    #expect(try KeyRing(folder: folder).owed == [copy])
    #expect(rename(away, copy) == 0)
    #expect(try KeyRing(folder: folder).owed == [])
    #expect(
      opens(try KeyRing(folder: copy), sealed) == .failure(.keyDestroyed(subject)))
  }

  @Test("a key destroyed while others use it is not held on to")
  func racing() throws {
    let scratch = try Scratch()
    let ring = try KeyRing(folder: scratch.path)
    for _ in 0..<20 {
      let subject = try ring.newSubject()
      let sealed = try ring.seal(Self.secret, for: subject)
      DispatchQueue.concurrentPerform(iterations: 4) { number in
        if number == 0 { try? ring.destroy(subject) }
        for _ in 0..<50 { _ = try? ring.open(sealed) }
      }
      #expect(opens(ring, sealed) == .failure(.keyDestroyed(subject)))
    }
  }

  @Test("numbers without a slot have no key, and destroying them changes nothing")
  func strangers() throws {
    let scratch = try Scratch()
    let ring = try KeyRing(folder: scratch.path)
    _ = try ring.newSubject()
    let before = SmallFile.read(scratch.path + "/" + KeyRing.slotsName)
    for number: Int64 in [.min, -1, 0, 5_000, .max] {
      let sealed = Sealed(subject: ID(number), bytes: [1, 2, 3])
      #expect(opens(ring, sealed) == .failure(.keyDestroyed(ID(number))))
      try ring.destroy(ID(number))
    }
    #expect(SmallFile.read(scratch.path + "/" + KeyRing.slotsName) == before)
  }

  @Test("numbers that a restored journal names are skipped")
  func skips() throws {
    let scratch = try Scratch()
    let ring = try KeyRing(folder: scratch.path)
    try ring.skip(through: ID(3))
    #expect(try ring.newSubject() == ID(4))
    try ring.skip(through: ID(5_000))
    #expect(try ring.newSubject() == ID(5_001))
    #expect(try KeyRing(folder: scratch.path).newSubject().rawValue > 5_001)
    let lost = Sealed(subject: ID(4_000), bytes: [UInt8](repeating: 1, count: 60))
    #expect(opens(ring, lost) == .failure(.keyDestroyed(ID(4_000))))
  }

  @Test("without its master key a ring is refused, and no other is made in its place")
  func master() throws {
    let scratch = try Scratch()
    _ = try KeyRing(folder: scratch.path).newSubject()
    let path = scratch.path + "/" + KeyRing.masterName
    let key = try #require(SmallFile.read(path))
    #expect(SmallFile.write(Array(key.prefix(31)), to: path))
    #expect(throws: SealingFault.damaged) { _ = try KeyRing(folder: scratch.path) }
    unlink(path)
    #expect(throws: SealingFault.self) { _ = try KeyRing(folder: scratch.path) }
    #expect(access(path, F_OK) != 0)
    #expect(SmallFile.write(key, to: path))
    _ = try KeyRing(folder: scratch.path)
  }

  @Test("files of keys are for their owner alone")
  func rights() throws {
    let scratch = try Scratch()
    let ring = try KeyRing(folder: scratch.path + "/keys")
    _ = try ring.newSubject()
    try ring.copy(to: scratch.path + "/copy")
    for place in ["/keys", "/copy"] {
      var status = stat()
      #expect(stat(scratch.path + place, &status) == 0 && status.st_mode & 0o077 == 0)
      for name in Folder.names(scratch.path + place) {
        #expect(stat("\(scratch.path)\(place)/\(name)", &status) == 0)
        #expect(status.st_mode & 0o077 == 0, "\(name)")
      }
    }
  }

  @Test("a copy needs a path that can be remembered", arguments: ["relative", "/with\nbreak"])
  func paths(_ path: String) throws {
    let scratch = try Scratch()
    let ring = try KeyRing(folder: scratch.path)
    #expect(throws: SealingFault.self) { try ring.copy(to: path) }
    #expect(ring.copies == [])
  }

  @Test("blind hashes are equal for equal text, and only under one key")
  func blind() throws {
    let one = try Scratch()
    let two = try Scratch()
    let ring = try KeyRing(folder: one.path)
    #expect(
      ring.blindHash("13987654321") == (try KeyRing(folder: one.path)).blindHash("13987654321"))
    #expect(ring.blindHash("13987654321") != ring.blindHash("13987654322"))
    #expect(
      ring.blindHash("13987654321") != (try KeyRing(folder: two.path)).blindHash("13987654321"))
  }
}
