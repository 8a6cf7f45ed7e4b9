import City
import Pack

/// When an alarm first reached each grade; it stays known after the alarm fell again.
struct AlarmPeak: Sendable {
  let rule: String
  let area: AreaPath
  /// By rank, from blue; nil = never so grave.
  private var moments: [Instant?]

  init(rule: String, area: AreaPath) {
    self.rule = rule
    self.area = area
    moments = Grade.allCases.map { _ in nil }
  }

  /// An alarm of a grade has reached the milder ones too.
  mutating func reach(_ grade: Grade, at moment: Instant) {
    for rank in 0..<grade.rank where moments[rank] == nil { moments[rank] = moment }
  }

  /// When it was first as grave as this.
  func firstAt(_ grade: Grade) -> Instant? { moments[grade.rank - 1] }
}
