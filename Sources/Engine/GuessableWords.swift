import City
import Synchronization

/// What people make passwords of, and everybody tries first: words, names, keys beside each other,
/// dates. The words are the packs'; counting what is left is ours.
package final class GuessableWords: Sendable {
  /// Characters that a password must have beyond all of that.
  package static let ownMin = 5
  /// Words that are read of a table.
  static let wordsMax = 1_000
  /// Characters in a row that count as one step after another, or as the same again.
  private static let runMin = 3
  /// Digits of a mobile number, and of a date without and with its month and day.
  private static let (phoneDigits, yearDigits, dayDigits) = (11, 4, 8)

  private let words = Mutex<[[Character]]>([])

  init() {}

  /// Takes words one a line; a line that begins with `#` is for readers.
  package func equip(_ table: String) {
    let lines = table.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
    words.withLock { $0 = lines.prefix(Self.wordsMax).map { Array($0.lowercased()) } }
  }

  /// Letters and digits of a password that nobody tries first: the fewest of its readings.
  ///
  /// - Parameter names: further words, such as the name of whose password it is.
  func own(_ password: String, besides names: [String]) -> Int {
    let known = words.withLock { $0 } + names.map { Array($0.lowercased()) }
    return Self.readings(Array(password.lowercased())).map { Self.own($0, known) }.min() ?? 0
  }

  /// As it stands; with signs for the digits on the same keys; with signs and digits for letters
  /// that look alike.
  private static func readings(_ text: [Character]) -> [[Character]] {
    [text, text.map { keys[$0] ?? $0 }, text.map { shapes[$0] ?? $0 }]
  }

  private static let keys = Dictionary(
    uniqueKeysWithValues: zip("!@#$%^&*()", "1234567890"))
  private static let shapes = Dictionary(
    uniqueKeysWithValues: zip("@4$501!37", "aassoliet"))

  private static func own(_ text: [Character], _ words: [[Character]]) -> Int {
    var covered = [Bool](repeating: false, count: text.count)
    for word in words where word.count >= 2 && word.count <= text.count {
      for start in 0...(text.count - word.count)
      where text[start..<start + word.count].elementsEqual(word) {
        for place in start..<start + word.count { covered[place] = true }
      }
    }
    for run in runs(text) + numbers(text) {
      for place in run { covered[place] = true }
    }
    return text.indices.count { !covered[$0] && (text[$0].isLetter || text[$0].isNumber) }
  }

  /// The same again and again, and one after another, up or down.
  private static func runs(_ text: [Character]) -> [Range<Int>] {
    let codes = text.map { Int($0.unicodeScalars.first?.value ?? 0) }
    var found: [Range<Int>] = []
    for step in [-1, 0, 1] {
      var start = 0
      for place in 1...max(codes.count, 1) {
        if place < codes.count, codes[place] - codes[place - 1] == step { continue }
        if place - start >= runMin { found.append(start..<min(place, codes.count)) }
        start = place
      }
    }
    return found
  }

  /// Years of our time, days of them, and mobile numbers.
  private static func numbers(_ text: [Character]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end].isASCII, text[end].isNumber { end += 1 }
      let digits = text[start..<end].map(String.init).joined()
      for place in start..<end {
        let rest = digits.dropFirst(place - start)
        if rest.hasPrefix("19") || rest.hasPrefix("20") {
          let count = rest.count >= dayDigits ? dayDigits : yearDigits
          if rest.count >= yearDigits { found.append(place..<place + count) }
        }
        if rest.hasPrefix("1"), rest.count >= phoneDigits {
          found.append(place..<place + phoneDigits)
        }
      }
      start = max(end, start + 1)
    }
    return found
  }
}
