import City
import Pack

/// Turns the nodes of a pack's files into its values. Whatever is wrong becomes a finding.
struct PackDecoder {
  var draft = PackDraft()
  let list = FindingList()

  mutating func decode(_ node: Node, as part: PackPart) {
    switch part {
    case .pack: decodeHead(node)
    case .categories:
      decodeList(node, "categories") { $0.decodeCategory($1) }
    case .duties:
      decodeList(node, "duties") { $0.decodeDuty($1) }
    case .items:
      decodeList(node, "items") { $0.decodeItem($1) }
    case .kinds:
      decodeList(node, "kinds") { $0.decodeKind($1) }
    case .posts:
      decodeList(node, "posts") { $0.decodePost($1) }
    case .hours:
      decodeList(node, "hours") { $0.decodeHours($1) }
    case .flow: decodeFlow(node)
    case .calendarYear: decodeCalendarYear(node)
    case .profile: decodeProfile(node)
    case .rules:
      decodeList(node, "rules") { $0.decodeRule($1) }
    case .vitals: decodeVitals(node)
    case .checkUp: decodeCheckUp(node)
    case .health:
      decodeList(node, "health") { $0.decodeHealthWord($1) }
    case .evaluations:
      decodeList(node, "evaluations") { $0.decodeEvaluation($1) }
    case .mappings:
      decodeList(node, "mappings") { $0.decodePayloadMapping($1) }
    case .risks:
      decodeList(node, "risks") { $0.decodeRisk($1) }
    case .policies:
      decodeList(node, "policies") { $0.decodePolicy($1) }
    case .warnings: decodeWarnings(node)
    case .goals:
      decodeList(node, "goals") { $0.decodeGoal($1) }
    case .views:
      decodeList(node, "views") { $0.decodeView($1) }
    case .reports:
      decodeList(node, "reports") { $0.decodeReport($1) }
    case .ledgers:
      decodeList(node, "ledgers") { $0.decodeLedger($1) }
    case .patrols:
      decodeList(node, "patrols") { $0.decodePatrol($1) }
    case .groups:
      decodeList(node, "groups") { $0.decodeGroup($1) }
    case .storyWords: decodeStoryWords(node)
    case .addresses: decodeAddressWords(node)
    case .likeness: decodeLikeness(node)
    case .supervision: decodeSupervision(node)
    case .notices: decodeNotices(node)
    case .evidence: decodeEvidence(node)
    case .retention:
      decodeList(node, "retention") { $0.decodeRetention($1) }
    case .purposes:
      decodeList(node, "purposes") { $0.decodePurpose($1) }
    case .words, .demo, .stories: break
    }
  }

  /// A file that is one list under one key.
  private mutating func decodeList(
    _ node: Node, _ key: String, _ decode: (inout Self, Node) -> Void
  ) {
    guard let table = TableReader(node, "the file", keys: [key], list) else { return }
    for element in table.requiredNodes(key) { decode(&self, element) }
  }

  private mutating func decodeHead(_ node: Node) {
    let keys = ["id", "title", "version", "depends"]
    draft.places[PackSubject(.pack)] = node.place
    guard let table = TableReader(node, "pack", keys: keys, list) else { return }
    let depends = table.codes("depends")
    guard let id = table.code("id"), let title = table.text("title"),
      let version = table.number("version", PackLimits.versionRange)
    else { return }
    draft.head = PackHead(id: id, title: title, version: version, depends: depends)
  }

  private mutating func decodeCategory(_ node: Node) {
    let keys = ["code", "name", "parent"]
    guard let table = TableReader(node, "category", keys: keys, list) else { return }
    let parent = table.optionalCode("parent")
    guard let code = table.code("code"), let name = table.text("name") else { return }
    draft.places[PackSubject(.categories, draft.categories.count)] = node.place
    draft.categories.append(Category(code: code, name: name, parent: parent))
  }

  private mutating func decodeDuty(_ node: Node) {
    let keys = ["code", "name", "level"]
    guard let table = TableReader(node, "duty", keys: keys, list) else { return }
    let level = table.word("level", DutyWord.Level.self)
    guard let code = table.code("code"), let name = table.text("name"), let level else { return }
    draft.places[PackSubject(.duties, draft.duties.count)] = node.place
    draft.duties.append(DutyWord(code: code, name: name, level: level))
  }

  private mutating func decodePost(_ node: Node) {
    let keys = ["code", "name", "permissions"]
    guard let table = TableReader(node, "post", keys: keys, list) else { return }
    _ = table.required("permissions")
    let permissions = table.words("permissions", Permission.self)
    guard let code = table.code("code"), let name = table.text("name") else { return }
    draft.places[PackSubject(.posts, draft.posts.count)] = node.place
    draft.posts.append(Post(code: code, name: name, permissions: Set(permissions)))
  }

  private mutating func decodeKind(_ node: Node) {
    let keys = ["code", "name", "fields", "measures", "calibrationDays"]
    guard let table = TableReader(node, "kind", keys: keys, list) else { return }
    let index = draft.kinds.count
    var fields: [KindField] = []
    for fieldNode in table.nodes("fields") {
      guard let field = kindField(fieldNode) else { continue }
      draft.places[PackSubject(.kinds, index, .field, fields.count)] = fieldNode.place
      fields.append(field)
    }
    let measures = decodeMeasures(table, index)
    let calibration = table.optional("calibrationDays")
      .flatMap { table.number(of: $0, "calibrationDays", PackLimits.daysRange) }
    guard let code = table.code("code"), let name = table.text("name") else { return }
    draft.places[PackSubject(.kinds, index)] = node.place
    draft.kinds.append(
      Kind(
        code: code, name: name, fields: fields, measures: measures, calibrationDays: calibration))
  }
}
