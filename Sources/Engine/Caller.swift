package import City
package import Pack
package import Ports

/// Somebody who signed in, with what he may do and see.
///
/// A class, as every request of his holds it.
package final class Caller: Sendable {
  package let account: ID<Account>
  package let login: String
  package let staff: Staff
  package let unit: UnitPath
  /// His own posts and those he has for a time.
  package let posts: [String]
  package let permissions: Set<Permission>
  /// Powers that his posts name and that do not count, for they exclude each other.
  package let withheld: Set<Permission>
  /// Grants that count now.
  package let grants: [Grant]
  package let scope: Scope
  /// Whether he comes with a key, as programs do, and not with a session.
  package let isByKey: Bool
  /// Whether he proves himself by a second factor too.
  package let hasFactor: Bool

  /// - Parameters:
  ///   - posts: all posts of the catalogue.
  ///   - grants: those that count now, of anybody.
  ///   - limits: what a key may be used for; empty = all that the account may.
  package init(
    account: Account, staff: Staff, directory: Directory, posts: [Post], grants: [Grant],
    limits: Set<Permission>, isByKey: Bool
  ) {
    self.isByKey = isByKey
    self.account = account.id
    login = account.login
    hasFactor = account.factor?.confirmed == true
    self.staff = staff
    unit = directory.path(of: staff.unit)
    let own = grants.filter { $0.staff == staff.id }
    let codes = staff.posts + own.flatMap(\.posts).filter { !staff.posts.contains($0) }
    let powers = PostPowers(posts.filter { codes.contains($0.code) })
    self.grants = own
    self.posts = codes
    permissions = limits.isEmpty ? powers.permissions : powers.permissions.intersection(limits)
    withheld = powers.withheld
    seesRooms = Self.seesRooms(permissions)
    scope =
      own.contains(where: \.isWide)
      ? .everything : Self.scope(of: staff, unit: directory.units[staff.unit])
  }

  /// Whether his duty takes him to people's doors: who handles, checks or answers reports. Others
  /// see addresses without the room.
  package let seesRooms: Bool

  /// As `seesRooms`, for things: who keeps their files sees them whole too, for what he reads he
  /// writes again.
  package var seesRoomsOfThings: Bool { seesRooms || permissions.contains(.master) }

  /// Whether who may do this sees addresses to the door.
  static func seesRooms(_ permissions: Set<Permission>) -> Bool {
    !permissions.isDisjoint(with: [.handle, .reveal, .submit])
  }

  /// Whether he holds one of the three powers.
  package var hasPower: Bool {
    !permissions.isDisjoint(with: [.administer, .secure, .audit])
  }

  /// What he sees of things: they are the whole city's files, which a unit does not narrow.
  package var thingScope: Scope {
    if case .unit = scope { return .everything }
    return scope
  }

  package var actor: Actor { staff.id == Self.nobody ? .local(login) : .staff(staff.id) }

  private static let nobody = ID<Staff>(0)

  private init(local name: String) {
    account = ID(0)
    login = name
    staff = Staff(
      id: Self.nobody, code: name, name: name, unit: ID(0), posts: [], area: nil, active: true)
    unit = .none
    posts = []
    permissions = Set(Permission.allCases)
    seesRooms = true
    withheld = []
    grants = []
    scope = .everything
    hasFactor = false
    isByKey = false
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
