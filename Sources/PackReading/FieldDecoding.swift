import City
import Pack

// Fields of kinds.
extension PackDecoder {
  func kindField(_ node: Node) -> KindField? {
    let keys = [
      "name", "title", "form", "required", "dataClass", "unit", "least", "greatest", "choices",
      "pattern", "unique",
    ]
    guard let table = TableReader(node, "field", keys: keys, list) else { return nil }
    let required = table.flag("required", standard: false)
    let unique = table.flag("unique", standard: false)
    let form = table.word("form", KindField.Form.self)
    let dataClass = table.word("dataClass", DataClass.self)
    var rule = FieldRule()
    rule.unit = table.optionalText("unit")
    rule.least = table.optional("least").flatMap { table.decimal(of: $0, "least") }
    rule.greatest = table.optional("greatest").flatMap { table.decimal(of: $0, "greatest") }
    rule.choices = table.texts("choices").map(\.text)
    rule.pattern = table.optionalText("pattern")
    guard let name = table.code("name"), let title = table.text("title"), let form,
      let dataClass, let required, let unique
    else { return nil }
    var field = KindField(
      name: name, title: title, form: form, required: required, dataClass: dataClass)
    rule.isUnique = unique
    field.rule = rule
    return field
  }
}
