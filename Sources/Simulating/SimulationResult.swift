package import City

/// What came of a simulated time.
package struct SimulationResult: Sendable {
  /// How the handling limit stood when the work was reported, or stands at the end.
  package struct Lights: Equatable, Sendable {
    package var green = 0
    /// More than `FlowSimulation.yellowShare` of the limit was used.
    package var yellow = 0
    /// The limit had passed.
    package var red = 0
  }

  /// One day of the simulated time.
  package struct Day: Equatable, Sendable {
    package let date: CivilDate
    package var filed = 0
    package var closed = 0
    /// Open when the day ended.
    package var open = 0
  }

  /// The work of one crew over the whole time.
  package struct Load: Equatable, Sendable {
    /// The unit's name, or the street's with its inspectors.
    package let name: String
    package let post: String
    package let people: Int
    /// Share of the time on duty that was worked.
    package let busyShare: Double
    package let tasks: Int
    /// Mean minutes by the clock that a task waited for somebody.
    package let waitMinutes: Double
    /// The longest queue, and when.
    package let queueMost: Int
    package let queueMostAt: Instant
    /// Still waiting when the time ended.
    package let queueAtEnd: Int
  }

  package var cases = 0
  package var closed = 0
  /// Reported after the limit, or open beyond it at the end.
  package var late = 0
  package var steps = 0
  package var reworks = 0
  package var returns = 0
  /// Steps that the flow refused: none, if the simulated people know the rules.
  package var refused = 0
  package var lights = Lights()
  package var days: [Day] = []
  /// The longest wait first.
  package var loads: [Load] = []
  /// Of every step in its order: equal for equal settings, packs and program.
  package var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  /// FNV-1a over the bytes of a number.
  mutating func mix(_ number: Int64) {
    var rest = UInt64(bitPattern: number)
    for _ in 0..<8 {
      digest = (digest ^ (rest & 0xFF)) &* 0x0000_0100_0000_01B3
      rest >>= 8
    }
  }
}
