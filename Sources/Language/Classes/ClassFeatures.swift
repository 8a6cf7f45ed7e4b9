import Glibc

/// The grams that count, and how a text becomes a row of numbers: the logarithm of how often each
/// gram stands in it times how rare it is, brought to length 1. The same of the lead alone, brought
/// to the length `leadWeight`, is added, and the sum brought to length 1.
struct ClassFeatures: Sendable {
  /// What the lead counts beside the whole. Of 16 to 40 characters, 0.1 to 0.3 give 0.2 to 0.5
  /// points of macro-F1 more in five folds of government messages; more weight, or more characters,
  /// gives less.
  static let leadWeight: Float = 0.2
  /// Grams of fewer texts are passed over: they cannot be told from chance.
  static let textsMin = 2
  /// Grams of a model times its classes at most, so that its weights stay below 40 MB; the grams
  /// in most texts are kept.
  static let weightsMax = 9_000_000

  let table: KeyTable
  /// By column: rarity, 1 for a gram of every text.
  let rarities: [Float]
  /// What the lead counts here: 0 in models that were learned before it did.
  let leadWeight: Float

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
    leadWeight = Self.leadWeight
  }

  init(keys: [UInt64], rarities: [Float], leadWeight: Float) {
    var table = KeyTable(capacity: keys.count)
    for key in keys { _ = table.add(key) }
    self.table = table
    self.rarities = rarities
    self.leadWeight = leadWeight
  }

  /// Of every number of a gram its column here, or -1: read once, used for every row.
  func columns(of keys: [UInt64]) -> [Int32] {
    keys.map { table.number(of: $0) ?? -1 }
  }

  /// A text's row, its columns in any order; empty where it has no known gram.
  func row(_ document: [GramCount], columns: [Int32]) -> [(column: Int32, value: Float)] {
    var sum = LeadSum(capacity: document.count + 1)
    for gram in document {
      let column = columns[Int(gram.number)]
      guard column >= 0 else { continue }
      add(column, count: Int(gram.count), lead: Int(gram.lead), to: &sum)
    }
    return sum.row(leadWeight)
  }

  /// The row of a text that is not of the training set.
  func row(_ source: TextGrams.Source, scratch: inout RowScratch) -> [(
    column: Int32, value: Float
  )] {
    sum(source, scratch: &scratch).row(leadWeight)
  }

  /// How strongly the grams of a text count in its row beside their rarity: all of them, and besides
  /// those of its lead.
  func strengths(of source: TextGrams.Source) -> (whole: Float, lead: Float) {
    var scratch = RowScratch()
    let sum = sum(source, scratch: &scratch)
    return (sum.wholeFactor, sum.leadFactor(leadWeight))
  }

  /// Where a gram is unknown, so is every longer one that begins with it: it was in no more texts.
  private func sum(_ source: TextGrams.Source, scratch: inout RowScratch) -> LeadSum {
    var sum = LeadSum(capacity: (source.count + 1) * TextGrams.lengthMax)
    source.readGrams { key, isLead in
      guard let column = table.number(of: key) else { return false }
      scratch.count(column, isLead: isLead)
      return true
    }
    scratch.take { column, count, lead in
      add(column, count: Int(count), lead: Int(lead), to: &sum)
    }
    return sum
  }

  @inline(__always)
  private func add(_ column: Int32, count: Int, lead: Int, to sum: inout LeadSum) {
    let rarity = rarities[Int(column)]
    sum.add(
      column, whole: Self.logarithm(count) * rarity, lead: Self.logarithm(lead) * rarity)
  }

  /// Logarithms of small counts, looked up.
  private static let logarithms: [Float] = (0..<256).map { $0 == 0 ? 0 : 1 + logf(Float($0)) }

  @inline(__always)
  private static func logarithm(_ count: Int) -> Float {
    count < 256 ? logarithms[count] : 1 + logf(Float(count))
  }
}

/// Two rows of one text, of the whole and of its lead, that become one.
private struct LeadSum {
  private var entries: [(column: Int32, whole: Float, lead: Float)] = []
  private var wholeSquare: Float = 0
  private var leadSquare: Float = 0

  init(capacity: Int) {
    entries.reserveCapacity(capacity)
  }

  @inline(__always)
  mutating func add(_ column: Int32, whole: Float, lead: Float) {
    entries.append((column, whole, lead))
    wholeSquare += whole * whole
    leadSquare += lead * lead
  }

  /// What brings the row of the whole to length 1.
  var wholeFactor: Float { wholeSquare > 0 ? 1 / wholeSquare.squareRoot() : 0 }

  /// What brings the row of the lead to the length that it has beside the whole.
  func leadFactor(_ weight: Float) -> Float {
    leadSquare > 0 ? weight / leadSquare.squareRoot() : 0
  }

  func row(_ leadWeight: Float) -> [(column: Int32, value: Float)] {
    let (whole, lead) = (wholeFactor, leadFactor(leadWeight))
    var square: Float = 0
    var row = entries.map { entry in
      let value = entry.whole * whole + entry.lead * lead
      square += value * value
      return (column: entry.column, value: value)
    }
    guard square > 0 else { return row }
    let factor = 1 / square.squareRoot()
    for index in row.indices { row[index].value *= factor }
    return row
  }
}

/// How often a gram of a training set stands in one of its texts.
struct GramCount: Sendable {
  let number: Int32
  let count: Int32
  /// Of these, how many in the lead.
  let lead: Int32
}

/// Counts grams of one text after another, by their numbers, without making the table anew.
struct RowScratch {
  private struct Count {
    // A text has fewer characters than this holds.
    var whole: UInt16 = 0
    var lead: UInt16 = 0
  }
  private var counts: [Count] = []
  private var touched: [Int32] = []

  @inline(__always)
  mutating func count(_ number: Int32, isLead: Bool) {
    let index = Int(number)
    if index >= counts.count {
      counts.append(contentsOf: repeatElement(Count(), count: index + 1_024))
    }
    if counts[index].whole == 0 { touched.append(number) }
    counts[index].whole &+= 1
    if isLead { counts[index].lead &+= 1 }
  }

  /// Hands out what was counted; the scratch is empty after it.
  @inline(__always)
  mutating func take(_ body: (_ number: Int32, _ whole: UInt16, _ lead: UInt16) -> Void) {
    for number in touched {
      let count = counts[Int(number)]
      body(number, count.whole, count.lead)
      counts[Int(number)] = Count()
    }
    touched.removeAll(keepingCapacity: true)
  }
}
