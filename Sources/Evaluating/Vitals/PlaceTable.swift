package import City

/// The places that vitals are told for: areas down to the neighbourhood, and units. Each has a
/// number, areas first.
package struct PlaceTable: Sendable {
  /// What a vital may be told for.
  package enum Place: Hashable, Sendable {
    case area(ID<Area>)
    case unit(ID<Unit>)
  }

  package let places: [Place]
  /// What people call each.
  package let names: [String]
  /// The depth of an area (0 = city), or −1 for units.
  package let depths: [Int]
  private let numbers: [Place: Int]
  /// The one place that holds every record; nil where there are areas.
  private let whole: Int32?

  /// In the order of their ids within each level, from the city downward. Where there are no areas
  /// yet, one place stands for the whole city; it bears the name of the centre.
  /// - Parameter units: all but teams, which are too small for rates.
  package init(areas: [Area], units: [Unit]) {
    let areas = areas.filter { $0.level.depth <= AreaLevel.neighbourhood.depth }
      .sorted { ($0.level.depth, $0.id) < ($1.level.depth, $1.id) }
    let units = units.filter { $0.kind != .team }.sorted { $0.id < $1.id }
    let city = areas.isEmpty ? [Place.area(ID(0))] : areas.map { .area($0.id) }
    let centre = units.first { $0.kind == .centre }?.name ?? ""
    places = city + units.map { .unit($0.id) }
    names = (areas.isEmpty ? [centre] : areas.map(\.name)) + units.map(\.name)
    depths =
      (areas.isEmpty ? [AreaLevel.city.depth] : areas.map(\.level.depth)) + units.map { _ in -1 }
    whole = areas.isEmpty ? 0 : nil
    numbers = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
  }

  package var count: Int { places.count }

  /// Whether the same places stand in both, under the same numbers and names.
  package func isSame(as other: PlaceTable) -> Bool {
    places == other.places && names == other.names && depths == other.depths
  }

  /// The number of a place; nil where vitals are not told for it.
  package func number(of place: Place) -> Int? { numbers[place] }

  /// All places that hold a record.
  package func numbers(area: AreaPath, unit: UnitPath) -> [Int32] {
    var found: [Int32] = []
    found.reserveCapacity(1 + area.areas.count + unit.units.count)
    if let whole { found.append(whole) }
    for area in area.areas {
      if let number = numbers[.area(area)] { found.append(Int32(number)) }
    }
    for unit in unit.units {
      if let number = numbers[.unit(unit)] { found.append(Int32(number)) }
    }
    return found
  }
}
