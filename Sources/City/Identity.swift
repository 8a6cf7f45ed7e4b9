/// Names one subject: an `ID<Case>` never passes for an `ID<Thing>`.
///
/// The value orders by the time it was made: 41 bits of milliseconds since 2020-01-01 UTC,
/// 6 bits of node, 16 bits of serial. Only the engine makes new ones, never a store.
package struct ID<Subject>: Hashable, Sendable, Comparable {
  package let rawValue: Int64

  /// Wraps a value that was made before; any positive number is one.
  package init(_ rawValue: Int64) {
    self.rawValue = rawValue
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Makes time-ordered numbers for `ID`; a value, so that its rule is tested without a clock.
package struct IdentitySequence: Sendable {
  /// 2020-01-01T00:00:00Z, the moment that the time part counts from.
  package static let epochMilliseconds: Int64 = 1_577_836_800_000
  package static let nodesMax = 64
  static let nodeBits: Int64 = 6
  static let serialBits: Int64 = 16
  static let serialMax: Int64 = (1 << 16) - 1

  private let node: Int64
  private var milliseconds: Int64 = 0
  private var serial: Int64 = -1

  /// - Parameter node: which engine of a cluster this is, 0 to 63.
  package init(node: Int) {
    precondition((0..<Self.nodesMax).contains(node))
    self.node = Int64(node)
  }

  /// The next number, greater than every earlier one of this sequence.
  ///
  /// A clock that steps back does not make numbers step back; more than 65,536 in one
  /// millisecond borrow from the next.
  package mutating func next(at now: Instant) -> Int64 {
    let current = max(now.milliseconds - Self.epochMilliseconds, 0)
    if current > milliseconds {
      milliseconds = current
      serial = 0
    } else if serial < Self.serialMax {
      serial += 1
    } else {
      milliseconds += 1
      serial = 0
    }
    return (milliseconds << (Self.nodeBits + Self.serialBits)) | (node << Self.serialBits) | serial
  }

  /// The moment that lies in a number made by a sequence.
  package static func instant(of rawValue: Int64) -> Instant {
    Instant(milliseconds: (rawValue >> (nodeBits + serialBits)) + epochMilliseconds)
  }
}
