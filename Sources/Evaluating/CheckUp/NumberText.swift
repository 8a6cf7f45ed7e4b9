package import City

/// Numbers and days as reports write them, the same on every machine.
package enum NumberText {
  /// So many digits after the point at most.
  package static let decimalsMax = 6

  /// A number with a fixed count of digits after the point, halves away from zero.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "–" }
    let decimals = min(max(decimals, 0), decimalsMax)
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let whole = Int64((abs(value) * scale).rounded(.toNearestOrAwayFromZero))
    let sign = value < 0 && whole > 0 ? "\u{2212}" : ""
    var digits = String(whole)
    guard decimals > 0 else { return sign + digits }
    if digits.count <= decimals {
      digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
    }
    return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
  }

  /// The same with a plus sign before what grew.
  package static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return value > 0 && !isZero ? "+" + text : text
  }

  /// `2026-11-20`, in local time.
  package static func day(_ instant: Instant, offsetMilliseconds: Int64) -> String {
    let local = instant.milliseconds + offsetMilliseconds
    let days = local >= 0 ? local / Duration.day : (local - Duration.day + 1) / Duration.day
    let date = CivilDate(daysSinceEpoch: Int(days))
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
