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
    /// The record that it was learned from; nil where there is none.
    package let source: Int64?

    package init(address: String, position: Position, area: AreaPath, source: Int64? = nil) {
      (self.address, self.position, self.area) = (address, position, area)
      self.source = source
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
    /// Some of the places that the words name, at most `spotsMax`.
    package let spots: [Position]
  }

  /// Places of one candidate that are told.
  package static let spotsMax = 8
  /// Places of the same words that are looked at; of more, every so many.
  private static let lookedAtMax = 256
  /// A name that more places have is no name but a sort of thing.
  private static let namesakesMax = 1_024

  /// Entries for the same words that lie farther apart make the answer doubtful, in metres.
  private static let apartMetres = 500.0
  /// A number farther away than this on the road is not called near.
  private static let nearNumbersMax = 60

  private let parser: AddressParser
  private var entries: [Entry] = []
  private var byKey: [Key: [Int32]] = [:]
  private var numbersByRoad: [Key: [(number: Int, entry: Int32)]] = [:]
  /// Entries that a record has now; of one that has none left nothing is found.
  private var bySource: [Int64: [Int32]] = [:]
  private var removed: Set<Int32> = []

  package init(parser: AddressParser) { self.parser = parser }

  /// How many places it knows.
  package var count: Int { entries.count - removed.count }

  /// Learns the addresses of one record, in place of what it had before.
  package mutating func replace(_ source: Int64, with addresses: [Entry]) {
    for old in bySource[source] ?? [] { removed.insert(old) }
    bySource[source] = nil
    for entry in addresses { add(entry) }
  }

  /// Learns one place; the same one twice is known once.
  ///
  /// - Returns: whether there was anything in the address to find it by, and room.
  @discardableResult
  package mutating func add(_ entry: Entry) -> Bool {
    guard entries.count < Self.entriesMax else { return false }
    let parsed = parser.parse(entry.address)
    let keys = Self.keys(parsed)
    guard !keys.isEmpty else { return false }
    if let known = byKey[keys[0].key],
      known.suffix(Self.lookedAtMax).contains(where: {
        entries[Int($0)] == entry && !removed.contains($0)
      })
    {
      return true
    }
    let number = Int32(entries.count)
    entries.append(entry)
    if let source = entry.source { bySource[source, default: []].append(number) }
    for key in keys { byKey[key.key, default: []].append(number) }
    if let road = parsed.first(.road), let at = Self.houseNumber(parsed) {
      numbersByRoad[Key("r", road.text), default: []].append((at, number))
    }
    return true
  }

  /// Where an address may lie, the surest first; empty where nothing is known of it.
  package func candidates(for address: String) -> [Candidate] {
    candidates(for: parser.parse(address))
  }

  /// The same for an address that was read before.
  package func candidates(for parsed: ParsedAddress) -> [Candidate] {
    var found: [Candidate] = []
    for key in Self.keys(parsed) {
      if key.reason == .sameRoad { found += nearest(parsed) }
      guard let numbers = byKey[key.key],
        key.reason != .samePlace || numbers.count <= Self.namesakesMax
      else { continue }
      let step = max(1, numbers.count / Self.lookedAtMax)
      let here = stride(from: 0, to: numbers.count, by: step).map { numbers[$0] }
        .filter { !removed.contains($0) }.map { entries[Int($0)] }
      guard let middle = Self.middle(here) else { continue }
      let spread = here.map { $0.position.metres(to: middle.position) }.max() ?? 0
      let isApart = key.reason != .sameRoad && spread > Self.apartMetres
      let spots = stride(from: 0, to: here.count, by: max(1, here.count / Self.spotsMax))
      found.append(
        Candidate(
          entry: middle, reason: key.reason,
          confidence: key.reason.confidence * (isApart ? 0.5 : 1),
          spots: spots.prefix(Self.spotsMax).map { here[$0].position }))
    }
    return Array(found.sorted { $0.confidence > $1.confidence }.prefix(Self.candidatesMax))
  }

  /// The entry that lies most in the middle: the medians of both coordinates, then the closest.
  private static func middle(_ entries: [Entry]) -> Entry? {
    if entries.count == 1 { return entries[0] }
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
      let nearest = numbersByRoad[Key("r", road.text)]?.filter({ !removed.contains($0.entry) })
        .min(by: { abs($0.number - wanted) < abs($1.number - wanted) }),
      abs(nearest.number - wanted) <= Self.nearNumbersMax
    else { return [] }
    let entry = entries[Int(nearest.entry)]
    return [
      Candidate(
        entry: entry, reason: .nearNumber, confidence: Reason.nearNumber.confidence,
        spots: [entry.position])
    ]
  }

  private static func houseNumber(_ parsed: ParsedAddress) -> Int? {
    (parsed.first(.lane) ?? parsed.first(.number)).flatMap { Int($0.core) }
  }

  /// What a place is found by: a hash of its words, so that a hundred thousand take little room.
  private struct Key: Hashable {
    let hash: UInt64

    /// FNV-1a over the texts, with a byte between them that no text has.
    init(_ texts: String...) {
      var hash: UInt64 = 14_695_981_039_346_656_037
      for text in texts {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        hash = (hash ^ 0xFF) &* 1_099_511_628_211
      }
      self.hash = hash
    }
  }

  /// By what a place can be found, the narrowest first.
  private static func keys(_ parsed: ParsedAddress) -> [(key: Key, reason: Reason)] {
    var keys: [(key: Key, reason: Reason)] = []
    let roads = parsed.all(.road).map(\.text)
    let lane = parsed.first(.lane)?.core ?? ""
    let number = parsed.first(.number)?.core ?? ""
    if let road = roads.first, !(lane + number).isEmpty {
      keys.append((Key("n", road, lane, number), .sameNumber))
      if !lane.isEmpty { keys.append((Key("n", road, lane, ""), .sameNumber)) }
    }
    if parsed.isCrossing, let first = roads.prefix(2).min(), let last = roads.prefix(2).max() {
      keys.append((Key("x", first, last), .sameCrossing))
    }
    for place in parsed.all(.place) where place.text.unicodeScalars.count > 1 {
      keys.append((Key("p", place.text), .samePlace))
    }
    for road in roads { keys.append((Key("r", road), .sameRoad)) }
    for part in parsed.all(.neighbourhood) {
      keys.append((Key("c", part.text), .sameNeighbourhood))
    }
    var seen: Set<Key> = []
    return keys.filter { seen.insert($0.key).inserted }
  }
}
