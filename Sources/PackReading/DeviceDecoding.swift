import City
import Pack

// Measures of kinds, and payload mappings.
extension PackDecoder {
  mutating func decodeMeasures(_ kind: TableReader, _ index: Int) -> [Measure] {
    var measures: [Measure] = []
    for node in kind.nodes("measures") {
      guard let measure = decodeMeasure(node) else { continue }
      draft.places[PackSubject(.kinds, index, .measure, measures.count)] = node.place
      measures.append(measure)
    }
    return measures
  }

  private func decodeMeasure(_ node: Node) -> Measure? {
    let keys = [
      "code", "title", "unit", "interval", "least", "greatest", "resolution", "stuckAfter",
      "drift",
    ]
    guard let table = TableReader(node, "measure", keys: keys, list) else { return nil }
    let unit = table.optionalText("unit") ?? ""
    let interval = table.number("interval", PackLimits.secondsRange)
    let resolution = table.decimal("resolution", standard: 0)
    let stuckAfter = table.optional("stuckAfter")
      .flatMap { table.number(of: $0, "stuckAfter", PackLimits.secondsRange) }
    let drift = table.optional("drift").flatMap { table.decimal(of: $0, "drift") }
    let least = table.decimal("least", standard: nil)
    let greatest = table.decimal("greatest", standard: nil)
    guard let code = table.code("code"), let title = table.text("title"), let interval,
      let resolution, let least, let greatest
    else { return nil }
    guard least < greatest else {
      list.report(.measureRange, node.place, ["code": code])
      return nil
    }
    return Measure(
      code: code, title: title, unit: unit, intervalSeconds: interval, range: least...greatest,
      resolution: resolution, stuckAfterSeconds: stuckAfter, driftLimit: drift)
  }

  mutating func decodeHealthWord(_ node: Node) {
    let keys = ["code", "name", "say", "remedy", "grade", "item"]
    guard let table = TableReader(node, "health", keys: keys, list) else { return }
    let ailment = table.word("code", DeviceAilment.self)
    let grade = table.word("grade", Grade.self)
    let say = table.text("say", max: PackLimits.sentenceMax)
    let remedy = table.text("remedy", max: PackLimits.sentenceMax)
    let item = table.code("item")
    guard let ailment, let name = table.text("name"), let say, let remedy, let grade, let item
    else { return }
    draft.places[PackSubject(.health, draft.health.count)] = node.place
    draft.health.append(
      HealthWord(
        ailment: ailment, name: name, say: say, remedy: remedy, grade: grade, item: item))
  }

  mutating func decodePayloadMapping(_ node: Node) {
    let keys = [
      "code", "title", "topic", "contentType", "each", "device", "deviceTopicLevel", "time",
      "timeForm", "values",
    ]
    guard let table = TableReader(node, "mapping", keys: keys, list) else { return }
    let index = draft.mappings.count
    let each = path(table, "each")
    let time = payloadTime(table)
    let device = payloadDevice(table)
    var values: [PayloadValue] = []
    for valueNode in table.requiredNodes("values") {
      guard let value = decodePayloadValue(valueNode) else { continue }
      draft.places[PackSubject(.mappings, index, .value, values.count)] = valueNode.place
      values.append(value)
    }
    let topic = table.optionalText("topic", max: PackLimits.sentenceMax)
    let contentType = table.optionalText("contentType")
    guard let code = table.code("code"), let title = table.text("title"), let device, let time
    else { return }
    draft.places[PackSubject(.mappings, index)] = node.place
    draft.mappings.append(
      PayloadMapping(
        code: code, title: title, topic: topic, contentType: contentType, each: each,
        device: device, time: time, values: values))
  }

  private func payloadDevice(_ table: TableReader) -> PayloadDevice? {
    if let node = table.optional("deviceTopicLevel") {
      return table.number(of: node, "deviceTopicLevel", 1...PayloadPath.stepsMax)
        .map { .topicLevel($0) }
    }
    guard table.required("device") != nil else { return nil }
    return path(table, "device").map { .path($0) }
  }

  private func payloadTime(_ table: TableReader) -> PayloadTime? {
    guard table.optional("time") != nil else { return .receipt }
    let form = table.word("timeForm", PayloadTime.Form.self)
    guard let path = path(table, "time"), let form else { return nil }
    return .path(path, form)
  }

  private func decodePayloadValue(_ node: Node) -> PayloadValue? {
    let keys = [
      "measure", "measurePath", "measures", "path", "scale", "offset", "unit", "words", "optional",
    ]
    guard let table = TableReader(node, "value", keys: keys, list) else { return nil }
    let naming: PayloadValue.Naming?
    if table.optional("measurePath") != nil {
      let names = entries(table, "measures") { table.code(of: $0, $1) }
      naming = path(table, "measurePath").map { .path($0, names) }
    } else {
      naming = table.code("measure").map { .constant($0) }
    }
    let scale = table.decimal("scale", standard: 1)
    let offset = table.decimal("offset", standard: 0)
    let isOptional = table.flag("optional", standard: false)
    let words = entries(table, "words") { table.decimal(of: $0, $1) }
    guard table.required("path") != nil, let path = path(table, "path"), let naming, let scale,
      let offset, let isOptional
    else { return nil }
    return PayloadValue(
      measure: naming, path: path, scale: scale, offset: offset,
      unit: table.optionalText("unit") ?? "", words: words, isOptional: isOptional)
  }

  private func path(_ table: TableReader, _ key: String) -> PayloadPath? {
    guard let node = table.optional(key),
      let text = table.text(of: node, key, max: PackLimits.sentenceMax)
    else { return nil }
    guard let path = PayloadPath(text) else {
      list.report(.mappingPath, node.place, ["value": text])
      return nil
    }
    return path
  }

  /// A table of any keys; what cannot be read is left out with its finding.
  func entries<Value>(
    _ table: TableReader, _ key: String, _ read: (Node, String) -> Value?
  ) -> [String: Value] {
    guard let node = table.optional(key) else { return [:] }
    guard case .table(let entries) = node.content else {
      list.report(.valueWrongType, node.place, ["key": key, "expected": "a table"])
      return [:]
    }
    var values: [String: Value] = [:]
    for entry in entries { values[entry.key] = read(entry.value, entry.key) }
    return values
  }
}

extension TableReader {
  /// A finite number; `standard` where the key is absent, a finding where there is no standard.
  func decimal(_ key: String, standard: Double?) -> Double? {
    guard let standard else { return required(key).flatMap { decimal(of: $0, key) } }
    return optional(key).map { decimal(of: $0, key) } ?? standard
  }

  func decimal(of node: Node, _ key: String) -> Double? {
    guard case .scalar(let text, isPlain: true) = node.content, let number = Double(text),
      number.isFinite
    else {
      list.report(.valueNotNumber, node.place, ["key": key])
      return nil
    }
    return number
  }
}
