import City
import Discovering

/// An episode's key as text, by which alarms and their signals are unique: `rule:s12:1732147200000`.
enum EpisodeText {
  static func write(_ key: EpisodeKey) -> String {
    let subject =
      switch key.subject {
      case .stream(let stream): "s\(stream.rawValue)"
      case .area(let area): "a\(area.rawValue)"
      }
    return "\(key.rule):\(subject):\(key.openedAt.milliseconds)"
  }

  /// nil for what `write` did not write.
  static func read(_ text: String) -> EpisodeKey? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let milliseconds = Int64(parts[2]), let sort = parts[1].first else {
      return nil
    }
    let number = parts[1].dropFirst()
    let subject: AlarmSubject
    switch sort {
    case "s":
      guard let stream = UInt32(number) else { return nil }
      subject = .stream(StreamNumber(stream))
    case "a":
      guard let area = Int64(number) else { return nil }
      subject = .area(ID(area))
    default: return nil
    }
    return EpisodeKey(
      rule: String(parts[0]), subject: subject, openedAt: Instant(milliseconds: milliseconds))
  }
}
