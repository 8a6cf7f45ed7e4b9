import City
import Pack

extension PackDecoder {
  /// `supervision.yaml`: who watches over cases, and the ladder.
  mutating func decodeSupervision(_ node: Node) {
    let keys = ["supervisors", "repliers", "checkers", "ladder"]
    draft.places[PackSubject(.supervision)] = node.place
    guard let table = TableReader(node, "supervision", keys: keys, list) else { return }
    var ladder: [LadderLine] = []
    for line in table.requiredNodes("ladder") {
      guard let decoded = decodeLadderLine(line) else { continue }
      draft.places[PackSubject(.supervision, 0, .line, ladder.count)] = line.place
      ladder.append(decoded)
    }
    for key in ["supervisors", "repliers", "checkers"] { _ = table.required(key) }
    draft.supervision = SupervisionRules(
      supervisors: Set(table.codes("supervisors")), repliers: Set(table.codes("repliers")),
      checkers: Set(table.codes("checkers")), ladder: ladder)
  }

  private func decodeLadderLine(_ node: Node) -> LadderLine? {
    let keys = [
      "code", "name", "form", "light", "after", "people", "reach", "posts", "reply", "words",
      "why",
    ]
    guard let table = TableReader(node, "line", keys: keys, list) else { return nil }
    let light = table.optional("light").flatMap { table.word(of: $0, "light", Light.self) }
    let people = table.optional("people")
      .flatMap { table.number(of: $0, "people", PackLimits.peopleRange) }
    let after = table.optional("after").flatMap { decodeLimit($0, "after") }
    let reply = table.optional("reply").flatMap { decodeLimit($0, "reply") }
    let (code, name) = (table.code("code"), table.text("name"))
    let form = table.word("form", Supervision.Form.self)
    let reach = table.word("reach", LadderLine.Reach.self)
    _ = table.required("posts")
    let posts = Set(table.codes("posts"))
    let words = table.text("words", max: Supervision.wordsMax)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code, let name, let form, let reach, let words, let why else { return nil }
    return LadderLine(
      code: code, name: name, form: form, light: light, after: after, people: people,
      reach: reach, posts: posts, reply: reply, words: words, why: why)
  }
}
