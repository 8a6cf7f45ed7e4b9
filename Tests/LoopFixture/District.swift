package import City
package import Ports

/// A small district: two streets side by side, a centre, two departments, and somebody of every post.
package enum District {
  package static let city = ID<Area>(1)
  package static let district = ID<Area>(2)
  package static let west = ID<Area>(3)
  package static let east = ID<Area>(4)

  package static let centre = ID<Unit>(11)
  /// Answers for noise.
  package static let police = ID<Unit>(12)
  /// Answers for lamps.
  package static let lighting = ID<Unit>(13)
  package static let westCentre = ID<Unit>(14)
  package static let eastCentre = ID<Unit>(15)
  /// Below the police.
  package static let station = ID<Unit>(16)

  /// Lies in the west street.
  package static let inWest = (longitude: 121.405, latitude: 31.205)
  /// Lies in the east street.
  package static let inEast = (longitude: 121.415, latitude: 31.205)
  /// Lies in no area.
  package static let outside = (longitude: 122.5, latitude: 31.205)

  package static let areas: [Area] = [
    area(city, nil, .city, "310", "本市", 121.0, 31.0, 122.0, 32.0),
    area(district, city, .district, "310107", "本区", 121.40, 31.20, 121.42, 31.21),
    area(west, district, .street, "310107001", "西林街道", 121.40, 31.20, 121.41, 31.21),
    area(east, district, .street, "310107002", "东湖街道", 121.41, 31.20, 121.42, 31.21),
  ]

  package static let units: [Unit] = [
    unit(centre, nil, .centre, "centre", nil, ["centre"]),
    unit(police, centre, .department, "police", nil, ["police"]),
    unit(lighting, centre, .department, "lighting", nil, ["lighting"]),
    unit(westCentre, centre, .streetCentre, "west-centre", west, ["street-centre"]),
    unit(eastCentre, centre, .streetCentre, "east-centre", east, ["street-centre"]),
    unit(station, police, .station, "station", west, []),
  ]

  package static let staff: [Staff] = Person.allCases.map { person in
    Staff(
      id: person.id, code: person.rawValue, name: person.rawValue, unit: person.unit,
      posts: [person.post], area: nil, active: true)
  }

  /// Everything above as one change.
  package static var founding: [Fact] {
    areas.map { .area($0) } + units.map { .unit($0) } + staff.map { .staff($0) }
  }

  private static func area(
    _ id: ID<Area>, _ parent: ID<Area>?, _ level: AreaLevel, _ code: String, _ name: String,
    _ left: Double, _ bottom: Double, _ right: Double, _ top: Double
  ) -> Area {
    let corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
      .compactMap { Position(longitude: $0.0, latitude: $0.1) }
    return Area(
      id: id, parent: parent, level: level, code: code, name: name,
      outline: Outline(polygons: [Polygon(outer: Ring(points: corners))]))
  }

  private static func unit(
    _ id: ID<Unit>, _ parent: ID<Unit>?, _ kind: UnitKind, _ code: String, _ area: ID<Area>?,
    _ duties: [String]
  ) -> Unit {
    Unit(
      id: id, parent: parent, kind: kind, code: code, name: code, area: area, hours: "",
      duties: duties)
  }
}

/// The people of the district; their codes are their logins.
package enum Person: String, CaseIterable, Sendable {
  case dispatcher
  case dutyOfficer = "duty"
  case inspector
  case receptionist
  case westDuty = "west-duty"
  case eastDuty = "east-duty"
  case officer
  case officerHead = "officer-head"
  case stationOfficer = "station-officer"
  case lampWorker = "lamp-worker"
  case lampHead = "lamp-head"
  case administrator
  case security
  case auditor
  case steward
  case system
  case leader

  package static let password = "a-long-password"

  package var id: ID<Staff> { ID(Int64(101 + (Self.allCases.firstIndex(of: self) ?? 0))) }
  package var accountID: ID<Account> { ID(id.rawValue + 100) }

  package var unit: ID<Unit> {
    switch self {
    case .westDuty: District.westCentre
    case .eastDuty: District.eastCentre
    case .officer, .officerHead: District.police
    case .stationOfficer: District.station
    case .lampWorker, .lampHead: District.lighting
    default: District.centre
    }
  }

  package var unitPath: UnitPath {
    switch unit {
    case District.centre: UnitPath([District.centre])
    case District.station: UnitPath([District.centre, District.police, District.station])
    default: UnitPath([District.centre, unit])
    }
  }

  package var post: String {
    switch self {
    case .dispatcher: "dispatcher"
    case .dutyOfficer, .westDuty, .eastDuty: "duty-officer"
    case .inspector: "inspector"
    case .receptionist: "receptionist"
    case .officer, .stationOfficer, .lampWorker: "handler"
    case .officerHead, .lampHead: "unit-head"
    case .administrator: "administrator"
    case .security: "security-officer"
    case .auditor: "auditor"
    case .steward: "data-steward"
    case .system: "system-account"
    case .leader: "leader"
    }
  }
}
