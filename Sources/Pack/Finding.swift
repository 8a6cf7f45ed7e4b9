/// Something that is wrong or doubtful in a pack, with the place where its author finds it.
package struct Finding: Hashable, Sendable {
  package let kind: FindingKind
  package let place: SourcePlace
  /// What the message names, by name.
  package let facts: [String: String]

  package init(_ kind: FindingKind, at place: SourcePlace, _ facts: [String: String] = [:]) {
    self.kind = kind
    self.place = place
    self.facts = facts
  }

  /// Stable; programs switch on it.
  package var code: String { kind.code }

  package var severity: FindingSeverity { kind.severity }

  /// For the pack's author, in English.
  package var message: String { kind.message(facts) }

  /// `file:line: message`, as compilers write.
  package var text: String { "\(place.file):\(place.line): \(message)" }
}

/// How bad a finding is.
package enum FindingSeverity: String, CaseIterable, Sendable {
  /// The pack is refused whole.
  case error
  /// The pack works, but likely not as its author means.
  case warning
}

/// A place in a file of a pack.
package struct SourcePlace: Hashable, Sendable, Comparable {
  /// Path from the folder that holds the packs, for example `core/items/streets.yaml`.
  package let file: String
  /// From 1.
  package let line: Int
  /// From 1, in characters.
  package let column: Int

  package init(file: String, line: Int = 1, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}
