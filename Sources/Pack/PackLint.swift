import City

/// Finds what is wrong in a pack as a whole: what no single value shows.
///
/// Pure. References may point into the pack itself and into the packs it depends on.
package struct PackLint {
  let pack: Pack
  let known: KnownCodes
  var findings: [LintFinding] = []

  init(pack: Pack, dependencies: [Pack]) {
    self.pack = pack
    known = KnownCodes(pack: pack, dependencies: dependencies)
  }

  /// All findings, in the order of the pack's tables.
  /// - Parameter dependencies: all packs that must be loaded before, also indirectly.
  package static func findings(in pack: Pack, dependencies: [Pack] = []) -> [LintFinding] {
    var lint = PackLint(pack: pack, dependencies: dependencies)
    lint.checkDuplicates(dependencies)
    lint.checkPosts()
    lint.checkCategories()
    lint.checkItems()
    lint.checkWords(dependencies)
    lint.checkFlows()
    lint.checkTables()
    lint.checkCalendars()
    lint.checkProfiles()
    lint.checkDevices()
    lint.checkRules()
    lint.checkVitals()
    lint.checkRisks()
    lint.checkEvaluations()
    lint.checkPolicies()
    lint.checkWarnings(dependencies)
    lint.checkGoals()
    lint.checkFields()
    lint.checkViews()
    lint.checkReports()
    lint.checkLedgers()
    lint.checkPatrols()
    lint.checkGroups()
    lint.checkSupervision()
    lint.checkNotices()
    lint.checkEvidence()
    lint.checkRetention()
    lint.checkPurposes()
    lint.checkStories()
    return lint.findings
  }

  mutating func report(
    _ kind: FindingKind, _ subject: PackSubject, _ facts: [String: String] = [:]
  ) {
    findings.append(LintFinding(kind, subject, facts))
  }

  mutating func require(
    _ code: String, in codes: Set<String>, _ what: String, _ subject: PackSubject
  ) {
    guard !codes.contains(code) else { return }
    report(.referenceUnknown, subject, ["what": what, "code": code])
  }

  // MARK: Posts

  /// No post holds two of the three powers, or one beside other work.
  private mutating func checkPosts() {
    for (index, post) in pack.posts.enumerated() {
      let powers = PostPowers([post])
      guard !powers.isSound else { continue }
      let words = powers.withheld.map(\.rawValue).sorted().joined(separator: ", ")
      report(.postPowers, PackSubject(.posts, index), ["code": post.code, "powers": words])
    }
  }

  // MARK: Duplicates

  private mutating func checkDuplicates(_ others: [Pack]) {
    checkCodes(.categories, "category", others) { $0.categories.map(\.code) }
    checkCodes(.duties, "duty", others) { $0.duties.map(\.code) }
    checkCodes(.items, "item", others) { $0.items.map(\.code) }
    checkCodes(.flows, "flow", others) { $0.flows.map { "\($0.code)@\($0.version)" } }
    checkCodes(.kinds, "kind", others) { $0.kinds.map(\.code) }
    checkCodes(.posts, "post", others) { $0.posts.map(\.code) }
    checkCodes(.groups, "group", others) { $0.groups.map(\.code) }
    checkCodes(.hours, "hours", others) { $0.hours.map(\.code) }
    checkCodes(.calendarYears, "year", others) { $0.calendarYears.map { String($0.year) } }
    checkCodes(.profiles, "profile", others) { $0.profiles.map(\.code) }
    checkCodes(.rules, "rule", others) { $0.rules.map(\.code) }
    checkCodes(.aspects, "aspect", others) { $0.aspects.map(\.code) }
    checkCodes(.vitals, "vital", others) { $0.vitals.map(\.code) }
    checkCodes(.evaluations, "evaluation", others) { $0.evaluations.map(\.code) }
    checkNames(.vitals, "vitals", others) { $0.vitals.map(\.name) }
    checkCodes(.risks, "risk model", others) { $0.risks.map(\.code) }
    checkCodes(.warnings, "warning", others) { $0.warnings.map(\.code) }
    checkNames(.warnings, "warnings", others) { $0.warnings.map(\.name) }
    checkCodes(.goals, "goal", others) { $0.goals.map(\.code) }
    checkNames(.risks, "risk models", others) { $0.risks.map(\.name) }
    checkCodes(.reports, "report", others) { $0.reports.map(\.code) }
    checkCodes(.views, "view", others) { $0.views.map(\.code) }
    checkCodes(.ledgers, "ledger", others) { $0.ledgers.map(\.code) }
    checkCodes(.patrols, "patrol", others) { $0.patrols.map(\.code) }
    checkCodes(.mappings, "mapping", others) { $0.mappings.map(\.code) }
    checkCodes(.stories, "story", others) { $0.stories.map(\.name) }
    checkNames(.items, "items", others) { $0.items.map(\.name) }
    checkNames(.posts, "posts", others) { $0.posts.map(\.name) }
    checkNames(.duties, "duties", others) { $0.duties.map(\.name) }
  }

  private mutating func checkCodes(
    _ table: PackSubject.Table, _ what: String, _ others: [Pack], _ codes: (Pack) -> [String]
  ) {
    for (index, code) in repeated(codes, others) {
      report(.codeTwice, PackSubject(table, index), ["what": what, "code": code])
    }
  }

  private mutating func checkNames(
    _ table: PackSubject.Table, _ what: String, _ others: [Pack], _ names: (Pack) -> [String]
  ) {
    for (index, name) in repeated(names, others) {
      report(.nameTwice, PackSubject(table, index), ["what": what, "name": name])
    }
  }

  private func repeated(
    _ texts: (Pack) -> [String], _ others: [Pack]
  ) -> [(index: Int, text: String)] {
    var seen = Set(others.flatMap(texts))
    return texts(pack).enumerated().filter { !seen.insert($0.element).inserted }
      .map { ($0.offset, $0.element) }
  }

  // MARK: Categories

  private mutating func checkCategories() {
    let parents = Dictionary(pack.categories.map { ($0.code, $0.parent) }) { first, _ in first }
    for (index, category) in pack.categories.enumerated() {
      guard let parent = category.parent else { continue }
      let subject = PackSubject(.categories, index)
      require(parent, in: known.categories, "category", subject)
      var above: String? = parent
      var steps = 0
      while let current = above, current != category.code, steps <= pack.categories.count {
        above = parents[current] ?? nil
        steps += 1
      }
      if above == category.code {
        report(.categoryCycle, subject, ["code": category.code])
      }
    }
  }

  // MARK: Stories

  private mutating func checkStories() {
    for (index, story) in pack.stories.enumerated() {
      if story.lines.isEmpty { report(.storyEmpty, PackSubject(.stories, index)) }
      for lineIndex in story.lines.indices.dropFirst()
      where story.lines[lineIndex].minute < story.lines[lineIndex - 1].minute {
        report(.storyBackwards, PackSubject(.stories, index, .line, lineIndex))
      }
    }
    let dispatching = Set(
      pack.flows.flatMap(\.edges).filter { $0.effects.contains(.dispatch) }.map(\.action)
        + known.dispatchingActions)
    let told = pack.stories.reduce(into: Set<String>()) {
      $0.formUnion($1.dispatchedItems(dispatching: dispatching))
    }
    for (index, item) in pack.items.enumerated() where !told.contains(item.code) {
      report(.itemUntold, PackSubject(.items, index), ["code": item.code])
    }
  }
}

/// The codes that a pack may refer to.
struct KnownCodes {
  let categories: Set<String>
  let duties: [String: DutyWord.Level]
  let items: Set<String>
  let flows: Set<String>
  let kinds: Set<String>
  /// By kind and name with a space between.
  let fields: [String: KindField.Form]
  let measures: Set<String>
  /// By kind and measure with a space between.
  let measuresOfKinds: Set<String>
  let rules: Set<String>
  let risks: Set<String>
  let ledgers: Set<String>
  let patrols: Set<String>
  let aspects: Set<String>
  let vitals: Set<String>
  let warnings: Set<String>
  let posts: [String: Post]
  let hours: Set<String>
  let dispatchingActions: [String]

  init(pack: Pack, dependencies: [Pack]) {
    let packs = dependencies + [pack]
    categories = Set(packs.flatMap(\.categories).map(\.code))
    duties = Dictionary(packs.flatMap(\.duties).map { ($0.code, $0.level) }) { first, _ in first }
    items = Set(packs.flatMap(\.items).map(\.code))
    flows = Set(packs.flatMap(\.flows).map(\.code))
    kinds = Set(packs.flatMap(\.kinds).map(\.code))
    fields = Dictionary(
      packs.flatMap(\.kinds).flatMap { kind in
        kind.fields.map { ("\(kind.code) \($0.name)", $0.form) }
      }
    ) { first, _ in first }
    measuresOfKinds = Set(
      packs.flatMap(\.kinds).flatMap { kind in kind.measures.map { "\(kind.code) \($0.code)" } })
    rules = Set(packs.flatMap(\.rules).map(\.code))
    risks = Set(packs.flatMap(\.risks).map(\.code))
    ledgers = Set(packs.flatMap(\.ledgers).map(\.code))
    patrols = Set(packs.flatMap(\.patrols).map(\.code))
    aspects = Set(packs.flatMap(\.aspects).map(\.code))
    vitals = Set(packs.flatMap(\.vitals).map(\.code))
    warnings = Set(packs.flatMap(\.warnings).map(\.code))
    measures = Set(packs.flatMap(\.kinds).flatMap(\.measures).map(\.code))
    posts = Dictionary(packs.flatMap(\.posts).map { ($0.code, $0) }) { first, _ in first }
    hours = Set(packs.flatMap(\.hours).map(\.code))
    dispatchingActions = dependencies.flatMap(\.flows).flatMap(\.edges)
      .filter { $0.effects.contains(.dispatch) }.map(\.action)
  }
}
