/// Values of a series that another system keeps (外部数据序列): rain, passengers, takings.
///
/// A series comes in parts, as files are taken in. A later part's value takes the place of an
/// earlier one of the same area and moment.
package struct SeriesPart: Hashable, Sendable {
  /// Values of one part.
  package static let pointsMax = 1_000
  /// Characters of the series' name.
  package static let nameMax = 64

  /// One value.
  package struct Point: Hashable, Sendable {
    package let area: ID<Area>
    package let at: Instant
    package let value: Double

    package init(area: ID<Area>, at: Instant, value: Double) {
      self.area = area
      self.at = at
      self.value = value
    }
  }

  package let id: ID<SeriesPart>
  /// What vitals know the series by: a code as those of packs.
  package let series: String
  package let points: [Point]

  package init(id: ID<SeriesPart>, series: String, points: [Point]) {
    self.id = id
    self.series = series
    self.points = points
  }
}
