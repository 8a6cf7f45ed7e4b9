import City
import Ports

// The tables of places, people and things.

extension Table where Record == Area {
  static let areas = Table(
    "areas", ["id", "parent", "level", "code", "name", "outline"],
    values: { area in
      [
        area.id.sql, area.parent.sql(), .text(area.level.rawValue), .text(area.code),
        .text(area.name),
        area.outline.map { .blob(GeometryCoding.encode(.outline($0))) } ?? .null,
      ]
    },
    read: { row in
      var outline: Outline?
      if !row.isNull(5), case .outline(let read) = GeometryCoding.decode(row.blob(5)) {
        outline = read
      }
      return Area(
        id: row.id(0), parent: row.optionalID(1), level: row.word(2), code: row.text(3),
        name: row.text(4), outline: outline)
    })
}

extension Table where Record == Unit {
  static let units = Table(
    "units", ["id", "parent", "kind", "code", "name", "area", "hours", "duties"],
    values: { unit in
      [
        unit.id.sql, unit.parent.sql(), .text(unit.kind.rawValue), .text(unit.code),
        .text(unit.name), unit.area.sql(), .text(unit.hours), .text(WordList.joined(unit.duties)),
      ]
    },
    read: { row in
      Unit(
        id: row.id(0), parent: row.optionalID(1), kind: row.word(2), code: row.text(3),
        name: row.text(4), area: row.optionalID(5), hours: row.text(6),
        duties: WordList.split(row.text(7)))
    })
}

extension Table where Record == Staff {
  static let staff = Table(
    "staff", ["id", "code", "name", "unit", "posts", "area", "active"],
    values: { staff in
      [
        staff.id.sql, .text(staff.code), .text(staff.name), staff.unit.sql,
        .text(WordList.joined(staff.posts)), staff.area.sql(), .integer(staff.active ? 1 : 0),
      ]
    },
    read: { row in
      Staff(
        id: row.id(0), code: row.text(1), name: row.text(2), unit: row.id(3),
        posts: WordList.split(row.text(4)), area: row.optionalID(5), active: row.integer(6) == 1)
    })
}

extension Table where Record == Duty {
  static let duties = Table(
    "duties", ["id", "staff", "unit", "starts", "ends"],
    values: { duty in
      [
        duty.id.sql, duty.staff.sql, duty.unit.sql, .integer(duty.from.milliseconds),
        .integer(duty.to.milliseconds),
      ]
    },
    read: { row in
      Duty(
        id: row.id(0), staff: row.id(1), unit: row.id(2), from: row.instant(3), to: row.instant(4))
    })
}

extension Table where Record == Thing {
  static let things = Table(
    "things",
    ["id", "kind", "code", "name", "address"] + PathColumns.areas + PathColumns.units
      + ["geometry", "longitude", "latitude", "attributes", "version"],
    values: { thing in
      let head: [SQLValue] = [
        thing.id.sql, .text(thing.kind), .text(thing.code), .text(thing.name),
        .text(thing.address),
      ]
      let attributes = thing.attributes.flatMap { [$0.name, $0.value] }
      return head + PathColumns.values(thing.area) + PathColumns.values(thing.owner) + [
        thing.geometry.map { .blob(GeometryCoding.encode($0)) } ?? .null,
        .optional(thing.position?.longitude), .optional(thing.position?.latitude),
        .text(WordList.joined(attributes)), .integer(Int64(thing.version)),
      ]
    },
    read: { row in
      let words = WordList.split(row.text(18))
      let attributes = stride(from: 0, to: words.count - 1, by: 2).map {
        Attribute(name: words[$0], value: words[$0 + 1])
      }
      return Thing(
        id: row.id(0), kind: row.text(1), code: row.text(2), name: row.text(3),
        address: row.text(4), area: row.areaPath(5), owner: row.unitPath(10),
        geometry: row.isNull(15) ? nil : GeometryCoding.decode(row.blob(15)),
        position: row.position(16), attributes: attributes, version: Int(row.integer(19)))
    })
}

extension Table where Record == Reporter {
  static let reporters = Table(
    "reporters", ["id", "subject", "contact_hash", "details"],
    values: { reporter in
      [
        reporter.id.sql, reporter.subject.sql, .blob(reporter.contactHash.bytes),
        reporter.details.map { .blob($0.bytes) } ?? .null,
      ]
    },
    read: { row in
      Reporter(
        id: row.id(0), subject: row.id(1),
        contactHash: row.isNull(2)
          ? Digest(bytes: [UInt8](repeating: 0, count: Digest.byteCount)) : row.digest(2),
        details: row.isNull(3) ? nil : Sealed(subject: row.id(1), bytes: row.blob(3)))
    })
}
