import City
import Ports

/// Made-up documents for the benchmark of the search box: words of ideographs drawn by Zipf's law,
/// as words of a language are, with numbers and punctuation between them. Speaks of nobody.
///
/// The same seed gives the same documents, whichever is asked for first.
struct SearchCorpus: Sendable {
  static let wordsCount = 60_000
  /// Characters that words are made of, the commonest first.
  static let charactersCount = 4_500
  static let firstCharacter: UInt32 = 0x4E00
  /// Characters of a text: so many at least, and up to as many more.
  static let textCharactersMin = 110
  static let textCharactersSpread = 100
  static let streets = 14
  static let neighbourhoodsPerStreet = 20
  static let units = 40
  static let comma: Unicode.Scalar = "\u{FF0C}"
  static let stop: Unicode.Scalar = "\u{3002}"

  private let words: [[Unicode.Scalar]]
  private let bounds: [Double]
  private let seed: UInt64
  let now: Instant

  init(seed: UInt64, now: Instant) {
    self.seed = seed
    self.now = now
    var random = BenchRandom(seed: seed)
    let characters = (0..<Self.charactersCount).map { _ in
      // Ideographs of the common block; one drawn twice is only commoner.
      Unicode.Scalar(Self.firstCharacter + UInt32(random.index(below: 20_000))) ?? "?"
    }
    let characterBounds = Self.zipf(characters.count, shift: 20)
    var made: [[Unicode.Scalar]] = []
    for rank in 0..<Self.wordsCount {
      // The commonest words are short, as everywhere; most have two characters.
      let lengths = rank < 60 ? [1] : rank < 3_000 ? [1, 2, 2, 2, 2, 2] : [2, 2, 2, 2, 3, 3, 4]
      let length = lengths[random.index(below: lengths.count)]
      made.append(
        (0..<length).map { _ in characters[Self.draw(characterBounds, random.unit())] })
    }
    words = made
    bounds = Self.zipf(made.count, shift: 2.7)
  }

  /// Running sums of 1 / (rank + shift), up to 1.
  private static func zipf(_ count: Int, shift: Double) -> [Double] {
    var sum = 0.0
    let sums = (0..<count).map { rank -> Double in
      sum += 1 / (Double(rank) + shift)
      return sum
    }
    return sums.map { $0 / sum }
  }

  private static func draw(_ bounds: [Double], _ value: Double) -> Int {
    var low = 0
    var high = bounds.count - 1
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Document `number` of `total`: later ones are newer, over two years.
  func document(_ number: Int, of total: Int) -> SearchDocument {
    var random = BenchRandom(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
    let kinds: [SearchKind] = [.case, .case, .case, .case, .event, .event, .thing, .document]
    var document = SearchDocument(
      kind: kinds[random.index(below: kinds.count)], id: Int64(number) + 1)
    let age = Int64(Double(total - number) / Double(total) * 730 * Double(Duration.day))
    document.time = now.advanced(byMilliseconds: -age)
    document.code = "2026-\(1_000 + number % 300)-\(10_000 + number)"
    document.title = text(&random, characters: 12, punctuated: false)
    document.address = text(&random, characters: 10, punctuated: false) + "\(number % 900)"
    document.text = text(
      &random,
      characters: Self.textCharactersMin + random.index(below: Self.textCharactersSpread),
      punctuated: true)
    let street = Int64(10 + random.index(below: Self.streets))
    document.area = AreaPath([
      ID(1), ID(2), ID(street),
      ID(street * 1_000 + Int64(random.index(below: Self.neighbourhoodsPerStreet))),
    ])
    document.unit = UnitPath([ID(1), ID(Int64(100 + random.index(below: Self.units)))])
    document.position = Position(
      longitude: 121.3 + random.unit() * 0.2, latitude: 31.2 + random.unit() * 0.2)
    return document
  }

  private func text(
    _ random: inout BenchRandom, characters: Int, punctuated: Bool
  ) -> String {
    var text = String.UnicodeScalarView()
    var count = 0
    var sinceMark = 0
    while count < characters {
      let word = words[Self.draw(bounds, random.unit())]
      text.append(contentsOf: word)
      count += word.count
      sinceMark += 1
      guard punctuated, sinceMark > 4 + random.index(below: 8) else { continue }
      text.append(random.index(below: 3) == 0 ? Self.stop : Self.comma)
      count += 1
      sinceMark = 0
    }
    return String(text)
  }

  /// Scopes as callers have them: all, the district, streets, a neighbourhood, units, both.
  static var scopes: [Scope] {
    [
      .everything, .area(ID(2)), .area(ID(10)), .area(ID(17)), .area(ID(12_003)),
      .unit(ID(100)), .unit(ID(117)), .areaOrUnit(ID(14), ID(105)),
    ]
  }
}
