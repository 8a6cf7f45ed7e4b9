import CSodium
import City
import Glibc

/// Looks for bytes in every file of a folder tree: the proof that somebody is nowhere.
///
/// It reads what lies on the disk as it lies there. What is compressed or sealed shows only to
/// whoever opens it, which is the point for what is sealed; compressed files must be unpacked first.
package enum ByteSearch {
  /// How much is read at a time, and how long what is looked for may be.
  static let pieceBytes = 1 << 20
  package static let wantedBytesMax = 1 << 16

  /// Where something was found.
  package struct Hit: Hashable, Sendable {
    package let path: String
    package let offset: Int
    /// Which of the wanted byte strings, counted from 0.
    package let wanted: Int
  }

  /// Why a tree could not be searched to the end. Then nothing is proved.
  package enum Fault: Error, Equatable {
    case unreadable(detail: String)
    /// What is looked for is empty or too long.
    case wanted(Int)
  }

  /// Every place in every file under `folder` where one of `wanted` stands, in order of path and
  /// offset. Symbolic links are not followed.
  package static func hits(
    of wanted: [[UInt8]], under folder: String
  ) throws(Fault) -> [Hit] {
    if let bad = wanted.firstIndex(where: { $0.isEmpty || $0.count > wantedBytesMax }) {
      throw .wanted(bad)
    }
    do throws(SystemFault) {
      var found: [Hit] = []
      var folders = [folder]
      while let next = folders.popLast() {
        for entry in try SystemFolder.entries(next) {
          let path = next + "/" + entry.name
          if entry.isFolder { folders.append(path) }
          if entry.isFile { found += try hits(of: wanted, inFile: path) }
        }
      }
      return found.sorted { ($0.path, $0.offset, $0.wanted) < ($1.path, $1.offset, $1.wanted) }
    } catch {
      throw .unreadable(detail: error.detail)
    }
  }

  private static func hits(
    of wanted: [[UInt8]], inFile path: String
  ) throws(SystemFault) -> [Hit] {
    let overlap = (wanted.map(\.count).max() ?? 1) - 1
    let file = try SystemFile(path, flags: O_RDONLY)
    var found: Set<Hit> = []
    var offset = 0
    while true {
      // Pieces overlap, so that what lies across their border is found too.
      let piece = try file.read(pieceBytes + overlap, at: offset)
      for (index, bytes) in wanted.enumerated() {
        for place in places(of: bytes, in: piece) {
          found.insert(Hit(path: path, offset: offset + place, wanted: index))
        }
      }
      guard piece.count == pieceBytes + overlap else { return Array(found) }
      offset += pieceBytes
    }
  }

  /// All places of `wanted` in `bytes`, also where they overlap.
  static func places(of wanted: [UInt8], in bytes: [UInt8]) -> [Int] {
    guard let first = wanted.first, wanted.count <= bytes.count else { return [] }
    return bytes.withUnsafeBytes { bytes in
      wanted.withUnsafeBytes { wanted in
        guard let start = bytes.baseAddress, let sought = wanted.baseAddress else { return [] }
        var found: [Int] = []
        var at = 0
        while at + wanted.count <= bytes.count,
          let place = memchr(start + at, Int32(first), bytes.count - wanted.count - at + 1)
        {
          at = UnsafeRawPointer(place) - start
          if memcmp(place, sought, wanted.count) == 0 { found.append(at) }
          at += 1
        }
        return found
      }
    }
  }

  /// The ways in which a text may lie on a disk: UTF-8, UTF-16 of both orders, GB18030, escaped in
  /// JSON, hexadecimal, and base64 of both alphabets at each of its three alignments.
  ///
  /// - Parameter text: of four letters or more; shorter ones are found everywhere by chance.
  package static func encodings(of text: String) -> [[UInt8]] {
    let plain = Array(text.utf8)
    let high = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let low = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    var found = [plain, high, low, Array(HexText.write(plain).utf8), escaped(text)]
    if let national = converted(plain, to: "GB18030") { found.append(national) }
    found += base64(plain, sodium_base64_VARIANT_ORIGINAL)
    found += base64(plain, sodium_base64_VARIANT_URLSAFE)
    var seen: Set<[UInt8]> = []
    return found.filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// Every letter beyond ASCII as `\uXXXX`.
  private static func escaped(_ text: String) -> [UInt8] {
    text.utf16.flatMap { unit -> [UInt8] in
      if unit < 0x80 { return [UInt8(unit)] }
      return Array("\\u".utf8) + HexText.write([UInt8(unit >> 8), UInt8(unit & 0xFF)]).utf8
    }
  }

  private static func converted(_ bytes: [UInt8], to encoding: String) -> [UInt8]? {
    guard let converter = iconv_open(encoding, "UTF-8"), Int(bitPattern: converter) != -1 else {
      return nil
    }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count * 4 + 4)
    let room = output.count
    var inputLeft = input.count
    var outputLeft = room
    let code = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var from = input.baseAddress
        var to = output.baseAddress
        return iconv(converter, &from, &inputLeft, &to, &outputLeft)
      }
    }
    guard code != -1 else { return nil }
    return output.prefix(room - outputLeft).map { UInt8(bitPattern: $0) }
  }

  /// The letters that do not depend on what stands before and behind, for each alignment.
  private static func base64(_ bytes: [UInt8], _ variant: Int32) -> [[UInt8]] {
    (0..<3).map { shift in
      let shifted = [UInt8](repeating: 0, count: shift) + bytes
      var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(shifted.count, variant))
      sodium_bin2base64(&text, text.count, shifted, shifted.count, variant)
      let first = (shift * 8 + 5) / 6
      let end = shifted.count * 8 / 6
      return end > first ? text[first..<end].map { UInt8(bitPattern: $0) } : []
    }
  }
}
