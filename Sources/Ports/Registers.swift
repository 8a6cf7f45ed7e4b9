package import City

/// One row of a register's file, read but not yet believed.
package struct RegisterRow: Equatable, Sendable {
  /// As a sheet numbers it, its head being 1; a feature of GeoJSON counts from 1.
  package let row: Int
  package let code: String
  package let name: String
  package let address: String
  /// Code of the unit that answers for it; nil = the file names none.
  package let owner: String?
  /// In WGS-84.
  package let geometry: Geometry?
  /// The point that stands for it.
  package let position: Position?
  /// Columns that have no meaning of their own, as the file calls them.
  package let columns: [Attribute]

  package init(
    row: Int, code: String, name: String, address: String, owner: String?, geometry: Geometry?,
    position: Position?, columns: [Attribute]
  ) {
    self.row = row
    self.code = code
    self.name = name
    self.address = address
    self.owner = owner
    self.geometry = geometry
    self.position = position
    self.columns = columns
  }
}

/// A row that is not taken, and why.
package struct RegisterRefusal: Equatable, Sendable {
  package let row: Int
  package let field: String
  package let rule: String
  /// What stood there, shortened.
  package let value: String
  /// What mends it.
  package let facts: [String: String]

  package init(
    row: Int, field: String, rule: String, value: String, facts: [String: String] = [:]
  ) {
    self.row = row
    self.field = field
    self.rule = rule
    self.value = value
    self.facts = facts
  }
}

/// What a file of a register holds.
package struct RegisterFile: Equatable, Sendable {
  package let rows: [RegisterRow]
  package let refusals: [RegisterRefusal]

  package init(rows: [RegisterRow], refusals: [RegisterRefusal]) {
    self.rows = rows
    self.refusals = refusals
  }
}

/// Why a file as a whole cannot be taken.
package struct RegisterFault: Error, Equatable {
  package let code: String
  package let facts: [String: String]

  package init(code: String, facts: [String: String]) {
    self.code = code
    self.facts = facts
  }
}

/// Reads files of things: CSV, a workbook's first sheet, GeoJSON.
package protocol RegisterReading: Sendable {
  /// Reads a whole file.
  /// - Parameters:
  ///   - name: of the file, whose end says what it is.
  ///   - system: how its coordinates are given: `wgs84`, `gcj02` or `bd09`.
  ///   - fields: names and titles of the kind's own fields, which then are no columns of ours.
  func read(
    _ bytes: [UInt8], name: String, system: String, fields: Set<String>
  ) throws(RegisterFault) -> RegisterFile
}
