/// How the place of a report was found, from the surest to the weakest.
package enum LocatedBy: String, CaseIterable, Sendable {
  /// The channel gave a point.
  case point
  /// The thing that it names has one.
  case thing
  /// Road and number of its address are known.
  case number
  /// Two roads of its address meet there.
  case crossing
  /// Its address names a known place.
  case place
  /// The nearest number known on the road.
  case nearNumber = "near_number"
  /// The road alone: an area, no point.
  case road
  /// The neighbourhood alone: an area, no point.
  case neighbourhood
  /// An area that the text names: no point.
  case name
}

/// How the place of a report was found, and how sure that is.
package struct Located: Hashable, Sendable {
  package let by: LocatedBy
  /// In hundredths, 0 to 100.
  package let confidence: Int

  package init(by: LocatedBy, confidence: Int) {
    self.by = by
    self.confidence = confidence
  }
}
