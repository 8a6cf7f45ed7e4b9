import City
import Handling
import Pack
package import Ports

/// Tells people what happened: follows the journal for what is owed to whom, keeps that in the
/// journal, and sends it until the other side took it.
///
/// What is owed is kept before it is sent, and what came of it after: a crash between sends again,
/// never not at all. Each message carries the id by which the other side can tell.
package actor NoticeService {
  /// Entries read at a time.
  static let entriesMax = 512
  /// Notices sent between two looks at the journal.
  static let sendingMax = 50
  /// How often it looks at the journal and the time.
  static let restMilliseconds: Int64 = 1_000
  /// Entries after which it says how far it came, though nobody is told.
  static let entriesBetweenPositions: Int64 = 20_000
  /// Its name among the followers.
  static let follower = "notices"

  private let engine: Engine
  private let sending: (any NoticeSending)?
  private let exchanging: (any TicketExchanging)?
  private var position: Int64 = 0
  private var said: Int64 = 0

  /// - Parameters:
  ///   - sending: nil where the operator set up no channel; then there are only the pages.
  ///   - exchanging: tells other systems what became of their tickets; nil where none is told.
  package init(
    engine: Engine, sending: (any NoticeSending)?, exchanging: (any TicketExchanging)? = nil
  ) {
    self.engine = engine
    self.sending = sending
    self.exchanging = exchanging
  }

  /// Follows until the task is cancelled.
  package func run() async {
    await Following.run(
      restMilliseconds: Self.restMilliseconds,
      begin: { () async throws(StoreFault) in try await self.begin() },
      turn: { () async throws(StoreFault) in try await self.turn() })
  }

  /// Goes on where it stopped, or now where it never was.
  package func begin() async throws(StoreFault) {
    let last = try await engine.store.lastSequence()
    position = min(try await engine.store.position(of: Self.follower)?.position ?? last, last)
    said = position
  }

  /// Follows the journal to its end, then sends what is due.
  /// - Returns: how many are owed anew, and how many messages were taken.
  @discardableResult
  package func turn() async throws(StoreFault) -> (owed: Int, sent: Int) {
    let owed = try await follow()
    return (owed, try await send())
  }

  // MARK: What is owed

  private func follow() async throws(StoreFault) -> Int {
    var owed = 0
    while try await engine.store.lastSequence() > position {
      let entries = try await engine.store.entries(after: position, limit: Self.entriesMax)
      guard let last = entries.last else { break }
      let drafting = NoticeDrafting(
        engine: engine, channels: sending?.channels ?? [],
        address: { [sending] staff, channel in sending?.address(of: staff, on: channel) })
      var notices = try await drafting.notices(of: entries)
      if let exchanging {
        notices += try await ExchangeReporting(engine: engine, exchanging: exchanging)
          .notices(of: entries)
      }
      position = last.sequence
      if !notices.isEmpty || position - said >= Self.entriesBetweenPositions {
        try await keep(notices)
        owed += notices.count
      }
    }
    return owed
  }

  private func keep(_ notices: [Notice]) async throws(StoreFault) {
    let now = engine.time.now
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "notice.owed", at: now, actor: .engine(Self.follower),
        subject: SubjectReference(kind: "notice", id: notices.first?.id.rawValue ?? 0),
        request: "", conditions: [],
        facts: notices.map { .notice($0) } + [
          .followed(FollowerPosition(follower: Self.follower, position: position, at: now))
        ]))
    said = position
  }

  // MARK: What is sent

  private func send() async throws(StoreFault) -> Int {
    guard sending != nil || exchanging != nil else { return 0 }
    let due = try await engine.store.notices(dueAt: engine.time.now, limit: Self.sendingMax)
    var sent = 0
    for message in messages(due) {
      if Task.isCancelled { break }
      if let first = message.first, let later = try await turn(of: first) {
        try await put(first, off: later)
      } else if try await send(message) {
        sent += 1
      }
    }
    return sent
  }

  /// Reports of one ticket come in their order: one waits while an earlier one does.
  /// - Returns: when it is looked at again; nil where it is its turn.
  private func turn(of notice: Notice) async throws(StoreFault) -> Instant? {
    guard isReport(notice), notice.attempts == 0 else { return nil }
    var query = NoticeQuery(page: PageRequest(limit: PageRequest.limitMax, before: nil))
    query.case = notice.case
    query.channel = notice.channel
    query.state = .waiting
    let earlier = try await engine.store.notices(query).elements.filter {
      $0.id.rawValue < notice.id.rawValue
    }
    return earlier.map(\.next).max()?.advanced(byMilliseconds: Self.restMilliseconds)
  }

  private func put(_ notice: Notice, off moment: Instant) async throws(StoreFault) {
    var changed = notice
    changed.next = max(moment, engine.time.now.advanced(byMilliseconds: Self.restMilliseconds))
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "notice.delayed", at: engine.time.now, actor: .engine(Self.follower),
        subject: SubjectReference(kind: "notice", id: notice.id.rawValue), request: "",
        conditions: [], facts: [.notice(changed)]))
  }

  private func isReport(_ notice: Notice) -> Bool {
    exchanging?.terms.contains { $0.code == notice.channel && $0.reports != nil } == true
  }

  /// Notices that go out as one, the oldest first.
  private func messages(_ due: [Notice]) -> [[Notice]] {
    var messages: [[Notice]] = []
    for notice in due {
      let merges = engine.catalogue.notices.template(code: notice.template)?.mergeMinutes ?? 0 > 0
      let place = messages.firstIndex { message in
        merges && message.count < NoticePlan.mergedMax && message[0].template == notice.template
          && message[0].channel == notice.channel && message[0].staff == notice.staff
          && message[0].attempts == 0 && notice.attempts == 0
      }
      if let place { messages[place].append(notice) } else { messages.append([notice]) }
    }
    return messages
  }

  private func send(_ notices: [Notice]) async throws(StoreFault) -> Bool {
    let first = notices[0]
    let result: Result<String, NoticeFault>
    if let exchanging, isReport(first) {
      do throws(NoticeFault) {
        result = .success(
          try await exchanging.send(first.text, as: first.id, to: first.channel))
      } catch {
        result = .failure(error)
      }
    } else if let sending, let address = address(of: first, sending) {
      let (title, text) = NoticePlan.merged(notices)
      let message = OutgoingNotice(
        id: first.id, address: address.isEmpty ? nil : address, title: title, text: text,
        link: notices.count == 1 ? first.link : "", case: first.case, at: first.at)
      do throws(NoticeFault) {
        result = .success(try await sending.send(message, on: first.channel))
      } catch {
        result = .failure(error)
      }
    } else {
      result = .failure(.refused(detail: "no such channel, or nobody's address"))
    }
    let now = engine.time.now
    let changed = notices.map { Self.after(result, $0, at: now) }
    _ = try await engine.store.commit(
      ChangeSet(
        kind: "notice.tried", at: now, actor: .engine(Self.follower),
        subject: SubjectReference(kind: "notice", id: first.id.rawValue), request: "",
        conditions: [], facts: changed.map { .notice($0) }))
    return changed[0].state == .sent
  }

  /// Where a notice goes; empty = to the channel as a whole; nil = nowhere.
  private func address(of notice: Notice, _ sending: any NoticeSending) -> String? {
    guard sending.channels.contains(where: { $0.code == notice.channel }) else { return nil }
    guard let staff = notice.staff else { return "" }
    guard let person = engine.directory.staff[staff], person.active else { return nil }
    return sending.address(of: person.code, on: notice.channel)
  }

  private static func after(
    _ result: Result<String, NoticeFault>, _ notice: Notice, at now: Instant
  ) -> Notice {
    var changed = notice
    changed.attempts += 1
    switch result {
    case .success(let proof):
      changed.state = .sent
      changed.sentAt = now
      changed.answer = String(proof.prefix(Notice.answerMax))
    case .failure(let fault):
      changed.answer = String(fault.detail.prefix(Notice.answerMax))
      if case .failed = fault, let next = NoticePlan.again(after: changed.attempts, at: now) {
        changed.next = next
      } else {
        changed.state = .failed
      }
    }
    return changed
  }
}
