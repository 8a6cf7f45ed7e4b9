package import City

/// A named number of the city over time (体征), with thresholds.
package struct Vital: Hashable, Sendable {
  /// The least span over which it is told.
  package enum Cadence: String, CaseIterable, Sendable { case hour, day }

  package let code: String
  package let name: String
  /// Code of an aspect.
  package let aspect: String
  /// As people write it behind the number; empty where it has none.
  package let unit: String
  /// Digits after the point.
  package let decimals: Int
  /// Whether greater or smaller is worse.
  package let worse: RuleSide
  package let cadence: Cadence
  package let count: Quantity
  /// What `count` is divided by; nil = it stands by itself.
  package let per: Quantity?
  /// What the result is multiplied by: 100 for per cent.
  package let scale: Double
  /// Where `per` comes to less, the number would say nothing.
  package let perLeast: Double
  /// Fixed limits, mild to grave; empty = none.
  package let limits: [VitalLimit]
  /// How far from what is usual, in usual deviations, mild to grave; empty = none.
  package let learned: [VitalLimit]
  /// What `count` is multiplied by from a day on, in the order of days; empty = 1.
  package let factors: [DatedFactor]
  /// How much it counts within its aspect.
  package let weight: Int
  /// Code of the duty whose unit should act; nil = the unit with most of the cases behind it.
  package let duty: String?
  /// What to do where it is out of its band.
  package let advice: String
  /// Why it is watched, and where its limits come from.
  package let why: String

  package init(
    code: String, name: String, aspect: String, unit: String, decimals: Int, worse: RuleSide,
    cadence: Cadence, count: Quantity, per: Quantity? = nil, scale: Double = 1,
    perLeast: Double = 0, limits: [VitalLimit] = [], learned: [VitalLimit] = [],
    factors: [DatedFactor] = [], weight: Int = 1, duty: String? = nil, advice: String, why: String
  ) {
    self.code = code
    self.name = name
    self.aspect = aspect
    self.unit = unit
    self.decimals = decimals
    self.worse = worse
    self.cadence = cadence
    self.count = count
    self.per = per
    self.scale = scale
    self.perLeast = perLeast
    self.limits = limits
    self.learned = learned
    self.factors = factors
    self.weight = weight
    self.duty = duty
    self.advice = advice
    self.why = why
  }
}

/// Where a grade begins: in the vital's unit for fixed limits, in usual deviations for learned ones.
package struct VitalLimit: Hashable, Sendable {
  package let grade: Grade
  package let beyond: Double

  package init(grade: Grade, beyond: Double) {
    self.grade = grade
    self.beyond = beyond
  }
}

/// What turns an activity into something else from a day on, for example kilowatt-hours into carbon.
package struct DatedFactor: Hashable, Sendable {
  package let from: CivilDate
  package let value: Double
  /// Who published it.
  package let source: String

  package init(from: CivilDate, value: Double, source: String) {
    self.from = from
    self.value = value
    self.source = source
  }
}

/// A side of the city that vitals belong to (方面), for example 安全.
package struct VitalAspect: Hashable, Sendable {
  package let code: String
  package let name: String
  /// How much it counts in the score.
  package let weight: Int

  package init(code: String, name: String, weight: Int) {
    self.code = code
    self.name = name
    self.weight = weight
  }
}

/// What the check-up report is written with (体检报告): words, sentences with places in braces, and
/// what each grade costs.
package struct CheckUpTexts: Hashable, Sendable {
  /// Words and sentences by name, see docs/checkup.md.
  package let texts: [String: String]
  /// Share of a vital's points that its grade costs, 0 to 1.
  package let losses: [Grade: Double]

  package init(texts: [String: String], losses: [Grade: Double]) {
    self.texts = texts
    self.losses = losses
  }

  /// A text by its name; the name itself where the pack has none.
  package subscript(_ name: String) -> String { texts[name] ?? name }

  /// A sentence with its places filled; a place that nothing fills stays as it is.
  package func say(_ name: String, _ values: [String: String]) -> String {
    var said = ""
    var rest = Substring(self[name])
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      said += rest[..<open]
      let place = String(rest[rest.index(after: open)..<close])
      said += values[place] ?? "{\(place)}"
      rest = rest[rest.index(after: close)...]
    }
    return said + rest
  }

  /// Names that a pack with a report must bring.
  package static let required: [String] = [
    "title", "product", "period", "score", "scoreOf", "scoreChange", "trend", "aspects",
    "aspectsNote", "vitals", "vital", "now", "band", "grade", "change", "normal", "blue", "yellow",
    "orange", "red", "hotSpots", "hotSpotsNote", "footer", "worse", "deductions", "units",
    "advice", "unmeasurable", "noData", "nothingToDivide", "tooFew", "beforeFirst", "gap",
    "unknownField", "sayMore", "sayLess", "sayHot", "sayBetter", "sayRed", "sayCalm", "reason",
    "reasonArea", "reasonItem", "reasonUnit", "reasonSince", "hotLine", "hotNone", "deduction",
    "unitHead", "evidence", "page", "expected", "warnings", "warningsNone",
    "warningScore", "warningLine", "warningHit", "warningLate", "warningFalse", "warningOpen",
    "warningUnscored", "irregularities", "irregularityAlways", "irregularityPart",
    "irregularityJoin", "topics",
    "topicLine", "deviceHealth", "deviceHead", "deviceLine", "hour", "listSemicolon",
    "irregularity-late", "irregularity-returned", "irregularity-reworked", "irregularity-unsolved",
    "irregularity-discontented", "irregularity-gathering", "irregularity-repeating",
    "irregularityText-late",
    "irregularityText-returned", "irregularityText-reworked", "irregularityText-unsolved",
    "irregularityText-discontented", "irregularityText-gathering", "irregularityText-repeating",
    "outlineChanged", "fieldMissing", "tooLarge",
  ]
}
