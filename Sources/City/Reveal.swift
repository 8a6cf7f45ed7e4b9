/// That somebody saw a person's data unmasked (揭示): why, and whether it was his own work.
package struct Reveal: Hashable, Sendable {
  /// What he needed it for.
  package enum Duty: String, CaseIterable, Sendable {
    /// To call the person back about the case (回访).
    case callBack
    /// To handle the case (办理).
    case handle
    /// To check what was done (核查).
    case verify
    /// Because a law or court asks for it (依法).
    case law
    case other
  }

  package let id: ID<Reveal>
  package let at: Instant
  package let staff: ID<Staff>
  package let `case`: ID<Case>
  package let reporter: ID<Reporter>
  package let duty: Duty
  package let reason: String
  /// The case lay neither with his unit nor in the area that his unit or he himself serves.
  package let isForeign: Bool

  package init(
    id: ID<Reveal>, at: Instant, staff: ID<Staff>, case: ID<Case>, reporter: ID<Reporter>,
    duty: Duty, reason: String, isForeign: Bool
  ) {
    self.id = id
    self.at = at
    self.staff = staff
    self.case = `case`
    self.reporter = reporter
    self.duty = duty
    self.reason = reason
    self.isForeign = isForeign
  }
}
