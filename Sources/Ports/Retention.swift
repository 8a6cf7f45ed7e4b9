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
