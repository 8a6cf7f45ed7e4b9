import City
package import Ports

/// One question to a store and its answer, as text that can be compared and read.
package struct StoreAnswer: Equatable, Sendable {
  package let question: String
  package let answer: String
}

/// A fixed set of questions: stores of the same history must give the same answers.
package enum StoreQuestions {
  private static let areas: [Int64] = [1, 2, 11, 12, 111, 121, 1111, 1211]
  private static let units: [Int64] = [1, 2, 3, 21, 31, 211]
  static let idsMax: Int64 = 80
  private static let searchesMax = 16

  static var scopes: [Scope] {
    [.everything] + areas.map { .area(ID($0)) } + units.map { .unit(ID($0)) } + [
      .areaOrUnit(ID(11), ID(2)), .areaOrUnit(ID(12), ID(211)), .areaOrUnit(ID(1211), ID(3)),
    ]
  }

  /// Asks everything that a store can be asked.
  package static func answers(of store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers = try await lists(store)
    answers += try await singles(store)
    answers += try await filters(store)
    answers += try await rosters(store)
    answers += try await searches(store)
    answers += try await understanding(store) + signs(store) + evidence(store)
    answers += try await access(store)
    answers += try await supervision(store)
    answers += try await ledgers(store)
    return answers
  }

  /// Accounts, grants, who saw whom, and the journal as auditors read it.
  private static func access(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note<Row>(_ name: String, _ page: Page<Row>) {
      let next = page.next.map(String.init) ?? "nil"
      answers.append(StoreAnswer(question: name, answer: "\(page.elements) next \(next)"))
    }
    let page = PageRequest(limit: 3, before: nil)
    let middle = Town.morning.advanced(byMilliseconds: 30_000)
    note("accounts", try await store.accounts(page))
    note("accounts before", try await store.accounts(PageRequest(limit: 3, before: 20)))
    let grants = try await store.grants(endingAfter: middle)
    answers.append(StoreAnswer(question: "grants", answer: "\(grants)"))
    for number in Int64(0)...5 {
      var reveals = RevealQuery(page: page)
      reveals.staff = number > 0 ? ID(number) : nil
      note("reveals by \(number)", try await store.reveals(reveals))
      reveals.from = middle
      note("reveals by \(number) later", try await store.reveals(reveals))
      reveals = RevealQuery(page: PageRequest(limit: 3, before: 60))
      reveals.case = number > 0 ? ID(number) : nil
      reveals.to = middle
      note("reveals of case \(number)", try await store.reveals(reveals))
      reveals = RevealQuery(page: page)
      reveals.reporter = ID(number)
      note("reveals of \(number)", try await store.reveals(reveals))
    }
    for entry in try await store.entries(after: 20, limit: 3) {
      let kind = entry.kind
      var query = JournalQuery(page: page)
      query.kind = kind
      note("entries \(kind)", try await store.entries(query))
      query.kind = String(kind.prefix(1)) + "."
      note("entries like \(kind)", try await store.entries(query))
      query = JournalQuery(page: PageRequest(limit: 2, before: entry.sequence + 3))
      query.actor = entry.actor
      query.subject = entry.subject
      query.from = entry.at
      note("entries with \(entry.sequence)", try await store.entries(query))
      query.to = entry.at
      query.request = entry.request
      note("entries before \(entry.sequence)", try await store.entries(query))
    }
    return answers
  }

  /// Early warnings, frozen scores, appeals, views and reports of tasks.
  private static func signs(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note(_ name: String, _ value: some Equatable) {
      answers.append(StoreAnswer(question: name, answer: "\(value)"))
    }
    for number in 1...idsMax {
      if let found = try await store.load(ID<Warning>(number)) { note("warning \(number)", found) }
      if let found = try await store.warning(key: "W\(number)") { note("key W\(number)", found) }
      if let found = try await store.load(ID<EvaluationPeriod>(number)) {
        note("period \(number)", found)
      }
      if let found = try await store.load(ID<Appeal>(number)) { note("appeal \(number)", found) }
      note("appeals of \(number)", try await store.appeals(of: ID(number)))
    }
    note("periods", try await store.periods())
    note("views", try await store.views())
    note("task reports", try await store.taskReports())
    let filters: [(String, (inout WarningQuery) -> Void)] = [
      ("all", { _ in }),
      ("standing", { $0.isStanding = true }),
      ("lifted", { $0.isStanding = false }),
      ("kind", { $0.kind = "rain" }),
      ("grade", { $0.grade = .orange }),
      ("source", { $0.source = .message }),
      ("within", { $0.within = ID(11) }),
      (
        "within or above",
        {
          $0.within = ID(11)
          $0.above = [ID(1), ID(2)]
        }
      ),
      ("nowhere", { $0.within = ID(999) }),
    ]
    for (name, set) in filters {
      var query = WarningQuery(page: PageRequest(limit: 4, before: nil))
      set(&query)
      let page = try await store.warnings(query)
      note("warnings \(name)", page.elements)
      note("more warnings \(name)", page.next ?? 0)
    }
    return answers
  }

  /// What resembles what, what came back, topics and documents.
  private static func understanding(
    _ store: any Store
  ) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note(_ name: String, _ value: some Equatable) {
      answers.append(StoreAnswer(question: name, answer: "\(value)"))
    }
    for number in 1...idsMax {
      if let found = try await store.load(ID<Resemblance>(number)) {
        note("resemblance \(number)", found)
      }
      if let topic = try await store.load(ID<HotTopic>(number)) { note("topic \(number)", topic) }
      if let document = try await store.load(ID<Document>(number)) {
        note("document \(number)", document)
      }
      if let document = try await store.document(code: "D\(number)") {
        note("document D\(number)", document)
      }
    }
    for number in Int64(1)...9 {
      note("like signal \(number)", try await store.resemblances(of: ID<Signal>(number), limit: 3))
      note("like event \(number)", try await store.resemblances(of: ID<Event>(number), limit: 3))
      for reporter in Int64(1)...20 {
        if try await store.hasReported(ID(reporter), ID(number)) {
          note("reported \(reporter)", number)
        }
      }
    }
    for item in ["road-flooding", "litter"] {
      note("like item \(item)", try await store.resemblances(item: item, limit: 4))
      for since in [Int64(0), 20_000] {
        let question = NearbyQuestion(
          item: item, position: Town.middle, radiusMetres: 300,
          since: Town.morning.advanced(byMilliseconds: since))
        note("closed \(item)", try await store.closedEvents(near: question, limit: 5))
        answers += try await around(store, question)
      }
    }
    note(
      "topics", try await store.topics(since: Town.morning.advanced(byMilliseconds: 20_000)))
    for number in 1...idsMax {
      note("series \(number)", try await store.load(ID<SeriesPart>(number)))
    }
    return answers
  }

  /// What the search box finds and counts, for fragments of the texts that are there. The order is
  /// each store's own.
  private static func searches(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    let page = PageRequest(limit: 12, before: nil)
    var texts = try await store.areas().map(\.name) + store.units().map(\.name)
    texts += try await store.staff().flatMap { [$0.name, $0.code] }
    for found in try await store.cases(CaseQuery(scope: .everything, page: page)).elements {
      texts += [found.filing.title, found.filing.text, found.filing.number.text]
    }
    texts += try await store.things(ThingQuery(scope: .everything, page: page)).elements.map(\.name)
    var words: Set<String> = []
    for (number, text) in texts.enumerated() where !text.isEmpty {
      let start = number % text.count
      words.insert(String(text.dropFirst(start).prefix(1 + number % 4)))
    }
    var answers: [StoreAnswer] = []
    let now = Town.morning
    for (number, word) in words.sorted().prefix(searchesMax).enumerated() {
      var query = SearchQuery(scope: scopes[number % scopes.count], words: word, now: now)
      query.limit = SearchQuery.limitMax
      query.headOnly = number % 5 == 4
      let answer = try await store.search(query)
      let ids = answer.hits.map { "\($0.kind.name) \($0.id)" }.sorted()
      let counts = answer.counts.map { "\($0.key.name) \($0.value)" }.sorted()
      answers.append(
        StoreAnswer(
          question: "search \(word) in \(query.scope)",
          answer: "\(counts) \(answer.counts.values.reduce(0, +) <= query.limit ? ids : [])"))
    }
    return answers
  }

  private static func lists(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    let page = PageRequest(limit: 7, before: nil)
    for scope in scopes {
      func note<Row>(_ name: String, _ page: Page<Row>) {
        answers.append(
          StoreAnswer(
            question: "\(name) \(scope)",
            answer: "\(page.elements) next \(String(describing: page.next))"))
      }
      note("cases", try await store.cases(CaseQuery(scope: scope, page: page)))
      note("events", try await store.events(EventQuery(scope: scope, page: page)))
      note("signals", try await store.signals(SignalQuery(scope: scope, page: page)))
      note("orders", try await store.orders(OrderQuery(scope: scope, page: page)))
      note("things", try await store.things(ThingQuery(scope: scope, page: page)))
      let scores = try await store.scores(
        ScoreQuery(scope: scope, months: (Town.month - 1)...Town.month))
      answers.append(StoreAnswer(question: "scores \(scope)", answer: "\(scores)"))
      let counts = try await store.counts(scope).byStage.sorted { $0.key < $1.key }
      answers.append(StoreAnswer(question: "counts \(scope)", answer: "\(counts)"))
    }
    return answers
  }

  private static func singles(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    for number in 1...idsMax {
      func note(_ name: String, _ value: (some Equatable)?) {
        if let value {
          answers.append(StoreAnswer(question: "\(name) \(number)", answer: "\(value)"))
        }
      }
      note("case", try await store.load(ID<Case>(number)))
      note("event", try await store.load(ID<Event>(number)))
      note("signal", try await store.load(ID<Signal>(number)))
      note("order", try await store.load(ID<WorkOrder>(number)))
      note("thing", try await store.load(ID<Thing>(number)))
      note("reporter", try await store.load(ID<Reporter>(number)))
      note("account", try await store.account(ID<Account>(number)))
      note("login", try await store.account(login: "login\(number)"))
      note("contact", try await store.reporter(contactHash: Town.digest(number)))
      note("key", try await store.signal(channel: .hotline, externalID: "X\(number)"))
      note("code", try await store.thing(kind: "lamp", code: "T\(number)"))
      note(
        "number", try await store.case(number: CaseNumber(date: Town.day, serial: Int(number))))
      let steps = try await store.steps(of: ID(number), from: 1, limit: 3)
      note("steps", steps)
      note(
        "step sent", try await store.step(of: ID(number), from: 1, key: steps.last?.key ?? "none"))
      note("orders of", try await store.orders(of: ID(number)))
      note("signals of", try await store.signals(of: ID(number), limit: 3))
      note("judgements of", try await store.judgements(of: ID(number)))
      note("links of", try await store.links(of: ID(number), limit: 3))
      note("credentials of", try await store.credentials(of: ID(number)))
      if let dossier = try await store.dossier(of: ID(number), handling: ["accept", "report"]) {
        note("dossier", dossier.case)
        note("dossier's orders", dossier.orders)
        note("dossier's event", dossier.event)
        note("dossier's handlers", dossier.handlers.map(\.rawValue).sorted())
      }
    }
    return answers
  }

  /// Every filter of cases on its own, and some together.
  package static let caseFilters: [(name: String, set: @Sendable (inout CaseQuery) -> Void)] = [
    ("stage", { $0.stages = ["handling"] }),
    ("stages", { $0.stages = ["filed", "closed"] }),
    ("item", { $0.item = "litter" }),
    ("unclassified", { $0.unclassified = true }),
    ("grade", { $0.grade = .red }),
    ("channel", { $0.channel = .citizen }),
    ("area", { $0.area = ID(11) }),
    ("unit", { $0.unit = ID(2) }),
    ("handler", { $0.handler = ID(1) }),
    ("open", { $0.open = true }),
    ("closed", { $0.open = false }),
    ("outside", { $0.outside = true }),
    ("judged", { $0.judged = true }),
    (
      "not judged",
      {
        $0.judged = false
        $0.open = false
      }
    ),
    ("filed from", { $0.filedFrom = Town.morning.advanced(byMilliseconds: 20_000) }),
    ("filed to", { $0.filedTo = Town.morning.advanced(byMilliseconds: 20_000) }),
    ("overdue", { $0.overdueAt = Town.morning.advanced(byMilliseconds: 40_000) }),
    ("words", { $0.words = "真南" }),
    ("words in two fields", { $0.words = "积水 Ｒoad" }),
    ("one character", { $0.words = "水" }),
    (
      "many",
      {
        $0.stages = ["filed", "handling"]
        $0.open = true
        $0.area = ID(2)
        $0.words = "路"
      }
    ),
  ]

  private static func filters(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    let page = PageRequest(limit: 50, before: nil)
    func note<Row>(_ name: String, _ page: Page<Row>) {
      answers.append(StoreAnswer(question: name, answer: "\(page.elements)"))
    }
    for filter in caseFilters {
      for scope in [Scope.everything, .area(ID(11)), .unit(ID(2))] {
        var query = CaseQuery(scope: scope, page: page)
        filter.set(&query)
        note("cases by \(filter.name) in \(scope)", try await store.cases(query))
      }
    }
    var events = EventQuery(scope: .everything, page: page)
    events.states = [.open, .merged]
    note("events by states", try await store.events(events))
    events.item = "litter"
    events.area = ID(12)
    note("events by all", try await store.events(events))
    var signals = SignalQuery(scope: .everything, page: page)
    signals.rivals = true
    note("rivals", try await store.signals(signals))
    signals.channel = .hotline
    note("rivals by channel", try await store.signals(signals))
    var reported = SignalQuery(scope: .everything, page: page)
    for reporter in Int64(1)...5 {
      reported.reporter = ID(reporter)
      note("signals of reporter \(reporter)", try await store.signals(reported))
    }
    var orders = OrderQuery(scope: .everything, page: page)
    orders.states = [.open, .accepted]
    note("orders by states", try await store.orders(orders))
    orders.unit = ID(2)
    orders.staff = ID(2)
    note("orders by all", try await store.orders(orders))
    var things = ThingQuery(scope: .everything, page: page)
    things.kind = "lamp"
    things.area = ID(11)
    note("things by kind and area", try await store.things(things))
    things.near = Town.middle
    things.radiusMetres = 300
    note("things near", try await store.things(things))
    for model in ["age", "crowd"] {
      var graded = GradingQuery(scope: .everything, model: model, limit: 7)
      note("graded \(model)", try await store.gradings(graded))
      graded = GradingQuery(scope: .everything, model: model, from: 7, limit: 7)
      note("graded on \(model)", try await store.gradings(graded))
      graded.grade = .red
      graded.area = ID(11)
      note("graded red \(model)", try await store.gradings(graded))
    }
    var named = ThingQuery(scope: .everything, page: page)
    named.words = "路灯"
    note("things by words", try await store.things(named))
    return answers
  }

  private static func rosters(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note(_ name: String, _ value: some Equatable) {
      answers.append(StoreAnswer(question: name, answer: "\(value)"))
    }
    note("areas", try await store.areas())
    note("units", try await store.units())
    note("staff", try await store.staff())
    note(
      "duties",
      try await store.duties(
        from: Town.morning, to: Town.morning.advanced(byMilliseconds: 30_000)))
    let packs = try await store.packs().sorted { $0.version < $1.version }
    note("packs", packs.map { "\($0.id) \($0.version) \($0.digest.bytes)" })
    note("serial", try await store.lastSerial(on: Town.day))
    for item in ["road-flooding", "litter"] {
      let question = NearbyQuestion(
        item: item, position: Town.middle, radiusMetres: 400,
        since: Town.morning.advanced(byMilliseconds: 10_000))
      note("near \(item)", try await store.events(near: question, limit: 5))
    }
    for model in ["age", "crowd"] {
      let graded = GradingQuery(scope: .area(ID(11)), model: model)
      let counts = try await store.gradingCounts(graded).sorted { $0.key.rank < $1.key.rank }
      note("graded \(model)", counts.map { "\($0.key) \($0.value)" })
    }
    for thing in Int64(1)...9 {
      note("gradings of \(thing)", try await store.gradings(of: ID(thing), limit: 4))
    }
    note("last", try await store.lastSequence())
    note("entries", try await store.entries(after: 0, limit: 1_000))
    return answers
  }
}
