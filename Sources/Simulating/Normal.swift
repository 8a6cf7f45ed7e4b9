import Demonstration
import Glibc

/// Numbers that scatter as people's times do.
enum Normal {
  /// Mean 0, deviation 1 (Box and Muller).
  static func draw(_ random: inout DemonstrationRandom) -> Double {
    let radius = (-2 * log(1 - random.unit())).squareRoot()
    return radius * cos(2 * .pi * random.unit())
  }

  /// A time whose median is `median` and whose logarithm scatters by `spread`.
  static func time(
    median: Double, spread: Double, _ random: inout DemonstrationRandom
  ) -> Double {
    median * exp(spread * draw(&random))
  }

  static func exponential(_ exponent: Double) -> Double { exp(exponent) }
}
