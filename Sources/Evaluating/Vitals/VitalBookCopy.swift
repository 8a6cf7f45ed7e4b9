import City
import Pack

/// What a `VitalBook` counts of cases as chunks of words of 64 bits, and back: a copy that spares
/// counting all rows again. It is of one catalogue and of the places of one day.
extension VitalBook {
  /// Says how the words lie, and how rows are counted; another number from each change of either on.
  static let copyLayout: Int64 = 1
  static let valuesInChunk = 1 << 20

  /// Some buckets of one quantity: what a chunk holds.
  package struct Part: Sendable {
    let quantity: Int
    let buckets: Range<Int>
  }

  /// Two books may take each other's chunks where this is the same, and the catalogue too.
  package var copyKey: [Int64] {
    var words = [Self.copyLayout, offsetMilliseconds, Int64(quantities.count)]
    words.put(places.places) { place in
      switch place {
      case .area(let id): [0, id.rawValue]
      case .unit(let id): [1, id.rawValue]
      }
    }
    return words
  }

  /// What there is to copy, in chunks that are not too large.
  package var parts: [Part] {
    let width = max(1, Self.valuesInChunk / max(1, places.count))
    return quantities.indices.filter { quantities[$0].isOfCases }.flatMap { quantity in
      let buckets = cells[quantity].buckets
      return stride(from: buckets.lowerBound, to: buckets.upperBound, by: width).map {
        Part(quantity: quantity, buckets: $0..<min($0 + width, buckets.upperBound))
      }
    }
  }

  /// The words of a part: the number of its quantity, then what its buckets hold.
  package func chunk(_ part: Part) -> [Int64] {
    var words = [Int64(part.quantity)]
    cells[part.quantity].put(part.buckets, into: &words)
    return words
  }

  /// Takes in a chunk, into a book in which no case was counted.
  ///
  /// - Returns: false where it is none: the book is then of no use.
  package mutating func take(chunk words: [Int64]) -> Bool {
    guard let number = words.first, let quantity = Int(exactly: number),
      quantities.indices.contains(quantity), quantities[quantity].isOfCases
    else { return false }
    return cells[quantity].take(words.dropFirst())
  }
}
