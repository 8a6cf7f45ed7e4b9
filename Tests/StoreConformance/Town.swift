package import City
package import Ports

/// A town of two streets and three offices, small enough to know by heart.
package enum Town {
  /// 2026-11-20T00:00:00Z.
  package static let morning = Instant(milliseconds: 1_795_132_800_000)
  /// The day of `morning`.
  package static let day = CivilDate(year: 2026, month: 11, day: 20)!
  /// Where everything happens unless told otherwise.
  package static let middle = Position(longitude: 121.38, latitude: 31.27)!
  /// Year × 12 + month − 1 of `day`.
  package static let month = 2026 * 12 + 10

  /// Parent and level of every area; the id tells the place: 1211 is a grid of 121 of street 12.
  private static let areaRows: [(id: Int64, parent: Int64?, level: AreaLevel)] = [
    (1, nil, .city), (2, 1, .district), (11, 2, .street), (12, 2, .street),
    (111, 11, .neighbourhood), (112, 11, .neighbourhood), (121, 12, .neighbourhood),
    (1111, 111, .grid), (1112, 111, .grid), (1211, 121, .grid),
  ]
  private static let unitRows: [(id: Int64, parent: Int64?, kind: UnitKind)] = [
    (1, nil, .centre), (2, 1, .department), (3, 1, .department), (21, 2, .station),
    (22, 2, .station), (31, 3, .station), (211, 21, .team),
  ]

  /// The area tree.
  package static let areas: [Area] = areaRows.map { row in
    Area(
      id: ID(row.id), parent: row.parent.map { ID($0) }, level: row.level, code: "A\(row.id)",
      name: "区域\(row.id)", outline: nil)
  }
  /// The unit tree.
  package static let units: [Unit] = unitRows.map { row in
    Unit(
      id: ID(row.id), parent: row.parent.map { ID($0) }, kind: row.kind, code: "U\(row.id)",
      name: "单位\(row.id)", area: nil, hours: "office", duties: ["drainage"])
  }
  /// Four people.
  package static let staff: [Staff] = (1...4).map { number in
    Staff(
      id: ID(number), code: "S\(number)", name: "职员\(number)", unit: ID(number == 4 ? 31 : 21),
      posts: ["handler"], area: nil, active: true)
  }

  /// Trees and people, to be committed first.
  package static let founding = change(
    areas.map { .area($0) } + units.map { .unit($0) } + staff.map { .staff($0) },
    kind: "town.founded")

  /// The areas above and including one.
  package static func area(_ id: Int64) -> AreaPath {
    var path: [ID<Area>] = []
    var next: ID<Area>? = ID(id)
    while let current = next, let area = areas.first(where: { $0.id == current }) {
      path.insert(current, at: 0)
      next = area.parent
    }
    return AreaPath(path)
  }

  /// The units above and including one.
  package static func unit(_ id: Int64) -> UnitPath {
    var path: [ID<Unit>] = []
    var next: ID<Unit>? = ID(id)
    while let current = next, let unit = units.first(where: { $0.id == current }) {
      path.insert(current, at: 0)
      next = unit.parent
    }
    return UnitPath(path)
  }

  /// A point so many metres from the middle.
  package static func point(east: Double, north: Double) -> Position {
    let degree = Position.earthRadiusMetres * Double.pi / 180
    return Position(
      longitude: middle.longitude + east / (degree * 0.854_7),
      latitude: middle.latitude + north / degree)!
  }

  /// A digest that tells numbers apart.
  package static func digest(_ number: Int64) -> Digest {
    var bytes = [UInt8](repeating: 0xA5, count: Digest.byteCount)
    for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: number >> Int64(index * 8)) }
    return Digest(bytes: bytes)
  }

  /// A change set of these facts.
  package static func change(
    _ facts: [Fact], if conditions: [Condition] = [], kind: String = "test.change",
    at: Instant = morning
  ) -> ChangeSet {
    ChangeSet(
      kind: kind, at: at, actor: .engine("test"),
      subject: SubjectReference(kind: "test", id: 1), request: "", conditions: conditions,
      facts: facts)
  }
}

// Records with everything filled in that a test does not care about.
extension Town {
  /// A signal whose external id is `X` and its id.
  package static func signal(
    _ id: Int64, channel: Channel = .hotline, externalID: String? = nil,
    area: AreaPath = area(1111), raw: Payload = .plain([1, 2, 3]), digest number: Int64? = nil,
    event: Int64? = nil, rivalOf: Int64? = nil
  ) -> Signal {
    Signal(
      id: ID(id), channel: channel, externalID: externalID ?? "X\(id)", receivedAt: morning,
      occurredAt: morning, item: "road-flooding", title: "积水", text: "真南路积水", address: "真南路",
      position: middle, area: area, thing: nil, reporter: nil, evidence: [], raw: raw,
      digest: digest(number ?? id), event: event.map { ID($0) }, rivalOf: rivalOf.map { ID($0) })
  }

  /// An open event of one signal in the middle of the town.
  package static func event(
    _ id: Int64, item: String? = "road-flooding", position: Position? = middle,
    area: AreaPath = area(1111), lastAt: Instant = morning, state: EventState = .open,
    case: Int64? = nil, version: Int = 1
  ) -> Event {
    Event(
      id: ID(id), item: item, title: "积水", address: "真南路", position: position, area: area,
      thing: nil, firstAt: morning, lastAt: lastAt, signals: 1, state: state,
      case: `case`.map { ID($0) }, mergedInto: nil, version: version)
  }

  /// What is filed under a serial of the day.
  package static func filing(
    serial: Int, event: Int64 = 1, channel: Channel = .hotline, title: String = "积水",
    text: String = "", address: String = "", filedAt: Instant = morning
  ) -> CaseFiling {
    CaseFiling(
      number: CaseNumber(date: day, serial: serial), event: ID(event), channel: channel,
      title: title, text: text, address: address, position: middle, thing: nil, reporter: nil,
      filedAt: filedAt, flow: FlowReference(code: "core", version: 1))
  }

  /// The state of a case that was just filed.
  package static func state(
    stage: String = "filed", area: AreaPath = area(1111), unit: UnitPath = .none,
    version: Int = 1
  ) -> CaseState {
    CaseState(
      stage: stage, item: "road-flooding", grade: .blue, area: area, unit: unit, handler: nil,
      due: nil, order: nil, since: morning, closedAt: nil, verdict: nil, version: version,
      reworks: 0, returns: 0)
  }

  /// A case whose number's serial is its id.
  package static func filed(
    _ id: Int64, filing givenFiling: CaseFiling? = nil, state givenState: CaseState? = nil
  ) -> Case {
    Case(id: ID(id), filing: givenFiling ?? filing(serial: Int(id)), state: givenState ?? state())
  }

  /// A step that somebody took.
  package static func step(
    _ case: Int64, _ sequence: Int, action: String = "accept", staff: Int64? = 1
  ) -> Step {
    Step(
      case: ID(`case`), sequence: sequence, action: action, from: "filed", to: "handling",
      at: morning, staff: staff.map { ID($0) }, unit: unit(21), note: "", evidence: [],
      tookMilliseconds: 1)
  }

  /// An open order of a station.
  package static func order(
    _ id: Int64, case: Int64, unit: UnitPath = unit(21), staff: Int64? = nil,
    state: WorkOrderState = .open, endedAt: Instant? = nil
  ) -> WorkOrder {
    WorkOrder(
      id: ID(id), case: ID(`case`), unit: unit, staff: staff.map { ID($0) }, state: state,
      openedAt: morning, due: nil, acceptedAt: nil, reportedAt: nil, endedAt: endedAt)
  }

  /// A lamp whose code is `T` and its id.
  package static func thing(
    _ id: Int64, kind: String = "lamp", code: String? = nil, name: String = "路灯",
    address: String = "", area: AreaPath = area(1111), owner: UnitPath = .none,
    position: Position? = middle, version: Int = 1
  ) -> Thing {
    Thing(
      id: ID(id), kind: kind, code: code ?? "T\(id)", name: name, address: address, area: area,
      owner: owner, geometry: nil, position: position, attributes: [], version: version)
  }

  /// A reporter with sealed details; id and subject are alike.
  package static func reporter(_ id: Int64, contact: Int64? = nil) -> Reporter {
    Reporter(
      id: ID(id), subject: ID(id), contactHash: digest(contact ?? id),
      details: Sealed(subject: ID(id), bytes: [9, 9]))
  }

  /// An account whose login is `login` and its id.
  package static func account(_ id: Int64, login: String? = nil) -> Account {
    Account(
      id: ID(id), login: login ?? "login\(id)", staff: ID(1), passwordHash: "argon",
      active: true)
  }

  /// Counts that follow from the number of closed cases.
  package static func score(
    unit: Int64, street: Int64?, item: String? = nil, month: Int = month, closed: Int = 1
  ) -> ScoreChange {
    var counts = ScoreCounts()
    counts.closed = closed
    counts.dispatched = 2 * closed
    counts.handlingMilliseconds = Int64(closed) * 1_000
    return ScoreChange(
      key: ScoreKey(unit: ID(unit), street: street.map { ID($0) }, item: item, month: month),
      counts: counts)
  }
}
