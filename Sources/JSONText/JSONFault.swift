/// How large and how deep a JSON text may be.
package struct JSONLimits: Equatable, Sendable {
  /// The deepest nesting any caller may ask for: reading recurses, and the stack is finite.
  package static let depthCeiling = 256

  /// Bytes of the whole text.
  package let bytesMax: Int
  /// Arrays and objects inside each other; a bare value has depth 0.
  package let depthMax: Int
  /// Members of one object, or elements of one array.
  package let membersMax: Int
  /// UTF-8 bytes of one string or name, escapes resolved.
  package let stringBytesMax: Int

  /// - Precondition: every limit is positive and `depthMax` is at most `depthCeiling`.
  package init(
    bytesMax: Int, depthMax: Int = 32, membersMax: Int = 10_000, stringBytesMax: Int = 65_536
  ) {
    precondition(bytesMax > 0 && membersMax > 0 && stringBytesMax > 0)
    precondition((1...Self.depthCeiling).contains(depthMax))
    self.bytesMax = bytesMax
    self.depthMax = depthMax
    self.membersMax = membersMax
    self.stringBytesMax = stringBytesMax
  }

  /// For the body of one API request.
  package static let request = JSONLimits(bytesMax: 1 << 20)
}

/// The rule of the grammar that a malformed text breaks.
package enum JSONRule: String, Equatable, Sendable {
  /// A value must stand here.
  case value
  /// `null`, `true` or `false`, in lower case.
  case literal
  /// A number as RFC 8259 writes it: no leading zero or plus, digits around the point.
  case number
  /// A number too large for a double.
  case numberRange
  /// A string ends with a quotation mark.
  case stringEnd
  /// Control characters inside a string are escaped.
  case control
  /// A backslash is followed by one of `"\/bfnrtu`, and `u` by four hexadecimal digits.
  case escape
  /// Escaped surrogates come in pairs, high then low.
  case surrogate
  /// Inside an object a name in quotation marks must stand here.
  case name
  /// A colon stands between name and value.
  case colon
  /// A comma or the closing bracket must stand here.
  case separator
  /// After the value nothing but white space may follow.
  case trailing
}

/// Why a text was not read. `offset` counts bytes from the start of the text.
package enum JSONFault: Error, Equatable, Sendable {
  case malformed(offset: Int, rule: JSONRule)
  /// More than `depthMax` arrays and objects inside each other.
  case tooDeep(offset: Int, depthMax: Int)
  /// The text is longer than `bytesMax`.
  case tooLong(bytes: Int, bytesMax: Int)
  /// An object or array has more than `membersMax` entries.
  case tooManyMembers(offset: Int, membersMax: Int)
  /// A string or name is longer than `stringBytesMax`.
  case stringTooLong(offset: Int, stringBytesMax: Int)
  /// One object names a member twice.
  case duplicateName(offset: Int, name: String)
  case invalidUTF8(offset: Int)
  /// `\u0000` is legal JSON, but no text here may hold it.
  case nulCharacter(offset: Int)

  /// Where the reader stopped.
  package var offset: Int {
    switch self {
    case .malformed(let offset, _), .tooDeep(let offset, _), .tooManyMembers(let offset, _),
      .stringTooLong(let offset, _), .duplicateName(let offset, _), .invalidUTF8(let offset),
      .nulCharacter(let offset):
      offset
    case .tooLong(_, let bytesMax): bytesMax
    }
  }

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .malformed: "json.malformed"
    case .tooDeep: "json.too_deep"
    case .tooLong: "json.too_long"
    case .tooManyMembers: "json.too_many_members"
    case .stringTooLong: "json.string_too_long"
    case .duplicateName: "json.duplicate_name"
    case .invalidUTF8: "json.invalid_utf8"
    case .nulCharacter: "json.nul_character"
    }
  }
}
