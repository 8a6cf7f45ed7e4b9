/// What exponential smoothing knows of a series: levels of several speeds, the usual deviation of
/// each step of each season, and the latest values.
struct SmoothedSeries: Sendable {
  /// Shares by which the levels follow a new value, from nimble to calm.
  private static let followings = [0.5, 0.2, 0.05, 0.01]
  private static let recentCount = 4
  /// Share by which a step's usual deviation follows a new one.
  private static let seasonFollowing = 0.04
  private static let calmFollowing = 0.02

  private let seasons: [Int]
  private let horizon: Int
  /// The latest values, enough for two of the longest seasons and the horizon.
  private var history: ContiguousArray<Double>
  private var profiles: [ContiguousArray<Double>]
  private var rounds: [ContiguousArray<Int32>]
  private var levels: ContiguousArray<Double>
  private var calm = 0.0
  /// Steps so far.
  private(set) var steps = 0

  /// - Parameters:
  ///   - seasons: lengths in steps, ascending; empty where the series has none.
  ///   - horizon: how many steps ahead its features look, at least 1.
  init(seasons: [Int], horizon: Int) {
    self.seasons = seasons
    self.horizon = horizon
    let longest = max(seasons.last ?? 1, horizon)
    history = ContiguousArray(repeating: 0, count: 2 * longest + horizon + Self.recentCount)
    profiles = seasons.map { ContiguousArray(repeating: 0, count: $0) }
    rounds = seasons.map { ContiguousArray(repeating: 0, count: $0) }
    levels = ContiguousArray(repeating: 0, count: Self.followings.count)
  }

  static func featureCount(seasons: [Int]) -> Int {
    1 + recentCount + followings.count + 1 + 3 * seasons.count + 1
  }

  /// Whether every feature has something behind it.
  var isWarm: Bool { steps > 2 * (seasons.first ?? 1) + horizon + Self.recentCount }

  mutating func take(_ value: Double) {
    if steps == 0 {
      calm = value
      for index in levels.indices { levels[index] = value }
    }
    calm += max(Self.calmFollowing, 1 / Double(steps + 1)) * (value - calm)
    var rest = value
    for index in seasons.indices {
      let step = steps % seasons[index]
      rounds[index][step] &+= rounds[index][step] < .max ? 1 : 0
      let share = max(Self.seasonFollowing, 1 / Double(rounds[index][step]))
      profiles[index][step] += share * (value - calm - profiles[index][step])
      if index == seasons.indices.last { rest = value - profiles[index][step] }
    }
    for index in levels.indices {
      let share = max(Self.followings[index], 1 / Double(steps + 1))
      levels[index] += share * (rest - levels[index])
    }
    history[steps % history.count] = value
    steps += 1
  }

  /// What is known now of the value `horizon` steps from the latest.
  ///
  /// - Parameter isHoliday: whether that step lies on a day unlike its weekday's others.
  func features(isHoliday: Bool) -> ContiguousArray<Double> {
    var row: ContiguousArray<Double> = [1]
    row.reserveCapacity(Self.featureCount(seasons: seasons))
    for back in 0..<Self.recentCount { row.append(value(back: back)) }
    row.append(contentsOf: levels)
    row.append(calm)
    for index in seasons.indices {
      let season = seasons[index]
      let target = (steps - 1 + horizon) % season
      row.append(profiles[index][target])
      // The same step of the latest season that is known, and of the one before.
      let back = season * ((horizon + season - 1) / season) - horizon
      row.append(value(back: back))
      row.append(value(back: back + season))
    }
    row.append(isHoliday ? 1 : 0)
    return row
  }

  /// The value that was taken `back` steps before the latest; the oldest known beyond memory.
  func value(back: Int) -> Double {
    let back = min(back, min(steps, history.count) - 1)
    return history[(steps - 1 - back + history.count) % history.count]
  }
}
