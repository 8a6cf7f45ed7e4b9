/// Runs long computing away from the threads that answer requests.
package protocol HeavyWork: Sendable {
  /// The answers of `work` for 0 to `count` − 1, in this order; parts may run side by side.
  func map<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) -> Value
  ) async -> [Value]
}
