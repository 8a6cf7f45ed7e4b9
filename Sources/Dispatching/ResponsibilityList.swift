package import City
package import Pack

/// Who should handle a case, and by what right.
package enum DispatchProposal: Equatable, Sendable {
  case unit(DispatchChoice)
  /// A person must choose.
  case nobody(NobodyReason)
}

/// A unit that was found, with the reason shown to the user.
package struct DispatchChoice: Equatable, Sendable {
  package let unit: UnitPath
  package let basis: DispatchBasis
  /// The rule's own sentence; empty where no rule was used.
  package let why: String
  /// 0…1; 1 where the rule fitted to the letter.
  package let confidence: Double

  package init(unit: UnitPath, basis: DispatchBasis, why: String, confidence: Double) {
    self.unit = unit
    self.basis = basis
    self.why = why
    self.confidence = confidence
  }
}

/// What a proposal rests on.
package enum DispatchBasis: Equatable, Sendable {
  /// The item's rule with this index.
  case rule(Int)
  /// The item's rule with this index; the street has no such unit, so the district's was taken.
  case ruleOfDistrict(Int)
  /// The place is in no area of the city, so the centre looks at it.
  case outside

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .rule: "rule"
    case .ruleOfDistrict: "district"
    case .outside: "outside"
    }
  }

  /// The rule's index in the item's list, where there is one.
  package var rule: Int? {
    switch self {
    case .rule(let index), .ruleOfDistrict(let index): index
    case .outside: nil
    }
  }
}

/// Why nobody was found.
package enum NobodyReason: String, CaseIterable, Sendable {
  /// None of the item's rules fits the place and thing.
  case noRuleFits
  /// Rules fit, but no unit has the duty there.
  case noUnitHasDuty
  /// The place lies outside and there is no centre.
  case noCentre
}

/// The responsibility list (责任清单) of a city: its units and what each item says of them.
package struct ResponsibilityList: Sendable {
  /// How sure a proposal is where the rule fits to the letter, …
  package static let confidenceOfRule = 1.0
  /// … where the district's unit stands in for the street's, …
  package static let confidenceOfDistrict = 0.8
  /// … and where the place is in no area.
  package static let confidenceOutside = 0.5

  package let tree: UnitTree
  /// Units that have a path, by duty, the fewest id first.
  private let byDuty: [String: [Unit]]
  private let centre: UnitPath?
  private let areaIDs: [String: ID<Area>]
  private let depths: [ID<Area>: Int]

  package init(units: [Unit], areas: [Area]) {
    let tree = UnitTree(units)
    self.tree = tree
    let placed = units.filter { tree.path(of: $0.id) != nil }.sorted { $0.id < $1.id }
    var byDuty: [String: [Unit]] = [:]
    for unit in placed {
      for duty in Set(unit.duties) { byDuty[duty, default: []].append(unit) }
    }
    self.byDuty = byDuty
    centre = placed.first { $0.kind == .centre }.flatMap { tree.path(of: $0.id) }
    areaIDs = Dictionary(areas.map { ($0.code, $0.id) }) { min($0, $1) }
    depths = Dictionary(areas.map { ($0.id, $0.level.depth) }) { first, _ in first }
  }

  /// The unit that the first fitting rule names. A rule whose unit does not exist is passed over.
  ///
  /// Equal inputs give equal answers: of several units the one that serves the smallest area
  /// wins, then the one with the fewest id.
  package func proposal(for item: Item, area: AreaPath, thing: Thing?) -> DispatchProposal {
    guard area.innermost != nil else {
      guard let centre else { return .nobody(.noCentre) }
      return .unit(
        DispatchChoice(
          unit: centre, basis: .outside, why: "", confidence: Self.confidenceOutside))
    }
    var fitted = false
    for (index, rule) in item.responsibility.enumerated()
    where fits(rule, area: area, thing: thing) {
      fitted = true
      if let choice = choice(rule, index: index, area: area, thing: thing) {
        return .unit(choice)
      }
    }
    return .nobody(fitted ? .noUnitHasDuty : .noRuleFits)
  }

  /// The unit with a duty for a place and thing; nil where there is none.
  package func unit(
    duty: String, _ place: ResponsibilityRule.Place, area: AreaPath, thing: Thing?
  ) -> UnitPath? {
    let rule = ResponsibilityRule(thingKind: nil, areas: [], duty: duty, place: place, why: "")
    return choice(rule, index: 0, area: area, thing: thing)?.unit
  }

  private func fits(_ rule: ResponsibilityRule, area: AreaPath, thing: Thing?) -> Bool {
    if let kind = rule.thingKind, thing?.kind != kind { return false }
    if rule.place == .owner && thing == nil { return false }
    return rule.areas.isEmpty
      || rule.areas.contains { code in areaIDs[code].map(area.lies(in:)) ?? false }
  }

  private func choice(
    _ rule: ResponsibilityRule, index: Int, area: AreaPath, thing: Thing?
  ) -> DispatchChoice? {
    switch rule.place {
    case .owner:
      guard let owner = thing?.owner.innermost, let path = tree.path(of: owner) else { return nil }
      return chosen(path, .rule(index), rule, Self.confidenceOfRule)
    case .street:
      if let path = streetUnit(duty: rule.duty, area: area) {
        return chosen(path, .rule(index), rule, Self.confidenceOfRule)
      }
      guard let path = districtUnit(duty: rule.duty, area: area) else { return nil }
      return chosen(path, .ruleOfDistrict(index), rule, Self.confidenceOfDistrict)
    case .district:
      guard let path = districtUnit(duty: rule.duty, area: area) else { return nil }
      return chosen(path, .rule(index), rule, Self.confidenceOfRule)
    }
  }

  private func chosen(
    _ path: UnitPath, _ basis: DispatchBasis, _ rule: ResponsibilityRule, _ confidence: Double
  ) -> DispatchChoice {
    DispatchChoice(unit: path, basis: basis, why: rule.why, confidence: confidence)
  }

  private func streetUnit(duty: String, area: AreaPath) -> UnitPath? {
    guard let street = area[.street] else { return nil }
    return byDuty[duty]?.first { $0.area == street }.flatMap { tree.path(of: $0.id) }
  }

  /// The one that serves the event's district before one that serves the whole city.
  private func districtUnit(duty: String, area: AreaPath) -> UnitPath? {
    var best: (unit: Unit, depth: Int)?
    for unit in byDuty[duty] ?? [] {
      let depth: Int
      if let own = unit.area {
        guard let ownDepth = depths[own], ownDepth <= AreaLevel.district.depth,
          area.lies(in: own)
        else { continue }
        depth = ownDepth
      } else {
        depth = -1
      }
      if best.map({ depth > $0.depth }) ?? true { best = (unit, depth) }
    }
    return best.flatMap { tree.path(of: $0.unit.id) }
  }
}
