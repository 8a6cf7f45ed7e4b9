import Ports
import Synchronization
import Threads

/// Connections that only read. A short look-up runs on the caller's thread; a list runs on a thread of the pool.
final class Readers: Sendable {
  /// Connections for look-ups, and threads (with one connection each) for lists.
  static let lookupsMax = 4
  static let threadsMax = 2
  /// Lists that may wait; one more is told that the store is busy.
  static let waitingMax = 4_096

  private typealias Job = @Sendable (Connection) -> Void
  private struct Line {
    var jobs: [Job] = []
    var closed = false
  }

  private let path: String
  private let free: Mutex<[Handed<Connection>]>
  private let signalling = Signalling()
  private let line = Mutex(Line())
  private let threads = Mutex<[DedicatedThread]>([])

  init(path: String) throws(SQLiteFault) {
    self.path = path
    var connections: [Handed<Connection>] = []
    for _ in 0..<Self.lookupsMax {
      connections.append(Handed(try Self.open(path)))
    }
    free = Mutex(connections)
    for _ in 0..<Self.threadsMax {
      let box = Handed(try Self.open(path))
      let thread = DedicatedThread { [self] in run(on: box.take()) }
      threads.withLock { $0.append(thread) }
    }
  }

  /// Opens a reading connection.
  static func open(_ path: String) throws(SQLiteFault) -> Connection {
    let connection = try Connection(path: path, readOnly: true)
    try connection.execute("PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY;")
    return connection
  }

  /// A look-up by key: microseconds, so it does not change threads unless all connections are taken.
  func lookup<Answer: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(SQLiteFault) -> Answer
  ) async throws(StoreFault) -> Answer {
    let taken = free.withLock { $0.popLast() }
    guard let taken else { return try await list(body) }
    let connection = taken.take()
    defer {
      let back = Handed(connection)
      free.withLock { $0.append(back) }
    }
    do throws(SQLiteFault) {
      return try body(connection)
    } catch {
      throw .unavailable(detail: "\(error.code): \(error.message)")
    }
  }

  /// A look-up of several things as they stand at one moment.
  func snapshot<Answer: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(SQLiteFault) -> Answer
  ) async throws(StoreFault) -> Answer {
    try await lookup { connection throws(SQLiteFault) in
      try connection.snapshot { () throws(SQLiteFault) in try body(connection) }
    }
  }

  /// A list: it may read much, so it runs on a thread that may block.
  func list<Answer: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(SQLiteFault) -> Answer
  ) async throws(StoreFault) -> Answer {
    let result: Result<Answer, StoreFault> = await withCheckedContinuation { continuation in
      let job: Job = { connection in
        do throws(SQLiteFault) {
          continuation.resume(returning: .success(try body(connection)))
        } catch {
          continuation.resume(
            returning: .failure(.unavailable(detail: "\(error.code): \(error.message)")))
        }
      }
      let refusal: StoreFault? = signalling.locked {
        line.withLock { line -> StoreFault? in
          if line.closed { return .unavailable(detail: "the store is closed") }
          if line.jobs.count >= Self.waitingMax { return .busy }
          line.jobs.append(job)
          return nil
        }
      }
      if let refusal {
        continuation.resume(returning: .failure(refusal))
      } else {
        signalling.wakeOne()
      }
    }
    return try result.get()
  }

  func close() {
    signalling.locked { line.withLock { $0.closed = true } }
    signalling.wakeAll()
    let ended = threads.withLock { threads in
      defer { threads.removeAll() }
      return threads
    }
    for thread in ended { thread.join() }
    free.withLock { $0.removeAll() }
  }

  private func run(on connection: Connection) {
    while let job = nextJob() { job(connection) }
  }

  private func nextJob() -> Job? {
    signalling.locked {
      while true {
        let next: (job: Job?, closed: Bool) = line.withLock { line in
          line.jobs.isEmpty ? (nil, line.closed) : (line.jobs.removeFirst(), false)
        }
        if let job = next.job { return job }
        if next.closed { return nil }
        signalling.wait()
      }
    }
  }
}
