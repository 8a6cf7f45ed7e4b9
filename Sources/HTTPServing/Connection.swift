import CEpoll
import CMicrohttpd
import Glibc
import Synchronization

/// Where a connection stands. The sweeper looks at how long it has stood there.
enum ConnectionPhase: UInt64 {
  /// Between requests, or before the first one.
  case idle
  /// The request line is here, the header fields are not all.
  case header
  case body
  /// The handler works; the library has set the connection aside.
  case running
  /// The answer is ready and belongs to the library's thread.
  case answered
  case writing
}

/// One client's connection and the request it is at.
///
/// Unchecked: everything that is no constant belongs to the library's thread, except while the
/// phase is `running`: then `reply` belongs to whoever moves the phase to `answered`, and the
/// library's thread reads it only after it was told to resume.
final class Connection: @unchecked Sendable {
  private static let quietMilliseconds: Int64 = 500

  let socket: Int32
  let peer: PeerAddress
  /// Request number times 8, plus the phase: an answer that comes too late finds another number.
  private let state: Atomic<UInt64>
  /// When the phase began, in steady milliseconds.
  private let since: Atomic<Int64>
  private let isFresh = Atomic<Bool>(true)

  var target: [UInt8] = []
  /// How long the target was in the request line.
  var lineBytes = 0
  var method: HTTPMethod?
  var headers = HTTPHeaders()
  var body: [UInt8] = []
  var bodyBytes = 0
  var refusal: HTTPRefusal?
  var isCounted = false
  var reply: Reply?
  /// The stay of this request with its handler.
  var turn: RequestTurn?

  init(socket: Int32, peer: PeerAddress) {
    self.socket = socket
    self.peer = peer
    state = Atomic(ConnectionPhase.idle.rawValue)
    since = Atomic(steadyMilliseconds())
  }

  var phase: ConnectionPhase {
    ConnectionPhase(rawValue: state.load(ordering: .acquiring) & 7)!
  }

  func enter(_ phase: ConnectionPhase) {
    let number = state.load(ordering: .relaxed) & ~7
    since.store(steadyMilliseconds(), ordering: .relaxed)
    state.store(number | phase.rawValue, ordering: .releasing)
  }

  /// Starts the next request of this connection.
  func begin(target: [UInt8]) {
    self.target = target
    isFresh.store(false, ordering: .relaxed)
    let number = (state.load(ordering: .relaxed) & ~7) &+ 8
    since.store(steadyMilliseconds(), ordering: .relaxed)
    state.store(number | ConnectionPhase.header.rawValue, ordering: .releasing)
  }

  /// The handler is not waited for any more.
  func leaveTurn() {
    turn?.abandon()
    turn = nil
  }

  /// Forgets the request that is done; the connection waits for the next one.
  func finish() {
    method = nil
    headers = HTTPHeaders()
    body = []
    bodyBytes = 0
    refusal = nil
    reply = nil
    enter(.idle)
  }

  /// The token an answer must show to be taken.
  var requestNumber: UInt64 { state.load(ordering: .relaxed) & ~7 }

  /// Whether the caller may set the reply: true for one caller only, of the request now running.
  func claim(_ number: UInt64) -> Bool {
    state.compareExchange(
      expected: number | ConnectionPhase.running.rawValue,
      desired: number | ConnectionPhase.answered.rawValue, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Claims whatever request is running.
  func claimRunning() -> Bool { claim(requestNumber) }

  /// Whether we wait for the client, for a while already, and it has closed its side.
  func hasLeft(at now: Int64) -> Bool {
    guard [.idle, .header, .body].contains(phase),
      now - since.load(ordering: .relaxed) > Self.quietMilliseconds
    else { return false }
    var byte: UInt8 = 0
    return recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
  }

  /// Why the connection has to be cut at `now`, if it has.
  func overdue(at now: Int64, _ limits: HTTPLimits) -> String? {
    let age = now - since.load(ordering: .relaxed)
    switch phase {
    case .idle where isFresh.load(ordering: .relaxed):
      return age > limits.headerMilliseconds ? "connection.slow_header" : nil
    case .idle: return age > limits.idleMilliseconds ? "connection.idle" : nil
    case .header: return age > limits.headerMilliseconds ? "connection.slow_header" : nil
    case .body: return age > limits.bodyMilliseconds ? "connection.slow_body" : nil
    case .running, .answered: return nil
    case .writing: return age > limits.writeMilliseconds ? "connection.slow_reader" : nil
    }
  }
}
