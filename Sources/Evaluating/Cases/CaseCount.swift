import City
package import Pack

/// A `CaseQuantity` made ready to be held against rows: words became numbers of the book.
package struct CaseCount: Sendable {
  package let quantity: CaseQuantity
  private let items: [Bool]?
  private let channels: [Bool]?
  private let grades: [Bool]?
  private let verdicts: [Bool]?

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
    channels = Self.marks(quantity.channels)
    grades = Self.marks(quantity.grades)
    verdicts = Self.marks(quantity.verdicts)
  }

  /// Whether a row is meant at all, whenever it counts.
  package func fits(_ row: CaseRow) -> Bool {
    if let items {
      guard row.item >= 0, Int(row.item) < items.count, items[Int(row.item)] else { return false }
    }
    if let channels, !channels[Int(row.channel)] { return false }
    if let grades, !grades[Int(row.grade)] { return false }
    if let verdicts {
      guard row.verdict >= 0, verdicts[Int(row.verdict)] else { return false }
    }
    if let wanted = quantity.isInTime, row.isInTime != wanted { return false }
    if let wanted = quantity.isReworked, (row.reworks > 0) != wanted { return false }
    if let wanted = quantity.isReturned, (row.returns > 0) != wanted { return false }
    if let wanted = quantity.isReturnedWrongly, row.isReturnedWrongly != wanted { return false }
    if let wanted = quantity.isDoubted, row.isDoubted != wanted { return false }
    if let wanted = quantity.isUpheld, row.isUpheld != wanted { return false }
    if let wanted = quantity.isRepeated, (row.signals > 1) != wanted { return false }
    if let wanted = quantity.isUnclassified, (row.item < 0) != wanted { return false }
    if let minutes = quantity.contactWithinMinutes {
      guard let contact = row.contactMilliseconds, contact <= Int64(minutes) * Duration.minute
      else { return false }
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

  private static func marks<Word: CaseIterable & Hashable>(_ words: [Word]) -> [Bool]? {
    words.isEmpty ? nil : Word.allCases.map { words.contains($0) }
  }
}
