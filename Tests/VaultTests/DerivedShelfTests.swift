import Testing

@testable import Vault

@Suite("Derived shelf")
struct DerivedShelfTests {
  private static let chunks: [[Int64]] = [[1, -2, .max], [.min], Array(0..<5_000)]

  private static func loaded(_ shelf: DerivedShelf) -> [[Int64]]? {
    var found: [[Int64]] = []
    let isWhole = shelf.load("book") { words in
      found.append(words)
      return true
    }
    return isWhole ? found : nil
  }

  private static func save(_ chunks: [[Int64]], _ shelf: DerivedShelf) -> Bool {
    shelf.save("book", chunks: chunks.count) { chunks[$0] }
  }

  @Test("what was saved is handed out in its order; a second copy replaces the first")
  func saved() throws {
    let folder = try TemporaryFolder()
    let shelf = DerivedShelf(folder: folder.path + "/derived")
    #expect(Self.loaded(shelf) == nil)
    #expect(Self.save(Self.chunks, shelf))
    #expect(Self.loaded(shelf) == Self.chunks)
    #expect(Self.save([[7]], shelf))
    #expect(Self.loaded(shelf) == [[7]])
    #expect(shelf.load("book") { _ in false } == false)
  }

  @Test("a torn copy and one with another byte anywhere are as good as none")
  func torn() throws {
    let folder = try TemporaryFolder()
    let shelf = DerivedShelf(folder: folder.path)
    #expect(Self.save([[1, 2], [3]], shelf))
    let path = folder.path + "/book"
    let whole = try #require(try SystemFolder.contents(path))
    for index in whole.indices {
      var other = whole
      other[index] ^= 0x10
      try SystemFolder.replace(path, with: other)
      // A digest after the last chunk's words guards nothing that is read.
      #expect(Self.loaded(shelf) == nil || index >= whole.count - 40, "byte \(index)")
      try SystemFolder.replace(path, with: Array(whole.prefix(index)))
      #expect(Self.loaded(shelf) == nil, "cut at \(index)")
    }
  }

  @Test("a folder that cannot be written keeps the copy it has")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let shelf = DerivedShelf(folder: folder.path)
    #expect(Self.save([[1]], shelf))
    let nowhere = DerivedShelf(folder: folder.path + "/book")
    #expect(!Self.save([[2]], nowhere))
    #expect(Self.loaded(shelf) == [[1]])
  }
}
