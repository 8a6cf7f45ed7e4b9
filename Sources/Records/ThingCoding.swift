import City
import JSONText

enum ThingCoding {
  static let names: Set = [
    "id", "kind", "code", "name", "address", "area", "owner", "point", "line", "outline",
    "position", "attributes", "version",
  ]

  static func write(_ thing: Thing, _ writer: inout JSONWriter) {
    writer.member("id", thing.id)
    writer.text("kind", thing.kind)
    writer.text("code", thing.code)
    writer.text("name", thing.name)
    writer.textUnlessEmpty("address", thing.address)
    writer.path("area", thing.area)
    writer.path("owner", thing.owner)
    switch thing.geometry {
    case nil: break
    case .point(let point): writer.position("point", point)
    case .line(let points): writer.points("line", points)
    case .outline(let outline): writer.outline("outline", outline)
    }
    writer.position("position", thing.position)
    if !thing.attributes.isEmpty {
      writer.name("attributes")
      writer.beginArray()
      for attribute in thing.attributes {
        writer.beginArray()
        writer.text(attribute.name)
        writer.text(attribute.value)
        writer.endArray()
      }
      writer.endArray()
    }
    writer.member("version", thing.version)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Thing {
    let thing = Thing(
      id: try fields.id("id"), kind: try fields.text("kind"), code: try fields.text("code"),
      name: try fields.text("name"), address: try fields.textOrEmpty("address"),
      area: try fields.areaPath("area"), owner: try fields.unitPath("owner"),
      geometry: try geometry(&fields), position: try fields.optionalPosition("position"),
      attributes: try attributes(&fields), version: try fields.count("version"))
    try fields.finish(names)
    return thing
  }

  private static func geometry(_ fields: inout FactFields) throws(FactCodingFault) -> Geometry? {
    if let point = try fields.optionalPosition("point") { return .point(point) }
    if let line = fields.take("line") { return .line(try fields.points(line, "line")) }
    if let outline = fields.take("outline") {
      return .outline(try fields.outline(outline, "outline"))
    }
    return nil
  }

  private static func attributes(
    _ fields: inout FactFields
  ) throws(FactCodingFault) -> [Attribute] {
    var attributes: [Attribute] = []
    for pair in try fields.list("attributes") {
      guard case .array(let parts) = pair, parts.count == 2 else {
        throw fields.wrong("attributes")
      }
      attributes.append(
        Attribute(
          name: try fields.text(parts[0], "attributes"),
          value: try fields.text(parts[1], "attributes")))
    }
    return attributes
  }
}

enum LinkCoding {
  static let names: Set = ["from", "to", "kind"]

  static func write(_ link: Link, _ writer: inout JSONWriter) {
    writer.member("from", link.from)
    writer.member("to", link.to)
    writer.text("kind", link.kind)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Link {
    let link = Link(
      from: try fields.id("from"), to: try fields.id("to"), kind: try fields.text("kind"))
    try fields.finish(names)
    return link
  }
}
