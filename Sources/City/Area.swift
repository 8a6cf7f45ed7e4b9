/// A node of the area tree (区域), with its outline.
package struct Area: Hashable, Sendable {
  package let id: ID<Area>
  package let parent: ID<Area>?
  package let level: AreaLevel
  /// The administrative or grid code; unique in a city.
  package let code: String
  package let name: String
  /// nil where only the tree is known.
  package let outline: Outline?

  package init(
    id: ID<Area>, parent: ID<Area>?, level: AreaLevel, code: String, name: String,
    outline: Outline?
  ) {
    self.id = id
    self.parent = parent
    self.level = level
    self.code = code
    self.name = name
    self.outline = outline
  }
}

/// The five depths of the area tree, from the whole to the smallest.
package enum AreaLevel: String, CaseIterable, Sendable {
  case city, district, street, neighbourhood, grid

  /// 0 for the city … 4 for the grid.
  package var depth: Int {
    switch self {
    case .city: 0
    case .district: 1
    case .street: 2
    case .neighbourhood: 3
    case .grid: 4
    }
  }
}

/// The areas that hold a record, one a level, as far down as known. Empty means outside the city.
package struct AreaPath: Hashable, Sendable {
  package static let depthMax = 5
  /// From the city downward, without gaps.
  package let areas: [ID<Area>]

  package init(_ areas: [ID<Area>]) {
    precondition(areas.count <= Self.depthMax)
    self.areas = areas
  }

  /// Of a place that no area covers.
  package static let outside = AreaPath([])

  /// The smallest area, or nil outside.
  package var innermost: ID<Area>? { areas.last }

  /// The area of one level, or nil where it is not known.
  package subscript(level: AreaLevel) -> ID<Area>? {
    level.depth < areas.count ? areas[level.depth] : nil
  }

  /// Whether a record of this path lies in `area`.
  package func lies(in area: ID<Area>) -> Bool { areas.contains(area) }
}
