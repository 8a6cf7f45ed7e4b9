package import City
package import Pack

/// All rules compiled against all registered streams: what each stream has to compute, and no more.
/// A value; running state is in `RuleShard`.
package struct RuleProgram: Sendable {
  /// In the order given; a rule that binds to nothing costs nothing.
  package let rules: [Rule]
  /// How many shards the streams are spread over.
  package var shards: Int { plans.count }
  /// Tells programs apart: rules, streams and how they are bound.
  package let digest: UInt64
  let plans: [ShardPlan]
  private let shardOf: [StreamNumber: Int]
  private let codes: [String: Int]

  /// - Parameter shards: how many shards the work is spread over, at least 1. Streams that one
  ///   rule looks at together lie in one shard.
  package init(rules: [Rule], world: RuleWorld, shards: Int = 1) {
    self.rules = rules
    codes = Dictionary(rules.enumerated().map { ($1.code, $0) }) { first, _ in first }
    let binding = RuleBinding(rules: rules, world: world)
    let spread = binding.spread(over: max(shards, 1))
    shardOf = spread.shardOf
    plans = spread.streams.map { ShardPlan(binding, streams: $0) }
    var digest = StateDigest()
    for rule in rules { digest.add(String(describing: rule)) }
    for plan in plans { plan.add(to: &digest) }
    self.digest = digest.value
  }

  /// Which shard watches a stream; nil where no rule binds to it.
  package func shard(of stream: StreamNumber) -> Int? { shardOf[stream] }

  /// So far back the log must be read to make the running state anew: the longest memory of any
  /// rule, in milliseconds. What opened before comes from `RuleShard.adopt`.
  package var warmMilliseconds: Int64 {
    plans.flatMap { plan in plan.blocks.elements.map { (plan, $0) } }.map { plan, block in
      let holds = (block.firstLevel..<block.firstLevel + block.levels).map { index in
        let level = plan.levels.start[index]
        return max(level.hold, level.clearHold) * (block.countsRuns ? max(block.step, 1) : 1)
      }
      return block.span + block.step + block.within + block.lateness + (holds.max() ?? 0)
    }.max() ?? 0
  }

  /// The rule of a code; nil where there is none.
  package func rule(code: String) -> Rule? { codes[code].map { rules[$0] } }
}

/// FNV-1a over bytes: tells programs and snapshots apart, nothing more.
struct StateDigest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { mix(byte) }
    mix(0)
  }

  mutating func add(_ number: UInt64) {
    for shift in 0..<8 { mix(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
  }

  private mutating func mix(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }
}
