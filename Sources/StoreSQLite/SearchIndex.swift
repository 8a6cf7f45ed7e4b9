import City
package import Ports
import Records
package import SearchStore
import Synchronization
import Threads

/// Keeps the index of the search box up with the journal, on a thread of its own.
///
/// The index remembers how far it came; it can be thrown away at any time and is made again from
/// the journal, also where a file of it is found damaged.
final class SearchIndex: Sendable {
  /// Entries indexed at once.
  static let batchMax = 4_096
  /// How long changes may gather before they are indexed, unless somebody asks.
  static let gatherMilliseconds = 400
  /// Rounds of gathering without a change after which everything is put on disk.
  static let idleRoundsMax = 75

  private struct State {
    var followed: Int64 = 0
    var asked: Int64 = 0
    var closed = false
    /// What the search box is given from now on, and who waits until it is.
    var renewed: (settings: SearchSettings, done: CheckedContinuation<Void, Never>)?
    var failed: String?
    var waiting: [(sequence: Int64, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  let index: SearchStore
  private let signalling = Signalling()
  private let state = Mutex(State())
  private let recent: RecentEntries
  private let thread = Mutex<DedicatedThread?>(nil)

  init(
    folder: String, journalPath: String, settings: SearchSettings, recent: RecentEntries
  ) throws(SQLiteFault) {
    self.recent = recent
    do throws(SearchStoreFault) {
      index = try SearchStore(folder: folder, folding: settings.folding)
    } catch {
      throw SQLiteFault(code: 0, message: error.detail)
    }
    let writer = try SearchWriter(index: index, journalPath: journalPath, settings: settings)
    state.withLock { [followed = index.followed] in $0.followed = followed }
    let box = Handed(writer)
    thread.withLock { thread in
      thread = DedicatedThread { [self] in run(box.take()) }
    }
  }

  /// Returns once everything up to `sequence` can be found; false where the index cannot follow.
  func reach(_ sequence: Int64) async -> Bool {
    await withCheckedContinuation { continuation in
      let answer: Bool? = signalling.locked {
        state.withLock { state in
          if state.followed >= sequence { return true }
          if state.closed || state.failed != nil { return false }
          state.waiting.append((sequence, continuation))
          state.asked = max(state.asked, sequence)
          return nil
        }
      }
      if let answer { continuation.resume(returning: answer) } else { signalling.wakeAll() }
    }
  }

  /// Gives the search box other documents besides the journal's; returns once they are found. One
  /// caller at a time. How texts are folded stays: it is part of the files.
  func renew(_ settings: SearchSettings) async {
    await withCheckedContinuation { continuation in
      let isClosed = signalling.locked {
        state.withLock { state in
          if !state.closed { state.renewed = (settings, continuation) }
          return state.closed
        }
      }
      if isClosed { continuation.resume() } else { signalling.wakeAll() }
    }
  }

  func close() {
    signalling.locked { state.withLock { $0.closed = true } }
    signalling.wakeAll()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
  }

  private func run(_ writer: SearchWriter) {
    var writer = writer
    var idleRounds = 0
    attempt { () throws(SearchIndexFault) in try writer.begin() }
    while waitForWork() {
      if let renewed = state.withLock({ $0.renewed.take() }) {
        attempt { () throws(SearchIndexFault) in try writer.renew(renewed.settings) }
        renewed.done.resume()
      }
      attempt { () throws(SearchIndexFault) in
        if recent.last > index.followed {
          try writer.follow(recent, limit: Self.batchMax)
          idleRounds = 0
        } else {
          idleRounds += 1
          if idleRounds == Self.idleRoundsMax { try writer.rest() }
        }
      }
    }
    attempt { () throws(SearchIndexFault) in try writer.checkpoint() }
    state.withLock({ $0.renewed.take() })?.done.resume()
    answer(followed: index.followed, failed: "closed")
  }

  private func attempt(_ work: () throws(SearchIndexFault) -> Void) {
    do throws(SearchIndexFault) {
      try work()
      answer(followed: index.followed, failed: nil)
    } catch {
      answer(followed: index.followed, failed: error.detail)
    }
  }

  /// false when closed.
  private func waitForWork() -> Bool {
    signalling.locked {
      let urgent = state.withLock { $0.closed || $0.renewed != nil || $0.asked > $0.followed }
      if !urgent { signalling.wait(milliseconds: Self.gatherMilliseconds) }
      return !state.withLock { $0.closed }
    }
  }

  private func answer(followed: Int64, failed: String?) {
    let woken = state.withLock { state in
      state.followed = followed
      state.failed = failed
      let woken = state.waiting.filter { failed != nil || $0.sequence <= followed }
      state.waiting.removeAll { failed != nil || $0.sequence <= followed }
      return woken
    }
    for waiter in woken { waiter.continuation.resume(returning: waiter.sequence <= followed) }
  }
}

/// How the search box is set up.
package struct SearchSettings: Sendable {
  package let folding: SearchFolding
  /// What is found besides the journal's records, for example the items of the catalogue: all
  /// documents of the kinds that occur among them.
  package let fixed: [SearchDocument]

  /// Things of these kinds are found as devices.
  package let deviceKinds: Set<String>

  package init(
    folding: SearchFolding = SearchFolding(), fixed: [SearchDocument] = [],
    deviceKinds: Set<String> = []
  ) {
    self.folding = folding
    self.fixed = fixed
    self.deviceKinds = deviceKinds
  }
}

/// Why the index could not follow; for operators.
struct SearchIndexFault: Error {
  let detail: String

  init(_ fault: SearchStoreFault) { detail = fault.detail }
  init(_ fault: SQLiteFault) { detail = fault.message }
}
