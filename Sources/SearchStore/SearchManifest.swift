import Glibc

/// Which files make up the index and how far it came: a small file that is replaced whole.
///
/// Lines of text: `civicloop search 1 <fingerprint>`, `followed <sequence>`, `next <number>`, one
/// `segment <number>` each, one `area …` and one `unit …` for each numbered path, `sum <checksum>`.
struct SearchManifest {
  static let fileName = "manifest"

  var followed: Int64 = 0
  /// The number of the next file.
  var next = 1
  var segments: [Int] = []
  var areas = PathTable()
  var units = PathTable()

  /// nil where there is none, or none of this form: the index is then made anew.
  static func read(folder: String, fingerprint: UInt64) -> SearchManifest? {
    guard let bytes = try? MappedBytes.open(folder + "/" + fileName) else { return nil }
    let text = String(
      decoding: UnsafeRawBufferPointer(start: bytes.base, count: bytes.count), as: UTF8.self)
    var lines = text.split(separator: "\n").map(String.init)
    guard lines.count >= 4, lines.first == head(fingerprint), let sum = lines.popLast(),
      sum == Self.sum(lines)
    else { return nil }
    var manifest = SearchManifest()
    var areas: [[Int64]] = [[]]
    var units: [[Int64]] = [[]]
    for line in lines.dropFirst() {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Int64($0) }
      guard numbers.count == words.count - 1, let first = numbers.first else { return nil }
      switch words[0] {
      case "followed": manifest.followed = first
      case "next": manifest.next = Int(first)
      case "segment": manifest.segments.append(Int(first))
      case "area": areas.append(numbers)
      case "unit": units.append(numbers)
      default: return nil
      }
    }
    manifest.areas = PathTable(paths: areas)
    manifest.units = PathTable(paths: units)
    return manifest
  }

  /// Returns once the disk holds it.
  func write(folder: String, fingerprint: UInt64) throws(SearchStoreFault) {
    var lines = [Self.head(fingerprint), "followed \(followed)", "next \(next)"]
    lines += segments.map { "segment \($0)" }
    for (word, table) in [("area", areas), ("unit", units)] {
      for path in table.paths.dropFirst() {
        lines.append(word + " " + path.map(String.init).joined(separator: " "))
      }
    }
    lines.append(Self.sum(lines))
    let text = lines.joined(separator: "\n") + "\n"
    let path = folder + "/" + Self.fileName
    let bytes = try MappedBytes.make(count: text.utf8.count, path: path + ".new")
    for (index, byte) in text.utf8.enumerated() { bytes.pointer(UInt8.self, at: 0)[index] = byte }
    try bytes.synchronise()
    guard rename(path + ".new", path) == 0 else {
      throw SearchStoreFault(detail: "\(path) cannot be replaced: errno \(errno)")
    }
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
    if descriptor >= 0 {
      fsync(descriptor)
      close(descriptor)
    }
  }

  private static func head(_ fingerprint: UInt64) -> String {
    "civicloop search 1 \(fingerprint)"
  }

  private static func sum(_ lines: [String]) -> String {
    let bytes = Array(lines.joined(separator: "\n").utf8)
    return bytes.withUnsafeBytes { "sum " + String(Checksum.of($0.baseAddress!, count: $0.count)) }
  }
}
