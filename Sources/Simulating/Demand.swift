import City
import Demonstration
import Dispatching
import Pack

/// A problem that somebody reports.
struct SimulatedProblem: Sendable {
  let item: Item
  let area: AreaPath
  /// The unit that the responsibility list names, with whether a machine may dispatch to it.
  let unit: UnitPath
  let isSure: Bool
}

/// What is reported, where and when.
struct Demand: Sendable {
  private let items: [Item]
  /// Shares of the items added up, the last is 1.
  private let shares: [Double]
  private let areas: [AreaPath]
  private let list: ResponsibilityList

  /// Shares of a day's reports by hour, in thousandths: weekdays, then weekends. Counted from
  /// 70,000 service requests of New York 311, April to June 2026 (NYC Open Data).
  static let hours: [[Double]] = [
    [43, 28, 1, 1, 1, 1, 8, 41, 57, 60, 66, 61, 58, 55, 64, 51, 50, 53, 48, 45, 43, 43, 47, 75],
    [72, 48, 15, 10, 10, 11, 15, 21, 37, 46, 49, 49]
      + [46, 45, 45, 44, 45, 44, 47, 47, 54, 58, 71, 71],
  ]
  /// Reports of each weekday as a share of the average day, Monday first. Counted from 55,159
  /// requests to Chicago 311, 2011 to 2013 (Chicago Data Portal).
  static let weekdays = [1.371, 1.297, 1.208, 1.125, 0.998, 0.525, 0.476]
  /// The n-th commonest item is reported in proportion to 1 / (n + this).
  private static let rankShift = 4.0

  /// nil where no item names a flow or there is no grid.
  init?(plan: DemonstrationPlan, catalogue: Catalogue, seed: UInt64) {
    var items = catalogue.items
    var random = DemonstrationRandom(seed: seed, stream: 40)
    for place in items.indices.dropFirst().reversed() {
      items.swapAt(place, Int(random.unit() * Double(place + 1)))
    }
    let weights = items.indices.map { 1 / (Double($0) + Self.rankShift) }
    let sum = weights.reduce(0, +)
    var running = 0.0
    shares = weights.map { weight in
      running += weight / sum
      return running
    }
    let parents = Dictionary(plan.areas.map { ($0.id, $0) }) { first, _ in first }
    areas = plan.areas.filter { $0.level == .grid }.map { grid in
      var path: [ID<Area>] = []
      var next: Area? = grid
      while let area = next {
        path.append(area.id)
        next = area.parent.flatMap { parents[$0] }
      }
      return AreaPath(path.reversed())
    }
    list = ResponsibilityList(units: plan.units, areas: plan.areas)
    self.items = items
    guard !items.isEmpty, !areas.isEmpty else { return nil }
  }

  func path(of unit: ID<Unit>) -> UnitPath? { list.tree.path(of: unit) }

  /// A problem of the item and at the place that the numbers drawn point to.
  func problem(_ random: inout DemonstrationRandom) -> SimulatedProblem {
    let drawn = random.unit()
    var low = 0
    var high = shares.count - 1
    while low < high {
      let middle = (low + high) / 2
      if shares[middle] > drawn { high = middle } else { low = middle + 1 }
    }
    let item = items[low]
    let area = areas[Int(random.unit() * Double(areas.count))]
    switch list.proposal(for: item, area: area, thing: nil) {
    case .unit(let choice):
      return SimulatedProblem(
        item: item, area: area, unit: choice.unit,
        isSure: item.automatic && choice.confidence >= ResponsibilityList.confidenceOfRule)
    case .nobody:
      return SimulatedProblem(item: item, area: area, unit: .none, isSure: false)
    }
  }

  /// Moments of one day at which somebody reports, rising, in milliseconds after midnight.
  static func arrivals(
    weekday: Int, perDay: Int, _ random: inout DemonstrationRandom
  ) -> [Int64] {
    let shares = hours[weekday >= 5 ? 1 : 0]
    let sum = shares.reduce(0, +)
    var moments: [Int64] = []
    for (hour, share) in shares.enumerated() {
      let expected = Double(perDay) * weekdays[weekday] * share / sum
      for _ in 0..<poisson(expected, &random) {
        moments.append(
          Int64((Double(hour) + random.unit()) * Double(Duration.hour)))
      }
    }
    return moments.sorted()
  }

  /// A number drawn as rare events come: by products below fifty, by the normal curve above.
  static func poisson(_ mean: Double, _ random: inout DemonstrationRandom) -> Int {
    if mean > 50 {
      return max(0, Int((mean + mean.squareRoot() * Normal.draw(&random)).rounded()))
    }
    let limit = Normal.exponential(-mean)
    var product = random.unit()
    var count = 0
    while product > limit {
      product *= random.unit()
      count += 1
    }
    return count
  }
}
