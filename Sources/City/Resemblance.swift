/// A report laid beside a known problem (疑似重复): what the machine thought, and what people decided.
package struct Resemblance: Hashable, Sendable {
  /// Where it stands.
  package enum State: String, CaseIterable, Sendable {
    /// The machine let the report join the problem.
    case joined
    /// The machine asks a person.
    case proposed
    /// A person said that it is the same problem.
    case accepted
    /// A person said that it is another.
    case declined
    /// A person took the report out of the problem again.
    case split
  }

  package let id: ID<Resemblance>
  package let signal: ID<Signal>
  /// The problem that was known.
  package let event: ID<Event>
  /// The event that the report opened; nil where it joined.
  package var own: ID<Event>?
  package let item: String
  /// In thousandths, 0 to 1000.
  package let likeness: Int
  /// Codes of the traits that held, so that people see why and the machine learns from it.
  package let traits: [String]
  package let at: Instant
  package var state: State
  package var decidedAt: Instant?
  package var decidedBy: ID<Staff>?
  package var version = 1

  package init(
    id: ID<Resemblance>, signal: ID<Signal>, event: ID<Event>, own: ID<Event>?, item: String,
    likeness: Int, traits: [String], at: Instant, state: State
  ) {
    self.id = id
    self.signal = signal
    self.event = event
    self.own = own
    self.item = item
    self.likeness = likeness
    self.traits = traits
    self.at = at
    self.state = state
  }

  /// The events that are compared.
  package var events: [ID<Event>] { [event] + (own.map { [$0] } ?? []) }
}
