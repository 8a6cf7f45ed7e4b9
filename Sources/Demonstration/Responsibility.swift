import City
import Pack

/// Which unit answers for an item at a place, read off the item's rules as the demonstration
/// needs it: a stand-in for the person who would look it up.
struct Responsibility: Sendable {
  private let districtUnits: [String: ID<Unit>]
  private let streetUnits: [String: [ID<Area>: ID<Unit>]]
  private let codes: [ID<Area>: String]
  private let centre: ID<Unit>

  init(plan: DemonstrationPlan) {
    var districtUnits: [String: ID<Unit>] = [:]
    var streetUnits: [String: [ID<Area>: ID<Unit>]] = [:]
    for unit in plan.units {
      for duty in unit.duties {
        if let area = unit.area {
          streetUnits[duty, default: [:]][area] = unit.id
        } else if districtUnits[duty] == nil {
          districtUnits[duty] = unit.id
        }
      }
    }
    self.districtUnits = districtUnits
    self.streetUnits = streetUnits
    codes = Dictionary(uniqueKeysWithValues: plan.areas.map { ($0.id, $0.code) })
    centre = plan.units[0].id
  }

  func unit(for item: Item?, area: AreaPath, thing: Thing?) -> ID<Unit> {
    for rule in item?.responsibility ?? [] {
      if let kind = rule.thingKind, kind != thing?.kind { continue }
      let here = area.areas.compactMap { codes[$0] }
      if !rule.areas.isEmpty, !rule.areas.contains(where: here.contains) { continue }
      let found: ID<Unit>? =
        switch rule.place {
        case .district: districtUnits[rule.duty]
        case .street: area[.street].flatMap { streetUnits[rule.duty]?[$0] }
        case .owner: thing?.owner.innermost
        }
      if let found { return found }
    }
    return area[.street].flatMap { streetUnits["street-centre"]?[$0] } ?? centre
  }
}
