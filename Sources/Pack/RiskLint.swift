import City

// What is wrong with risk models.
extension PackLint {
  mutating func checkRisks() {
    for (index, risk) in pack.risks.enumerated() {
      let subject = PackSubject(.risks, index)
      require(risk.kind, in: known.kinds, "kind", subject)
      if let item = risk.item { require(item, in: known.items, "item", subject) }
      for (place, factor) in risk.factors.enumerated() {
        let part = PackSubject(.risks, index, .factor, place)
        check(factor.input, of: risk.kind, part)
        if let detail = factor.scale.fault { report(.riskScale, part, ["detail": detail]) }
      }
      for (place, rule) in risk.rules.enumerated() {
        let part = PackSubject(.risks, index, .rule, place)
        for condition in rule.conditions { check(condition.input, of: risk.kind, part) }
        if risk.name(of: rule.grade) == nil {
          report(.riskLines, part, ["code": risk.code, "detail": "no line has the rule's grade"])
        }
      }
      for detail in risk.lineFaults {
        report(.riskLines, subject, ["code": risk.code, "detail": detail])
      }
      let codes = risk.factors.map(\.code)
      for code in Set(codes) where codes.count(where: { $0 == code }) > 1 {
        report(.codeTwice, subject, ["what": "factor", "code": code])
      }
    }
  }

  mutating func check(_ input: RiskInput, of kind: String, _ subject: PackSubject) {
    guard known.kinds.contains(kind) else { return }
    switch input {
    case .field(let name):
      if known.fields["\(kind) \(name)"] == nil {
        report(.riskField, subject, ["kind": kind, "code": name])
      }
    case .daysSince(let name):
      if known.fields["\(kind) \(name)"] != .date {
        report(.riskDate, subject, ["kind": kind, "code": name])
      }
    case .cases(let items, _):
      for item in items { require(item, in: known.items, "item", subject) }
    }
  }
}

extension RiskModel {
  var lineFaults: [String] {
    var faults: [String] = []
    for (grave, mild) in zip(lines, lines.dropFirst()) {
      if grave.grade.rank <= mild.grade.rank { faults.append("grades must go from grave to mild") }
      if let above = grave.from, let below = mild.from, above <= below {
        faults.append("scores must go from high to low")
      }
    }
    if lines.last?.from != nil { faults.append("the last line has no `from`: it holds the rest") }
    let hasScores = lines.contains { $0.from != nil }
    if form == .rules {
      if hasScores || !factors.isEmpty { faults.append("rules alone have no factors and scores") }
      if rules.isEmpty { faults.append("there are no rules") }
    } else {
      if !hasScores && rules.isEmpty { faults.append("no line has a score") }
      if factors.isEmpty { faults.append("there are no factors") }
    }
    return faults
  }
}

extension RiskScale {
  var fault: String? {
    switch self {
    case .steps(let steps), .curve(let steps):
      steps.isEmpty
        ? "there are no steps"
        : zip(steps, steps.dropFirst()).allSatisfy { $0.from < $1.from }
          ? nil : "`from` must rise from step to step"
    case .words(let words, _): words.isEmpty ? "there are no words" : nil
    case .slope: nil
    }
  }
}
