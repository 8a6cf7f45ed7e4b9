/// That a person agreed to what his contact is used for, or took it back (同意、撤回). What it says
/// is sealed for him: with his key it is gone.
package struct Consent: Hashable, Sendable {
  /// Records that one person has at most.
  package static let recordsMax = 200

  package let id: ID<Consent>
  package let reporter: ID<Reporter>
  package let at: Instant
  /// `ConsentDetails`, sealed for the reporter.
  package let details: Sealed

  package init(id: ID<Consent>, reporter: ID<Reporter>, at: Instant, details: Sealed) {
    self.id = id
    self.reporter = reporter
    self.at = at
    self.details = details
  }
}

/// What a consent says. All of it is of class `sensitive`.
package struct ConsentDetails: Hashable, Sendable {
  /// How it came to us.
  package enum Way: String, CaseIterable, Sendable {
    /// The person said so on the citizens' page.
    case page
    /// Somebody of ours wrote down what the person asked for.
    case officer
  }

  /// Code of the pack's purpose.
  package let purpose: String
  /// false = taken back.
  package let isGiven: Bool
  /// Version of the words that he was shown.
  package let wording: Int
  package let way: Way
  /// Who wrote it down; nil where the person did so himself.
  package let staff: ID<Staff>?
  /// What the person asked for, in the words of who wrote it down; empty where he did so himself.
  package let reason: String

  package init(
    purpose: String, isGiven: Bool, wording: Int, way: Way, staff: ID<Staff>?, reason: String
  ) {
    self.purpose = purpose
    self.isGiven = isGiven
    self.wording = wording
    self.way = way
    self.staff = staff
    self.reason = reason
  }
}
