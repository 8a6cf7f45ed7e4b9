import City

/// How alike two written addresses are, as numbers that a model weighs.
///
/// Each part of one is laid beside the same part of the other; shared pairs of characters count by
/// how rare they are in the texts at hand.
package struct PlaceLikeness: Sendable {
  private static let compared: [AddressPart] = [
    .city, .district, .zone, .street, .neighbourhood, .road, .lane, .number, .place, .building,
    .unit, .floor, .room,
  ]
  private let parser: AddressParser
  private let rareness: [UInt64: Float]
  private let rarest: Float

  /// - Parameter texts: addresses, to tell common words from rare ones.
  package init(parser: AddressParser, texts: [String]) {
    self.parser = parser
    var counts: [UInt64: Int] = [:]
    for text in texts {
      let scalars = Self.scalars(text)
      for pair in Self.pairs(scalars[...]) { counts[pair, default: 0] += 1 }
    }
    let total = Float(texts.count + 1)
    rareness = counts.mapValues { Self.weight(total / Float($0 + 1)) }
    rarest = Self.weight(total)
  }

  /// Grows with the logarithm of its argument, without the system's mathematics.
  private static func weight(_ ratio: Float) -> Float {
    1 + Float(ratio.exponent) + (ratio.significand - 1)
  }

  /// An address, read once for many comparisons.
  package struct Reading: Sendable {
    let scalars: [UInt32]
    let pairs: Set<UInt64>
    let singles: Set<UInt32>
    let parsed: ParsedAddress
    let numbers: [String]
  }

  /// Reads an address; longer ones up to the parser's limit.
  package func reading(_ text: String) -> Reading {
    let scalars = Self.scalars(text)
    var numbers: [String] = []
    var number = ""
    for scalar in scalars {
      if (0x30...0x39).contains(scalar) {
        number.unicodeScalars.append(Unicode.Scalar(scalar) ?? "0")
      } else if !number.isEmpty {
        numbers.append(number)
        number = ""
      }
    }
    if !number.isEmpty { numbers.append(number) }
    return Reading(
      scalars: scalars, pairs: Self.pairs(scalars[...]), singles: Set(scalars),
      parsed: parser.parse(text), numbers: numbers)
  }

  /// The numbers of one pair; always equally many.
  package func features(_ asked: Reading, _ other: Reading) -> [Float] {
    var row: [Float] = []
    for part in Self.compared { row.append(agreement(asked, other, part)) }
    let names: [AddressPart] = [.road, .place, .neighbourhood]
    for part in names {
      row.append(coverage(of: asked.parsed.all(part).map(\.core), by: other.pairs))
      row.append(coverage(of: other.parsed.all(part).map(\.core), by: asked.pairs))
      row.append(closest(asked.parsed.all(part), other.parsed.all(part)))
    }
    row.append(share(asked.pairs, other.pairs))
    row.append(share(other.pairs, asked.pairs))
    let common = Float(asked.singles.intersection(other.singles).count)
    row.append(common / Float(max(1, asked.singles.count)))
    row.append(common / Float(max(1, other.singles.count)))
    row += overlap(asked.scalars, other.scalars)
    row += numbers(asked, other)
    row.append(Float(asked.scalars.count))
    row.append(Float(other.scalars.count))
    row.append(Float(finest(asked.parsed)))
    row.append(Float(finest(other.parsed)))
    row.append(asked.parsed.isCrossing ? 1 : 0)
    row.append(other.parsed.isCrossing ? 1 : 0)
    row.append(Float(other.parsed.all(.aside).count))
    // What the other address ends with is usually its name.
    row.append(share(Self.pairs(other.scalars.suffix(4)), asked.pairs))
    row.append(share(Self.pairs(other.scalars.suffix(8)), asked.pairs))
    row.append(share(Self.pairs(asked.scalars.suffix(4)), other.pairs))
    row.append(share(Self.pairs(asked.scalars.suffix(8)), other.pairs))
    return row
  }

  /// 3 the same, 2 and 1 alike, 0 in neither, -1 asked alone, -2 the other alone, -3 different.
  private func agreement(_ asked: Reading, _ other: Reading, _ part: AddressPart) -> Float {
    let (mine, theirs) = (asked.parsed.all(part), other.parsed.all(part))
    if mine.isEmpty { return theirs.isEmpty ? 0 : -2 }
    if theirs.isEmpty { return -1 }
    if mine.contains(where: { one in theirs.contains { $0.core == one.core } }) { return 3 }
    guard !AddressWords.numbered.contains(part) else { return -3 }
    let nearest = closest(mine, theirs)
    return nearest > 0.6 ? 2 : nearest > 0.3 ? 1 : -3
  }

  private func closest(_ mine: [AddressPiece], _ theirs: [AddressPiece]) -> Float {
    var best: Float = 0
    for one in mine {
      let pairs = Self.pairs(Self.scalars(one.core)[...])
      for another in theirs {
        let others = Self.pairs(Self.scalars(another.core)[...])
        let shared = pairs.intersection(others).count
        best = max(best, 2 * Float(shared) / Float(max(1, pairs.count + others.count)))
      }
    }
    return best
  }

  private func coverage(of names: [String], by pairs: Set<UInt64>) -> Float {
    guard !names.isEmpty else { return -1 }
    return names.map { share(Self.pairs(Self.scalars($0)[...]), pairs) }.max() ?? 0
  }

  /// Which part of one's rareness the other has too.
  private func share(_ pairs: Set<UInt64>, _ others: Set<UInt64>) -> Float {
    var (shared, all) = (Float(0), Float(0))
    for pair in pairs.sorted() {
      let weight = rareness[pair] ?? rarest
      all += weight
      if others.contains(pair) { shared += weight }
    }
    return all > 0 ? shared / all : -1
  }

  /// The longest run and the longest sequence of characters that both have.
  private func overlap(_ mine: [UInt32], _ theirs: [UInt32]) -> [Float] {
    var run = [Int](repeating: 0, count: theirs.count + 1)
    var sequence = run
    var longest = 0
    for one in mine {
      var (runBefore, sequenceBefore) = (0, 0)
      for (at, other) in theirs.enumerated() {
        let (runHere, sequenceHere) = (run[at + 1], sequence[at + 1])
        run[at + 1] = one == other ? runBefore + 1 : 0
        sequence[at + 1] =
          one == other ? sequenceBefore + 1 : max(sequenceHere, sequence[at])
        longest = max(longest, run[at + 1])
        (runBefore, sequenceBefore) = (runHere, sequenceHere)
      }
    }
    let common = Float(sequence.last ?? 0)
    return [
      Float(longest), common / Float(max(1, mine.count)), common / Float(max(1, theirs.count)),
    ]
  }

  private func numbers(_ asked: Reading, _ other: Reading) -> [Float] {
    let (mine, theirs) = (Set(asked.numbers), Set(other.numbers))
    let shared = mine.intersection(theirs).count
    func same(_ one: String?, _ another: String?) -> Float {
      guard let one, let another else { return 0 }
      return one == another ? 1 : -1
    }
    return [
      Float(shared), Float(mine.count - shared), Float(theirs.count - shared),
      same(asked.numbers.first, other.numbers.first),
      same(asked.numbers.last, other.numbers.last),
      asked.numbers.first.map { theirs.contains($0) ? 1 : -1 } ?? 0,
      asked.numbers.last.map { theirs.contains($0) ? 1 : -1 } ?? 0,
    ]
  }

  private func finest(_ parsed: ParsedAddress) -> Int {
    parsed.pieces.compactMap { Self.compared.firstIndex(of: $0.part) }.max() ?? -1
  }

  private static func scalars(_ text: String) -> [UInt32] {
    text.unicodeScalars.prefix(AddressParser.scalarsMax).map { ScalarForm.folded($0.value) }
      .filter { ScalarForm.sort($0) == .ideograph || ScalarForm.sort($0) == .word }
  }

  private static func pairs(_ scalars: ArraySlice<UInt32>) -> Set<UInt64> {
    guard scalars.count > 1 else { return Set(scalars.map { UInt64($0) }) }
    return Set(zip(scalars, scalars.dropFirst()).map { UInt64($0) << 32 | UInt64($1) })
  }
}
