package import City

/// One kind of problem in the catalogue (事项): when it is filed, who handles it, by when, and when it ends.
package struct Item: Equatable, Sendable {
  package let code: String
  package let name: String
  package let category: String
  /// 立案条件
  package let filing: String
  /// 结案条件
  package let closing: String
  package let grade: Grade
  /// The limits of the item by name; `handle` is always there.
  package let clocks: [ItemClock]
  /// Tried in order; the first that fits names the unit. The last fits always.
  package let responsibility: [ResponsibilityRule]
  /// What the handler must show when reporting back.
  package let evidence: Set<Requirement>
  /// Weight in scores, in thousandths; 1000 is ordinary.
  package let weight: Int
  /// Words by which it is found in a text; longer ones count more.
  package let words: [String]
  /// Two reports nearer than this, and sooner than `joinMilliseconds`, are the same problem. 0 = never joined.
  package let joinMetres: Double
  package let joinMilliseconds: Int64
  /// Whether the engine may dispatch without a person.
  package let automatic: Bool
  package let flow: String
  package let dataClass: DataClass
  /// Phrases that settle by themselves that a text speaks of this item: whoever says one of them
  /// means nothing else.
  package var settledBy: [String] = []
  /// The confidence, in thousandths, from which on a learned model settles this item without a
  /// person; nil = the model's own line.
  package var automaticAbove: Int?
  /// How long the sensors of a case must have been clear to say by themselves that it is solved;
  /// nil = they cannot say that.
  package var sensorClear: TimeLimit?

  package init(
    code: String, name: String, category: String, filing: String, closing: String, grade: Grade,
    clocks: [ItemClock], responsibility: [ResponsibilityRule], evidence: Set<Requirement>,
    weight: Int, words: [String], joinMetres: Double, joinMilliseconds: Int64, automatic: Bool,
    flow: String, dataClass: DataClass
  ) {
    self.code = code
    self.name = name
    self.category = category
    self.filing = filing
    self.closing = closing
    self.grade = grade
    self.clocks = clocks
    self.responsibility = responsibility
    self.evidence = evidence
    self.weight = weight
    self.words = words
    self.joinMetres = joinMetres
    self.joinMilliseconds = joinMilliseconds
    self.automatic = automatic
    self.flow = flow
    self.dataClass = dataClass
  }

  /// The limit on handling; lint makes sure that it is there.
  package var handleClock: ItemClock? { clocks.first { $0.name == "handle" } }
}

/// A limit of an item, for example `stop` 4 working hours.
package struct ItemClock: Equatable, Sendable {
  package let name: String
  package let limit: TimeLimit

  package init(name: String, limit: TimeLimit) {
    self.name = name
    self.limit = limit
  }
}

/// One line of the responsibility list (责任清单): where it fits, the unit with this duty answers.
package struct ResponsibilityRule: Equatable, Sendable {
  /// Which of the units with the duty is meant.
  package enum Place: String, CaseIterable, Sendable {
    /// The one that serves the whole district.
    case district
    /// The one that serves the street or town of the event.
    case street
    /// The owner of the thing that the event is at, whatever its duty.
    case owner
  }
  /// Fits only at a thing of this kind.
  package let thingKind: String?
  /// Fits only in these areas, by code; empty = everywhere.
  package let areas: [String]
  package let duty: String
  package let place: Place
  /// Shown to the user beside the proposal.
  package let why: String

  package init(thingKind: String?, areas: [String], duty: String, place: Place, why: String) {
    self.thingKind = thingKind
    self.areas = areas
    self.duty = duty
    self.place = place
    self.why = why
  }
}
