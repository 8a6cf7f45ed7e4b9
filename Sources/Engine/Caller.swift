package import City
package import Pack
package import Ports

/// Somebody who signed in, with what he may do and see.
package struct Caller: Sendable, Equatable {
  package let account: ID<Account>
  package let login: String
  package let staff: Staff
  package let unit: UnitPath
  package let permissions: Set<Permission>
  package let scope: Scope

  package init(account: Account, staff: Staff, directory: Directory, posts: [Post]) {
    self.account = account.id
    login = account.login
    self.staff = staff
    unit = directory.path(of: staff.unit)
    permissions = posts.filter { staff.posts.contains($0.code) }
      .reduce(into: []) { $0.formUnion($1.permissions) }
    scope = Self.scope(of: staff, unit: directory.units[staff.unit])
  }

  package var actor: Actor { staff.id == Self.nobody ? .local(login) : .staff(staff.id) }

  private static let nobody = ID<Staff>(0)

  private init(local name: String) {
    account = ID(0)
    login = name
    staff = Staff(
      id: Self.nobody, code: name, name: name, unit: ID(0), posts: [], area: nil, active: true)
    unit = .none
    permissions = Set(Permission.allCases)
    scope = .everything
  }

  /// The administrator of the data folder, at its own machine; what he does is on record by this name.
  package static func local(_ name: String) -> Caller { Caller(local: name) }

  /// A centre sees all of its area or the whole city; a street its area and what its units have; others what their unit has.
  static func scope(of staff: Staff, unit: Unit?) -> Scope {
    guard let unit else { return .unit(staff.unit) }
    if let area = staff.area { return .areaOrUnit(area, unit.id) }
    switch unit.kind {
    case .centre, .streetCentre:
      if let area = unit.area { return .areaOrUnit(area, unit.id) }
      return unit.kind == .centre ? .everything : .unit(unit.id)
    case .department, .station, .team: return .unit(unit.id)
    }
  }
}

extension Scope {
  /// Whether a record of this area and unit lies within.
  package func holds(area: AreaPath, unit: UnitPath) -> Bool {
    switch self {
    case .everything: true
    case .area(let id): area.lies(in: id)
    case .unit(let id): unit.lies(in: id)
    case .areaOrUnit(let areaID, let unitID): area.lies(in: areaID) || unit.lies(in: unitID)
    }
  }
}
