import City
import Engine
import HTTPServing
import Ports
import Synchronization

/// The door for those who do not sign in: how often, and whether somebody is there at all.
/// Each process has its own; behind several, what is counted here counts once a process.
final class PublicGate: Sendable {
  /// Leading zero bits of the work that stands for the picture: about 65,000 tries.
  static let workBits = 16

  private struct State {
    var visitors = VisitorBook()
    var challenges = ChallengeBook()
  }
  private let state = Mutex(State())

  /// - Throws: 429 where the address did it too often.
  func admit(_ act: PublicAct, _ request: HTTPRequest, at now: Instant) throws(Problem) {
    let wait = state.withLock { state in
      state.visitors.admit(act, from: request.remoteAddress, at: now)
    }
    if let wait { throw Self.tooOften(wait) }
  }

  /// - Throws: 429 where a receipt was guessed at too often.
  func checkGuesses(_ number: String, at now: Instant) throws(Problem) {
    if let wait = state.withLock({ $0.visitors.closed(number, at: now) }) {
      throw Self.tooOften(wait)
    }
  }

  func missed(_ number: String, at now: Instant) {
    state.withLock { $0.visitors.missed(number, at: now) }
  }

  /// A new challenge; its answer stays here.
  func pose(
    work: Bool, at now: Instant
  ) throws(Problem) -> (id: String, form: ChallengeBook.Form, ends: Instant) {
    let id = Self.token()
    let form: ChallengeBook.Form
    if work {
      form = .work(bits: Self.workBits)
    } else {
      let digits = (0..<ChallengePicture.digitsCount).map { _ in String(Int.random(in: 0...9)) }
      form = .picture(digits: digits.joined(), seed: .random(in: .min ... .max))
    }
    guard let ends = state.withLock({ $0.challenges.pose(form, id: id, at: now) }) else {
      throw Self.full
    }
    return (id, form, ends)
  }

  func form(of id: String, at now: Instant) -> ChallengeBook.Form? {
    state.withLock { $0.challenges.form(of: id, at: now) }
  }

  /// A pass for a right answer. The challenge is gone either way.
  func answer(
    _ id: String, _ answer: String, at now: Instant, digest: ([UInt8]) -> Digest
  ) throws(Problem) -> (pass: String, ends: Instant) {
    let form = state.withLock { $0.challenges.take(id, at: now) }
    let isRight =
      switch form {
      case .picture(let digits, _): answer == digits
      case .work(let bits):
        answer.utf8.count <= Self.answerMax
          && Self.zeroBits(digest(Array("\(id):\(answer)".utf8)).bytes) >= bits
      case nil: false
      }
    guard isRight else { throw .field("answer", "challenge.wrong") }
    let pass = Self.token()
    guard let ends = state.withLock({ $0.challenges.issue(pass, at: now) }) else {
      throw Self.full
    }
    return (pass, ends)
  }

  /// - Throws: 403 where the pass is unknown, over, or used up.
  func use(_ pass: String, for use: ChallengeBook.Use, at now: Instant) throws(Problem) {
    guard state.withLock({ $0.challenges.use(pass, for: use, at: now) }) else {
      throw Problem(status: 403, code: "pass.invalid")
    }
  }

  /// Characters of the answer of a work.
  static let answerMax = 32
  private static let full = Problem(status: 503, code: "public.full", retryAfterSeconds: 60)

  private static func tooOften(_ seconds: Int64) -> Problem {
    Problem(
      status: 429, code: "public.too_often", facts: ["seconds": String(seconds)],
      retryAfterSeconds: seconds)
  }

  private static func zeroBits(_ bytes: [UInt8]) -> Int {
    let zeros = bytes.prefix { $0 == 0 }.count
    return zeros * 8 + (zeros < bytes.count ? bytes[zeros].leadingZeroBitCount : 0)
  }

  /// 256 bits of the system's source of chance, in hexadecimal.
  private static func token() -> String {
    HexText.write(Digest(bytes: (0..<Digest.byteCount).map { _ in .random(in: .min ... .max) }))
  }
}
