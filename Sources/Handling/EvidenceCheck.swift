package import City
package import Pack

/// How far the evidence of a case answers the checklist of its kind of offence.
package enum EvidenceCheck {
  /// One line of the checklist, and what there is of it.
  package struct Line: Equatable, Sendable {
    package let line: EvidenceLine
    package let there: Int
    package var missing: Int { max(0, line.least - there) }
  }

  /// - Parameter exhibits: those that count, without the withdrawn.
  package static func lines(_ checklist: EvidenceChecklist, _ exhibits: [Exhibit]) -> [Line] {
    checklist.lines.map { line in
      Line(
        line: line,
        there: exhibits.filter { $0.line == line.code && $0.form == line.form }.count)
    }
  }

  /// Codes of the lines that something lacks of; where no checklist is, one piece of evidence is
  /// wanted at least, and its line has the empty code.
  package static func missing(_ checklist: EvidenceChecklist?, _ exhibits: [Exhibit]) -> [String] {
    guard let checklist else { return exhibits.isEmpty ? [""] : [] }
    return lines(checklist, exhibits).filter { $0.missing > 0 }.map(\.line.code)
  }

  /// Those that were not withdrawn.
  package static func standing(_ exhibits: [Exhibit], _ acts: [CustodyAct]) -> [Exhibit] {
    let withdrawn = Set(acts.filter { $0.kind == .withdrawn }.compactMap(\.exhibit))
    return exhibits.filter { !withdrawn.contains($0.id) }
  }
}
