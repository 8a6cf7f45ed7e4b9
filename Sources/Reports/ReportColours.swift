import City

/// Colours of reports, on paper and on the screen alike.
enum ReportColour {
  static let ink = "#16202c"
  static let quiet = "#5c6b7a"
  static let line = "#d8dee6"
  static let accent = "#1f5fbf"
  static let calm = "#e3eaf4"

  /// The colour of a grade; nil = normal.
  static func bar(_ grade: Grade?) -> String {
    switch grade {
    case nil: calm
    case .blue: "#92c1e6"
    case .yellow: "#ebdc9a"
    case .orange: "#e8c09a"
    case .red: "#dba0aa"
    }
  }

  static func strong(_ grade: Grade?) -> String {
    switch grade {
    case nil: quiet
    case .blue: "#0f6cb6"
    case .yellow: "#8a6d00"
    case .orange: "#b35a00"
    case .red: "#b3202f"
    }
  }

  /// From pale to deep blue, for a darkness of 0 to 1.
  static func map(_ darkness: Double) -> String {
    let pale = (0xee, 0xf3, 0xfb)
    let deep = (0x1d, 0x54, 0xb8)
    func mixed(_ from: Int, _ to: Int) -> Int {
      from + Int((Double(to - from) * min(1, max(0, darkness))).rounded())
    }
    return hex(mixed(pale.0, deep.0)) + hex(mixed(pale.1, deep.1)) + hex(mixed(pale.2, deep.2))
  }

  private static func hex(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// Red, green and blue from 0 to 1 of `#rrggbb`.
  static func parts(_ colour: String) -> (Double, Double, Double) {
    let number = Int(colour.drop { $0 == "#" }, radix: 16) ?? 0
    return (
      Double(number >> 16 & 0xFF) / 255, Double(number >> 8 & 0xFF) / 255,
      Double(number & 0xFF) / 255
    )
  }
}
