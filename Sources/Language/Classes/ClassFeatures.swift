import Glibc

/// The grams that count, and how a text becomes a row of numbers: the logarithm of how often each
/// gram stands there, times how rare it is, the row brought to length 1.
struct ClassFeatures: Sendable {
  /// Grams of fewer texts are passed over: they cannot be told from chance.
  static let textsMin = 2
  /// Grams of a model times its classes at most, so that its weights stay below 40 MB; the grams
  /// in most texts are kept.
  static let weightsMax = 10_000_000

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
    row.reserveCapacity(document.count)
    for gram in document {
      let column = columns[Int(gram.number)]
      guard column >= 0 else { continue }
      row.append((column, (1 + logf(Float(gram.count))) * rarities[Int(column)]))
    }
    Self.normalise(&row)
    return row
  }

  /// The row of a text that is not of the training set.
  func row(title: String, text: String, scratch: inout RowScratch) -> [(
    column: Int32, value: Float
  )] {
    scratch.begin(columnsCount)
    for part in [title, text] where !part.isEmpty {
      let scalars = TextGrams.scalars(of: part)
      TextGrams.forEach(in: scalars) { key, _, _ in
        if let column = table.number(of: key) { scratch.count(column) }
      }
    }
    var row = scratch.take().map { entry in
      (column: entry.column, value: (1 + logf(entry.count)) * rarities[Int(entry.column)])
    }
    Self.normalise(&row)
    return row
  }

  private static func normalise(_ row: inout [(column: Int32, value: Float)]) {
    let square = row.reduce(Float(0)) { $0 + $1.value * $1.value }
    guard square > 0 else { return }
    let factor = 1 / square.squareRoot()
    for index in row.indices { row[index].value *= factor }
  }
}

/// How often a gram of a training set stands in one of its texts.
struct GramCount: Sendable {
  let number: Int32
  let count: Int32
}

/// Counts columns of one text after another without making the table anew.
struct RowScratch {
  private var counts: [Float] = []
  private var touched: [Int32] = []

  mutating func begin(_ columnsCount: Int) {
    if counts.count != columnsCount {
      counts = [Float](repeating: 0, count: columnsCount)
      touched.removeAll()
    }
  }

  @inline(__always)
  mutating func count(_ column: Int32) {
    if counts[Int(column)] == 0 { touched.append(column) }
    counts[Int(column)] += 1
  }

  /// What was counted; the scratch is empty after it.
  mutating func take() -> [(column: Int32, count: Float)] {
    let taken = touched.map { (column: $0, count: counts[Int($0)]) }
    for column in touched { counts[Int(column)] = 0 }
    touched.removeAll(keepingCapacity: true)
    return taken
  }
}
