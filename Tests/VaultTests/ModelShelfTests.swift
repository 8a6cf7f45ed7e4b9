import City
import Ports
import Testing

@testable import Vault

@Suite("Model shelf")
struct ModelShelfTests {
  private static func digest(_ byte: UInt8) -> Digest {
    Digest(bytes: [UInt8](repeating: byte, count: Digest.byteCount))
  }

  @Test("what was saved is read back, the same name twice is one file")
  func saved() async throws {
    let folder = try TemporaryFolder()
    let shelf = ModelShelf(folder: folder.path + "/models")
    #expect(try await shelf.load(Self.digest(1)) == nil)
    try await shelf.save([1, 2, 3], named: Self.digest(1))
    try await shelf.save([9], named: Self.digest(1))
    #expect(try await shelf.load(Self.digest(1)) == [1, 2, 3])
  }

  @Test("what is not kept is removed")
  func discarded() async throws {
    let folder = try TemporaryFolder()
    let shelf = ModelShelf(folder: folder.path + "/models")
    try await shelf.discard(except: [])
    for byte in UInt8(1)...3 { try await shelf.save([byte], named: Self.digest(byte)) }
    try await shelf.discard(except: [Self.digest(2)])
    #expect(try await shelf.load(Self.digest(1)) == nil)
    #expect(try await shelf.load(Self.digest(2)) == [2])
  }

  @Test("a model over the limit is refused with the limit")
  func tooLarge() async throws {
    let folder = try TemporaryFolder()
    let shelf = ModelShelf(folder: folder.path + "/models")
    await #expect(throws: ModelFault.tooLarge(max: ModelShelf.bytesMax)) {
      try await shelf.save(
        [UInt8](repeating: 0, count: ModelShelf.bytesMax + 1), named: Self.digest(1))
    }
  }
}
