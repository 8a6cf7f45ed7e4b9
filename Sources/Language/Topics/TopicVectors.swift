import Glibc

/// Texts as vectors of unit length over their pairs of characters, and over the runs of four of their
/// titles, in which names of places and bodies stand out.
struct TopicVectors {
  /// A run that more than this share of all texts have tells nothing of a matter.
  static let commonShare = 0.05
  /// The same for names: a matter that fills the city must not fall silent by its own size.
  static let commonNameShare = 0.5
  /// A run that no more texts than this have is never too common: of few texts any matter is a
  /// great share.
  static let commonMin = 100
  /// How often a title counts beside its text.
  static let titleTimes = 3.0
  private static let nameLength = 4
  private static let textScalarsMax = 20_000

  /// Terms and weights of each text, by rising term.
  let rows: [[(term: Int32, weight: Float)]]
  /// Which texts have a term, and with what weight.
  let postings: [[(text: Int32, weight: Float)]]

  init(_ texts: [TopicText]) {
    var numbers: [UInt64: Int32] = [:]
    var frequencies: [Int] = []
    var isName: [Bool] = []
    var raw: [[Int32: Float]] = []
    for text in texts {
      var counts: [Int32: Float] = [:]
      func add(_ scalars: [UInt32], _ length: Int, _ times: Float) {
        guard scalars.count >= length else { return }
        for start in 0...(scalars.count - length) {
          var key: UInt64 = UInt64(length)
          var isWhole = true
          for scalar in scalars[start..<(start + length)] {
            if scalar == 0 { isWhole = false }
            key = (key ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3
            key ^= key >> 29
          }
          guard isWhole else { continue }
          let term = numbers[key, default: Int32(numbers.count)]
          if Int(term) == numbers.count {
            numbers[key] = term
            frequencies.append(0)
            isName.append(length == Self.nameLength)
          }
          counts[term, default: 0] += times
        }
      }
      let title = Self.scalars(text.title)
      add(title, 2, Float(Self.titleTimes))
      add(title, Self.nameLength, Float(Self.titleTimes))
      add(Self.scalars(text.text), 2, 1)
      for term in counts.keys { frequencies[Int(term)] += 1 }
      raw.append(counts)
    }
    func most(_ share: Double) -> Int {
      max(Self.commonMin, Int(Double(texts.count) * share))
    }
    let (common, commonName) = (most(Self.commonShare), most(Self.commonNameShare))
    var rows: [[(term: Int32, weight: Float)]] = []
    var postings = [[(text: Int32, weight: Float)]](repeating: [], count: frequencies.count)
    for (index, counts) in raw.enumerated() {
      var row: [(term: Int32, weight: Float)] = []
      for (term, count) in counts {
        let frequency = frequencies[Int(term)]
        guard frequency >= 2, frequency <= (isName[Int(term)] ? commonName : common) else {
          continue
        }
        row.append(
          (term, (1 + log(count)) * Float(log(Double(texts.count) / Double(frequency)) + 1)))
      }
      row.sort { $0.term < $1.term }
      let length = row.reduce(Float(0)) { $0 + $1.weight * $1.weight }.squareRoot()
      for place in row.indices { row[place].weight /= max(length, .leastNormalMagnitude) }
      for entry in row { postings[Int(entry.term)].append((Int32(index), entry.weight)) }
      rows.append(row)
    }
    self.rows = rows
    self.postings = postings
  }

  /// Letters, digits and characters; everything else is a gap (0) that no run reaches across.
  private static func scalars(_ text: String) -> [UInt32] {
    text.unicodeScalars.prefix(textScalarsMax).map { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? scalar.value : 0
    }
  }

  /// Cosine of a vector with every text that shares a term with it; the rest stay 0.
  func cosines(_ vector: [(term: Int32, weight: Float)], into sums: inout [Float]) {
    for index in sums.indices { sums[index] = 0 }
    for entry in vector {
      for posting in postings[Int(entry.term)] {
        sums[Int(posting.text)] += entry.weight * posting.weight
      }
    }
  }

  /// The middle of some texts: their weightiest common terms, at unit length.
  func middle(of members: [Int], termsMax: Int) -> [(term: Int32, weight: Float)] {
    var sums: [Int32: Float] = [:]
    for member in members {
      for entry in rows[member] { sums[entry.term, default: 0] += entry.weight }
    }
    let best = sums.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(termsMax)
    let length = best.reduce(Float(0)) { $0 + $1.value * $1.value }.squareRoot()
    return best.map { ($0.key, $0.value / max(length, .leastNormalMagnitude)) }
      .sorted { $0.term < $1.term }
  }
}
