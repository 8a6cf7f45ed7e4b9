import City
import Ports
import Synchronization

/// The newest journal entries, kept so that followers need not read them from disk, and who waits for more.
final class RecentEntries: Sendable {
  static let entriesMax = 8_192

  private struct State {
    var entries: [JournalEntry] = []
    var last: Int64 = 0
    var waiting: [(after: Int64, continuation: CheckedContinuation<Void, Never>)] = []
    var closed = false
  }

  private let state = Mutex(State())

  func start(at sequence: Int64) {
    state.withLock { $0.last = sequence }
  }

  var last: Int64 { state.withLock { $0.last } }

  func append(_ entries: [JournalEntry]) {
    guard let newest = entries.last else { return }
    let woken = state.withLock { state in
      state.entries.append(contentsOf: entries)
      // Cut in large bites, so that the cost of moving the rest is spread.
      if state.entries.count > 2 * Self.entriesMax {
        state.entries.removeFirst(state.entries.count - Self.entriesMax)
      }
      state.last = newest.sequence
      let woken = state.waiting.filter { $0.after < newest.sequence }
      if !woken.isEmpty { state.waiting.removeAll { $0.after < newest.sequence } }
      return woken
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  /// Entries after `sequence`, or nil where they reach further back than what is kept.
  func entries(after sequence: Int64, limit: Int) -> [JournalEntry]? {
    state.withLock { state in
      if sequence >= state.last { return [] }
      guard let first = state.entries.first, first.sequence <= sequence + 1 else { return nil }
      let start = Int(sequence + 1 - first.sequence)
      return Array(state.entries[start..<min(start + max(limit, 0), state.entries.count)])
    }
  }

  /// Returns once an entry after `sequence` is there, or the store has closed.
  func changed(after sequence: Int64) async {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state in
        if state.closed || state.last > sequence { return true }
        state.waiting.append((sequence, continuation))
        return false
      }
      if now { continuation.resume() }
    }
  }

  func close() {
    let woken = state.withLock { state in
      state.closed = true
      defer { state.waiting.removeAll() }
      return state.waiting
    }
    for waiter in woken { waiter.continuation.resume() }
  }
}
