import City
import Glibc
import Ports

/// Copies of what was worked out from the journal, a file each.
///
/// A file is a row of chunks: the number of its words as one word, a digest of 32 bytes, the words
/// of 64 bits, the lowest byte first. It ends with a chunk of no words.
package struct DerivedShelf: DerivedKeeping {
  /// Of one chunk.
  package static let wordsMax = 1 << 22

  private static let wordBytes = 8
  private let folder: String

  /// - Parameter folder: made with the first copy.
  package init(folder: String) {
    self.folder = folder
  }

  package func save(_ name: String, chunks: Int, _ chunk: (Int) -> [Int64]) -> Bool {
    let draft = path(name) + ".new"
    do throws(SystemFault) {
      try SystemFolder.make(folder)
      let file = try SystemFile(draft, flags: O_WRONLY | O_CREAT | O_TRUNC)
      var offset = 0
      for index in 0...chunks {
        let words = index < chunks ? chunk(index) : []
        guard words.count <= Self.wordsMax else { return false }
        let content = Self.bytes(words)
        for part in [Self.bytes([Int64(words.count)]), Hashing.digest(of: content).bytes, content] {
          try file.write(part, at: offset)
          offset += part.count
        }
      }
      try file.flush()
      try SystemFolder.move(draft, to: path(name))
      try SystemFolder.flush(folder)
      return true
    } catch {
      // A full disk: the next start reads the journal instead.
      try? SystemFolder.remove(draft)
      return false
    }
  }

  package func load(_ name: String, _ take: ([Int64]) -> Bool) -> Bool {
    guard let file = try? SystemFile(path(name), flags: O_RDONLY) else { return false }
    var offset = 0
    while let words = Self.chunk(of: file, at: &offset) {
      if words.isEmpty { return true }
      guard take(words) else { return false }
    }
    return false
  }

  private static func chunk(of file: SystemFile, at offset: inout Int) -> [Int64]? {
    let headBytes = wordBytes + Digest.byteCount
    guard let head = try? file.read(headBytes, at: offset), head.count == headBytes else {
      return nil
    }
    let count = Int(truncatingIfNeeded: words(Array(head.prefix(wordBytes)))[0])
    guard (0...wordsMax).contains(count),
      let content = try? file.read(count * wordBytes, at: offset + headBytes),
      content.count == count * wordBytes,
      Hashing.digest(of: content).bytes == Array(head.dropFirst(wordBytes))
    else { return nil }
    offset += headBytes + content.count
    return words(content)
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private static func bytes(_ words: [Int64]) -> [UInt8] {
    words.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }

  /// - Parameter bytes: a multiple of eight.
  private static func words(_ bytes: [UInt8]) -> [Int64] {
    [Int64](unsafeUninitializedCapacity: bytes.count / wordBytes) { words, filled in
      UnsafeMutableRawBufferPointer(words).copyBytes(from: bytes)
      for index in words.indices { words[index] = Int64(littleEndian: words[index]) }
      filled = bytes.count / wordBytes
    }
  }
}
