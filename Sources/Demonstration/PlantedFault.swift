package import City

/// Something planted in the past to be found: the truth that a report is held against.
package struct PlantedFault: Sendable {
  /// What is wrong.
  package enum Form: String, CaseIterable, Sendable {
    /// One item rises in a few neighbourhoods.
    case hotSpot
    /// A unit does not keep its deadlines.
    case lateUnit
    /// Units send an item back again and again.
    case returnedItem
    /// The same problem comes back at one place.
    case repeatedPlace
    /// What is reported as done in a street is not: those who reported it say so.
    case falseClosings
    /// Those whom a unit served are no longer content.
    case discontent
    /// A device itself is out of order.
    case device
  }

  package let form: Form
  /// From when on; nil = from the beginning of the past.
  package let since: Instant?
  package let item: String?
  /// Where: neighbourhoods, or a street.
  package let areas: [ID<Area>]
  /// Who answers for it; nil = whoever has the cases.
  package let unit: ID<Unit>?
  package let thing: ID<Thing>?
  /// An address; of a device the measure, and how it shows.
  package let detail: String

  init(
    _ form: Form, since: Instant?, item: String? = nil, areas: [ID<Area>] = [],
    unit: ID<Unit>? = nil, thing: ID<Thing>? = nil, detail: String = ""
  ) {
    self.form = form
    self.since = since
    self.item = item
    self.areas = areas
    self.unit = unit
    self.thing = thing
    self.detail = detail
  }
}

/// What a reporter said of his closed case, and when.
package struct DemonstrationJudgement: Sendable {
  package let solved: Bool
  package let satisfaction: Satisfaction
  /// Counts from the close.
  package let afterMilliseconds: Int64
}
