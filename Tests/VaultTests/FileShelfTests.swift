import City
import Glibc
import Pack
import Ports
import Testing

@testable import Vault

@Suite("File shelf")
struct FileShelfTests {
  private func shelf(
    _ folder: TemporaryFolder, limits: FileShelf.Limits = .init(), keys: KeyRing? = nil
  ) throws -> FileShelf {
    try FileShelf(folder: folder.path + "/files", limits: limits, keys: keys)
  }

  /// How many files lie on the shelf, drafts too.
  private func count(_ shelf: FileShelf) throws -> Int {
    try SystemFolder.entries(shelf.folder).reduce(0) {
      $0 + (try SystemFolder.entries(shelf.folder + "/" + $1.name).count)
    }
  }

  @Test("a file comes back as it was, once for the same content")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let shelf = try shelf(folder)
    let bytes = Array("路面积水，请尽快处理。\n".utf8)
    let stored = try shelf.put(bytes, sealedFor: nil)
    #expect(stored.form == .document && stored.mediaType == "text/plain; charset=utf-8")
    #expect(stored.byteCount == bytes.count)
    #expect(stored.digest.digest == Hashing.digest(of: bytes))
    #expect(try shelf.put(bytes, sealedFor: nil) == stored)
    try overwrite(folder.path + "/upload", with: bytes)
    #expect(try shelf.put(contentsOf: folder.path + "/upload", sealedFor: nil) == stored)
    #expect(try count(shelf) == 1)
    #expect(try shelf.load(stored.digest) == bytes)
    #expect(try shelf.describe(stored.digest) == stored)
    #expect(shelf.exists(stored.digest))
    let unknown = FileDigest(Hashing.digest(of: [1]))
    #expect(try shelf.load(unknown) == nil)
    #expect(try shelf.describe(unknown) == nil)
    #expect(!shelf.exists(unknown))
    try shelf.remove(unknown)
  }

  @Test("the same picture with other notes is the same file")
  func cleaned() throws {
    let folder = try TemporaryFolder()
    let shelf = try shelf(folder)
    let bare = MadeFile.start + MadeFile.scan + MadeFile.end
    let noted =
      MadeFile.start + MadeFile.exif(orientation: 1, isLittle: true) + MadeFile.scan + MadeFile.end
    let stored = try shelf.put(noted, sealedFor: nil)
    #expect(try shelf.put(bare, sealedFor: nil) == stored)
    #expect(stored.form == .photo && stored.mediaType == "image/jpeg")
    #expect(try shelf.load(stored.digest) == bare)
    #expect(try shelf.describe(stored.digest) == stored)
    #expect(
      try ByteSearch.hits(of: [FileCleaningTests.secret], under: folder.path).isEmpty)
  }

  @Test("what is empty, too large or of no kind is refused and leaves nothing")
  func refusals() throws {
    let folder = try TemporaryFolder()
    var limits = FileShelf.Limits()
    limits.photoBytesMax = 50
    limits.documentBytesMax = 100
    let shelf = try shelf(folder, limits: limits)
    let picture = MadeFile.start + MadeFile.table + MadeFile.scan + MadeFile.end
    let rows: [([UInt8], FileFault)] = [
      ([], .empty), ([UInt8](repeating: 0x61, count: 101), .tooLarge(max: 100)),
      (picture, .tooLarge(max: 50)), ([0, 1, 2], .kind), (MadeFile.start + [0xFF, 0xE0], .kind),
    ]
    for (bytes, fault) in rows {
      #expect(throws: fault) { try shelf.put(bytes, sealedFor: nil) }
      try overwrite(folder.path + "/upload", with: bytes)
      #expect(throws: fault) {
        try shelf.put(contentsOf: folder.path + "/upload", sealedFor: nil)
      }
    }
    #expect(try count(shelf) == 0)
    _ = try shelf.put([UInt8](repeating: 0x61, count: 100), sealedFor: nil)
    #expect(try count(shelf) == 1)
  }

  @Test("a sealed file opens for its subject's key alone, and is gone with it")
  func sealed() throws {
    let folder = try TemporaryFolder()
    let ring = try KeyRing(folder: folder.path + "/keys", settings: KeyRingTests.small)
    let shelf = try shelf(folder, keys: ring)
    let bytes = Array("身份证号码 SECRET-PLACE\n".utf8)
    let subject = try ring.newSubject()
    let other = try ring.newSubject()
    let stored = try shelf.put(bytes, sealedFor: subject)
    #expect(try shelf.put(bytes, sealedFor: subject) == stored)
    let others = try shelf.put(bytes, sealedFor: other)
    #expect(others.digest != stored.digest)
    #expect(stored.byteCount == bytes.count)
    #expect(try shelf.load(stored.digest) == bytes)
    #expect(try shelf.describe(stored.digest) == stored)
    let wanted = ByteSearch.encodings(of: "SECRET-PLACE")
    #expect(try ByteSearch.hits(of: wanted, under: folder.path).isEmpty)
    #expect(try shelf.verify() == FileShelf.Check(files: 2, bytes: 2 * (bytes.count + 57)))

    try ring.destroy(subject)
    #expect(try shelf.load(stored.digest) == nil)
    #expect(try shelf.describe(stored.digest) == nil)
    #expect(try shelf.load(others.digest) == bytes)
    #expect(throws: FileFault.unavailable(detail: "sealing.key_destroyed")) {
      try shelf.put(bytes, sealedFor: subject)
    }
    let keyless = try self.shelf(folder)
    #expect(try keyless.load(others.digest) == nil)
    #expect(throws: FileFault.self) { try keyless.put(bytes, sealedFor: other) }
  }

  @Test("damage is found, never given out, and mended by whoever brings the file again")
  func damage() throws {
    let folder = try TemporaryFolder()
    let shelf = try shelf(folder)
    let bytes = Array("content".utf8)
    let stored = try shelf.put(bytes, sealedFor: nil)
    _ = try shelf.put(Array("another".utf8), sealedFor: nil)
    #expect(try shelf.verify() == FileShelf.Check(files: 2, bytes: 14))
    let path = shelf.path(of: stored.digest)
    try overwrite(path, with: Array("c0ntent".utf8))
    let name = String(path.dropFirst(shelf.folder.count + 1))
    #expect(try shelf.verify().damaged == [name])
    #expect(throws: FileFault.unavailable(detail: "damaged: " + path)) {
      try shelf.load(stored.digest)
    }
    #expect(try shelf.put(bytes, sealedFor: nil) == stored)
    #expect(try shelf.verify().damaged == [])
    try overwrite(shelf.folder + "/00/stray", with: [1])
    #expect(try shelf.verify().damaged == ["00/stray"])
  }

  @Test("a removed file is overwritten and gone; drafts of a crash go at the next start")
  func remove() throws {
    let folder = try TemporaryFolder()
    let shelf = try shelf(folder)
    let stored = try shelf.put(Array("SECRET-PLACE".utf8), sealedFor: nil)
    let path = shelf.path(of: stored.digest)
    // A second name for the same place on the disk shows that the content itself is gone.
    #expect(link(path, folder.path + "/second") == 0)
    try shelf.remove(stored.digest)
    #expect(!shelf.exists(stored.digest))
    #expect(try contents(folder.path + "/second") == [UInt8](repeating: 0, count: 12))
    try overwrite(shelf.folder + "/" + FileShelf.draftsName + "/left", with: [1])
    #expect(try count(try self.shelf(folder)) == 0)
  }

  @Test("many at once keep each content once")
  func concurrent() async throws {
    let folder = try TemporaryFolder()
    let store = FileStore(shelf: try shelf(folder))
    let digests = try await withThrowingTaskGroup(of: FileDigest.self) { group in
      for number in 0..<60 {
        group.addTask { try await store.put(Array("content \(number % 3)".utf8)).digest }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(digests.count == 3)
    #expect(try count(store.shelf) == 3)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<60 {
        let shelf = store.shelf
        // On threads of the pool on purpose: the shelf itself must bear it.
        group.addTask {
          _ = try shelf.put(Array("direct \(number % 3)".utf8), sealedFor: nil)
        }
      }
      try await group.waitForAll()
    }
    #expect(try count(store.shelf) == 6)
    for digest in digests {
      let bytes = try #require(try await store.load(digest))
      #expect(Hashing.digest(of: bytes) == digest.digest)
      #expect(try await store.describe(digest)?.byteCount == bytes.count)
      try await store.remove(digest)
      #expect(try await store.load(digest) == nil)
    }
    #expect(try store.shelf.verify().damaged == [])
  }
}
