import City
import Pack

extension PackDecoder {
  /// `notices.yaml`: what is told to whom and how.
  mutating func decodeNotices(_ node: Node) {
    draft.places[PackSubject(.notices)] = node.place
    guard let table = TableReader(node, "notices", keys: ["quiet", "templates"], list) else {
      return
    }
    let quiet = table.optional("quiet").map { spans(of: $0, "quiet", table) } ?? []
    var templates: [NoticeTemplate] = []
    for template in table.requiredNodes("templates") {
      guard let decoded = decodeNoticeTemplate(template) else { continue }
      draft.places[PackSubject(.notices, 0, .line, templates.count)] = template.place
      templates.append(decoded)
    }
    draft.notices = NoticeRules(quiet: quiet, templates: templates)
  }

  private func decodeNoticeTemplate(_ node: Node) -> NoticeTemplate? {
    let keys = [
      "code", "name", "cause", "posts", "forms", "title", "text", "isUrgent", "mergeMinutes",
    ]
    guard let table = TableReader(node, "template", keys: keys, list) else { return nil }
    let (code, name) = (table.code("code"), table.text("name"))
    let cause = table.word("cause", NoticeCause.self)
    let posts = Set(table.codes("posts"))
    _ = table.required("forms")
    let forms = table.words("forms", NoticeForm.self)
    let title = table.text("title", max: Notice.titleMax)
    let text = table.text("text", max: Notice.textMax)
    let isUrgent = table.flag("isUrgent", standard: false)
    let minutes = table.number("mergeMinutes", PackLimits.mergeMinutesRange, standard: 0)
    guard let code, let name, let cause, let title, let text, let isUrgent, let minutes else {
      return nil
    }
    return NoticeTemplate(
      code: code, name: name, cause: cause, posts: posts, forms: forms, title: title, text: text,
      isUrgent: isUrgent, mergeMinutes: minutes)
  }
}
