import City
import Pack

extension PackDecoder {
  mutating func decodeGroup(_ node: Node) {
    let keys = ["code", "name", "members", "why"]
    guard let table = TableReader(node, "group", keys: keys, list) else { return }
    let members = table.requiredNodes("members").compactMap(decodeMember)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"), let why else { return }
    draft.places[PackSubject(.groups, draft.groups.count)] = node.place
    draft.groups.append(JointGroup(code: code, name: name, members: members, why: why))
  }

  private func decodeMember(_ node: Node) -> GroupMember? {
    let keys = ["duty", "place", "form", "posts", "limit"]
    guard let table = TableReader(node, "member", keys: keys, list) else { return nil }
    let place = table.word("place", ResponsibilityRule.Place.self)
    let form = table.word("form", GroupMember.Form.self)
    let limit = table.optional("limit").flatMap { decodeLimit($0, "limit") }
    _ = table.required("posts")
    let posts = Set(table.codes("posts"))
    guard let duty = table.code("duty"), let place, let form else { return nil }
    return GroupMember(duty: duty, place: place, form: form, posts: posts, limit: limit)
  }
}
