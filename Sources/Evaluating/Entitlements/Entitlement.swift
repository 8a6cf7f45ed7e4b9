package import City
package import Pack

/// What one policy comes to for one household.
package struct Entitlement: Equatable, Sendable {
  /// How it stands.
  package enum Standing: Equatable, Sendable {
    /// All conditions hold.
    case entitled
    /// Nothing speaks against it, but facts are missing.
    case open
    /// A condition does not hold; its index.
    case refused(condition: Int)
    /// Entitled, but another policy of the group gives as much or more.
    case covered(by: String)
  }

  /// Code of the policy.
  package let policy: String
  package let standing: Standing
  /// In hundredths of a yuan, without what is kept; nil where facts for it are missing.
  package let amount: Int64?
  /// What is kept of an earlier, higher amount, in hundredths of a yuan.
  package let kept: Int64
  /// Share of what it asks that is known, 0…1: how sure the answer is.
  package let sureness: Double
  /// Fields that are not known, in the order in which the policy asks.
  package let missing: [String]
}

/// All that a household is entitled to (政策找人).
package struct EntitlementAnswer: Equatable, Sendable {
  /// Policies in force for its kind, in their order.
  package let entitlements: [Entitlement]
  /// The gravest need among those it is entitled to; blue where there is none.
  package let grade: Grade
  /// Sum of what it is entitled to and keeps, in hundredths of a yuan.
  package let total: Int64
}

/// Policies made ready for one day, to be asked for many households.
package struct EntitlementRules: Sendable {
  private let policies: [Policy]

  /// - Parameter on: only policies in force on that day count, each in its newest version.
  package init(_ policies: [Policy], on day: CivilDate) {
    var newest: [String: Policy] = [:]
    var order: [String] = []
    for policy in policies where policy.from <= day && policy.to.map({ day <= $0 }) ?? true {
      if let known = newest[policy.code] {
        if policy.from > known.from { newest[policy.code] = policy }
      } else {
        order.append(policy.code)
        newest[policy.code] = policy
      }
    }
    self.policies = order.compactMap { newest[$0] }
  }

  /// What the facts of a household come to.
  ///
  /// - Parameter value: what is known of an input; nil = nothing.
  package func answer(kind: String, _ value: (RiskInput) -> RiskValue?) -> EntitlementAnswer {
    let asked = policies.filter { $0.kind == kind }
    var found = asked.map { Self.entitlement($0, value) }
    for index in found.indices where found[index].standing == .entitled {
      guard let group = asked[index].group else { continue }
      let better = asked.indices.first { other in
        other != index && asked[other].group == group && found[other].standing == .entitled
          && Self.comesFirst(found[other], other, found[index], index)
      }
      if let better {
        let own = found[index]
        found[index] = Entitlement(
          policy: own.policy, standing: .covered(by: asked[better].code), amount: own.amount,
          kept: 0, sureness: own.sureness, missing: own.missing)
      }
    }
    let had = found.indices.filter { found[$0].standing == .entitled }
    let grade = had.map { asked[$0].grade }.reduce(Grade.blue) { $1.rank > $0.rank ? $1 : $0 }
    let total = had.reduce(Int64(0)) { $0 + (found[$1].amount ?? 0) + found[$1].kept }
    return EntitlementAnswer(entitlements: found, grade: grade, total: total)
  }

  /// The higher amount; of equals the earlier policy.
  private static func comesFirst(
    _ left: Entitlement, _ leftIndex: Int, _ right: Entitlement, _ rightIndex: Int
  ) -> Bool {
    let (own, other) = ((left.amount ?? 0) + left.kept, (right.amount ?? 0) + right.kept)
    return own != other ? own > other : leftIndex < rightIndex
  }

  private static func entitlement(
    _ policy: Policy, _ value: (RiskInput) -> RiskValue?
  ) -> Entitlement {
    var missing: [String] = []
    var refused: Int?
    for (index, condition) in policy.conditions.enumerated() {
      let known = value(condition.input)
      if known == nil, condition.test != .absent {
        missing.append(condition.input.field)
      } else if !condition.holds(known), refused == nil {
        refused = index
      }
    }
    let unknown = missing.count
    for field in policy.amount.fields where value(.field(field))?.number == nil {
      if !missing.contains(field) { missing.append(field) }
    }
    let standing: Entitlement.Standing =
      refused.map { .refused(condition: $0) } ?? (unknown > 0 ? .open : .entitled)
    let amount = refused == nil ? amount(of: policy, value) : 0
    let asked = policy.conditions.count + policy.amount.fields.count
    return Entitlement(
      policy: policy.code, standing: standing, amount: amount,
      kept: standing == .entitled ? kept(policy, amount, value) : 0,
      sureness: asked > 0 ? 1 - Double(missing.count) / Double(asked) : 1, missing: missing)
  }

  private static func amount(of policy: Policy, _ value: (RiskInput) -> RiskValue?) -> Int64? {
    func number(_ field: String) -> Double? { value(.field(field))?.number }
    let yuan: Double?
    switch policy.amount {
    case .fixed(let amount): yuan = amount
    case .each(let amount, let field): yuan = number(field).map { amount * $0 }
    case .topUp(let standard, let income, let heads):
      yuan = number(income).flatMap { income in
        number(heads).map { max(0, standard * $0 - income) }
      }
    case .share(let percent, let cost, let less, let beyond):
      let paid = less.compactMap(number)
      yuan =
        paid.count == less.count
        ? number(cost).map { cost in
          max(0, cost - paid.reduce(0, +) - beyond) * percent / 100
        } : nil
    }
    return yuan.map { fen(min($0, policy.most ?? $0)) }
  }

  private static func kept(
    _ policy: Policy, _ amount: Int64?, _ value: (RiskInput) -> RiskValue?
  ) -> Int64 {
    guard let field = policy.locked, let amount, let before = value(.field(field))?.number else {
      return 0
    }
    return max(0, fen(before) - amount)
  }

  /// Hundredths of a yuan, rounded; sums beyond any budget are cut.
  private static func fen(_ yuan: Double) -> Int64 {
    Int64(min(max(yuan * 100, 0), 1e15).rounded())
  }
}

extension RiskInput {
  /// The field that is asked for, or what is counted.
  var field: String {
    switch self {
    case .field(let name), .daysSince(let name): name
    case .cases(let items, _): items.joined(separator: " ")
    }
  }
}
