import City
import Pack

/// The shapes of all files of a pack. Where nothing better is said, any form will do.
enum PackShapes {
  static let all: [PackPart: PackShape] = [
    .pack: table(["id": .code, "title": .text, "version": .number], ["depends": codes]),
    .categories: file("categories", table(named, ["parent": .code])),
    .duties: file("duties", table(named.merging(["level": words(DutyWord.Level.self)]) { $1 })),
    .posts: file(
      "posts", table(named.merging(["permissions": .list(words(Permission.self))]) { $1 })),
    .hours: file("hours", .anything),
    .kinds: file("kinds", kind),
    .items: file("items", item),
    .risks: file("risks", risk),
    .vitals: .table(
      ["aspects": .list(table(named, ["weight": .number])), "vitals": .list(vital)], required: []),
    .views: file("views", view),
    .reports: file("reports", report),
    .ledgers: file("ledgers", ledger),
    .patrols: file("patrols", patrol),
    .groups: file("groups", group),
    .policies: file("policies", policy),
    .retention: file(
      "retention",
      table(
        named.merging([
          "data": words(RetainedData.self), "purpose": .text, "why": .text,
        ]) { $1 }, ["days": .number])),
    .purposes: file(
      "purposes",
      table(
        named.merging([
          "use": words(Purpose.Use.self), "basis": words(Purpose.Basis.self), "version": .number,
          "wording": .text, "why": .text,
        ]) { $1 }, ["asked": .list(words(Channel.self))])),
    .flow: .anything, .calendarYear: .anything, .profile: .anything, .mappings: .anything,
    .rules: .anything, .evaluations: .anything, .checkUp: .anything, .health: .anything,
    .storyWords: .anything, .addresses: .anything, .likeness: .anything,
  ]

  private static let codes = PackShape.list(.code)
  private static let named: [String: PackShape] = ["code": .code, "name": .text]
  private static let grade = words(Grade.self)

  private static let kind = table(
    named,
    [
      "fields": .list(
        table(
          [
            "name": .code, "title": .text, "form": words(KindField.Form.self),
            "dataClass": words(DataClass.self),
          ],
          [
            "required": .flag, "unit": .text, "least": .decimal, "greatest": .decimal,
            "choices": .list(.text), "pattern": .text, "unique": .flag,
          ])),
      "measures": .anything, "calibrationDays": .number,
    ])

  private static let item = table(
    named.merging([
      "category": .code, "flow": .code, "filing": .text, "closing": .text, "grade": grade,
      "clocks": .list(
        table(["name": .code, "amount": .number, "measure": words(TimeLimit.Measure.self)])),
      "responsibility": .list(
        table(
          ["duty": .code, "place": .text, "why": .text], ["thingKind": .code, "areas": codes])),
      "evidence": .list(.text),
    ]) { $1 },
    [
      "weight": .number, "words": .list(.text), "joinMetres": .number, "joinHours": .number,
      "automatic": .flag, "settledBy": .list(.text), "automaticAbove": .number,
      "dataClass": words(DataClass.self), "sensorClear": limit,
    ])

  private static let limit = table([
    "amount": .number, "measure": words(TimeLimit.Measure.self),
  ])
  private static let group = table(
    named.merging([
      "members": .list(
        table(
          [
            "duty": .code, "place": words(ResponsibilityRule.Place.self),
            "form": words(GroupMember.Form.self), "posts": codes,
          ], ["limit": limit])),
      "why": .text,
    ]) { $1 })

  private static let input: [String: PackShape] = [
    "field": .code, "daysSince": .code, "cases": codes, "days": .number,
  ]
  private static let condition = PackShape.table(
    input.merging([
      "is": .list(.text), "least": .decimal, "below": .decimal, "absent": .flag,
    ]) { $1 }, required: [])
  private static let step = table(["from": .decimal, "points": .decimal])

  private static let risk = table(
    named.merging([
      "kind": .code, "form": words(RiskModel.Form.self), "why": .text,
      "lines": .list(table(["grade": grade, "name": .text], ["from": .decimal])),
    ]) { $1 },
    [
      "base": .decimal,
      "factors": .list(
        table(
          ["code": .code, "title": .text, "why": .text],
          input.merging([
            "steps": .list(step), "curve": .list(step), "words": .map(.decimal),
            "other": .decimal, "missing": .decimal,
            "perUnit": table(["points": .decimal, "least": .decimal, "greatest": .decimal]),
          ]) { $1 })),
      "rules": .list(table(["when": .list(condition), "grade": grade, "why": .text])),
      "item": .code, "signalFrom": grade,
    ])

  private static let limits = PackShape.table(
    Dictionary(uniqueKeysWithValues: Grade.allCases.map { ($0.rawValue, .decimal) }),
    required: [])

  private static let vital = table(
    named.merging([
      "aspect": .code, "count": .anything, "advice": .text, "why": .text,
    ]) { $1 },
    [
      "unit": .text, "decimals": .number, "worse": words(RuleSide.self),
      "cadence": words(Vital.Cadence.self), "per": .anything, "scale": .decimal,
      "perLeast": .decimal, "limits": limits, "learned": limits,
      "factors": .list(table(["from": .date, "value": .decimal, "source": .text])),
      "weight": .number, "duty": .code,
    ])

  private static let view = table(
    [
      "code": .code, "title": .text,
      "parts": .list(
        table(
          ["title": .text],
          [
            "text": .text, "figures": codes, "graded": .code, "cases": codes,
            "ledger": .code, "patrols": .code,
            "map": .table(["kinds": codes, "model": .code, "items": codes], required: []),
            "table": table(["kind": .code, "columns": codes]),
            "chart": .table(["grades": .code, "vital": .code], required: []),
          ])),
    ], ["posts": codes])

  private static let report = table(
    ["code": .code, "title": .text, "every": words(PackReport.Span.self)],
    ["vitals": codes, "items": codes, "models": codes])

  private static let ledger = table(
    named.merging([
      "proof": .list(words(Ledger.Proof.self)), "posts": codes, "why": .text,
    ]) { $1 },
    [
      "model": .code, "from": grade, "items": codes, "days": .number, "asksClosedCases": .flag,
      "late": table(["item": .code, "words": .text]),
    ])

  private static let patrol = table(
    named.merging([
      "kind": .code, "every": words(PatrolPlan.Period.self), "duty": .code,
      "place": words(ResponsibilityRule.Place.self), "posts": codes, "stops": .number,
      "missed": table(["item": .code, "words": .text]), "why": .text,
    ]) { $1 },
    ["model": .code, "grades": .list(grade), "fault": .code])

  private static let policy = table(
    named.merging([
      "kind": .code, "from": .date, "grade": grade, "source": .text, "amount": .anything,
      "when": .list(condition),
    ]) { $1 },
    ["to": .date, "group": .code, "most": .decimal, "locked": .code])

  // MARK: Making

  /// A file that is one list under one key.
  private static func file(_ key: String, _ shape: PackShape) -> PackShape {
    .table([key: .list(shape)], required: [key])
  }

  private static func table(
    _ required: [String: PackShape], _ optional: [String: PackShape] = [:]
  ) -> PackShape {
    .table(required.merging(optional) { $1 }, required: required.keys.sorted())
  }

  private static func words<Word: RawRepresentable<String> & CaseIterable>(
    _ type: Word.Type
  ) -> PackShape {
    .words(Word.allCases.map(\.rawValue))
  }
}
