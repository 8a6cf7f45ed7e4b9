package import City

/// Places whose position is known, found again by the words of an address.
///
/// It is built from what the city keeps: things with addresses, areas with their names, closed cases.
/// It holds no place of its own.
package struct Gazetteer: Sendable {
  /// Entries beyond this are not taken.
  package static let entriesMax = 2_000_000
  /// Candidates that an answer names, at most.
  package static let candidatesMax = 10

  /// One place with its address.
  package struct Entry: Hashable, Sendable {
    package let address: String
    package let position: Position
    package let area: AreaPath

    package init(address: String, position: Position, area: AreaPath) {
      (self.address, self.position, self.area) = (address, position, area)
    }
  }

  /// Why a candidate was found, from the surest to the weakest.
  package enum Reason: String, CaseIterable, Sendable {
    /// Road and number, or the whole place, are the same.
    case sameNumber = "same_number"
    /// Two roads that meet there.
    case sameCrossing = "same_crossing"
    /// The same named place.
    case samePlace = "same_place"
    /// The nearest number known on that road.
    case nearNumber = "near_number"
    /// Somewhere on that road: the middle of what is known of it.
    case sameRoad = "same_road"
    /// The neighbourhood.
    case sameNeighbourhood = "same_neighbourhood"

    /// How sure the point is, from 0 to 1, before candidates that disagree are weighed. Reasoned,
    /// not learned: a house number tells a door, a road a kilometre.
    package var confidence: Double {
      switch self {
      case .sameNumber: 0.95
      case .sameCrossing: 0.9
      case .samePlace: 0.8
      case .nearNumber: 0.6
      case .sameRoad: 0.35
      case .sameNeighbourhood: 0.3
      }
    }
  }

  /// Where an address may lie.
  package struct Candidate: Hashable, Sendable {
    package let entry: Entry
    package let reason: Reason
    /// From 0 to 1; less where entries for the same words lie apart.
    package let confidence: Double
  }

  /// Entries for the same words that lie farther apart make the answer doubtful, in metres.
  private static let apartMetres = 500.0
  /// A number farther away than this on the road is not called near.
  private static let nearNumbersMax = 60

  private let parser: AddressParser
  private var entries: [Entry] = []
  private var byKey: [String: [Int]] = [:]
  private var numbersByRoad: [String: [(number: Int, entry: Int)]] = [:]

  package init(parser: AddressParser) { self.parser = parser }

  /// How many places it knows.
  package var count: Int { entries.count }

  /// Learns one place; the same one twice is known once.
  ///
  /// - Returns: whether there was anything in the address to find it by, and room.
  @discardableResult
  package mutating func add(_ entry: Entry) -> Bool {
    guard entries.count < Self.entriesMax else { return false }
    let parsed = parser.parse(entry.address)
    let keys = Self.keys(parsed)
    guard !keys.isEmpty else { return false }
    if let known = byKey[keys[0].key], known.contains(where: { entries[$0] == entry }) {
      return true
    }
    let number = entries.count
    entries.append(entry)
    for key in keys { byKey[key.key, default: []].append(number) }
    if let road = parsed.first(.road), let at = Self.houseNumber(parsed) {
      numbersByRoad[road.text, default: []].append((at, number))
    }
    return true
  }

  /// Where an address may lie, the surest first; empty where nothing is known of it.
  package func candidates(for address: String) -> [Candidate] {
    let parsed = parser.parse(address)
    var found: [Candidate] = []
    for key in Self.keys(parsed) {
      if key.reason == .sameRoad { found += nearest(parsed) }
      guard let numbers = byKey[key.key] else { continue }
      let here = numbers.map { entries[$0] }
      guard let middle = Self.middle(here) else { continue }
      let spread = here.map { $0.position.metres(to: middle.position) }.max() ?? 0
      let isApart = key.reason != .sameRoad && spread > Self.apartMetres
      found.append(
        Candidate(
          entry: middle, reason: key.reason,
          confidence: key.reason.confidence * (isApart ? 0.5 : 1)))
    }
    return Array(found.sorted { $0.confidence > $1.confidence }.prefix(Self.candidatesMax))
  }

  /// The entry that lies most in the middle: the medians of both coordinates, then the closest.
  private static func middle(_ entries: [Entry]) -> Entry? {
    let longitudes = entries.map(\.position.longitude).sorted()
    let latitudes = entries.map(\.position.latitude).sorted()
    guard !entries.isEmpty,
      let centre = Position(
        longitude: longitudes[entries.count / 2], latitude: latitudes[entries.count / 2])
    else { return nil }
    return entries.min { $0.position.metres(to: centre) < $1.position.metres(to: centre) }
  }

  private func nearest(_ parsed: ParsedAddress) -> [Candidate] {
    guard let road = parsed.first(.road), let wanted = Self.houseNumber(parsed),
      let nearest = numbersByRoad[road.text]?.min(by: {
        abs($0.number - wanted) < abs($1.number - wanted)
      }), abs(nearest.number - wanted) <= Self.nearNumbersMax
    else { return [] }
    return [
      Candidate(
        entry: entries[nearest.entry], reason: .nearNumber,
        confidence: Reason.nearNumber.confidence)
    ]
  }

  private static func houseNumber(_ parsed: ParsedAddress) -> Int? {
    (parsed.first(.lane) ?? parsed.first(.number)).flatMap { Int($0.core) }
  }

  /// By what a place can be found, the narrowest first.
  private static func keys(_ parsed: ParsedAddress) -> [(key: String, reason: Reason)] {
    var keys: [(String, Reason)] = []
    let roads = parsed.all(.road).map(\.text)
    let lane = parsed.first(.lane)?.core ?? ""
    let number = parsed.first(.number)?.core ?? ""
    if let road = roads.first, !(lane + number).isEmpty {
      keys.append(("n|\(road)|\(lane)|\(number)", .sameNumber))
      if !lane.isEmpty { keys.append(("n|\(road)|\(lane)|", .sameNumber)) }
    }
    if parsed.isCrossing {
      keys.append(("x|" + roads.prefix(2).sorted().joined(separator: "|"), .sameCrossing))
    }
    for place in parsed.all(.place) where place.text.unicodeScalars.count > 1 {
      keys.append(("p|\(place.text)", .samePlace))
    }
    for road in roads { keys.append(("r|\(road)", .sameRoad)) }
    for part in parsed.all(.neighbourhood) { keys.append(("c|\(part.text)", .sameNeighbourhood)) }
    var seen: Set<String> = []
    return keys.filter { seen.insert($0.0).inserted }
  }
}
