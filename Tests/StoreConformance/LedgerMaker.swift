import City
package import Ports

// Lines of ledgers and rounds of plans.
extension FactMaker {
  mutating func ledgerEntry() -> LedgerEntry {
    var entry = LedgerEntry(
      id: id(), ledger: text(), thing: optional { $0.id() }, case: optional { $0.id() },
      title: text(), address: text(), area: areaPath(), unit: unitPath(),
      due: optional { $0.instant() }, opened: ledgerAct())
    entry.acts += (0..<source.number(0...3)).map { _ in ledgerAct() }
    entry.state = source.pick(LedgerEntry.State.allCases)
    entry.version = integer()
    return entry
  }

  private mutating func ledgerAct() -> LedgerEntry.Act {
    LedgerEntry.Act(
      form: source.pick(LedgerEntry.Act.Form.allCases), at: instant(),
      staff: optional { $0.id() }, words: text(),
      files: (0..<source.number(0...2)).map { _ in FileDigest(digest()) })
  }

  mutating func patrol() -> Patrol {
    var patrol = Patrol(
      id: id(), plan: text(), area: areaPath(), unit: unitPath(), part: integer(),
      from: instant(), due: instant(), metres: integer(),
      stops: (0..<source.number(0...4)).map { _ in stop() })
    patrol.state = source.pick(Patrol.State.allCases)
    patrol.version = integer()
    return patrol
  }

  private mutating func stop() -> Patrol.Stop {
    var stop = Patrol.Stop(thing: id(), name: text(), position: optional { $0.position() })
    stop.finding = optional { maker in
      Patrol.Finding(
        at: maker.instant(), staff: maker.id(), isSound: maker.flag(), words: maker.text(),
        files: (0..<maker.source.number(0...2)).map { _ in FileDigest(maker.digest()) })
    }
    return stop
  }
}

extension HistoryMaker {
  /// A line of a ledger or a round of a plan; the same key twice is refused.
  mutating func listed(_ id: Int64) -> ([Fact], [Condition]) {
    let number = Int64(source.number(1...6))
    if source.chance(50) {
      let act = LedgerEntry.Act(form: .opened, at: now, staff: nil, words: text(), files: [])
      var entry = LedgerEntry(
        id: ID(id), ledger: source.pick(["houses", "pits"]), thing: ID(number),
        case: source.chance(30) ? ID(number) : nil, title: text(), address: text(), area: area(),
        unit: unit(), due: source.chance(50) ? now : nil, opened: act)
      entry.state = source.pick(LedgerEntry.State.allCases)
      entry.version = source.number(1...2)
      let conditions: [Condition] =
        source.chance(50)
        ? [.ledgerAbsent(key: entry.key)] : [.ledgerVersion(ID(id), source.number(1...2))]
      return ([.ledgerEntry(entry)], source.chance(80) ? conditions : [])
    }
    var patrol = Patrol(
      id: ID(id), plan: source.pick(["weekly", "yearly"]), area: area(), unit: unit(),
      part: source.number(1...2), from: Town.morning, due: now, metres: source.number(0...9_000),
      stops: [Patrol.Stop(thing: ID(number), name: text(), position: nil)])
    patrol.state = source.pick(Patrol.State.allCases)
    patrol.version = source.number(1...2)
    let conditions: [Condition] =
      source.chance(50)
      ? [.patrolAbsent(key: patrol.key)] : [.patrolVersion(ID(id), source.number(1...2))]
    return ([.patrol(patrol)], source.chance(80) ? conditions : [])
  }
}

extension StoreQuestions {
  /// Lines of ledgers and rounds of plans, by every scope and filter.
  package static func ledgers(_ store: any Store) async throws(StoreFault) -> [StoreAnswer] {
    var answers: [StoreAnswer] = []
    func note(_ name: String, _ value: some Equatable) {
      answers.append(StoreAnswer(question: name, answer: "\(value)"))
    }
    let page = PageRequest(limit: 3, before: nil)
    let middle = Town.morning.advanced(byMilliseconds: 30_000)
    for scope in scopes {
      for code in ["houses", "pits"] {
        let query = LedgerQuery(scope: scope, ledger: code, page: page)
        let found = try await store.ledgerEntries(query)
        note("ledger \(code) \(scope)", found.elements)
        if let next = found.next { note("ledger \(code) \(scope) next", next) }
        let counts = try await store.ledgerCounts(query).sorted {
          $0.key.rawValue < $1.key.rawValue
        }
        note("ledger counts \(code) \(scope)", "\(counts)")
      }
      let rounds = try await store.patrols(PatrolQuery(scope: scope, plan: "weekly", page: page))
      note("rounds \(scope)", rounds.elements)
      if let next = rounds.next { note("rounds \(scope) next", next) }
    }
    let filters: [(String, (inout LedgerQuery) -> Void)] = [
      ("area", { $0.area = ID(11) }), ("state", { $0.state = .struck }),
      ("late", { $0.lateAt = middle }),
    ]
    for (name, set) in filters {
      var query = LedgerQuery(
        scope: .everything, ledger: "houses", page: PageRequest(limit: 5, before: 70))
      set(&query)
      note("ledger by \(name)", try await store.ledgerEntries(query).elements)
    }
    let rounds: [(String, (inout PatrolQuery) -> Void)] = [
      ("state", { $0.state = .missed }), ("late", { $0.lateAt = middle }),
    ]
    for (name, set) in rounds {
      var query = PatrolQuery(scope: .everything, plan: "yearly", page: page)
      set(&query)
      note("rounds by \(name)", try await store.patrols(query).elements)
    }
    for number in Int64(1)...80 {
      if let found = try await store.load(ID<LedgerEntry>(number)) {
        note("line \(number)", found)
        note("line by key \(number)", try await store.ledgerEntry(key: found.key))
      }
      if let found = try await store.load(ID<Patrol>(number)) {
        note("round \(number)", found)
        note("round by key \(number)", try await store.patrol(key: found.key))
      }
    }
    return answers
  }
}
