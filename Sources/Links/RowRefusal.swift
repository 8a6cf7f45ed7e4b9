/// One row that was not taken, and why.
package struct RowRefusal: Hashable, Sendable {
  /// Longest piece of a value that is shown, in Unicode scalars.
  package static let excerptMax = 80

  /// As a spreadsheet counts: the header of a CSV file is row 1. In JSONL the number of the line,
  /// in GeoJSON the number of the feature, both from 1.
  package let row: Int
  /// The field that breaks the rule, by our name; empty where the row as a whole does.
  package let field: String
  /// Stable code of the rule, for example `time.impossible`.
  package let rule: String
  /// The beginning of the value, or what was counted.
  package let value: String

  package init(row: Int, field: String, rule: String, value: String) {
    self.row = row
    self.field = field
    self.rule = rule
    self.value = Self.excerpt(value)
  }

  private static func excerpt(_ value: String) -> String {
    guard value.utf8.count > excerptMax, value.unicodeScalars.count > excerptMax else {
      return value
    }
    var short = String.UnicodeScalarView()
    short.append(contentsOf: value.unicodeScalars.prefix(excerptMax))
    return String(short) + "…"
  }
}

/// Rules that a row may break before anybody looks at what it says.
package enum RowRule {
  /// It has more or fewer fields than the header; the value says how many of how many.
  package static let ragged = "row.ragged"
  /// Something follows a closing quotation mark.
  package static let quote = "row.quote"
  package static let tooLong = "row.too_long"
  package static let tooManyFields = "row.too_many_fields"
  package static let fieldTooLong = "field.too_long"
  package static let nul = "text.nul"
  /// A byte that is out of place in the file's encoding; the value says which, from the row's
  /// start, counted in UTF-8.
  package static let encoding = "text.not_utf8"
  /// A line of JSONL that holds no object.
  package static let notObject = "row.not_object"
  /// A field that must be a text, a number or a truth value holds an array or object.
  package static let nested = "field.nested"
  package static let required = "field.required"
  package static let number = "field.number"
  package static let tooLongText = "text.too_long"
  package static let controlCharacter = "text.control_character"
  /// The same code stands in an earlier row of the file.
  package static let repeated = "code.repeated"
  package static let unknownWord = "field.unknown_word"
}
