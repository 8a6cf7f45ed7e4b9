import Glibc

/// The grams that count, and how a text becomes a row of numbers: the logarithm of how often each
/// gram stands in a part of the text times how rare it is, each part brought to its own length,
/// the whole to length 1.
struct ClassFeatures: Sendable {
  /// Grams of fewer texts are passed over: they cannot be told from chance.
  static let textsMin = 2
  /// Grams of a model times its classes at most, so that its weights stay below 40 MB; the grams
  /// in most texts are kept.
  static let weightsMax = 9_000_000

  let table: KeyTable
  /// By column: rarity, 1 for a gram of every text.
  let rarities: [Float]

  var columnsCount: Int { rarities.count }
  /// What every row has besides its grams, so that classes may differ in how common they are.
  var constant: (column: Int32, value: Float) { (Int32(columnsCount), 1) }

  /// - Parameter documents: of every text its grams and how often each stands there.
  init(documents: [[GramCount]], keys: [UInt64], classesCount: Int) {
    var texts = [Int32](repeating: 0, count: keys.count)
    for document in documents {
      for gram in document { texts[Int(gram.number)] += 1 }
    }
    var kept = texts.indices.filter { texts[$0] >= Self.textsMin }
    let lanes = (classesCount + ClassWeights.lanes - 1) / ClassWeights.lanes * ClassWeights.lanes
    let columnsMax = Self.weightsMax / lanes
    if kept.count > columnsMax {
      // Of equal ones the earlier stays, so that with a gram every beginning of it is kept.
      kept.sort { texts[$0] != texts[$1] ? texts[$0] > texts[$1] : $0 < $1 }
      kept.removeLast(kept.count - columnsMax)
      kept.sort()
    }
    var table = KeyTable(capacity: kept.count)
    for number in kept { _ = table.add(keys[number]) }
    self.table = table
    rarities = kept.map {
      logf(Float(1 + documents.count) / Float(1 + texts[$0])) + 1
    }
  }

  init(keys: [UInt64], rarities: [Float]) {
    var table = KeyTable(capacity: keys.count)
    for key in keys { _ = table.add(key) }
    self.table = table
    self.rarities = rarities
  }

  /// Of every number of a gram its column here, or -1: read once, used for every row.
  func columns(of keys: [UInt64]) -> [Int32] {
    keys.map { table.number(of: $0) ?? -1 }
  }

  /// A text's row, its columns in any order; empty where it has no known gram.
  func row(_ document: [GramCount], columns: [Int32]) -> [(column: Int32, value: Float)] {
    var row: [(column: Int32, value: Float)] = []
    row.reserveCapacity(document.count + 1)
    for gram in document {
      let column = columns[Int(gram.number)]
      guard column >= 0 else { continue }
      row.append((column, Self.logarithm(Int(gram.count)) * rarities[Int(column)]))
    }
    Self.scale(&row)
    return row
  }

  /// The row of a text that is not of the training set.
  ///
  /// Where a gram is unknown, so is every longer one that begins with it: it was in no more texts.
  func row(_ source: TextGrams.Source, scratch: inout RowScratch) -> [(
    column: Int32, value: Float
  )] {
    scratch.begin(columnsCount)
    var row: [(column: Int32, value: Float)] = []
    row.reserveCapacity((source.title.count + source.text.count + 1) * TextGrams.lengthMax)
    for piece in source.pieces {
      TextGrams.forEach(in: piece) { key, _, _ in
        guard let column = table.number(of: key) else { return false }
        scratch.count(column)
        return true
      }
    }
    scratch.take { column, count in
      row.append((column, Self.logarithm(Int(count)) * rarities[Int(column)]))
    }
    Self.scale(&row)
    return row
  }

  /// Logarithms of small counts, looked up.
  private static let logarithms: [Float] = (0..<256).map { $0 == 0 ? 0 : 1 + logf(Float($0)) }

  @inline(__always)
  private static func logarithm(_ count: Int) -> Float {
    count < 256 ? logarithms[count] : 1 + logf(Float(count))
  }

  /// Brings the entries from a place on to a length.
  private static func scale(_ row: inout [(column: Int32, value: Float)]) {
    row.withUnsafeMutableBufferPointer { row in
      var square: Float = 0
      for index in 0..<row.count { square += row[index].value * row[index].value }
      guard square > 0 else { return }
      let factor = 1 / square.squareRoot()
      for index in 0..<row.count { row[index].value *= factor }
    }
  }
}

/// How often a gram of a training set stands in one of its texts.
struct GramCount: Sendable {
  let number: Int32
  let count: Int32
}

/// Counts columns of one text after another without making the table anew.
struct RowScratch {
  private var counts: [UInt16] = []
  private var touched: [Int32] = []

  mutating func begin(_ columnsCount: Int) {
    if counts.count != columnsCount {
      counts = [UInt16](repeating: 0, count: columnsCount)
      touched.removeAll()
    }
  }

  @inline(__always)
  mutating func count(_ column: Int32) {
    let index = Int(column)
    if counts[index] == 0 { touched.append(column) }
    // A text has fewer characters than this holds.
    counts[index] &+= 1
  }

  /// Hands out what was counted; the scratch is empty after it.
  @inline(__always)
  mutating func take(_ body: (_ column: Int32, _ count: UInt16) -> Void) {
    for column in touched {
      body(column, counts[Int(column)])
      counts[Int(column)] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}
