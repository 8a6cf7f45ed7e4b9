package import City

/// What a channel would send: everything of a signal that the engine does not find by itself.
package struct DemonstrationSignal: Hashable, Sendable {
  package let channel: Channel
  /// Unique within its channel; begins with DEMO.
  package let externalID: String
  package let occurredAt: Instant
  /// nil where the channel names none and the engine finds it by words.
  package let item: String?
  package let title: String
  package let text: String
  package let address: String
  /// nil where only the address is told.
  package let position: Position?
  package let thing: ID<Thing>?
  /// An invented person, for channels that know one.
  package let reporter: ReporterDetails?
}

/// A step that simulated staff take; what the flow's edge requires is filled in.
package struct DemonstrationStep: Hashable, Sendable {
  package let action: String
  /// The stage in which it is taken, and the one that it leads to.
  package let from: String
  package let to: String
  /// Milliseconds after filing (history), or after the case came to the stage (live).
  package let afterMilliseconds: Int64
  /// Whoever takes it, and the post that allows it.
  package let staff: ID<Staff>
  package let post: String
  /// For a dispatch: the unit to give it to, by the item's responsibility rules.
  package let unit: ID<Unit>?
  /// For an assignment: the person to name.
  package let assignee: ID<Staff>?
  /// For a reclassification: the item that it really is.
  package let item: String?
  package let note: String
  /// How many pictures and documents to attach.
  package let photos: Int
  package let documents: Int
}
