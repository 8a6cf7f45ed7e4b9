package import City

/// A record that came to its end.
package struct ExpiredRecord: Hashable, Sendable {
  /// By which it is known in the certificate.
  package let name: String
  /// When its time began to run.
  package let at: Instant
  /// Whose key ends it; nil where its row does.
  package let subject: ID<Subject>?

  package init(name: String, at: Instant, subject: ID<Subject>?) {
    self.name = name
    self.at = at
    self.subject = subject
  }
}

/// Some of what came to its end, and where to look on.
package struct ExpiredRecords: Hashable, Sendable {
  package let records: [ExpiredRecord]
  /// nil at the end.
  package let next: Int64?

  package init(records: [ExpiredRecord], next: Int64?) {
    self.records = records
    self.next = next
  }
}

/// Where a look through the files that reports and steps name stands: reports first, then steps.
package enum FileLook: Hashable, Sendable {
  case reports(after: ID<Signal>)
  case steps(of: ID<Case>, after: Int)

  /// Before the first report.
  package static let start = FileLook.reports(after: ID(0))
  /// Past the reports, before the first step.
  package static let firstStep = FileLook.steps(of: ID(0), after: 0)
}

/// Files that some reports or steps name.
package struct NamedFiles: Hashable, Sendable {
  /// Named by reports that came before a moment, of cases closed before it or of none; in order.
  package let ended: [FileDigest]
  /// Named by the others.
  package let held: [FileDigest]
  /// Where to look on; nil at the end.
  package let next: FileLook?

  package init(ended: [FileDigest], held: [FileDigest], next: FileLook?) {
    self.ended = ended
    self.held = held
    self.next = next
  }
}

extension Set<FileDigest> {
  /// In the order of their bytes.
  package var inOrder: [FileDigest] {
    sorted { $0.digest.bytes.lexicographicallyPrecedes($1.digest.bytes) }
  }
}
