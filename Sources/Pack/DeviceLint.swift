// What is wrong with measures of kinds and with payload mappings.
extension PackLint {
  mutating func checkDevices() {
    for (index, kind) in pack.kinds.enumerated() {
      var codes: Set<String> = []
      for (part, measure) in kind.measures.enumerated()
      where !codes.insert(measure.code).inserted {
        report(
          .codeTwice, PackSubject(.kinds, index, .measure, part),
          ["what": "measure", "code": measure.code])
      }
    }
    var ailments: Set<DeviceAilment> = []
    for (index, word) in pack.health.enumerated() {
      let subject = PackSubject(.health, index)
      if !ailments.insert(word.ailment).inserted {
        report(.codeTwice, subject, ["what": "ailment", "code": word.ailment.rawValue])
      }
      require(word.item, in: known.items, "item", subject)
    }
    for (index, mapping) in pack.mappings.enumerated() {
      if mapping.topic == nil && mapping.contentType == nil {
        report(.mappingNoSource, PackSubject(.mappings, index), ["code": mapping.code])
      }
      if case .topicLevel = mapping.device, mapping.topic == nil {
        report(.mappingTopic, PackSubject(.mappings, index), ["code": mapping.code])
      }
      checkMeasures(of: mapping, index)
    }
  }

  /// What a mapping names must be measured by some kind of the pack or of those it depends on.
  private mutating func checkMeasures(of mapping: PayloadMapping, _ index: Int) {
    for (part, value) in mapping.values.enumerated() {
      let subject = PackSubject(.mappings, index, .value, part)
      switch value.measure {
      case .constant(let code): require(code, in: known.measures, "measure", subject)
      case .path(_, let words):
        for code in words.values.sorted() {
          require(code, in: known.measures, "measure", subject)
        }
      }
    }
  }
}
