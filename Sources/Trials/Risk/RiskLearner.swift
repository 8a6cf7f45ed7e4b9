import City
import Evaluating
import Learning
import Pack

/// Learns a logistic risk model from rows: numbers by their rank among all rows, words each by
/// itself, and what the past of a key says.
///
/// What comes out is a `RiskModel` like those of packs: its factors are curves and words, and each
/// shows what it counted.
struct RiskLearner {
  /// What the learning tries; which is best is told by later rows.
  struct Settings: Equatable {
    let penalty: Double
    let usesHistory: Bool
  }

  static let candidates: [Settings] = [false, true].flatMap { usesHistory in
    [3.0, 10, 30, 100].map { Settings(penalty: $0, usesHistory: usesHistory) }
  }

  /// Knots of a curve.
  private static let knotsMax = 33
  /// Rows that a word must have to count by itself.
  private static let wordRowsMin = 20

  let columns: RiskColumns
  let names: [String]
  let settings: Settings

  /// A row as factors see it: values of columns, then those of the past.
  struct Example {
    let row: RiskTable.Row
    let past: [Float]
  }

  /// - Throws: nothing; where all outcomes are the same, the model says the same of every row.
  func model(_ examples: [Example]) -> RiskModel {
    let scales = scales(examples)
    let rows = examples.map { example in encoded(example, scales) }
    let fit = LogisticFit(
      rows: rows, truths: examples.map { $0.row.outcome ?? false }, penalty: settings.penalty)
    var place = 0
    let factors = scales.map { scale -> RiskFactor in
      let points: RiskScale
      switch scale.form {
      case .rank(let knots):
        let coefficient = fit.coefficients[place]
        place += 1
        points = .curve(
          knots.map { RiskStep(from: $0.from, points: ($0.points - 0.5) * coefficient) })
      case .words(let words):
        let pairs = words.enumerated().map { ($1, fit.coefficients[place + $0]) }
        place += words.count
        points = .words(Dictionary(uniqueKeysWithValues: pairs), other: 0)
      }
      return RiskFactor(
        code: scale.code, title: scale.code, input: .field(scale.code), scale: points, missing: 0,
        why: "")
    }
    return RiskModel(
      code: "learned", name: "learned", kind: "", form: .logistic, base: fit.base,
      factors: factors, rules: [], lines: [RiskLine(grade: .blue, name: "", from: nil)],
      item: nil, signalFrom: .red, why: "")
  }

  /// What a model says of an example, 0…100.
  func score(_ model: RiskModel, _ example: Example) -> Double {
    let places = places
    return model.assess { input in
      guard case .field(let code) = input, let place = places[code] else { return nil }
      return value(place, of: example)
    }.score
  }

  // MARK: Inputs

  /// Where an input stands: a column, or behind them the past.
  private var places: [String: Int] {
    Dictionary(uniqueKeysWithValues: inputs.map { ($0.code, $0.place) })
  }

  private var inputs: [(code: String, place: Int)] {
    var inputs = columns.uses.indices.filter {
      columns.uses[$0] == .number || columns.uses[$0] == .words
    }.map { (code: names[$0], place: $0) }
    if settings.usesHistory {
      let width = RiskHistory(columns, usual: 0).width
      inputs += (0..<width).map { (code: "past-\($0)", place: names.count + $0) }
    }
    return inputs
  }

  private func value(_ place: Int, of example: Example) -> RiskValue? {
    guard place < names.count else { return .number(Double(example.past[place - names.count])) }
    let text = example.row.values[place]
    guard !text.isEmpty else { return nil }
    return columns.uses[place] == .number ? Double(text).map { .number($0) } : .text(text)
  }

  // MARK: Scales

  private struct Scale {
    enum Form {
      case rank([RiskStep])
      case words([String])
    }
    let code: String
    let place: Int
    let form: Form
  }

  private func scales(_ examples: [Example]) -> [Scale] {
    inputs.compactMap { code, place -> Scale? in
      if place < names.count, columns.uses[place] == .words {
        var counts: [String: Int] = [:]
        for example in examples { counts[example.row.values[place], default: 0] += 1 }
        counts[""] = nil
        let words = counts.filter { $0.value >= Self.wordRowsMin }.keys.sorted()
        return words.isEmpty ? nil : Scale(code: code, place: place, form: .words(words))
      }
      let values = examples.compactMap { value(place, of: $0)?.number }.sorted()
      let knots = Self.knots(values)
      return knots.count < 2 ? nil : Scale(code: code, place: place, form: .rank(knots))
    }
  }

  /// The middle rank, 0…1, of values taken evenly from sorted ones.
  private static func knots(_ sorted: [Double]) -> [RiskStep] {
    guard !sorted.isEmpty else { return [] }
    var runs: [(value: Double, first: Int, end: Int)] = []
    for (index, value) in sorted.enumerated() {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].end = index + 1
      } else {
        runs.append((value, index, index + 1))
      }
    }
    let chosen =
      runs.count <= knotsMax
      ? Array(runs.indices)
      : (0..<knotsMax).map { knot in
        let rank = (sorted.count - 1) * knot / (knotsMax - 1)
        return runs.partitioningIndex { $0.end > rank }
      }
    var knots: [RiskStep] = []
    for index in chosen where knots.last?.from != runs[index].value {
      let run = runs[index]
      let middle = Double(run.first + run.end) / 2 / Double(sorted.count)
      knots.append(RiskStep(from: run.value, points: middle))
    }
    return knots
  }

  private func encoded(_ example: Example, _ scales: [Scale]) -> [Float] {
    var row: [Float] = []
    for scale in scales {
      let value = value(scale.place, of: example)
      switch scale.form {
      case .rank(let knots):
        let rank = value.flatMap { RiskScale.curve(knots).points($0) }
        row.append(Float((rank ?? 0.5) - 0.5))
      case .words(let words):
        row += words.map { value == .text($0) ? 1 : 0 }
      }
    }
    return row
  }
}

extension Array {
  /// The first index from which on `holds` is true, all later ones included.
  fileprivate func partitioningIndex(_ holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
