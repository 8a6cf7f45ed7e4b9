import Pack

/// Whether the things that a vital counts by their fields have these fields at all: where none of
/// them has, that none fits is no good news.
struct ThingFields: Sendable {
  private let kind: String
  private let all: Int
  /// By field: where the things without it are counted.
  private let missing: [(field: String, quantity: Int)]

  /// - Parameter number: the place of a quantity in the book.
  /// - Returns: nil where no field of things is asked for.
  init?(_ quantity: Quantity, number: (Quantity) -> Int) {
    guard case .things(let wanted) = quantity else { return nil }
    var fields: [String] = []
    for condition in wanted.conditions where condition.test != .absent {
      if case .field(let name) = condition.input, !fields.contains(name) { fields.append(name) }
    }
    guard !fields.isEmpty else { return nil }
    kind = wanted.kinds.first ?? ""
    all = number(.things(ThingQuantity(kinds: wanted.kinds)))
    missing = fields.map { field in
      let absent = RiskCondition(input: .field(field), test: .absent)
      return (field, number(.things(ThingQuantity(kinds: wanted.kinds, conditions: [absent]))))
    }
  }

  /// Why nothing can be said; nil = it can.
  func reason(_ amount: (Int) -> Double) -> Unmeasurable? {
    let count = amount(all)
    guard count > 0 else { return nil }
    return missing.first { amount($0.quantity) >= count }.map {
      .fieldMissing(kind: kind, field: $0.field)
    }
  }
}
