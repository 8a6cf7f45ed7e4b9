import City
import Pack

/// The words for forms of rules in packs.
private enum FormWord: String, CaseIterable {
  case value, rate, window, silence, stuck, flapping, range, several, sequence, neighbours, fence
}

private enum ShapeWord: String, CaseIterable { case tumbling, sliding, count }

private enum AggregateWord: String, CaseIterable {
  case least, greatest, mean, sum, count, percentile, distinct
}

private enum GroundWord: String, CaseIterable { case inside, outside, route }

// The forms of rules, each a table under its own name.
extension PackDecoder {
  func ruleForm(_ rule: TableReader) -> RuleForm? {
    guard let word = rule.word("form", FormWord.self) else { return nil }
    for other in FormWord.allCases where other != word {
      guard let node = rule.optional(other.rawValue) else { continue }
      list.report(
        .keyUnknown, node.place,
        ["key": other.rawValue, "what": "form \(word.rawValue)", "allowed": word.rawValue])
    }
    switch word {
    case .value: return .value
    case .silence: return .silence
    case .rate: return rate(rule)
    case .window: return window(rule).map { .window($0) }
    case .stuck: return stuck(rule)
    case .flapping: return flapping(rule)
    case .range: return range(rule)
    case .several: return several(rule)
    case .sequence: return sequence(rule)
    case .neighbours: return neighbours(rule)
    case .fence: return fence(rule)
    }
  }

  private func part(_ rule: TableReader, _ key: String, _ keys: [String]) -> TableReader? {
    rule.required(key).flatMap { TableReader($0, key, keys: keys, list) }
  }

  private func milliseconds(_ table: TableReader, _ key: String, standard: Int? = nil) -> Int64? {
    let seconds =
      standard.flatMap { table.number(key, 0...PackLimits.secondsRange.upperBound, standard: $0) }
      ?? (standard == nil ? table.number(key, 1...PackLimits.secondsRange.upperBound) : nil)
    return seconds.map { Int64($0) * Duration.second }
  }

  private func rate(_ rule: TableReader) -> RuleForm? {
    let keys = ["perSeconds", "overSeconds", "withinSeconds", "sign"]
    guard let table = part(rule, "rate", keys) else { return nil }
    let over = milliseconds(table, "overSeconds", standard: 0)
    let sign = table.optional("sign") == nil ? .signed : table.word("sign", RateSign.self)
    guard let per = milliseconds(table, "perSeconds"), let over,
      let within = milliseconds(table, "withinSeconds"), let sign
    else { return nil }
    return .rate(perMilliseconds: per, overMilliseconds: over, withinMilliseconds: within, sign)
  }

  private func window(_ rule: TableReader) -> RuleWindow? {
    let keys = ["shape", "seconds", "step", "observations", "aggregate", "percent", "samples"]
    guard let table = part(rule, "window", keys) else { return nil }
    let samples = table.number("samples", PackLimits.ruleCountRange, standard: 128)
    guard let shape = windowShape(table), let aggregate = aggregate(table), let samples
    else { return nil }
    return RuleWindow(shape: shape, aggregate: aggregate, samplesMax: samples)
  }

  private func windowShape(_ table: TableReader) -> RuleWindow.Shape? {
    switch table.word("shape", ShapeWord.self) {
    case .tumbling: milliseconds(table, "seconds").map { .tumbling(milliseconds: $0) }
    case .sliding:
      if let width = milliseconds(table, "seconds"), let step = milliseconds(table, "step") {
        .sliding(milliseconds: width, stepMilliseconds: step)
      } else {
        nil
      }
    case .count: table.number("observations", PackLimits.ruleCountRange).map { .count($0) }
    case nil: nil
    }
  }

  private func aggregate(_ table: TableReader) -> RuleWindow.Aggregate? {
    switch table.word("aggregate", AggregateWord.self) {
    case .least: .least
    case .greatest: .greatest
    case .mean: .mean
    case .sum: .sum
    case .count: .count
    case .percentile: table.decimal("percent", standard: nil).map { .percentile($0) }
    case .distinct: .distinct
    case nil: nil
    }
  }

  private func stuck(_ rule: TableReader) -> RuleForm? {
    part(rule, "stuck", ["band"])?.decimal("band", standard: 0).map { .stuck(band: $0) }
  }

  private func flapping(_ rule: TableReader) -> RuleForm? {
    guard let table = part(rule, "flapping", ["level", "withinSeconds"]),
      let level = table.decimal("level", standard: nil),
      let within = milliseconds(table, "withinSeconds")
    else { return nil }
    return .flapping(level: level, withinMilliseconds: within)
  }

  private func range(_ rule: TableReader) -> RuleForm? {
    guard let table = part(rule, "range", ["least", "greatest"]),
      let least = table.decimal("least", standard: nil),
      let greatest = table.decimal("greatest", standard: nil)
    else { return nil }
    return .range(least: least, greatest: greatest)
  }

  private func condition(_ table: TableReader) -> RuleCondition? {
    let side = table.word("side", RuleSide.self)
    guard let side, let limit = table.decimal("limit", standard: nil) else { return nil }
    return RuleCondition(side: side, limit: limit)
  }

  private func several(_ rule: TableReader) -> RuleForm? {
    let keys = ["side", "limit", "area", "withinSeconds"]
    guard let table = part(rule, "several", keys), let condition = condition(table),
      let area = table.word("area", AreaLevel.self),
      let within = milliseconds(table, "withinSeconds")
    else { return nil }
    return .several(condition, area: area, withinMilliseconds: within)
  }

  private func sequence(_ rule: TableReader) -> RuleForm? {
    let keys = ["first", "measure", "then", "withinSeconds"]
    guard let table = part(rule, "sequence", keys) else { return nil }
    let conditions = ["first", "then"].map { key in
      part(table, key, ["side", "limit"]).flatMap { condition($0) }
    }
    guard let first = conditions[0], let then = conditions[1],
      let measure = table.code("measure"), let within = milliseconds(table, "withinSeconds")
    else { return nil }
    return .sequence(first: first, measure: measure, then: then, withinMilliseconds: within)
  }

  private func neighbours(_ rule: TableReader) -> RuleForm? {
    let keys = ["devices", "metres", "least", "withinSeconds"]
    guard let table = part(rule, "neighbours", keys),
      let devices = table.number("devices", 1...32),
      let metres = table.number("metres", 1...PackLimits.metresRange.upperBound),
      let least = table.number("least", 1...32),
      let within = milliseconds(table, "withinSeconds")
    else { return nil }
    return .neighbours(
      RuleNeighbours(
        devicesMax: devices, metres: Double(metres), devicesMin: least,
        withinMilliseconds: within))
  }

  private func fence(_ rule: TableReader) -> RuleForm? {
    let keys = ["ground", "area", "points", "latitude"]
    guard let table = part(rule, "fence", keys) else { return nil }
    let points = table.nodes("points").compactMap { position($0, table) }
    let area = table.optionalText("area")
    guard let ground = table.word("ground", GroundWord.self),
      let latitude = table.code("latitude")
    else { return nil }
    let outline: RuleGround = area.map { .area(code: $0) } ?? .ring(points)
    switch ground {
    case .inside: return .fence(.inside(outline), latitude: latitude)
    case .outside: return .fence(.outside(outline), latitude: latitude)
    case .route: return .fence(.route(points), latitude: latitude)
    }
  }

  /// `[121.45, 31.28]`: longitude, latitude.
  private func position(_ node: Node, _ table: TableReader) -> Position? {
    let numbers = table.nodes(of: node, "points").compactMap { table.decimal(of: $0, "points") }
    if numbers.count == 2, let point = Position(longitude: numbers[0], latitude: numbers[1]) {
      return point
    }
    list.report(
      .valueWrongType, node.place, ["key": "points", "expected": "[longitude, latitude]"])
    return nil
  }
}
