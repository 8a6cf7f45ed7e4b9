package import JSONText

/// Why the body of an entry was not read.
package enum FactCodingFault: Error, Equatable, Sendable {
  /// Written by a newer program; only versions from 1 to `FactCoding.version` are read.
  case unknownVersion(Int)
  case malformed(JSONFault)
  /// A body is an array of objects with one member each, whose name is the fact's.
  case shape
  case unknownFact(String)
  case missing(fact: String, member: String)
  /// The member has another type, or a value outside what the type holds.
  case wrongValue(fact: String, member: String)
  /// A member that this version does not know: to leave it out would change the tables unseen.
  case unexpected(fact: String, member: String)

  /// Operators and tools switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .unknownVersion: "record.unknown_version"
    case .malformed: "record.malformed"
    case .shape: "record.shape"
    case .unknownFact: "record.unknown_fact"
    case .missing: "record.missing"
    case .wrongValue: "record.wrong_value"
    case .unexpected: "record.unexpected"
    }
  }
}
