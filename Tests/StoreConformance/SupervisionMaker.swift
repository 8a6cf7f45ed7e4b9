import City
package import Ports

// What is done above the cases and told of them.
extension FactMaker {
  mutating func supervision() -> Supervision {
    var found = Supervision(
      id: id(), case: id(), form: source.pick(Supervision.Form.allCases), line: text(),
      cause: text(), area: areaPath(), unit: unitPath(),
      receivers: (0..<source.number(0...4)).map { _ in id() }, staff: optional { $0.id() },
      at: instant(), words: text(), due: optional { $0.instant() },
      state: source.pick(Supervision.State.allCases))
    found.reply = optional { $0.supervisionReply() }
    found.outcome = optional { $0.source.pick(Supervision.Outcome.allCases) }
    found.ending = optional { $0.supervisionReply() }
    found.refusals = integer()
    found.version = integer()
    return found
  }

  mutating func absence() -> Absence {
    Absence(
      id: id(), staff: id(), substitute: optional { $0.id() }, reason: text(), from: instant(),
      to: instant())
  }

  mutating func followed() -> FollowerPosition {
    var position = FollowerPosition(follower: text(), position: long(), at: instant())
    position.mark = text()
    return position
  }

  mutating func certificate() -> Certificate {
    Certificate(
      id: id(), rule: text(), data: source.pick(RetainedData.allCases), at: instant(),
      before: instant(), count: integer(), digest: digest())
  }

  mutating func consent() -> Consent {
    Consent(id: id(), reporter: id(), at: instant(), details: sealed())
  }

  mutating func supervisionReply() -> SupervisionReply {
    SupervisionReply(at: instant(), staff: optional { $0.id() }, words: text())
  }

  mutating func notice() -> Notice {
    var notice = Notice(
      id: id(), template: text(), channel: text(), staff: optional { $0.id() },
      case: optional { $0.id() }, title: text(), text: text(), link: text(), at: instant(),
      state: source.pick(Notice.State.allCases), next: instant())
    notice.attempts = integer()
    notice.answer = text()
    notice.sentAt = optional { $0.instant() }
    notice.readAt = optional { $0.instant() }
    return notice
  }
}

extension HistoryMaker {
  /// A supervision, a notice or an absence; the same cause twice is refused.
  mutating func supervised(_ id: Int64) -> ([Fact], [Condition]) {
    let number = Int64(source.number(1...6))
    switch source.number(0...4) {
    case 0:
      var found = Supervision(
        id: ID(id), case: ID(number), form: source.pick(Supervision.Form.allCases), line: "first",
        cause: source.pick(["handle 1", "handle 2", "drawn 7"]), area: area(), unit: unit(),
        receivers: [ID(2), ID(3)], staff: source.chance(50) ? ID(1) : nil, at: now, words: text(),
        due: source.chance(60) ? now : nil, state: source.pick(Supervision.State.allCases))
      found.version = source.number(1...2)
      let conditions: [Condition] =
        source.chance(50)
        ? [.supervisionAbsent(found.key)] : [.supervisionVersion(ID(id), source.number(1...2))]
      return ([.supervision(found)], source.chance(80) ? conditions : [])
    case 1:
      var notice = Notice(
        id: ID(id), template: "reminder", channel: source.pick(["page", "mail"]),
        staff: source.chance(70) ? ID(Int64(source.number(1...3))) : nil,
        case: source.chance(70) ? ID(number) : nil, title: text(), text: text(), link: "",
        at: now, state: source.pick(Notice.State.allCases), next: now)
      notice.readAt = source.chance(40) ? now : nil
      return ([.notice(notice)], [])
    case 2:
      let certificate = Certificate(
        id: ID(id), rule: "two-years", data: source.pick([.notices, .sessions, .callers]),
        at: now, before: now.advanced(byMilliseconds: -Int64(source.number(0...20_000))),
        count: 1, digest: Town.digest(number))
      return ([.ended(certificate)], [])
    case 3:
      // Reporters and subjects of the histories have the same numbers; some keys are destroyed.
      let details = Sealed(subject: ID(number), bytes: source.bytes(source.number(1...9)))
      let consent = Consent(id: ID(id), reporter: ID(number), at: now, details: details)
      return ([.consent(consent)], [])
    default:
      let absence = Absence(
        id: ID(id), staff: ID(number), substitute: source.chance(50) ? ID(2) : nil,
        reason: text(), from: now,
        to: now.advanced(byMilliseconds: Int64(source.number(1...20_000))))
      return ([.absence(absence)], [])
    }
  }
}

extension StoreQuestions {
  /// What is done above the cases, what is told of them, and who is away.
  package static func supervision(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note(_ name: String, _ value: some Equatable) {
      answers.append(StoreAnswer(question: name, answer: "\(value)"))
    }
    let page = PageRequest(limit: 3, before: nil)
    let middle = Town.morning.advanced(byMilliseconds: 30_000)
    for scope in scopes {
      let query = SupervisionQuery(scope: scope, page: page)
      let found = try await store.supervisions(query)
      note("supervisions \(scope)", found.elements)
      if let next = found.next { note("supervisions \(scope) next", next) }
    }
    let filters: [(String, (inout SupervisionQuery) -> Void)] = [
      ("case", { $0.case = ID(3) }), ("forms", { $0.forms = [.order, .reminder] }),
      ("states", { $0.states = [.open] }), ("cause", { $0.cause = "drawn 7" }),
      ("late", { $0.lateAt = middle }),
    ]
    for (name, set) in filters {
      var query = SupervisionQuery(scope: .everything, page: PageRequest(limit: 5, before: 70))
      set(&query)
      note("supervisions by \(name)", try await store.supervisions(query).elements)
    }
    let told: [(String, (inout NoticeQuery) -> Void)] = [
      ("staff", { $0.staff = ID(2) }), ("case", { $0.case = ID(3) }),
      ("channel", { $0.channel = "mail" }), ("state", { $0.state = .waiting }),
      ("unread", { $0.unread = true }),
    ]
    for (name, set) in told {
      var query = NoticeQuery(page: page)
      set(&query)
      let found = try await store.notices(query)
      note("notices by \(name)", found.elements)
      if let next = found.next { note("notices by \(name) next", next) }
    }
    note("notices due", try await store.notices(dueAt: middle, limit: 4))
    note("absences", try await store.absences(endingAfter: middle))
    for number in Int64(1)...6 {
      note("consents of \(number)", try await store.consents(of: ID(number)))
    }
    let certificates = try await store.certificates(page)
    note("certificates", certificates.elements)
    if let next = certificates.next { note("certificates next", next) }
    for moment in [Town.morning, middle, middle.advanced(byMilliseconds: 60_000_000)] {
      answers += try await files(before: moment, of: store)
    }
    for data in RetainedData.allCases {
      for moment in [Town.morning, middle, middle.advanced(byMilliseconds: 60_000_000)] {
        let some = try await store.expired(data, before: moment, after: 0, limit: 5)
        note("expired \(data) \(moment)", some.records)
        if let next = some.next {
          note("expired \(data) \(moment) next", next)
          let more = try await store.expired(data, before: moment, after: next, limit: 50)
          note("expired \(data) \(moment) on", more.records)
        }
      }
    }
    for number in Int64(1)...80 {
      if let found = try await store.load(ID<Supervision>(number)) { note("at \(number)", found) }
      if let found = try await store.load(ID<Notice>(number)) { note("told \(number)", found) }
    }
    var many = EventQuery(scope: .everything, page: page)
    many.peopleMin = 2
    note("problems of many", try await store.events(many).elements)
    return answers
  }

  /// The files that reports and steps name, in pieces, and which of them are kept elsewhere.
  private static func files(
    before moment: Instant, of store: any Store
  ) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    var named: Set<FileDigest> = []
    var place: FileLook? = .start
    while let from = place {
      let found = try await store.namedFiles(before: moment, from: from, limit: 7)
      answers.append(StoreAnswer(question: "files \(from) \(moment)", answer: "\(found)"))
      named.formUnion(found.ended + found.held)
      place = found.next
    }
    let kept = try await store.filesKept(named).inOrder
    return answers + [StoreAnswer(question: "files kept of \(moment)", answer: "\(kept)")]
  }
}
