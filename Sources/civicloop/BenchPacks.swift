import City
import Evaluating
import JSONText
import Pack
import PackReading

/// `civicloop bench packs`: reading all packs, grading things, and answering for households.
enum BenchPacks {
  static let command = Command(
    name: "bench packs", summary: "time to read packs, to grade things and to answer households",
    usage:
      "bench packs [--things 100000] [--households 100000] [--policies 50] [--packs 50] [--stored 200000] [--data DIR]",
    example: "civicloop bench packs --things 100000",
    options: ["things", "households", "policies", "packs", "stored"]
  ) { arguments in try await run(arguments) }

  private static let countRange = 1...10_000_000
  private static let packsMax = 500
  private static let policiesRange = 1...1_000
  /// Things that are graded alone, one after the other.
  private static let singles = 1_000

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    _ = try arguments.expect()
    let things = try arguments.integer("things", 100_000, in: countRange)
    let households = try arguments.integer("households", 100_000, in: countRange)
    let policies = try arguments.integer("policies", 50, in: policiesRange)
    let packs = try arguments.integer("packs", 0, in: 0...packsMax)
    let stored = try arguments.integer("stored", 0, in: 0...countRange.upperBound)
    let reading = Stopwatch()
    let catalogue = try Packs.load(Home.find())
    let readSeconds = reading.seconds
    let graded = try grade(things, catalogue)
    let answered = try answer(households, policies, catalogue)
    let many = packs > 0 ? try BenchPackStart.read(packs, arguments.data) : nil
    let start = stored > 0 ? try await BenchPackStart.open(stored, arguments.data) : nil
    Output.result { writer in
      if let many {
        writer.member("manyPacks", many.packs)
        writer.member("manyReadMilliseconds", many.milliseconds)
      }
      if let start {
        writer.member("storedThings", stored)
        writer.member("startMilliseconds", start)
      }
      writer.member("packs", catalogue.packs.count)
      writer.member("stories", catalogue.stories.count)
      writer.member("readMilliseconds", readSeconds * 1_000)
      writer.member("things", things)
      writer.member("model", graded.model)
      writer.member("gradeSeconds", graded.seconds)
      writer.member("gradeOneMilliseconds", graded.oneMilliseconds)
      writer.member("households", households)
      writer.member("policies", answered.policies)
      writer.member("entitled", answered.entitled)
      writer.member("answerSeconds", answered.seconds)
    }
    return 0
  }

  /// Grades things by the model with the most factors.
  private static func grade(
    _ count: Int, _ catalogue: Catalogue
  ) throws -> (model: String, seconds: Double, oneMilliseconds: Double) {
    guard let model = catalogue.risks.max(by: { $0.factors.count < $1.factors.count }),
      let kind = catalogue.kind(code: model.kind)
    else { throw WorkFault(message: "no pack has a risk model") }
    let today = CivilDate(daysSinceEpoch: 20_500)
    let attributes = (0..<count).map { BenchFacts.attributes(of: kind, model, number: $0) }
    var list = RiskList()
    func take(_ index: Int, _ at: Int64) {
      let facts = ThingRisk(attributes[index], of: kind, today: today) { _, _ in index % 3 }
      _ = list.take(
        model.assess(facts.value), of: ID<Thing>(Int64(index + 1)), at: Instant(milliseconds: at))
    }
    let watch = Stopwatch()
    for index in 0..<count { take(index, 0) }
    let seconds = watch.seconds
    let single = Stopwatch()
    for index in 0..<singles { take(index % count, 1) }
    return (model.code, seconds, single.seconds * 1_000 / Double(singles))
  }

  private static func answer(
    _ households: Int, _ count: Int, _ catalogue: Catalogue
  ) throws -> (policies: Int, entitled: Int, seconds: Double) {
    guard let first = catalogue.policies.first, let kind = catalogue.kind(code: first.kind) else {
      throw WorkFault(message: "no pack has a policy")
    }
    let own = catalogue.policies.filter { $0.kind == first.kind }
    let policies = (0..<count).map { BenchFacts.policy(own[$0 % own.count], number: $0) }
    let day = CivilDate(daysSinceEpoch: 20_500)
    let rules = EntitlementRules(policies, on: day)
    let watch = Stopwatch()
    var entitled = 0
    for number in 0..<households {
      let facts = ThingRisk(
        BenchFacts.household(of: kind, number: number), of: kind, today: day
      ) { _, _ in 0 }
      let answer = rules.answer(kind: kind.code, facts.value)
      entitled += answer.entitlements.count { $0.standing == .entitled }
    }
    return (count, entitled, watch.seconds)
  }
}

/// Made-up facts for the bench: the same for the same number.
enum BenchFacts {
  /// Values spread over the steps and words of a model.
  static func attributes(of kind: Kind, _ model: RiskModel, number: Int) -> [Attribute] {
    kind.fields.enumerated().map { index, field in
      let turn = number &* 2_654_435_761 >> (index % 8)
      return Attribute(name: field.name, value: value(field, model, turn & 0xFFFF))
    }
  }

  private static func value(_ field: KindField, _ model: RiskModel, _ turn: Int) -> String {
    switch field.form {
    case .number: return String(turn % 400)
    case .boolean: return turn % 2 == 0 ? "true" : "false"
    case .date: return "20\(15 + turn % 10)-0\(1 + turn % 9)-1\(turn % 9)"
    case .text:
      for factor in model.factors where factor.input == .field(field.name) {
        if case .words(let words, _) = factor.scale {
          return words.keys.sorted()[turn % words.count]
        }
      }
      return "\(turn)"
    }
  }

  /// A household whose income, costs and heads vary.
  static func household(of kind: Kind, number: Int) -> [Attribute] {
    kind.fields.enumerated().compactMap { index, field in
      guard field.form == .number else { return nil }
      let turn = (number &* 2_654_435_761 >> (index % 8)) & 0xFFFF
      return turn % 20 == 0 ? nil : Attribute(name: field.name, value: String(turn % 5_000))
    }
  }

  /// A policy with a code of its own, in force without end.
  static func policy(_ policy: Policy, number: Int) -> Policy {
    Policy(
      code: "\(policy.code)-\(number)", name: policy.name, kind: policy.kind, from: policy.from,
      to: nil, group: policy.group, grade: policy.grade, conditions: policy.conditions,
      amount: policy.amount, most: policy.most, locked: policy.locked, source: policy.source)
  }
}
