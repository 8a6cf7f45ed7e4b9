package import City

/// What a kind of data is for, and when it ends (留存): a line of the pack.
package struct RetentionRule: Hashable, Sendable {
  /// Days that one may be kept: a hundred years.
  package static let daysRange = 1...36_525

  package let code: String
  package let name: String
  package let data: RetainedData
  /// Shown to auditors and to whom the data is about.
  package let purpose: String
  /// Days after the last reason to keep it went; nil = it does not end.
  package let days: Int?
  /// The law or decision that this follows, or why it is so.
  package let why: String

  package init(
    code: String, name: String, data: RetainedData, purpose: String, days: Int?, why: String
  ) {
    self.code = code
    self.name = name
    self.data = data
    self.purpose = purpose
    self.days = days
    self.why = why
  }
}

// What is wrong with a pack's rules of retention.
extension PackLint {
  mutating func checkRetention() {
    var codes: Set<String> = []
    var kinds: Set<RetainedData> = []
    for (index, rule) in pack.retention.enumerated() {
      let subject = PackSubject(.retention, index)
      if !codes.insert(rule.code).inserted || !kinds.insert(rule.data).inserted {
        report(.codeTwice, subject, ["what": "retention", "code": rule.code])
      }
      if rule.days != nil && !rule.data.mayEnd {
        report(
          .retentionStays, subject, ["code": rule.code, "data": rule.data.rawValue])
      }
    }
  }
}
