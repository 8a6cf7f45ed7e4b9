package import City

/// The units and people of the demonstration district.
struct Organisation {
  static let staffCount = 400
  static let rosterDays = 30
  /// China keeps one time, eight hours ahead, without summer time.
  static let zoneMilliseconds = 8 * Duration.hour

  private(set) var units: [Unit] = []
  private(set) var staff: [Staff] = []
  private(set) var duties: [Duty] = []
  private(set) var accounts: [DemonstrationAccount] = []
  private var parents: [ID<Unit>: ID<Unit>] = [:]

  init(streets: [Area], endingAt: Instant, random: inout DemonstrationRandom, makeID: () -> Int64) {
    let centre = add(UnitTable.centre, parent: nil, area: nil, makeID)
    for row in UnitTable.departments { add(row, parent: centre, area: nil, makeID) }
    for street in streets {
      let streetCentre = add(UnitTable.streetCentre, parent: centre, area: street, makeID)
      add(UnitTable.streetTeam, parent: streetCentre, area: street, makeID)
    }
    hire(&random, makeID)
    openAccounts(streets)
    roster(around: endingAt, makeID)
  }

  @discardableResult
  private mutating func add(
    _ row: UnitRow, parent: ID<Unit>?, area: Area?, _ makeID: () -> Int64
  ) -> ID<Unit> {
    let id = ID<Unit>(makeID())
    units.append(
      Unit(
        id: id, parent: parent, kind: row.kind,
        code: area.map { "\(row.code)-\($0.code)" } ?? row.code,
        name: (area?.name ?? "") + row.name, area: area?.id, hours: row.hours,
        duties: row.duties))
    if let parent { parents[id] = parent }
    return id
  }

  /// The units above and including one.
  func path(of unit: ID<Unit>) -> UnitPath {
    var chain = [unit]
    while let last = chain.last, let parent = parents[last] { chain.append(parent) }
    return UnitPath(chain.reversed())
  }

  /// How many people of each post a unit of a kind has.
  private static func posts(of kind: UnitKind) -> [(post: String, count: Int)] {
    switch kind {
    case .centre:
      [
        ("leader", 2), ("duty-officer", 8), ("dispatcher", 10), ("inspector", 10),
        ("receptionist", 5), ("administrator", 2), ("security-officer", 1), ("auditor", 1),
        ("data-steward", 2), ("unit-head", 1),
      ]
    case .department: [("unit-head", 1), ("handler", 3)]
    case .streetCentre:
      [
        ("unit-head", 1), ("duty-officer", 2), ("dispatcher", 2), ("inspector", 3),
        ("receptionist", 1), ("handler", 5),
      ]
    case .station, .team: [("unit-head", 1), ("handler", 4)]
    }
  }

  private mutating func hire(_ random: inout DemonstrationRandom, _ makeID: () -> Int64) {
    for unit in units {
      for (post, count) in Self.posts(of: unit.kind) {
        for _ in 0..<count { hire(post, into: unit, &random, makeID) }
      }
    }
    // Whoever is left over strengthens the hands, turn by turn.
    let handling = units.filter { $0.kind != .centre }
    var turn = 0
    while staff.count < Self.staffCount {
      hire("handler", into: handling[turn % handling.count], &random, makeID)
      turn += 1
    }
  }

  private mutating func hire(
    _ post: String, into unit: Unit, _ random: inout DemonstrationRandom,
    _ makeID: () -> Int64
  ) {
    staff.append(
      Staff(
        id: ID(makeID()), code: "DEMO-" + (staff.count + 1).padded(to: 4),
        name: PersonWords.name(&random), unit: unit.id, posts: [post], area: unit.area,
        active: true))
  }

  /// Logins by post, in the order in which a visitor would try them.
  private static let logins = [
    ("duty", "duty-officer"), ("dispatch", "dispatcher"), ("handler", "handler"),
    ("head", "unit-head"), ("inspect", "inspector"), ("reception", "receptionist"),
    ("leader", "leader"), ("admin", "administrator"), ("security", "security-officer"),
    ("audit", "auditor"), ("steward", "data-steward"),
  ]

  private mutating func openAccounts(_ streets: [Area]) {
    // Handlers and heads are shown at a department, everybody else at the district's centre.
    let centre = units.filter { $0.kind == .centre }
    let department = units.filter { $0.kind == .department }
    for (login, post) in Self.logins {
      let homes = (post == "handler" ? [] : centre) + department
      guard let person = person(post, in: post == "unit-head" ? department : homes) else {
        continue
      }
      accounts.append(DemonstrationAccount(login: login, post: post, staff: person.id))
    }
    let streetCentre = units.filter { $0.kind == .streetCentre && $0.area == streets.first?.id }
    if let person = person("dispatcher", in: streetCentre) {
      accounts.append(DemonstrationAccount(login: "street", post: "dispatcher", staff: person.id))
    }
    for unit in units where unit.kind != .centre {
      guard let person = person("handler", in: [unit]),
        !accounts.contains(where: { $0.staff == person.id })
      else { continue }
      accounts.append(
        DemonstrationAccount(
          login: UnitTable.login(of: unit), post: "handler", staff: person.id, isOfUnit: true))
    }
  }

  private func person(_ post: String, in homes: [Unit]) -> Staff? {
    homes.lazy.compactMap { home in
      staff.first { $0.unit == home.id && $0.posts.contains(post) }
    }.first
  }

  /// Two shifts a day, 8 to 20 and 20 to 8, of duty officers, dispatchers and inspectors of each centre.
  private mutating func roster(around now: Instant, _ makeID: () -> Int64) {
    let centres = units.filter { $0.kind == .centre || $0.kind == .streetCentre }
    let teams = centres.flatMap { unit in
      ["duty-officer", "dispatcher", "inspector"].map { post in
        staff.filter { $0.unit == unit.id && $0.posts.contains(post) }
      }
    }
    let local = now.milliseconds + Self.zoneMilliseconds
    let midnight = local - local % Duration.day - Self.zoneMilliseconds
    for day in -Self.rosterDays...Self.rosterDays {
      for shift in 0..<2 {
        let from = Instant(
          milliseconds: midnight + Int64(day) * Duration.day + 8 * Duration.hour
            + Int64(shift) * 12 * Duration.hour)
        for team in teams where !team.isEmpty {
          let person = team[(2 * (day + Self.rosterDays) + shift) % team.count]
          duties.append(
            Duty(
              id: ID(makeID()), staff: person.id, unit: person.unit, from: from,
              to: from.advanced(byMilliseconds: 12 * Duration.hour)))
        }
      }
    }
  }
}

/// Who may sign in to the demonstration; whoever loads the plan sets the password.
package struct DemonstrationAccount: Hashable, Sendable {
  /// Lower case, unique.
  package let login: String
  /// Code of the post that it shows.
  package let post: String
  package let staff: ID<Staff>
  /// Whether it is there so that its unit's orders can be taken up, and shows no post of its own.
  package var isOfUnit = false
}
