import Glibc
import Synchronization
import Threads

/// Receives messages at QoS 1 and acknowledges each only after the receiver has kept it.
///
/// One thread reads all that came, hands it on as one batch, waits, and acknowledges the batch with
/// one write. While the receiver works, the broker's next messages gather in the socket, so that
/// batches grow with the load. A connection that ends is made again, with growing pauses; what was
/// not acknowledged then comes once more.
package final class MQTTSubscriber: Sendable {
  /// What is read at once, in bytes.
  static let readBytes = 1 << 18
  /// A batch is handed on when it has so many messages, even though more are there.
  static let messagesMax = 10_000

  /// What happens to the connection, for logs and counts.
  package enum Event: Sendable {
    case connected(hasSession: Bool)
    case lost(MQTTFault)
  }

  private let settings: MQTTSettings
  private let receive: @Sendable (MQTTBatch) async -> Bool
  private let observe: @Sendable (Event) -> Void
  private let isEnding = Atomic<Bool>(false)
  private let thread = Mutex<DedicatedThread?>(nil)

  /// - Parameters:
  ///   - receive: keeps a batch; false = it could not, and the messages shall come again.
  package init(
    settings: MQTTSettings, observe: @escaping @Sendable (Event) -> Void,
    receive: @escaping @Sendable (MQTTBatch) async -> Bool
  ) {
    self.settings = settings
    self.receive = receive
    self.observe = observe
  }

  /// Connects and stays connected until `stop`. Call it once.
  package func start() {
    let made = DedicatedThread { [self] in run() }
    thread.withLock { $0 = made }
  }

  /// Ends after the batch in hand is acknowledged.
  package func stop() {
    isEnding.store(true, ordering: .releasing)
    thread.withLock { held -> DedicatedThread? in
      defer { held = nil }
      return held
    }?.join()
  }

  private var ends: Bool { isEnding.load(ordering: .acquiring) }

  private func run() {
    var pause = settings.backOffMilliseconds.lowerBound
    while !ends {
      do throws(MQTTFault) {
        try session { pause = settings.backOffMilliseconds.lowerBound }
      } catch {
        observe(.lost(error))
      }
      var waited = 0
      while waited < pause, !ends {
        usleep(50_000)
        waited += 50
      }
      pause = min(pause * 2, settings.backOffMilliseconds.upperBound)
    }
  }

  /// One connection, from its start to its end.
  private func session(_ connected: () -> Void) throws(MQTTFault) {
    let link = try MQTTLink(settings)
    defer { link.close() }
    let hasSession = try link.open()
    try link.subscribe()
    connected()
    observe(.connected(hasSession: hasSession))
    while !ends {
      let batch = try link.next(waitMilliseconds: 200, messagesMax: Self.messagesMax)
      guard !batch.messages.isEmpty else { continue }
      guard wait(batch) else { throw .notKept }
      try link.acknowledge(batch)
    }
    try link.leave()
  }

  /// Waits on this thread for the receiver's answer.
  private func wait(_ batch: MQTTBatch) -> Bool {
    let answer = Answer()
    let receive = receive
    Task.detached { answer.give(await receive(batch)) }
    return answer.wait()
  }

  /// An answer that one thread waits for.
  ///
  /// Sendable by hand: the semaphore orders the write of the answer before its reading.
  private final class Answer: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private var kept = false

    init() { sem_init(semaphore, 0, 0) }

    deinit {
      sem_destroy(semaphore)
      semaphore.deallocate()
    }

    func give(_ answer: Bool) {
      kept = answer
      sem_post(semaphore)
    }

    func wait() -> Bool {
      while sem_wait(semaphore) != 0 {}
      return kept
    }
  }
}

/// Publishes messages at QoS 1, with a window of what is not acknowledged yet. For one thread;
/// meant for tests, benchmarks and replays.
package final class MQTTPublisher {
  /// Messages that may be on their way.
  package static let windowMax = 1_000

  private let link: MQTTLink
  private let version: MQTTVersion
  private var nextID: UInt16 = 1
  private var waiting = 0
  private var pending: [UInt8] = []

  /// Connects.
  package init(_ settings: MQTTSettings) throws(MQTTFault) {
    version = settings.version
    link = try MQTTLink(settings)
    _ = try link.open()
  }

  /// Sends a message; waits where the window is full.
  package func publish(_ topic: String, _ payload: [UInt8]) throws(MQTTFault) {
    MQTTPacket.publish(topic, payload, id: nextID, version: version, into: &pending)
    nextID = nextID == .max ? 1 : nextID + 1
    waiting += 1
    if pending.count >= 16_384 { try send() }
    while waiting >= Self.windowMax {
      try send()
      waiting -= try link.acknowledgements(waitMilliseconds: 10_000)
    }
  }

  private func send() throws(MQTTFault) {
    guard !pending.isEmpty else { return }
    try link.write(pending)
    pending.removeAll(keepingCapacity: true)
  }

  /// Returns once all that was sent is acknowledged.
  package func flush() throws(MQTTFault) {
    try send()
    while waiting > 0 { waiting -= try link.acknowledgements(waitMilliseconds: 10_000) }
  }

  /// Says farewell to the broker, and ends.
  package func close() {
    try? link.leave()
    link.close()
  }
}
