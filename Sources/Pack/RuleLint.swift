import City

// What is wrong with rules over observations.
extension PackLint {
  mutating func checkRules() {
    for (index, rule) in pack.rules.enumerated() {
      let subject = PackSubject(.rules, index)
      require(rule.kind, in: known.kinds, "kind", subject)
      for measure in rule.measures where known.kinds.contains(rule.kind) {
        guard !known.measuresOfKinds.contains("\(rule.kind) \(measure)") else { continue }
        report(.ruleMeasure, subject, ["kind": rule.kind, "code": measure])
      }
      if let item = rule.item { require(item, in: known.items, "item", subject) }
      if let hours = rule.active.hours { require(hours, in: known.hours, "hours", subject) }
      if let rule = rule.dependency?.rule { require(rule, in: known.rules, "rule", subject) }
      for detail in rule.levelFaults {
        report(.ruleLevels, subject, ["code": rule.code, "detail": detail])
      }
      for detail in rule.formFaults {
        report(.ruleWindow, subject, ["code": rule.code, "detail": detail])
      }
      for word in rule.placeholders where !Rule.sayable.contains(word) {
        report(
          .rulePlaceholder, subject,
          ["value": word, "allowed": Rule.sayable.sorted().joined(separator: ", ")])
      }
    }
  }
}

extension Rule {
  /// What `say` may name.
  static let sayable: Set<String> = [
    "value", "limit", "last", "unit", "seconds", "minutes", "hours", "device", "area", "grade",
    "measure", "place",
  ]

  /// All measures that it reads.
  package var measures: [String] {
    let own = measure.isEmpty ? [] : [measure]
    switch form {
    case .sequence(_, let first, _, _): return own + [first]
    case .fence(_, let latitude): return own + [latitude]
    default: return own
    }
  }

  var placeholders: [String] {
    say.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map {
      $0.contains("}") ? String($0.prefix { $0 != "}" }) : ""
    }
  }

  var levelFaults: [String] {
    var faults: [String] = []
    if levels.isEmpty || levels.count > Self.levelsMax {
      faults.append("there must be 1 to \(Self.levelsMax)")
    }
    let sign: Double = side == .above ? 1 : -1
    for (mild, grave) in zip(levels, levels.dropFirst()) {
      if mild.grade.rank >= grave.grade.rank { faults.append("grades must go from mild to grave") }
      if mild.raise * sign >= grave.raise * sign || mild.clear * sign > grave.clear * sign {
        faults.append("limits must go from mild to grave, too")
      }
    }
    if levels.contains(where: { $0.clear * sign > $0.raise * sign }) {
      faults.append("`clear` lies beyond `raise`")
    }
    if form == .silence, side == .below || levels.contains(where: { $0.raise <= 0 }) {
      faults.append("silence is a span above 0, side above")
    }
    if form == .silence, levels.contains(where: { $0.hold != 0 || $0.clearHold != 0 }) {
      faults.append("silence ends with the next observation: no hold")
    }
    return faults
  }

  /// Panes of one sliding window.
  static let panesMax: Int64 = 64
  /// Observations of one window that are looked at one by one, and crossings counted.
  static let samplesMax = 256

  var formFaults: [String] {
    switch form {
    case .window(let window): windowFaults(window)
    case .rate(_, let over, let within, _):
      over <= within ? [] : ["overSeconds must not be more than withinSeconds"]
    case .range(let least, let greatest):
      least < greatest ? [] : ["the range must go from less to more"]
    case .flapping:
      levels.allSatisfy { (1...Double(Self.samplesMax - 1)).contains($0.raise) }
        ? [] : ["crossings must be 1 to \(Self.samplesMax - 1)"]
    case .neighbours(let near):
      near.devicesMin <= near.devicesMax ? [] : ["`least` must not be more than `devices`"]
    case .fence(let fence, _): fenceFaults(fence)
    default: []
    }
  }

  private func windowFaults(_ window: RuleWindow) -> [String] {
    var faults: [String] = []
    if case .sliding(let width, let step) = window.shape,
      width % step != 0 || width / step > Self.panesMax
    {
      faults.append("`seconds` must be 1 to \(Self.panesMax) whole steps")
    }
    if window.samplesMax > Self.samplesMax { faults.append("`samples` is above \(Self.samplesMax)") }
    switch window.aggregate {
    case .percentile(let percent) where !(0...100).contains(percent):
      faults.append("`percent` must be 0 to 100")
    case .percentile, .distinct:
      if case .count(let number) = window.shape, number > window.samplesMax {
        faults.append("`observations` is above `samples`")
      }
    default: break
    }
    return faults
  }

  private func fenceFaults(_ fence: RuleFence) -> [String] {
    switch fence {
    case .route(let line): line.count >= 2 ? [] : ["a route needs two points at least"]
    case .inside(.ring(let ring)), .outside(.ring(let ring)):
      ring.count >= 3 ? [] : ["an outline needs an area or three points at least"]
    default: []
    }
  }
}
