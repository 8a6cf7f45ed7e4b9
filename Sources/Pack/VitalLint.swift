import City

// What is wrong with vitals and the report's texts.
extension PackLint {
  mutating func checkVitals() {
    for (index, vital) in pack.vitals.enumerated() {
      let subject = PackSubject(.vitals, index)
      require(vital.aspect, in: known.aspects, "aspect", subject)
      if let duty = vital.duty { require(duty, in: Set(known.duties.keys), "duty", subject) }
      for quantity in [vital.count] + (vital.per.map { [$0] } ?? []) {
        check(quantity, subject)
      }
      for detail in vital.faults {
        report(.vitalLimits, subject, ["code": vital.code, "detail": detail])
      }
    }
    if let texts = pack.checkUpTexts {
      for name in CheckUpTexts.required where texts.texts[name] == nil {
        report(.checkUpText, PackSubject(.pack), ["name": name])
      }
    }
  }

  private mutating func check(_ quantity: Quantity, _ subject: PackSubject) {
    switch quantity {
    case .cases(let cases):
      for item in cases.items { require(item, in: known.items, "item", subject) }
      for code in cases.categories { require(code, in: known.categories, "category", subject) }
    case .observations(let observations):
      require(observations.kind, in: known.kinds, "kind", subject)
      let name = "\(observations.kind) \(observations.measure)"
      if known.kinds.contains(observations.kind), !known.measuresOfKinds.contains(name) {
        report(
          .ruleMeasure, subject, ["kind": observations.kind, "code": observations.measure])
      }
    case .alarms(let alarms):
      for rule in alarms.rules { require(rule, in: known.rules, "rule", subject) }
    case .things(let things): check(things, subject)
    case .gradings(let gradings):
      require(gradings.model, in: known.risks, "risk model", subject)
    // A series is there when somebody imports it; until then the vital says that it has no data.
    case .days, .series: break
    }
  }
}

extension PackLint {
  /// A count of things follows from what they are, not from the day on which it is asked.
  private mutating func check(_ things: ThingQuantity, _ subject: PackSubject) {
    for kind in things.kinds { require(kind, in: known.kinds, "kind", subject) }
    for condition in things.conditions {
      guard case .field(let name) = condition.input else {
        report(.vitalCondition, subject)
        continue
      }
      for kind in things.kinds where known.kinds.contains(kind) {
        guard known.fields["\(kind) \(name)"] == nil else { continue }
        report(.riskField, subject, ["kind": kind, "code": name])
      }
    }
  }
}

extension Vital {
  var faults: [String] {
    var faults: [String] = []
    let sign: Double = worse == .above ? 1 : -1
    for (name, list, sign) in [("limits", limits, sign), ("learned", learned, 1)] {
      for (mild, grave) in zip(list, list.dropFirst()) {
        if mild.grade.rank >= grave.grade.rank {
          faults.append("`\(name)` must go from mild to grave")
        }
        if mild.beyond * sign >= grave.beyond * sign {
          faults.append("`\(name)` must lie further out the graver they are")
        }
      }
    }
    if learned.contains(where: { $0.beyond <= 0 }) {
      faults.append("`learned` counts usual deviations, above 0")
    }
    if limits.isEmpty && learned.isEmpty { faults.append("`limits` or `learned` must be there") }
    if zip(factors, factors.dropFirst()).contains(where: { $0.from >= $1.from }) {
      faults.append("`factors` must be in the order of their days")
    }
    if cadence == .hour, count.observed == nil {
      faults.append("only observations are told by the hour")
    }
    if scale == 0 { faults.append("`scale` must not be 0") }
    return faults
  }
}
