import City

/// Brings the written addresses of several sources together to dwellings: one key for one door,
/// however it is written.
///
/// What it knows it learned from the addresses themselves: which named place stands for which lane
/// or number, which road names are misspelt, and where a door needs no unit to be told.
package struct DwellingBook: Sendable {
  /// Where an address leads.
  package enum Door: Hashable, Sendable {
    /// One dwelling.
    case dwelling(String)
    /// A building or site whose room is not said.
    case building(String)
    case unknown
  }

  /// Distinct written addresses beyond this are not learned from.
  package static let addressesMax = 4_000_000
  /// A name is taken for a slip of another where that one is so many times as frequent.
  private static let slipRatio = 10
  /// A place stands for a site where so large a share of its addresses that say both agree.
  private static let aliasShareMin = 0.8

  private let parser: AddressParser
  private var parts: [String: DwellingParts] = [:]
  private var sitesOfPlaces: [String: String] = [:]
  private var spellings: [String: String] = [:]
  private var keysWithUnit: [String: String] = [:]

  /// Learns from every address of all sources; one that comes often counts often.
  package init(_ addresses: some Sequence<String>, parser: AddressParser) {
    self.parser = parser
    var counts: [String: Int] = [:]
    for address in addresses where counts.count < Self.addressesMax || counts[address] != nil {
      counts[address, default: 0] += 1
    }
    var read: [(parts: DwellingParts, count: Int)] = []
    read.reserveCapacity(counts.count)
    for (address, count) in counts {
      let parts = DwellingParts(parser.parse(address))
      self.parts[address] = parts
      read.append((parts, count))
    }
    learnSpellings(read)
    learnPlaces(read)
    learnUnits(read)
  }

  /// The door of an address; one that was not learned from is read the same way.
  package func door(_ address: String) -> Door {
    let parts = parts[address] ?? DwellingParts(parser.parse(address))
    guard let site = site(of: parts) else { return .unknown }
    guard let room = parts.room else { return .building(site + "|" + (parts.building ?? "")) }
    let bare = "\(site)|\(parts.building ?? "")||\(room)"
    if let unit = parts.unit { return .dwelling("\(site)|\(parts.building ?? "")|\(unit)|\(room)") }
    return .dwelling(keysWithUnit[bare] ?? bare)
  }

  /// The building that a dwelling's key lies in.
  package static func building(ofKey key: String) -> String {
    key.split(separator: "|", omittingEmptySubsequences: false).prefix(2).joined(separator: "|")
  }

  private func site(of parts: DwellingParts) -> String? {
    if let road = parts.road, let number = parts.siteNumber {
      return "\(spelling(road, number))\(number)"
    }
    return parts.place.map { place in
      let place = spellings[place] ?? place
      return sitesOfPlaces[place] ?? place
    }
  }

  private func spelling(_ road: String, _ number: String) -> String {
    spellings["\(road) \(number)"] ?? road
  }

  // MARK: Learning

  /// Rare names at a number that a frequent name one slip away has too.
  private mutating func learnSpellings(_ read: [(parts: DwellingParts, count: Int)]) {
    var roads: [String: [String: Int]] = [:]
    var places: [String: Int] = [:]
    for (parts, count) in read {
      if let road = parts.road, let number = parts.siteNumber {
        roads[number, default: [:]][road, default: 0] += count
      } else if let place = parts.place {
        places[place, default: 0] += count
      }
    }
    for (number, names) in roads {
      for (slip, name) in Self.slips(names) { spellings["\(slip) \(number)"] = name }
    }
    for (slip, name) in Self.slips(places) { spellings[slip] = name }
  }

  private static func slips(_ names: [String: Int]) -> [(slip: String, name: String)] {
    let sorted = names.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    return sorted.compactMap { slip, count in
      let frequent = sorted.first { name, often in
        often >= slipRatio * count && isSlip(slip, name)
      }
      return frequent.map { (slip, $0.key) }
    }
  }

  /// Whether one character was changed, dropped or added; names of two characters are too short.
  static func isSlip(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    guard min(left.count, right.count) >= 2, max(left.count, right.count) >= 3,
      abs(left.count - right.count) <= 1, left != right
    else { return false }
    let head = zip(left, right).prefix { $0 == $1 }.count
    let tail = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
    return head + tail >= max(left.count, right.count) - 1
  }

  private mutating func learnPlaces(_ read: [(parts: DwellingParts, count: Int)]) {
    var sites: [String: [String: Int]] = [:]
    for (parts, count) in read {
      guard let place = parts.place, let road = parts.road, let number = parts.siteNumber else {
        continue
      }
      let site = "\(spelling(road, number))\(number)"
      sites[spellings[place] ?? place, default: [:]][site, default: 0] += count
    }
    for (place, counts) in sites {
      let all = counts.values.reduce(0, +)
      guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
        Double(best.value) >= Self.aliasShareMin * Double(all)
      else { continue }
      sitesOfPlaces[place] = best.key
    }
  }

  /// Doors that are told by building and room alone, though some write a unit.
  private mutating func learnUnits(_ read: [(parts: DwellingParts, count: Int)]) {
    var units: [String: Set<String>] = [:]
    for (parts, _) in read {
      guard let site = site(of: parts), let room = parts.room, let unit = parts.unit else {
        continue
      }
      units["\(site)|\(parts.building ?? "")||\(room)", default: []].insert(unit)
    }
    for (bare, found) in units where found.count == 1 {
      let pieces = bare.split(separator: "|", omittingEmptySubsequences: false)
      keysWithUnit[bare] = "\(pieces[0])|\(pieces[1])|\(found.first ?? "")|\(pieces[3])"
    }
  }
}

/// The parts of an address that lead to a door.
struct DwellingParts: Sendable {
  private(set) var road: String?
  private(set) var place: String?
  private(set) var lane: String?
  private(set) var number: String?
  private(set) var building: String?
  private(set) var unit: String?
  private(set) var room: String?

  /// With the lane where there is one: then the number says the building.
  var siteNumber: String? { lane.map { "l\($0)" } ?? number.map { "n\($0)" } }

  init(_ address: ParsedAddress) {
    var numbers: [String] = []
    var floor: String?
    var before: AddressPart?
    for piece in address.pieces {
      let follows = before == .place || before == .zone
      before = piece.part
      let core = Self.plain(piece.core)
      switch piece.part {
      case .road: road = road ?? piece.text
      case .place, .zone:
        // What the parser cut in two is one name again.
        if place == nil || follows { place = (place ?? "") + piece.text }
      case .neighbourhood: place = place ?? piece.text
      case .lane: lane = lane ?? core
      case .number: numbers.append(core)
      case .building: building = building ?? core
      case .unit: unit = unit ?? core
      case .floor: floor = floor ?? core
      case .room: room = core
      case .province, .city, .district, .street, .aside: break
      }
    }
    if lane == nil, road != nil { number = numbers.isEmpty ? nil : numbers.removeFirst() }
    if building == nil, !numbers.isEmpty { building = numbers.removeFirst() }
    // What is left stands for the room where none was said.
    if room == nil, let last = numbers.last ?? (floor == nil ? unit : nil) {
      if numbers.isEmpty { unit = nil }
      room = last
    }
    if lane == nil, number == nil, road != nil, place == nil { place = road }
  }

  /// Without zeros in front.
  private static func plain(_ core: String) -> String {
    let rest = core.drop { $0 == "0" }
    return rest.isEmpty ? core : String(rest)
  }
}
