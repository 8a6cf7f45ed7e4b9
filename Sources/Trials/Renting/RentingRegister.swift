import City
import Evaluating
import Language

/// The dwellings of a district with what all sources say of them (人房户数据集).
struct RentingRegister {
  private let files: RentingFiles
  let doors: DwellingBook
  /// Keys, sorted.
  let dwellings: [String]
  private let indexes: [String: Int]
  /// How one address of each dwelling is written.
  let addresses: [String]

  /// A door that only one row of deliveries or complaints names may be a slip of the pen.
  private static let rowsMin = 3

  init(_ files: RentingFiles, words: AddressWords) {
    self.files = files
    let doors = DwellingBook(files.addresses, parser: AddressParser(words))
    self.doors = doors
    var counts: [String: (rows: Int, address: String)] = [:]
    func count(_ address: String, _ rows: Int) {
      guard case .dwelling(let key) = doors.door(address) else { return }
      counts[key, default: (0, address)].rows += rows
    }
    for row in files.readings { count(row.address, 1) }
    for row in files.registrations { count(row.address, 1) }
    for row in files.deliveries { count(row.address, 1) }
    let kept = counts.filter { $0.value.rows >= Self.rowsMin }
    let dwellings = kept.keys.sorted()
    self.dwellings = dwellings
    indexes = Dictionary(uniqueKeysWithValues: dwellings.enumerated().map { ($1, $0) })
    addresses = dwellings.map { kept[$0]?.address ?? "" }
  }

  /// The dwelling of an address; nil where it leads to none that is kept.
  func index(_ address: String) -> Int? {
    guard case .dwelling(let key) = doors.door(address) else { return nil }
    return indexes[key]
  }

  /// What the sources say within a span of days.
  func facts(within days: ClosedRange<Int>) -> [DwellingFacts] {
    var facts = [DwellingFacts](repeating: DwellingFacts(), count: dwellings.count)
    for row in files.deliveries where days.contains(row.day) {
      guard let at = index(row.address) else { continue }
      facts[at].deliveries[row.receiver, default: []].insert(row.day - days.lowerBound)
    }
    for row in files.readings where days.contains(row.day) {
      guard let at = index(row.address) else { continue }
      if let water = row.water { facts[at].water.append(water) }
      if let share = row.nightShare { facts[at].nightShares.append(share) }
      if let power = row.power { facts[at].power.append(power) }
    }
    for row in files.registrations {
      guard let at = index(row.address), row.from ?? .min <= days.upperBound else { continue }
      if row.to ?? .max > days.upperBound { facts[at].registered += 1 }
      if let from = row.from, days.contains(from) { facts[at].moves += 1 }
      if let to = row.to, days.contains(to) {
        facts[at].moves += 1
        facts[at].movedOut += 1
      }
    }
    countComplaints(within: days, &facts)
    return facts
  }

  private func countComplaints(within days: ClosedRange<Int>, _ facts: inout [DwellingFacts]) {
    var ofBuildings: [String: Int] = [:]
    for row in files.complaints where days.contains(row.day) {
      switch doors.door(row.address) {
      case .dwelling(let key):
        if let at = indexes[key] { facts[at].complaints += 1 }
      case .building(let key): ofBuildings[key, default: 0] += 1
      case .unknown: break
      }
    }
    for (at, key) in dwellings.enumerated() {
      facts[at].buildingComplaints = ofBuildings[DwellingBook.building(ofKey: key)] ?? 0
    }
  }
}
