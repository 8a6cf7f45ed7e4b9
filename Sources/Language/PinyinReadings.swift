/// How characters are read (拼音), so that names are found by their sound or its first letters.
///
/// Made from lines `character reading reading …`, the most usual reading first, without tones.
package struct PinyinReadings: Sendable {
  /// Readings of one character that are taken along.
  static let readingsMax = 3
  /// Ways of reading one name that are taken along.
  package static let spellingsMax = 4
  /// Characters of a name that are read.
  package static let charactersMax = 64

  private let readings: [UInt32: [String]]
  /// Changes with the table.
  package let fingerprint: UInt64

  /// Reads a table; a line of another form, and one that begins with `#`, is passed over.
  package init(table: String) {
    var readings: [UInt32: [String]] = [:]
    var sum: UInt64 = 14_695_981_039_346_656_037
    for line in table.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      guard let scalar = words.first?.unicodeScalars.first, words.count > 1 else { continue }
      readings[scalar.value] = words.dropFirst().prefix(Self.readingsMax).map(String.init)
      for byte in line.utf8 { sum = (sum ^ UInt64(byte)) &* 1_099_511_628_211 }
    }
    self.readings = readings
    fingerprint = sum
  }

  /// The sound of a name: its full readings and their first letters, for each way to read it, in
  /// one text parted by spaces. Letters and digits stand for themselves. Empty where nothing in
  /// it has a reading.
  package func spellings(of name: String) -> String {
    var ways: [(full: String, initials: String)] = [("", "")]
    var isRead = false
    for scalar in name.unicodeScalars.prefix(Self.charactersMax) {
      guard let sounds = readings[scalar.value] else {
        guard scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        else { continue }
        let letter = scalar.properties.lowercaseMapping
        ways = ways.map { ($0.full + letter, $0.initials + letter) }
        continue
      }
      isRead = true
      ways = Array(
        ways.flatMap { way in
          sounds.map { (way.full + $0, way.initials + $0.prefix(1)) }
        }.prefix(Self.spellingsMax))
    }
    guard isRead else { return "" }
    var words: [String] = []
    for way in ways {
      for word in [way.initials, way.full] where !words.contains(word) { words.append(word) }
    }
    return words.joined(separator: " ")
  }
}
