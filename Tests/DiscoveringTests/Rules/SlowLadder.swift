import City
import Pack

/// Levels of one subject, as the documents tell it.
struct SlowLadder {
  struct Move {
    let openedAt: Int
    let second: Int
    let kind: String
    let grade: String
    let value: Double
  }
  private let rule: Rule
  private let sign: Double
  /// Whether the rule may not raise at a second.
  private let isBlocked: (Int) -> Bool
  private var level = 0
  private var openedAt = 0
  /// Since when (or how many times in a row) each level has been passed or left.
  private var since: [Int?]
  /// Silence counts from here where it ran out while the rule could not raise.
  private var silentFrom: Int?
  private var scalar = 0.0
  private var moves: [Move] = []

  init(_ rule: Rule, isBlocked: @escaping (Int) -> Bool) {
    self.rule = rule
    self.isBlocked = isBlocked
    sign = rule.side == .above ? 1 : -1
    since = rule.levels.map { _ in nil }
  }

  mutating func takeMoves() -> [Move] {
    defer { moves = [] }
    return moves
  }

  /// Something new was computed.
  mutating func see(_ scalar: Double, _ second: Int) {
    self.scalar = scalar
    for (index, step) in rule.levels.enumerated() {
      let isPast =
        index >= level ? scalar > step.raise * sign : scalar < step.clear * sign
      if rule.form.isWindow {
        since[index] = isPast ? (since[index] ?? 0) + 1 : nil
      } else {
        since[index] = isPast ? since[index] ?? second : nil
      }
    }
    settle(second)
  }

  /// Time alone: something happens only where a hold runs out.
  mutating func pass(_ second: Int) {
    guard !rule.form.isWindow else { return }
    let runsOut = rule.levels.indices.contains { index in
      let hold = index >= level ? rule.levels[index].hold : rule.levels[index].clearHold
      return hold > 0 && isReady(index, hold, second)
    }
    if runsOut { settle(second) }
  }

  private func isReady(_ index: Int, _ hold: Int64, _ second: Int) -> Bool {
    guard let since = since[index] else { return false }
    return rule.form.isWindow ? since >= max(hold, 1) : (second - since) * 1_000 >= hold
  }

  private mutating func settle(_ second: Int) {
    let up = (level..<rule.levels.count).filter { isReady($0, rule.levels[$0].hold, second) }
    if let highest = up.last {
      guard isBlocked(second) else {
        move(to: highest + 1, second, scalar * sign)
        return
      }
      // What runs out meanwhile begins anew.
      for index in up { since[index] = rule.form.isWindow ? 0 : second }
    }
    let down = (0..<level).first { isReady($0, rule.levels[$0].clearHold, second) }
    if let down { move(to: down, second, scalar * sign) }
  }

  /// - Parameter last: when it was last heard.
  mutating func beSilent(since last: Int, _ second: Int) {
    while level < rule.levels.count,
      Double(second - (silentFrom ?? last)) * 1_000 >= rule.levels[level].raise
    {
      guard !isBlocked(second) else {
        silentFrom = second
        return
      }
      move(to: level + 1, second, Double(second - last) * 1_000)
    }
  }

  mutating func hear(_ second: Int, _ last: Int) {
    silentFrom = nil
    if level > 0 { move(to: 0, second, Double((second - last) * 1_000)) }
  }

  private mutating func move(to next: Int, _ second: Int, _ value: Double) {
    if level == 0 { openedAt = second }
    let kind = level == 0 ? "opened" : next == 0 ? "cleared" : next > level ? "raised" : "lowered"
    let grade = rule.levels[max(next == 0 ? level : next, 1) - 1].grade
    for index in min(level, next)..<max(level, next) { since[index] = nil }
    level = next
    moves.append(
      Move(
        openedAt: openedAt, second: second, kind: kind, grade: grade.rawValue, value: value))
  }
}
