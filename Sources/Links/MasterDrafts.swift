package import City

/// An area as a file states it: codes instead of ids.
package struct AreaDraft: Equatable, Sendable {
  package let row: Int
  package let code: String
  package let name: String
  package let level: AreaLevel
  /// Code of the area above; nil for the root.
  package let parent: String?
  /// In WGS-84, outer rings counter-clockwise, holes clockwise, no point twice in a row.
  package let outline: Outline?

  package init(
    row: Int, code: String, name: String, level: AreaLevel, parent: String?, outline: Outline?
  ) {
    self.row = row
    self.code = code
    self.name = name
    self.level = level
    self.parent = parent
    self.outline = outline
  }
}

/// A unit as a file states it.
package struct UnitDraft: Equatable, Sendable {
  package let row: Int
  package let code: String
  package let name: String
  package let kind: UnitKind
  /// Code of the unit above; nil for the root.
  package let parent: String?
  /// Code of the area it serves; nil = the whole district.
  package let area: String?
  package let hours: String
  package let duties: [String]

  package init(
    row: Int, code: String, name: String, kind: UnitKind, parent: String?, area: String?,
    hours: String, duties: [String]
  ) {
    self.row = row
    self.code = code
    self.name = name
    self.kind = kind
    self.parent = parent
    self.area = area
    self.hours = hours
    self.duties = duties
  }
}

/// A person as a file states him.
package struct StaffDraft: Equatable, Sendable {
  package let row: Int
  package let code: String
  package let name: String
  /// Code of the unit.
  package let unit: String
  package let posts: [String]
  /// Code of the area whose records this person sees.
  package let area: String?
  package let active: Bool

  package init(
    row: Int, code: String, name: String, unit: String, posts: [String], area: String?, active: Bool
  ) {
    self.row = row
    self.code = code
    self.name = name
    self.unit = unit
    self.posts = posts
    self.area = area
    self.active = active
  }
}

/// A thing as a file states it.
package struct ThingDraft: Equatable, Sendable {
  package let row: Int
  package let kind: String
  package let code: String
  package let name: String
  package let address: String
  /// Code of the area, where the file states one.
  package let area: String?
  /// Code of the unit that answers for it.
  package let owner: String?
  /// In WGS-84.
  package let geometry: Geometry?
  /// All other columns that are not empty, in the file's order.
  package let attributes: [Attribute]

  package init(
    row: Int, kind: String, code: String, name: String, address: String, area: String?,
    owner: String?, geometry: Geometry?, attributes: [Attribute]
  ) {
    self.row = row
    self.kind = kind
    self.code = code
    self.name = name
    self.address = address
    self.area = area
    self.owner = owner
    self.geometry = geometry
    self.attributes = attributes
  }
}

/// What a file of master data holds: every row is in one of the two.
package struct MasterFile<Draft: Equatable & Sendable>: Equatable, Sendable {
  package let drafts: [Draft]
  package let refusals: [RowRefusal]

  package var rows: Int { drafts.count + refusals.count }
}

/// How long the texts of master data may be, in Unicode scalars.
package enum MasterTextLimits {
  package static let codeMax = 64
  package static let nameMax = 100
  package static let addressMax = 300
  package static let attributeMax = 1_000
  package static let titleMax = 200
  package static let sourceMax = 500
}

/// A field of a row of master data that breaks a rule.
struct MasterRefusal: Error {
  let field: String
  let rule: String
  let value: String
}

/// One row of master data as texts by name, with the checks that all kinds share.
struct MasterRecord {
  let values: [String: String]

  /// A text that may be missing.
  func text(_ field: String, max: Int) throws(MasterRefusal) -> String {
    let text = values[field] ?? ""
    if text.utf8.count > max, text.unicodeScalars.count > max {
      throw MasterRefusal(field: field, rule: RowRule.tooLongText, value: text)
    }
    if let byte = text.utf8.first(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw MasterRefusal(field: field, rule: RowRule.controlCharacter, value: String(byte))
    }
    return text
  }

  /// A text that must be there.
  func required(_ field: String, max: Int) throws(MasterRefusal) -> String {
    let text = try text(field, max: max)
    guard !text.isEmpty else {
      throw MasterRefusal(field: field, rule: RowRule.required, value: "")
    }
    return text
  }

  /// A code that may be missing.
  func code(_ field: String) throws(MasterRefusal) -> String? {
    let code = try text(field, max: MasterTextLimits.codeMax)
    return code.isEmpty ? nil : code
  }

  /// Codes in one cell, parted by semicolons, enumeration commas, bars or white space.
  func codes(_ field: String) throws(MasterRefusal) -> [String] {
    let parted = (values[field] ?? "").unicodeScalars
      .split { ";；、|,，".unicodeScalars.contains($0) || $0.properties.isWhitespace }
    var codes: [String] = []
    for part in parted {
      let code = String(part)
      guard code.utf8.count <= MasterTextLimits.codeMax else {
        throw MasterRefusal(field: field, rule: RowRule.tooLongText, value: code)
      }
      codes.append(code)
    }
    return codes
  }

  /// One of a closed list of words; nil where there is none.
  func word<Meaning>(
    _ field: String, of words: [String: Meaning]
  ) throws(MasterRefusal) -> Meaning? {
    guard let text = values[field], !text.isEmpty else { return nil }
    guard let meaning = words[text] ?? words[text.lowercased()] else {
      throw MasterRefusal(field: field, rule: RowRule.unknownWord, value: text)
    }
    return meaning
  }
}
