import City
import Pack

/// The lists of a pack while its files are read, with the place of every part.
struct PackDraft {
  var head: PackHead?
  var categories: [Category] = []
  var duties: [DutyWord] = []
  var items: [Item] = []
  var flows: [Flow] = []
  var kinds: [Kind] = []
  var posts: [Post] = []
  var hours: [WorkingHours] = []
  var calendarYears: [CalendarYear] = []
  var profiles: [TicketProfile] = []
  var mappings: [PayloadMapping] = []
  var rules: [Rule] = []
  var aspects: [VitalAspect] = []
  var vitals: [Vital] = []
  var risks: [RiskModel] = []
  var health: [HealthWord] = []
  var evaluations: [EvaluationFormula] = []
  var policies: [Policy] = []
  var warnings: [WarningKind] = []
  var hazardLinks: [HazardLink] = []
  var goals: [Goal] = []
  var views: [PackView] = []
  var reports: [PackReport] = []
  var ledgers: [Ledger] = []
  var patrols: [PatrolPlan] = []
  var groups: [JointGroup] = []
  var stories: [Story] = []
  var storyWords: StoryWords?
  var addressWords: AddressWords?
  var checkUpTexts: CheckUpTexts?
  var likeness: LikenessSettings?
  var supervision: SupervisionRules?
  var notices: NoticeRules?
  var checklists: [EvidenceChecklist] = []
  var evidenceWords: EvidenceWords?
  var retention: [RetentionRule] = []
  var purposes: [Purpose] = []
  var places: [PackSubject: SourcePlace] = [:]

  func pack(digest: Digest) -> Pack? {
    guard let head else { return nil }
    var pack = Pack(
      id: head.id, title: head.title, version: head.version, depends: head.depends,
      categories: categories, duties: duties, items: items, flows: flows, kinds: kinds,
      posts: posts, hours: hours, calendarYears: calendarYears, profiles: profiles,
      mappings: mappings, rules: rules, aspects: aspects, vitals: vitals,
      evaluations: evaluations, health: health, stories: stories, storyWords: storyWords,
      addressWords: addressWords, checkUpTexts: checkUpTexts, risks: risks,
      policies: policies, warnings: warnings, hazardLinks: hazardLinks, goals: goals,
      likeness: likeness, supervision: supervision, notices: notices, digest: digest)
    pack.views = views
    pack.reports = reports
    pack.checklists = checklists
    pack.evidenceWords = evidenceWords
    pack.retention = retention
    pack.purposes = purposes
    pack.ledgers = ledgers
    pack.patrols = patrols
    pack.groups = groups
    return pack
  }

  /// Where a subject stands; the whole element where the part is not known.
  func place(of subject: PackSubject) -> SourcePlace? { places[subject] ?? places[subject.whole] }
}

/// What `pack.yaml` says.
struct PackHead {
  let id: String
  let title: String
  let version: Int
  let depends: [String]
}
