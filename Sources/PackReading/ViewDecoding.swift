import City
import Pack

// Views of a pack.
extension PackDecoder {
  mutating func decodeView(_ node: Node) {
    let keys = ["code", "title", "posts", "parts"]
    guard let table = TableReader(node, "view", keys: keys, list) else { return }
    let index = draft.views.count
    let posts = table.codes("posts")
    let nodes = table.requiredNodes("parts")
    if nodes.count > PackView.partsMax {
      list.report(
        .valueTooMany, node.place, ["key": "parts", "max": String(PackView.partsMax)])
    }
    var parts: [ViewPart] = []
    for partNode in nodes {
      guard let part = viewPart(partNode) else { continue }
      draft.places[PackSubject(.views, index, .part, parts.count)] = partNode.place
      parts.append(part)
    }
    guard let code = table.code("code"), let title = table.text("title") else { return }
    draft.places[PackSubject(.views, index)] = node.place
    draft.views.append(PackView(code: code, title: title, posts: posts, parts: parts))
  }

  /// One part: its title, and one key that says what it shows.
  private func viewPart(_ node: Node) -> ViewPart? {
    let forms = ViewPart.Form.allCases.map(\.rawValue)
    guard let table = TableReader(node, "part", keys: ["title"] + forms, list) else { return nil }
    let found = forms.filter { table.optional($0) != nil }
    guard found.count == 1, let name = found.first, let form = ViewPart.Form(rawValue: name),
      let value = table.optional(name)
    else {
      list.report(.viewPart, node.place, ["forms": forms.joined(separator: ", ")])
      return nil
    }
    let content = viewContent(form, value, table)
    guard let title = table.text("title"), let content else { return nil }
    return ViewPart(title: title, content: content)
  }

  private func viewContent(
    _ form: ViewPart.Form, _ node: Node, _ table: TableReader
  ) -> ViewPart.Content? {
    switch form {
    case .text:
      return table.text(of: node, form.rawValue, max: PackLimits.sentenceMax).map { .text($0) }
    case .figures: return .figures(table.codes(form.rawValue))
    case .cases: return .cases(table.codes(form.rawValue))
    case .ledger: return table.code(form.rawValue).map { .ledger($0) }
    case .patrols: return table.code(form.rawValue).map { .patrols($0) }
    case .graded: return table.code(form.rawValue).map { .graded(model: $0) }
    case .map:
      return TableReader(node, "map", keys: ["kinds", "model", "items"], list).map {
        .map(
          kinds: $0.codes("kinds"), model: $0.optionalCode("model"), items: $0.codes("items"))
      }
    case .table:
      guard let inner = TableReader(node, "table", keys: ["kind", "columns"], list),
        let kind = inner.code("kind")
      else { return nil }
      return .table(kind: kind, columns: inner.codes("columns"))
    case .chart:
      guard let inner = TableReader(node, "chart", keys: ["grades", "vital"], list) else {
        return nil
      }
      if inner.optional("grades") != nil {
        return inner.code("grades").map { .gradeChart(model: $0) }
      }
      return inner.code("vital").map { .vitalChart($0) }
    }
  }
}
