package import City

/// An address whose district and point somebody wrote down; either may be wrong.
package struct KnownPlace: Hashable, Sendable {
  package let district: String
  package let address: String
  /// Nil where nobody gave a point.
  package let position: Position?

  package init(district: String, address: String, position: Position?) {
    (self.district, self.address, self.position) = (district, address, position)
  }
}

/// What many addresses teach of districts and roads: which road lies where, which ground is whose.
///
/// It needs no outlines. The ground of a district is where its own points lie close together: a
/// point is believed when most of the points around it name the same district.
package struct DistrictAtlas: Sendable {
  /// How many neighbours are asked.
  private static let neighboursMax = 10
  /// Neighbours farther away say nothing, in degrees of latitude (about 3 km).
  private static let reachDegrees = 0.027

  /// A district reaches this many times as far from its middle as half of its points do.
  private static let reachMedians = 6.0

  private let parser: AddressParser
  private var roads: [String: [String: Int]] = [:]
  /// Points by cells of `reachDegrees`.
  private var cells: [Int64: [Point]] = [:]
  private var counts: [String: Int] = [:]
  private let commonest: String
  private var centres: [String: Centre] = [:]

  private struct Centre: Sendable {
    let x: Double
    let y: Double
    let reach: Double
  }

  private struct Point: Sendable {
    let x: Double
    let y: Double
    let district: String
    let address: String
  }

  /// - Parameter places: believed as a whole, not one by one.
  package init(_ places: [KnownPlace], parser: AddressParser) {
    self.parser = parser
    for place in places { counts[place.district, default: 0] += 1 }
    commonest = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    for place in places {
      for road in Self.roads(of: place.address, parser) {
        roads[road, default: [:]][place.district, default: 0] += 1
      }
      guard let position = place.position else { continue }
      let (x, y) = Self.plane(position)
      cells[Self.cell(x, y), default: []].append(
        Point(x: x, y: y, district: place.district, address: place.address))
    }
    centres = Self.centres(places)
  }

  /// The middle of each district's points and how far most of them lie from it.
  ///
  /// Medians: a quarter of wrong points does not move them far.
  private static func centres(_ places: [KnownPlace]) -> [String: Centre] {
    var points: [String: [(Double, Double)]] = [:]
    for place in places {
      guard let position = place.position else { continue }
      points[place.district, default: []].append(plane(position))
    }
    return points.mapValues { points in
      let x = points.map(\.0).sorted()[points.count / 2]
      let y = points.map(\.1).sorted()[points.count / 2]
      let away = points.map { point in
        ((point.0 - x) * (point.0 - x) + (point.1 - y) * (point.1 - y)).squareRoot()
      }.sorted()
      return Centre(x: x, y: y, reach: max(reachDegrees, away[away.count / 2] * reachMedians))
    }
  }

  /// Whether the address names a road that was seen in one district and no other.
  package func isUnambiguous(_ address: String) -> Bool {
    guard let road = Self.roads(of: address, parser).first else { return false }
    return roads[road]?.count == 1
  }

  /// The district that the words of an address tell, nil where they tell none.
  ///
  /// A district's own name comes first, then its roads.
  package func district(of address: String) -> String? {
    let named = parser.parse(address).first(.district)?.text
    if let named, counts[named] != nil { return named }
    for road in Self.roads(of: address, parser) {
      guard let seen = roads[road] else { continue }
      return seen.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
    return named == nil ? nil : commonest
  }

  /// Whether a point cannot be that of its address: it lies on no ground of the district.
  package func isWrong(_ place: KnownPlace) -> Bool {
    guard let position = place.position else { return false }
    let (x, y) = Self.plane(position)
    if let centre = centres[place.district] {
      let (dx, dy) = (x - centre.x, y - centre.y)
      if (dx * dx + dy * dy).squareRoot() > centre.reach { return true }
    }
    let near = neighbours(of: place, x, y)
    guard !near.isEmpty else { return true }
    var (own, all) = (0.0, 0.0)
    for (point, distance) in near {
      let weight = 1 / (distance + Self.reachDegrees / 30)
      all += weight
      if point.district == place.district { own += weight }
    }
    return own < all / 2
  }

  private func neighbours(of place: KnownPlace, _ x: Double, _ y: Double) -> [(Point, Double)] {
    var found: [(Point, Double)] = []
    for right in -1...1 {
      for up in -1...1 {
        let reach = Self.reachDegrees
        for point in cells[Self.cell(x + Double(right) * reach, y + Double(up) * reach)] ?? [] {
          let (dx, dy) = (point.x - x, point.y - y)
          let distance = (dx * dx + dy * dy).squareRoot()
          let isItself = point.address == place.address && distance == 0
          if distance <= reach, !isItself { found.append((point, distance)) }
        }
      }
    }
    return Array(found.sorted { $0.1 < $1.1 }.prefix(Self.neighboursMax))
  }

  /// Degrees east made as long as degrees north are.
  private static func plane(_ position: Position) -> (Double, Double) {
    // The cosine of the latitude by its series: four terms are exact to 1e-5 up to 60 degrees.
    let angle = position.latitude * Double.pi / 180
    let square = angle * angle
    let cosine = 1 - square / 2 + square * square / 24 - square * square * square / 720
    return (position.longitude * cosine, position.latitude)
  }

  private static func cell(_ x: Double, _ y: Double) -> Int64 {
    Int64((x / reachDegrees).rounded(.down)) << 32 ^ Int64((y / reachDegrees).rounded(.down))
  }

  /// The roads that an address names, as written; the first place where it names none.
  private static func roads(of address: String, _ parser: AddressParser) -> [String] {
    let parsed = parser.parse(address)
    let roads = parsed.all(.road).map(\.text)
    return roads.isEmpty ? parsed.all(.place).prefix(1).map(\.text) : roads
  }
}
