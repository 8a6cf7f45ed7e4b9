/// A JPEG without what its camera wrote beside the picture: place, time, owner, previews, a film
/// behind the end.
///
/// Kept are the parts that change how it looks: tables, scans, JFIF, the colour profile, the colour
/// transform of Adobe, and which way up it was held.
enum JPEGPicture {
  private enum Marker {
    static let start: UInt8 = 0xD8
    static let end: UInt8 = 0xD9
    static let scan: UInt8 = 0xDA
    static let application: ClosedRange<UInt8> = 0xE0...0xEF
    static let exif: UInt8 = 0xE1
    static let comment: UInt8 = 0xFE
    /// Stand in the midst of a scan: an escaped byte, and the restarts.
    static let escaped: UInt8 = 0x00
    static let restarts: ClosedRange<UInt8> = 0xD0...0xD7
  }

  /// Application segments that stay, by marker and the letters that they begin with.
  private static let kept: [(marker: UInt8, name: [UInt8])] = [
    (0xE0, Array("JFIF\0".utf8)),
    (0xE2, Array("ICC_PROFILE\0".utf8)),
    (0xEE, Array("Adobe".utf8)),
  ]

  /// The picture alone, or nil where the bytes are no JPEG up to its first scan.
  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.starts(with: [0xFF, Marker.start]) else { return nil }
    var clean: [UInt8] = [0xFF, Marker.start]
    clean.reserveCapacity(bytes.count)
    var orientation: UInt8 = 1
    var at = 2
    var scans = 0
    while let marker = nextMarker(bytes, &at) {
      if marker == Marker.end { return scans > 0 ? clean + [0xFF, Marker.end] : nil }
      guard let segment = segment(bytes, &at) else { break }
      if marker == Marker.exif, let found = ExifOrientation.read(segment) { orientation = found }
      guard keeps(marker, segment) else { continue }
      if marker == Marker.scan, scans == 0, orientation != 1 {
        clean += ExifOrientation.segment(orientation)
      }
      clean += [0xFF, marker] + length(segment.count) + segment
      if marker == Marker.scan {
        scans += 1
        clean += entropy(bytes, &at)
      }
    }
    // A picture that broke off in a scan still shows its upper part.
    return scans > 0 ? clean + [0xFF, Marker.end] : nil
  }

  /// Steps over the marker at `at`, with the fill bytes that may stand before it.
  private static func nextMarker(_ bytes: [UInt8], _ at: inout Int) -> UInt8? {
    guard at < bytes.count, bytes[at] == 0xFF else { return nil }
    while at < bytes.count, bytes[at] == 0xFF { at += 1 }
    guard at < bytes.count, bytes[at] != Marker.escaped else { return nil }
    at += 1
    return bytes[at - 1]
  }

  /// What a segment holds, behind its length.
  private static func segment(_ bytes: [UInt8], _ at: inout Int) -> ArraySlice<UInt8>? {
    guard at + 2 <= bytes.count else { return nil }
    let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
    guard length >= 2, at + length <= bytes.count else { return nil }
    defer { at += length }
    return bytes[at + 2..<at + length]
  }

  /// The coded picture behind the head of a scan, up to the next marker that is not part of it.
  private static func entropy(_ bytes: [UInt8], _ at: inout Int) -> ArraySlice<UInt8> {
    let start = at
    while at + 1 < bytes.count {
      if bytes[at] == 0xFF {
        let next = bytes[at + 1]
        if next != Marker.escaped, !Marker.restarts.contains(next), next != 0xFF {
          return bytes[start..<at]
        }
      }
      at += 1
    }
    at = bytes.count
    return bytes[start...]
  }

  private static func keeps(_ marker: UInt8, _ segment: ArraySlice<UInt8>) -> Bool {
    if marker == Marker.comment { return false }
    guard Marker.application.contains(marker) else { return true }
    return kept.contains { $0.marker == marker && segment.starts(with: $0.name) }
  }

  private static func length(_ count: Int) -> [UInt8] {
    [UInt8((count + 2) >> 8), UInt8((count + 2) & 0xFF)]
  }
}

/// Which way up a camera was held: the one thing of Exif without which a picture lies on its side.
enum ExifOrientation {
  private static let heading = Array("Exif\0\0".utf8)
  private static let tag = 0x0112
  private static let entryBytes = 12
  private static let values: ClosedRange<Int> = 1...8

  /// 1 to 8 as Exif counts them, or nil where an Exif segment says nothing of it.
  static func read(_ segment: ArraySlice<UInt8>) -> UInt8? {
    guard segment.starts(with: heading) else { return nil }
    let bytes = Array(segment.dropFirst(heading.count))
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes.starts(with: [0x49, 0x49])
    guard isLittle || bytes.starts(with: [0x4D, 0x4D]) else { return nil }
    func number(_ at: Int, _ count: Int) -> Int? {
      guard at >= 0, at + count <= bytes.count else { return nil }
      let digits = bytes[at..<at + count]
      return (isLittle ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let table = number(4, 4), let count = number(table, 2) else { return nil }
    for index in 0..<count {
      let entry = table + 2 + index * entryBytes
      guard let found = number(entry, 2) else { return nil }
      if found == tag, let value = number(entry + 8, 2), values.contains(value) {
        return UInt8(value)
      }
    }
    return nil
  }

  /// A whole segment, marker and length included, that says this and nothing else.
  static func segment(_ orientation: UInt8) -> [UInt8] {
    let table: [UInt8] = [
      0x4D, 0x4D, 0x00, 0x2A, 0, 0, 0, 8,  // Big-endian, the table follows at once.
      0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,  // One entry, a short number.
      0, 0, 0, 0,  // No further table.
    ]
    let body = heading + table
    return [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
  }
}
