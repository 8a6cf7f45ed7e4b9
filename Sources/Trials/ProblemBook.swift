import City
import Discovering
import Pack

/// The problems that reports told of so far, findable by place.
struct ProblemBook {
  /// A problem stays comparable for this many times its reach.
  static let reachesKept = 15.0
  /// Of the problems of a place only the newest are compared.
  static let comparedMax = 16

  private struct Problem {
    let first: Double
    var last: Double
    let closedAt: Instant?
    let address: String
    let position: Position?
    var detail: String
    var reports: Int
  }

  struct Match {
    let problem: Int
    let likeness: Double
    let traits: [LikenessTrait]
  }

  private struct Cell: Hashable {
    let east: Int
    let north: Int
  }

  private let reach: LikenessReach
  private let cellDegrees: Double
  private var problems: [Problem] = []
  private var byAddress: [String: [Int]] = [:]
  private var byCell: [Cell: [Int]] = [:]

  init(reach: LikenessReach) {
    self.reach = reach
    // A degree of latitude is about 111 km; near the poles a cell is only wider than needed.
    cellDegrees = max(reach.metres, 1) / 55_000
  }

  /// The problem most like a report, by weights.
  func best(
    for report: TrialReport, by weights: LikenessWeights, pairs: inout Int
  ) -> Match? {
    var best: Match?
    for index in candidates(report) {
      let problem = problems[index]
      guard report.time - problem.first <= reach.milliseconds * Self.reachesKept else { continue }
      let pair = pair(report, problem)
      let likeness = weights.likeness(of: pair, within: reach)
      pairs += 1
      if best.map({ likeness.value >= $0.likeness }) ?? true {
        best = Match(
          problem: index, likeness: likeness.value, traits: pair.traits(within: reach))
      }
    }
    return best
  }

  /// Adds a report to a problem, or begins one with it.
  mutating func take(_ report: TrialReport, into index: Int?) {
    if let index {
      problems[index].last = max(problems[index].last, report.time)
      problems[index].reports += 1
      problems[index].detail = report.detail
      return
    }
    let index = problems.count
    problems.append(
      Problem(
        first: report.time, last: report.time, closedAt: report.closedAt, address: report.address,
        position: report.position, detail: report.detail, reports: 1))
    if !report.address.isEmpty { byAddress[report.address, default: []].append(index) }
    if let cell = cell(report.position) { byCell[cell, default: []].append(index) }
  }

  private func candidates(_ report: TrialReport) -> [Int] {
    var found = byAddress[report.address, default: []].suffix(Self.comparedMax)
    if reach.metres > 0, let middle = cell(report.position) {
      for east in -1...1 {
        for north in -1...1 {
          let cell = Cell(east: middle.east + east, north: middle.north + north)
          for index in byCell[cell, default: []].suffix(Self.comparedMax)
          where problems[index].address != report.address {
            found.append(index)
          }
        }
      }
    }
    return found.sorted()
  }

  private func pair(_ report: TrialReport, _ problem: Problem) -> LikenessPair {
    var pair = LikenessPair(
      sinceFirst: report.time - problem.first, sinceLast: report.time - problem.last,
      reports: problem.reports)
    pair.sameAddress = report.address.isEmpty ? nil : report.address == problem.address
    pair.metres = report.position.flatMap { here in problem.position.map { here.metres(to: $0) } }
    // An end after the report's own day is not known yet.
    if let closedAt = problem.closedAt, closedAt <= report.createdAt {
      pair.sinceClosed = Double(report.createdAt.millisecondsSince(closedAt))
    }
    if !report.detail.isEmpty, !problem.detail.isEmpty {
      pair.sameDetail = report.detail == problem.detail
    }
    return pair
  }

  private func cell(_ position: Position?) -> Cell? {
    position.map {
      Cell(
        east: Int(($0.longitude / cellDegrees).rounded(.down)),
        north: Int(($0.latitude / cellDegrees).rounded(.down)))
    }
  }
}
