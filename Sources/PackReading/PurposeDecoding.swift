import City
import Pack

extension PackDecoder {
  /// A line of `purposes.yaml`: what a person's contact is used for, and on what ground.
  mutating func decodePurpose(_ node: Node) {
    let keys = ["code", "name", "use", "basis", "asked", "version", "wording", "why"]
    guard let table = TableReader(node, "purpose", keys: keys, list) else { return }
    let use = table.word("use", Purpose.Use.self)
    let basis = table.word("basis", Purpose.Basis.self)
    let asked = table.words("asked", Channel.self)
    let version = table.number("version", Purpose.versionRange)
    let wording = table.text("wording", max: PackLimits.sentenceMax)
    let why = table.text("why", max: PackLimits.sentenceMax)
    guard let code = table.code("code"), let name = table.text("name"), let use, let basis,
      let version, let wording, let why
    else { return }
    draft.places[PackSubject(.purposes, draft.purposes.count)] = node.place
    draft.purposes.append(
      Purpose(
        code: code, name: name, use: use, basis: basis, asked: Set(asked), version: version,
        wording: wording, why: why))
  }
}
