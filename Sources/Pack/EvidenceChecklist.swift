package import City

/// What proof a kind of offence takes (证据清单), as a table of the pack.
package struct EvidenceChecklist: Equatable, Sendable {
  package let code: String
  package let name: String
  /// Codes of the items that it is for.
  package let items: Set<String>
  package let lines: [EvidenceLine]
  package let why: String

  package init(
    code: String, name: String, items: Set<String>, lines: [EvidenceLine], why: String
  ) {
    self.code = code
    self.name = name
    self.items = items
    self.lines = lines
    self.why = why
  }
}

/// One line of a checklist: how many pieces of evidence of which form.
package struct EvidenceLine: Equatable, Sendable {
  package let code: String
  package let name: String
  package let form: Exhibit.Form
  package let least: Int
  package let why: String

  package init(code: String, name: String, form: Exhibit.Form, least: Int, why: String) {
    self.code = code
    self.name = name
    self.form = form
    self.least = least
    self.why = why
  }
}

/// The words that the list of evidence is written with.
package struct EvidenceWords: Equatable, Sendable {
  /// All that the list says besides names of the pack and of records.
  package static let keys =
    [
      "title", "case", "item", "address", "made", "maker", "checklist", "complete", "missing",
      "evidence", "custody", "number", "form", "line", "file", "hash", "taken", "place", "taker",
      "device", "note", "added", "at", "act", "person", "what", "page", "footer",
    ] + Exhibit.Form.allCases.map(\.rawValue) + CustodyAct.Kind.allCases.map(\.rawValue)
  private let words: [String: String]

  package init(_ words: [String: String]) {
    self.words = words
  }

  /// A word; its key where the pack lacks it, which the lint refuses.
  package subscript(_ key: String) -> String { words[key] ?? key }

  var missing: [String] { Self.keys.filter { words[$0] == nil } }
}

// What is wrong with a pack's checklists.
extension PackLint {
  mutating func checkEvidence() {
    var codes: Set<String> = []
    var items: Set<String> = []
    for (index, checklist) in pack.checklists.enumerated() {
      let subject = PackSubject(.checklists, index)
      if !codes.insert(checklist.code).inserted {
        report(.codeTwice, subject, ["what": "checklist", "code": checklist.code])
      }
      for item in checklist.items.sorted() {
        require(item, in: known.items, "item", subject)
        if !items.insert(item).inserted {
          report(.codeTwice, subject, ["what": "checklist of item", "code": item])
        }
      }
      var lines: Set<String> = []
      for line in checklist.lines where !lines.insert(line.code).inserted {
        report(.codeTwice, subject, ["what": "line", "code": line.code])
      }
    }
    for key in pack.evidenceWords?.missing ?? [] {
      report(
        .referenceUnknown, PackSubject(.checklists), ["what": "word of the list", "code": key])
    }
  }
}
