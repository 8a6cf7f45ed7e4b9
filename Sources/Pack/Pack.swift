package import City

/// A scenario as data (场景包), read and linted as a whole.
package struct Pack: Equatable, Sendable {
  package let id: String
  package let title: String
  package let version: Int
  /// Ids of packs that must be loaded too.
  package let depends: [String]
  package let categories: [Category]
  /// The words by which responsibility rules and units find each other.
  package let duties: [DutyWord]
  package let items: [Item]
  package let flows: [Flow]
  package let kinds: [Kind]
  package let posts: [Post]
  package let hours: [WorkingHours]
  package let calendarYears: [CalendarYear]
  package let profiles: [TicketProfile]
  /// How payloads of devices are read.
  package let mappings: [PayloadMapping]
  /// Conditions over observations.
  package private(set) var rules: [Rule]
  /// Sides of the city that vitals belong to.
  package let aspects: [VitalAspect]
  package let vitals: [Vital]
  /// How things are graded by risk.
  package let risks: [RiskModel]
  /// What is said and done of devices that are not well.
  package let health: [HealthWord]
  /// How work is judged.
  package let evaluations: [EvaluationFormula]
  /// What households are entitled to, in all versions.
  package let policies: [Policy]
  /// What is warned of, and which warning announces which.
  package let warnings: [WarningKind]
  package let hazardLinks: [HazardLink]
  /// Yearly indicators and tasks.
  package let goals: [Goal]
  /// Its pages.
  package var views: [PackView] = []
  /// What it owes at regular times.
  package var reports: [PackReport] = []
  /// What proof kinds of offences take.
  package var checklists: [EvidenceChecklist] = []
  /// The words that lists of evidence are written with; nil = the pack brings none.
  package var evidenceWords: EvidenceWords?
  /// What its data is for and when it ends.
  package var retention: [RetentionRule] = []
  /// What a person's contact is used for.
  package var purposes: [Purpose] = []
  /// Lists that are struck off line by line.
  package var ledgers: [Ledger] = []
  /// What is looked at again and again.
  package var patrols: [PatrolPlan] = []
  /// Units that are called together.
  package var groups: [JointGroup] = []
  package let stories: [Story]
  /// The words that stories are written in; nil = those of a pack that it depends on.
  package let storyWords: StoryWords?
  /// The words by which the parts of addresses are known; nil = the pack brings none.
  package let addressWords: AddressWords?
  /// What the check-up report is written with; nil = the pack brings none.
  package let checkUpTexts: CheckUpTexts?
  /// When reports are the same problem; nil = the pack does not say.
  package let likeness: LikenessSettings?
  /// How the levels above watch over cases; nil = the pack does not say.
  package let supervision: SupervisionRules?
  /// What is told to whom and how; nil = the pack does not say.
  package let notices: NoticeRules?
  /// SHA-256 over the pack's files in path order, by which the journal names what was in force.
  package let digest: Digest

  package init(
    id: String, title: String, version: Int, depends: [String], categories: [Category],
    duties: [DutyWord], items: [Item], flows: [Flow], kinds: [Kind], posts: [Post],
    hours: [WorkingHours], calendarYears: [CalendarYear], profiles: [TicketProfile],
    mappings: [PayloadMapping], rules: [Rule], aspects: [VitalAspect] = [], vitals: [Vital] = [],
    evaluations: [EvaluationFormula] = [], health: [HealthWord] = [], stories: [Story],
    storyWords: StoryWords?, addressWords: AddressWords?, checkUpTexts: CheckUpTexts? = nil,
    risks: [RiskModel] = [], policies: [Policy] = [], warnings: [WarningKind] = [],
    hazardLinks: [HazardLink] = [], goals: [Goal] = [],
    likeness: LikenessSettings? = nil, supervision: SupervisionRules? = nil,
    notices: NoticeRules? = nil, digest: Digest
  ) {
    self.id = id
    self.title = title
    self.version = version
    self.depends = depends
    self.categories = categories
    self.duties = duties
    self.items = items
    self.flows = flows
    self.kinds = kinds
    self.posts = posts
    self.hours = hours
    self.calendarYears = calendarYears
    self.profiles = profiles
    self.mappings = mappings
    self.rules = rules
    self.aspects = aspects
    self.vitals = vitals
    self.evaluations = evaluations
    self.checkUpTexts = checkUpTexts
    self.risks = risks
    self.health = health
    self.policies = policies
    self.warnings = warnings
    self.hazardLinks = hazardLinks
    self.goals = goals
    self.stories = stories
    self.storyWords = storyWords
    self.addressWords = addressWords
    self.likeness = likeness
    self.supervision = supervision
    self.notices = notices
    self.digest = digest
  }

  /// The same pack without one of its rules, so that a changed one can be read beside it.
  package func without(rule code: String) -> Pack {
    var rest = self
    rest.rules.removeAll { $0.code == code }
    return rest
  }
}

/// A node of the catalogue's category tree (大类、小类).
package struct Category: Equatable, Sendable {
  package let code: String
  package let name: String
  package let parent: String?

  package init(code: String, name: String, parent: String?) {
    self.code = code
    self.name = name
    self.parent = parent
  }
}

/// A duty that units hold and responsibility rules name (职责).
package struct DutyWord: Equatable, Sendable {
  /// Where units with this duty are found.
  package enum Level: String, CaseIterable, Sendable {
    /// One unit serves the whole district.
    case district
    /// Every street or town has its own.
    case street
  }
  package let code: String
  package let name: String
  package let level: Level

  package init(code: String, name: String, level: Level) {
    self.code = code
    self.name = name
    self.level = level
  }
}

/// What a post may do (岗位).
package struct Post: Equatable, Sendable {
  package let code: String
  package let name: String
  package let permissions: Set<Permission>

  package init(code: String, name: String, permissions: Set<Permission>) {
    self.code = code
    self.name = name
    self.permissions = permissions
  }
}

/// A kind of Thing (对象类型) and its fields.
package struct Kind: Equatable, Sendable {
  package let code: String
  package let name: String
  package let fields: [KindField]
  /// What its devices measure; empty where its things are no devices.
  package let measures: [Measure]
  /// How often its devices must be calibrated; nil = never.
  package let calibrationDays: Int?

  package init(
    code: String, name: String, fields: [KindField], measures: [Measure] = [],
    calibrationDays: Int? = nil
  ) {
    self.code = code
    self.name = name
    self.fields = fields
    self.measures = measures
    self.calibrationDays = calibrationDays
  }
}

/// One field of a kind.
package struct KindField: Equatable, Sendable {
  package enum Form: String, CaseIterable, Sendable { case text, number, date, boolean }
  package let name: String
  package let title: String
  package let form: Form
  package let required: Bool
  package let dataClass: DataClass
  package var rule = FieldRule()

  package init(name: String, title: String, form: Form, required: Bool, dataClass: DataClass) {
    self.name = name
    self.title = title
    self.form = form
    self.required = required
    self.dataClass = dataClass
  }
}
