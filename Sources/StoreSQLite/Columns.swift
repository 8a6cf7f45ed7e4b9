import City

// How values of the city lie in columns.

extension ID {
  var sql: SQLValue { .integer(rawValue) }
}

extension Optional {
  func sql<Subject>() -> SQLValue where Wrapped == ID<Subject> {
    map { .integer($0.rawValue) } ?? .null
  }
}

extension SQLValue {
  static func optional(_ instant: Instant?) -> SQLValue { optional(instant?.milliseconds) }
}

/// The columns of an area path or unit path, in order of depth.
enum PathColumns {
  static let areas = ["area_1", "area_2", "area_3", "area_4", "area_5"]
  static let units = ["unit_1", "unit_2", "unit_3", "unit_4", "unit_5"]

  static func values(_ path: AreaPath) -> [SQLValue] { padded(path.areas.map(\.rawValue)) }
  static func values(_ path: UnitPath) -> [SQLValue] { padded(path.units.map(\.rawValue)) }

  private static func padded(_ numbers: [Int64]) -> [SQLValue] {
    (0..<areas.count).map { $0 < numbers.count ? .integer(numbers[$0]) : .null }
  }
}

extension Row {
  func id<Subject>(_ column: Int) -> ID<Subject> { ID(integer(column)) }
  func optionalID<Subject>(_ column: Int) -> ID<Subject>? { optionalInteger(column).map { ID($0) } }
  func instant(_ column: Int) -> Instant { Instant(milliseconds: integer(column)) }
  func optionalInstant(_ column: Int) -> Instant? {
    optionalInteger(column).map { Instant(milliseconds: $0) }
  }
  func digest(_ column: Int) -> Digest { Digest(bytes: blob(column)) }

  /// Text of a closed list; a word that is not in it means a damaged file.
  func word<Word: RawRepresentable>(_ column: Int) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: text(column)) else {
      preconditionFailure("column \(column) holds no \(Word.self)")
    }
    return word
  }

  func areaPath(_ column: Int) -> AreaPath {
    AreaPath((column..<column + AreaPath.depthMax).compactMap { optionalID($0) })
  }
  func unitPath(_ column: Int) -> UnitPath {
    UnitPath((column..<column + UnitPath.depthMax).compactMap { optionalID($0) })
  }
  func position(_ column: Int) -> Position? {
    guard let longitude = optionalReal(column), let latitude = optionalReal(column + 1) else {
      return nil
    }
    return Position(longitude: longitude, latitude: latitude)
  }
  /// How a place was found, from two columns.
  func located(_ column: Int) -> Located? {
    guard !isNull(column) else { return nil }
    return Located(by: word(column), confidence: Int(integer(column + 1)))
  }
  func files(_ column: Int) -> [FileDigest] {
    let bytes = blob(column)
    return stride(from: 0, to: bytes.count, by: Digest.byteCount).map {
      FileDigest(Digest(bytes: Array(bytes[$0..<$0 + Digest.byteCount])))
    }
  }
}

extension SQLValue {
  static func files(_ files: [FileDigest]) -> SQLValue { .blob(files.flatMap(\.digest.bytes)) }
}

/// Lists of words in one column: each word ends with U+001F; that character and the backslash are
/// escaped inside words.
enum WordList {
  private static let end: UInt8 = 0x1F
  private static let escape = UInt8(ascii: "\\")
  private static let escapedEnd = UInt8(ascii: "e")

  static func joined(_ words: [String]) -> String {
    var bytes: [UInt8] = []
    for word in words {
      for byte in word.utf8 {
        switch byte {
        case end: bytes += [escape, escapedEnd]
        case escape: bytes += [escape, escape]
        default: bytes.append(byte)
        }
      }
      bytes.append(end)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var isEscaped = false
    for byte in text.utf8 {
      if isEscaped {
        word.append(byte == escapedEnd ? end : byte)
        isEscaped = false
      } else if byte == escape {
        isEscaped = true
      } else if byte == end {
        words.append(String(decoding: word, as: UTF8.self))
        word.removeAll(keepingCapacity: true)
      } else {
        word.append(byte)
      }
    }
    return words
  }
}
