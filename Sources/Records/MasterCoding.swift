import City
import JSONText
import Ports

// Areas, organisation, accounts and packs in a journal body.

enum AreaCoding {
  static let names: Set = ["id", "parent", "level", "code", "name", "outline"]

  static func write(_ area: Area, _ writer: inout JSONWriter) {
    writer.member("id", area.id)
    writer.member("parent", area.parent)
    writer.member("level", area.level.rawValue)
    writer.text("code", area.code)
    writer.text("name", area.name)
    if let outline = area.outline { writer.outline("outline", outline) }
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Area {
    let id: ID<Area> = try fields.id("id")
    let parent: ID<Area>? = try fields.optionalID("parent")
    let level: AreaLevel = try fields.word("level")
    let code = try fields.text("code")
    let name = try fields.text("name")
    var outline: Outline?
    if let value = fields.take("outline") { outline = try fields.outline(value, "outline") }
    try fields.finish(names)
    return Area(id: id, parent: parent, level: level, code: code, name: name, outline: outline)
  }
}

enum UnitCoding {
  static let names: Set = ["id", "parent", "kind", "code", "name", "area", "hours", "duties"]

  static func write(_ unit: Unit, _ writer: inout JSONWriter) {
    writer.member("id", unit.id)
    writer.member("parent", unit.parent)
    writer.member("kind", unit.kind.rawValue)
    writer.text("code", unit.code)
    writer.text("name", unit.name)
    writer.member("area", unit.area)
    writer.text("hours", unit.hours)
    writer.texts("duties", unit.duties)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Unit {
    let unit = Unit(
      id: try fields.id("id"), parent: try fields.optionalID("parent"),
      kind: try fields.word("kind"), code: try fields.text("code"), name: try fields.text("name"),
      area: try fields.optionalID("area"), hours: try fields.text("hours"),
      duties: try fields.texts("duties"))
    try fields.finish(names)
    return unit
  }
}

enum StaffCoding {
  static let names: Set = ["id", "code", "name", "unit", "posts", "area", "active"]

  static func write(_ staff: Staff, _ writer: inout JSONWriter) {
    writer.member("id", staff.id)
    writer.text("code", staff.code)
    writer.text("name", staff.name)
    writer.member("unit", staff.unit)
    writer.texts("posts", staff.posts)
    writer.member("area", staff.area)
    writer.member("active", staff.active)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Staff {
    let staff = Staff(
      id: try fields.id("id"), code: try fields.text("code"), name: try fields.text("name"),
      unit: try fields.id("unit"), posts: try fields.texts("posts"),
      area: try fields.optionalID("area"), active: try fields.bool("active"))
    try fields.finish(names)
    return staff
  }
}

enum DutyCoding {
  static let names: Set = ["id", "staff", "unit", "from", "to"]

  static func write(_ duty: Duty, _ writer: inout JSONWriter) {
    writer.member("id", duty.id)
    writer.member("staff", duty.staff)
    writer.member("unit", duty.unit)
    writer.member("from", duty.from)
    writer.member("to", duty.to)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Duty {
    let duty = Duty(
      id: try fields.id("id"), staff: try fields.id("staff"), unit: try fields.id("unit"),
      from: try fields.instant("from"), to: try fields.instant("to"))
    try fields.finish(names)
    return duty
  }
}

enum PackVersionCoding {
  static let names: Set = ["id", "version", "digest"]

  static func write(_ pack: PackVersion, _ writer: inout JSONWriter) {
    writer.text("id", pack.id)
    writer.member("version", pack.version)
    writer.blob("digest", pack.digest.bytes)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> PackVersion {
    let pack = PackVersion(
      id: try fields.text("id"), version: try fields.count("version"),
      digest: try fields.digest("digest"))
    try fields.finish(names)
    return pack
  }
}
