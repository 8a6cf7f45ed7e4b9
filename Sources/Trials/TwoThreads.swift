import Synchronization
import Threads

/// Spreads independent work over two threads.
enum TwoThreads {
  private final class Results<Value: Sendable>: Sendable {
    let state = Mutex((next: 0, values: [Int: Value]()))
  }

  /// The answers of `work` for 0 to `count` − 1, in this order.
  static func map<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) -> Value
  ) -> [Value] {
    let results = Results<Value>()
    let run: @Sendable () -> Void = {
      while true {
        let index = results.state.withLock { state in
          defer { state.next += 1 }
          return state.next
        }
        guard index < count else { return }
        let value = work(index)
        results.state.withLock { $0.values[index] = value }
      }
    }
    let other = DedicatedThread(run)
    run()
    other.join()
    let values = results.state.withLock { $0.values }
    return (0..<count).compactMap { values[$0] }
  }
}
