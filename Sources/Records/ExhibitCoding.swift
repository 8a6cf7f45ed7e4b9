import City
import JSONText

enum ExhibitCoding {
  static let names: Set = [
    "id", "case", "form", "line", "files", "bytes", "taken", "position", "place", "taker",
    "device", "note", "added", "staff",
  ]

  static func write(_ exhibit: Exhibit, _ writer: inout JSONWriter) {
    writer.member("id", exhibit.id)
    writer.member("case", exhibit.case)
    writer.member("form", exhibit.form.rawValue)
    writer.text("line", exhibit.line)
    writer.files("files", [exhibit.file])
    writer.member("bytes", exhibit.byteCount)
    writer.member("taken", exhibit.takenAt)
    writer.position("position", exhibit.position)
    writer.textUnlessEmpty("place", exhibit.place)
    writer.textUnlessEmpty("taker", exhibit.taker)
    writer.textUnlessEmpty("device", exhibit.device)
    writer.textUnlessEmpty("note", exhibit.note)
    writer.member("added", exhibit.addedAt)
    writer.member("staff", exhibit.addedBy)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Exhibit {
    let id: ID<Exhibit> = try fields.id("id")
    let found: ID<Case> = try fields.id("case")
    let form: Exhibit.Form = try fields.word("form")
    let line = try fields.optionalText("line")
    let files = try fields.files("files")
    guard let file = files.first, files.count == 1 else { throw fields.wrong("files") }
    let exhibit = Exhibit(
      id: id, case: found, form: form, line: line, file: file,
      byteCount: try fields.count("bytes"), takenAt: try fields.instant("taken"),
      position: try fields.optionalPosition("position"), place: try fields.textOrEmpty("place"),
      taker: try fields.textOrEmpty("taker"), device: try fields.textOrEmpty("device"),
      note: try fields.textOrEmpty("note"), addedAt: try fields.instant("added"),
      addedBy: try fields.optionalID("staff"))
    try fields.finish(names)
    return exhibit
  }
}

enum CustodyCoding {
  static let names: Set = [
    "id", "case", "exhibit", "kind", "at", "staff", "unit", "packages", "note",
  ]

  static func write(_ act: CustodyAct, _ writer: inout JSONWriter) {
    writer.member("id", act.id)
    writer.member("case", act.case)
    writer.member("exhibit", act.exhibit)
    writer.member("kind", act.kind.rawValue)
    writer.member("at", act.at)
    writer.member("staff", act.staff)
    writer.member("unit", act.unit)
    writer.files("packages", act.package.map { [FileDigest($0)] } ?? [])
    writer.textUnlessEmpty("note", act.note)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> CustodyAct {
    let act = CustodyAct(
      id: try fields.id("id"), case: try fields.id("case"),
      exhibit: try fields.optionalID("exhibit"), kind: try fields.word("kind"),
      at: try fields.instant("at"), staff: try fields.optionalID("staff"),
      unit: try fields.optionalID("unit"), package: try fields.files("packages").first?.digest,
      note: try fields.textOrEmpty("note"))
    try fields.finish(names)
    return act
  }
}
