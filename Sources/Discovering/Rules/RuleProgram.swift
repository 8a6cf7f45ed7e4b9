package import City
package import Pack

/// All rules compiled against all registered streams: what each stream has to compute, and no more.
/// A value; running state is in `RuleShard`.
package struct RuleProgram: Sendable {
  /// In the order given; a rule that binds to nothing costs nothing.
  package let rules: [Rule]
  /// How many shards the streams are spread over.
  package let shards: Int

  /// - Parameter shards: how many shards the work is spread over, at least 1. Streams that one
  ///   rule looks at together lie in one shard.
  package init(rules: [Rule], world: RuleWorld, shards: Int = 1) {
    self.rules = rules
    self.shards = shards
  }

  /// Which shard watches a stream; nil where no rule binds to it.
  package func shard(of stream: StreamNumber) -> Int? { nil }

  /// So far back the log must be read to make the running state anew: the longest memory of any
  /// rule.
  package var warmMilliseconds: Int64 { 0 }

  /// The rule of a code; nil where there is none.
  package func rule(code: String) -> Rule? { rules.first { $0.code == code } }
}
