import Ports
import Synchronization
import Threads

/// Long computing on threads of its own, two at most, so that requests are answered meanwhile.
struct ThreadedWork: HeavyWork {
  static let threadsMax = 2

  private final class Results<Value: Sendable>: Sendable {
    let state = Mutex((next: 0, values: [Int: Value]()))
  }

  func map<Value: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (Int) -> Value
  ) async -> [Value] {
    guard count > 0 else { return [] }
    let results = Results<Value>()
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      for _ in 0..<min(count, Self.threadsMax) {
        DedicatedThread {
          while true {
            let index = results.state.withLock { state in
              defer { state.next += 1 }
              return state.next
            }
            guard index < count else { return }
            let value = work(index)
            let isLast = results.state.withLock { state in
              state.values[index] = value
              return state.values.count == count
            }
            if isLast { continuation.resume() }
          }
        }.detach()
      }
    }
    let values = results.state.withLock { $0.values }
    return (0..<count).compactMap { values[$0] }
  }
}
