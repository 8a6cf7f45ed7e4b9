package import City

/// All loaded packs as one, in tables that answer at once.
package final class Catalogue: Sendable {
  /// In the order in which they depend on each other.
  package let packs: [Pack]
  package let categories: [Category]
  package let duties: [DutyWord]
  package let items: [Item]
  package let flows: [Flow]
  package let kinds: [Kind]
  package let posts: [Post]
  package let hours: [WorkingHours]
  package let calendarYears: [CalendarYear]
  package let profiles: [TicketProfile]
  package let mappings: [PayloadMapping]
  package let rules: [Rule]
  package let aspects: [VitalAspect]
  package let vitals: [Vital]
  package let risks: [RiskModel]
  package let health: [HealthWord]
  package let evaluations: [EvaluationFormula]
  package let policies: [Policy]
  package let warnings: [WarningKind]
  package let hazardLinks: [HazardLink]
  package let goals: [Goal]
  package let checklists: [EvidenceChecklist]
  package let ledgers: [Ledger]
  package let patrols: [PatrolPlan]
  package let groups: [JointGroup]
  package let stories: [Story]
  /// The hours of whatever names none: the first of the first pack that has any.
  package let defaultHours: WorkingHours
  /// Actions by which a person takes part in handling; who took one may not check the case.
  package let handlingActions: Set<String>
  /// Actions that name the person who has an order.
  package let assigningActions: Set<String>
  /// Actions that name who shall check.
  package let namingActions: Set<String>
  /// Codes of the flows' clocks whose stop is the first contact.
  package var contactClocks: Set<String> {
    Set(flows.flatMap(\.clocks).filter(\.isContact).map(\.code))
  }

  /// What rates remember of a case that took an action, by the action's code.
  package var caseMarks: [String: CaseMark] {
    var marks: [String: CaseMark] = [:]
    for edge in flows.flatMap(\.edges) { if let mark = edge.mark { marks[edge.action] = mark } }
    return marks
  }

  /// The address words of the first pack that has any.
  package let addressWords: AddressWords
  /// The report's texts of the first pack that has any.
  package let checkUpTexts: CheckUpTexts?
  /// When reports are the same problem, as the first pack that says so has it.
  package let likeness: LikenessSettings

  /// How the levels above watch over cases, as the first pack that says so has it.
  package let supervision: SupervisionRules

  /// What is told to whom and how, as the first pack that says so has it.
  package let notices: NoticeRules

  /// The words of lists of evidence, of the first pack that has any.
  package let evidenceWords: EvidenceWords
  /// What data is for and when it ends: of each kind of data the first pack's rule.
  package let retention: [RetentionRule]
  /// What a person's contact is used for: of each use the first pack's purpose.
  package let purposes: [Purpose]

  private let categoriesByCode: [String: Category]
  private let dutiesByCode: [String: DutyWord]
  private let itemsByCode: [String: Item]
  private let checklistsByItem: [String: EvidenceChecklist]
  private let flowsByReference: [FlowReference: Flow]
  private let newestFlows: [String: FlowReference]
  private let defaultFlow: FlowReference
  private let kindsByCode: [String: Kind]
  private let postsByCode: [String: Post]
  private let hoursByCode: [String: WorkingHours]
  private let profilesByCode: [String: TicketProfile]

  /// Merges packs that were linted and ordered; where codes clash, the earlier pack wins.
  /// - Returns: nil where no pack brings a flow or no pack brings hours.
  package init?(_ packs: [Pack]) {
    guard let defaultHours = packs.flatMap(\.hours).first,
      let firstFlow = packs.flatMap(\.flows).first
    else { return nil }
    self.packs = packs
    self.defaultHours = defaultHours
    categories = packs.flatMap(\.categories)
    duties = packs.flatMap(\.duties)
    items = packs.flatMap(\.items)
    flows = packs.flatMap(\.flows)
    kinds = packs.flatMap(\.kinds)
    posts = packs.flatMap(\.posts)
    hours = packs.flatMap(\.hours)
    calendarYears = packs.flatMap(\.calendarYears).sorted { $0.year < $1.year }
    profiles = packs.flatMap(\.profiles)
    mappings = packs.flatMap(\.mappings)
    rules = packs.flatMap(\.rules)
    aspects = packs.flatMap(\.aspects)
    vitals = packs.flatMap(\.vitals)
    evaluations = packs.flatMap(\.evaluations)
    checkUpTexts = packs.lazy.compactMap(\.checkUpTexts).first
    risks = packs.flatMap(\.risks)
    health = packs.flatMap(\.health)
    policies = packs.flatMap(\.policies)
    stories = packs.flatMap(\.stories)
    checklists = packs.flatMap(\.checklists)
    evidenceWords = packs.lazy.compactMap(\.evidenceWords).first ?? EvidenceWords([:])
    warnings = packs.flatMap(\.warnings)
    hazardLinks = packs.flatMap(\.hazardLinks)
    goals = packs.flatMap(\.goals)
    ledgers = packs.flatMap(\.ledgers)
    patrols = packs.flatMap(\.patrols)
    groups = packs.flatMap(\.groups)
    addressWords = packs.lazy.compactMap(\.addressWords).first ?? .none
    likeness = packs.lazy.compactMap(\.likeness).first ?? .standard
    var retained: Set<RetainedData> = []
    retention = packs.flatMap(\.retention).filter { retained.insert($0.data).inserted }
    var uses: Set<Purpose.Use> = []
    purposes = packs.flatMap(\.purposes).filter { uses.insert($0.use).inserted }
    notices = packs.lazy.compactMap(\.notices).first ?? .none
    supervision = packs.lazy.compactMap(\.supervision).first ?? .none
    let edges = flows.flatMap(\.edges)
    func actions(_ effects: FlowEffect...) -> Set<String> {
      Set(edges.filter { $0.effects.contains(where: effects.contains) }.map(\.action))
    }
    handlingActions = actions(.accept, .report, .finishPart, .vouch)
    assigningActions = actions(.assign)
    namingActions = actions(.assignChecker)
    categoriesByCode = Self.table(categories, by: \.code)
    dutiesByCode = Self.table(duties, by: \.code)
    itemsByCode = Self.table(items, by: \.code)
    checklistsByItem = Dictionary(
      checklists.flatMap { list in list.items.map { ($0, list) } }, uniquingKeysWith: { a, _ in a })
    flowsByReference = Self.table(flows, by: \.reference)
    var newest: [String: FlowReference] = [:]
    for flow in flows where flow.version > newest[flow.code]?.version ?? 0 {
      newest[flow.code] = flow.reference
    }
    newestFlows = newest
    defaultFlow = newest[firstFlow.code] ?? firstFlow.reference
    kindsByCode = Self.table(kinds, by: \.code)
    postsByCode = Self.table(posts, by: \.code)
    hoursByCode = Self.table(hours, by: \.code)
    profilesByCode = Self.table(profiles, by: \.code)
  }

  /// The category of a code; nil where there is none.
  package func category(code: String) -> Category? { categoriesByCode[code] }

  /// The categories above and including one, from the root downward; empty where unknown.
  package func categoryPath(code: String) -> [Category] {
    var path: [Category] = []
    var next = categoriesByCode[code]
    // The lint refuses circles; the bound keeps this finite without it.
    while let category = next, path.count < categories.count {
      path.append(category)
      next = category.parent.flatMap { categoriesByCode[$0] }
    }
    return path.reversed()
  }

  /// The duty of a code; nil where there is none.
  package func duty(code: String) -> DutyWord? { dutiesByCode[code] }

  /// The item of a code; nil where there is none.
  package func item(code: String) -> Item? { itemsByCode[code] }

  /// What proof an item takes; nil where no pack says.
  package func checklist(item: String?) -> EvidenceChecklist? {
    item.flatMap { checklistsByItem[$0] }
  }

  /// The flow as it was when a case began with it; nil where that version is in no loaded pack.
  package func flow(_ reference: FlowReference) -> Flow? { flowsByReference[reference] }

  /// The newest version of a flow, for a case that begins now; that of the first flow where there
  /// is none of this code.
  package func currentFlow(code: String) -> FlowReference { newestFlows[code] ?? defaultFlow }

  /// The kind of a code; nil where there is none.
  package func kind(code: String) -> Kind? { kindsByCode[code] }

  /// The post of a code; nil where there is none.
  package func post(code: String) -> Post? { postsByCode[code] }

  /// The working hours of a code; nil where there are none.
  package func hours(code: String) -> WorkingHours? { hoursByCode[code] }

  /// The calendar of a year; nil where none is loaded.
  package func calendarYear(_ year: Int) -> CalendarYear? {
    calendarYears.first { $0.year == year }
  }

  /// The import profile of a code; nil where there is none.
  package func profile(code: String) -> TicketProfile? { profilesByCode[code] }

  /// The vital of a code; nil where there is none.
  package func vital(code: String) -> Vital? { vitals.first { $0.code == code } }
  /// The kind of warning of a code; nil where there is none.
  package func warning(code: String) -> WarningKind? { warnings.first { $0.code == code } }
  /// The ledger of a code; nil where there is none.
  package func ledger(code: String) -> Ledger? { ledgers.first { $0.code == code } }
  /// The plan of patrols of a code; nil where there is none.
  package func patrol(code: String) -> PatrolPlan? { patrols.first { $0.code == code } }
  /// The group of a code; nil where there is none.
  package func group(code: String) -> JointGroup? { groups.first { $0.code == code } }
  /// The goal of a code; nil where there is none.
  package func goal(code: String) -> Goal? { goals.first { $0.code == code } }
  /// The risk models that grade things of a kind, in the order of their packs.
  package func risks(kind: String) -> [RiskModel] { risks.filter { $0.kind == kind } }

  /// The payload mapping of a code; nil where there is none.
  package func mapping(code: String) -> PayloadMapping? { mappings.first { $0.code == code } }

  /// How an ailment of devices is spoken of; nil where no pack has words for it, so that it is not
  /// looked for.
  package func healthWord(_ ailment: DeviceAilment) -> HealthWord? {
    health.first { $0.ailment == ailment }
  }

  /// What the holder of these posts may do; unknown posts give nothing.
  package func permissions(of posts: [String]) -> Set<Permission> {
    posts.reduce(into: []) { $0.formUnion(postsByCode[$1]?.permissions ?? []) }
  }

  private static func table<Key: Hashable, Value>(
    _ values: [Value], by key: (Value) -> Key
  ) -> [Key: Value] {
    Dictionary(values.map { (key($0), $0) }) { first, _ in first }
  }
}

extension Flow {
  /// How cases name this version.
  package var reference: FlowReference { FlowReference(code: code, version: version) }
}

extension Catalogue {
  /// The data class of a field of a kind; nil where the kind has no such field.
  package func fieldClass(kind: String, field: String) -> DataClass? {
    self.kind(code: kind)?.fields.first { $0.name == field }?.dataClass
  }
}
