import City
package import Pack

/// A `CaseQuantity` made ready to be held against rows: words became numbers of the book.
package struct CaseCount: Sendable {
  package let quantity: CaseQuantity
  private let items: [Bool]?
  /// A bit for each channel, grade and verdict that is meant, in the order of all cases; bit 0 of the
  /// verdicts is for a row without one. Every bit where none is named.
  private let channels: UInt64
  private let grades: UInt64
  private let verdicts: UInt64
  private let marks: CaseMarks.Wanted
  private let contactMax: Int64?

  package init(_ quantity: CaseQuantity, book: CaseBook, catalogue: Catalogue) {
    self.quantity = quantity
    if quantity.items.isEmpty && quantity.categories.isEmpty {
      items = nil
    } else {
      let wanted = Set(quantity.items)
      let above = Set(quantity.categories)
      items = book.items.values.map { code in
        guard !wanted.contains(code) else { return true }
        guard let item = catalogue.item(code: code) else { return false }
        return catalogue.categoryPath(code: item.category).contains { above.contains($0.code) }
      }
    }
    channels = Self.bits(quantity.channels)
    grades = Self.bits(quantity.grades)
    verdicts = quantity.verdicts.isEmpty ? .max : Self.bits(quantity.verdicts) << 1
    marks = CaseMarks.Wanted(quantity)
    contactMax = quantity.contactWithinMinutes.map { Int64($0) * Duration.minute }
  }

  /// Whether a row is meant at all, whenever it counts.
  package func fits(_ row: CaseRow) -> Bool { fits(row, CaseMarks(row)) }

  /// The same, for who holds one row against many.
  func fits(_ row: CaseRow, _ rowMarks: CaseMarks) -> Bool {
    guard marks.holds(rowMarks), channels >> UInt64(row.channel) & 1 == 1,
      grades >> UInt64(row.grade) & 1 == 1, verdicts >> UInt64(row.verdict + 1) & 1 == 1
    else { return false }
    if let items {
      guard row.item >= 0, Int(row.item) < items.count, items[Int(row.item)] else { return false }
    }
    if let contactMax {
      guard let contact = row.contactMilliseconds, contact <= contactMax else { return false }
    }
    return true
  }

  /// When a row counts, in milliseconds; nil = not (yet). Of stocks: when it comes in.
  package func moment(_ row: CaseRow) -> Int64? {
    let moment: Int64 =
      switch quantity.moment {
      case .filed, .open: row.filedAt
      case .dispatched: row.dispatchedAt
      case .contacted: row.contactedAt
      case .closed: row.closedAt
      case .judged: row.judgedAt
      case .overdue: row.due
      }
    return moment == CaseRow.never ? nil : moment
  }

  /// Whether rows go out of it again.
  var isStock: Bool { quantity.moment == .open || quantity.moment == .overdue }

  /// Of stocks: when a row goes out again; nil = it is still in.
  package func end(_ row: CaseRow) -> Int64? { row.isClosed ? row.closedAt : nil }

  /// What a row adds.
  package func amount(_ row: CaseRow) -> Double {
    switch quantity.take {
    case .one: 1
    case .weight: Double(row.weight)
    case .handlingHours: Double(row.handlingMilliseconds) / Double(Duration.hour)
    case .contactMinutes:
      Double(row.contactMilliseconds ?? 0) / Double(Duration.minute)
    case .reworks: Double(row.reworks)
    case .returns: Double(row.returns)
    case .signals: Double(row.signals)
    case .judgements: Double(row.judgements)
    case .content: Double(row.content)
    case .solved: Double(row.solved)
    }
  }

  private static func bits<Word: CaseIterable & Hashable>(_ words: [Word]) -> UInt64 {
    guard !words.isEmpty else { return .max }
    return zip(Word.allCases, 0...).reduce(0) { bits, word in
      words.contains(word.0) ? bits | 1 << UInt64(word.1) : bits
    }
  }
}

/// What is true of a row and may be asked of it: a bit for each question.
struct CaseMarks {
  private enum Question: UInt16 {
    case isInTime, isReworked, isReturned, isReturnedWrongly, isDoubted, isUpheld, isRepeated
    case isUnclassified

    var bit: UInt16 { 1 << rawValue }
  }

  private var bits: UInt16 = 0

  // One by one, without a list: this is done for every row of a million.
  init(_ row: CaseRow) {
    mark(.isInTime, row.isInTime)
    mark(.isReworked, row.reworks > 0)
    mark(.isReturned, row.returns > 0)
    mark(.isReturnedWrongly, row.isReturnedWrongly)
    mark(.isDoubted, row.isDoubted)
    mark(.isUpheld, row.isUpheld)
    mark(.isRepeated, row.signals > 1)
    mark(.isUnclassified, row.item < 0)
  }

  private mutating func mark(_ question: Question, _ answer: Bool) {
    if answer { bits |= question.bit }
  }

  /// The answers that a quantity wants, of those questions that it asks.
  struct Wanted: Sendable {
    private var asked: UInt16 = 0
    private var answers: UInt16 = 0

    init(_ quantity: CaseQuantity) {
      ask(.isInTime, quantity.isInTime)
      ask(.isReworked, quantity.isReworked)
      ask(.isReturned, quantity.isReturned)
      ask(.isReturnedWrongly, quantity.isReturnedWrongly)
      ask(.isDoubted, quantity.isDoubted)
      ask(.isUpheld, quantity.isUpheld)
      ask(.isRepeated, quantity.isRepeated)
      ask(.isUnclassified, quantity.isUnclassified)
    }

    private mutating func ask(_ question: Question, _ answer: Bool?) {
      guard let answer else { return }
      asked |= question.bit
      if answer { answers |= question.bit }
    }

    func holds(_ marks: CaseMarks) -> Bool { marks.bits & asked == answers }
  }
}
