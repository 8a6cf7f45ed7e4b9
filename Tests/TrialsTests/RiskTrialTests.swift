import Pack
import Testing

@testable import Trials

@Suite("The risk trial")
struct RiskTrialTests {
  static let columns = ["id", "shop", "size", "sort", "found", "before", "still"]

  /// Rows in time: bigger ones and those of sort b come out more often; `found` is known afterwards,
  /// `before` repeats what `found` was the last time, `id` names the row.
  static func table(_ count: Int, seed: UInt64, hides: Bool = false) -> RiskTable {
    var state = seed
    func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    var last: [Int: Int] = [:]
    let rows = (0..<count).map { index -> RiskTable.Row in
      let shop = Int(unit() * Double(count) / 3)
      let size = unit()
      let isB = unit() < 0.3
      let isOut = unit() < 0.05 + 0.3 * size + (isB ? 0.2 : 0)
      let found = Int(unit() * 4)
      let before = last.updateValue(found, forKey: shop) ?? 0
      let values = [
        "\(index)", "\(shop * 7)", "\(size)", isB ? "b" : "a", hides ? "" : "\(found)",
        "\(before)", "1",
      ]
      return RiskTable.Row(at: Int64(index / 5), outcome: hides ? nil : isOut, values: values)
    }
    return RiskTable(columns: columns, rows: rows)
  }

  @Test("tells what each column is good for")
  func uses() {
    let columns = RiskColumns(Self.table(2_000, seed: 3), blank: [])
    #expect(
      columns.uses == [
        .leftOut(.identifier), .key, .number, .words, .leftOut(.recordedLater), .number,
        .leftOut(.constant),
      ])
    let hidden = RiskColumns(Self.table(2_000, seed: 3), blank: [4])
    #expect(hidden.uses[4] == .leftOut(.emptyWithOutcome))
  }

  @Test("a column that rules the outcome out is the outcome in other words")
  func tells() {
    let rows = (0..<1_000).map { (index: Int) -> RiskTable.Row in
      let isOut = index % 4 == 0
      let count = isOut ? (index % 8 == 0 ? "1" : "2") : "0"
      return RiskTable.Row(
        at: Int64(index), outcome: isOut, values: [count, String(index % 9)])
    }
    let columns = RiskColumns(RiskTable(columns: ["count", "other"], rows: rows), blank: [])
    #expect(columns.uses == [.leftOut(.tellsOutcome), .number])
  }

  @Test("the past of a row holds earlier rows alone, and nothing after the line")
  func past() {
    let told: [(Int64, Bool)] = [(1, true), (1, false), (2, true), (3, false)]
    let rows = told.map { RiskTable.Row(at: $0.0, outcome: $0.1, values: ["k"]) }
    let table = RiskTable(columns: ["key"], rows: rows)
    let others = (0..<9).map { (index: Int) -> RiskTable.Row in
      RiskTable.Row(at: 9, outcome: index % 2 == 0, values: ["x\(index)"])
    }
    let uses = RiskColumns(RiskTable(columns: ["key"], rows: rows + others), blank: [])
    #expect(uses.uses == [.key])
    let history = RiskHistory(uses, usual: 0.5)
    let counts = history.features(table.rows, until: 3).map { $0[0] }
    #expect(counts == [0, 0, 2, 3])
    #expect(history.features(table.rows, until: 2).map { $0[0] } == [0, 0, 2, 2])
  }

  @Test("equal scores count half, and the first half holds what it holds")
  func order() {
    let perfect = RiskOrder([(0.9, true), (0.8, true), (0.2, false), (0.1, false)])
    #expect(perfect.auc == 1 && perfect.firstHalfShare == 1)
    let same = RiskOrder([(0.5, true), (0.5, false), (0.5, true), (0.5, false)])
    #expect(same.auc == 0.5 && same.firstHalfShare == 0.5)
    let turned = RiskOrder([(0.1, true), (0.9, false)])
    #expect(turned.auc == 0 && turned.firstHalfShare == 0)
  }

  @Test("learns a logistic model that orders new rows")
  func learns() {
    let known = Self.table(1_500, seed: 5)
    let later = Self.table(1_500, seed: 6)
    let columns = RiskColumns(known, blank: [])
    let learner = RiskLearner(
      columns: columns, names: Self.columns, settings: .init(penalty: 10, usesHistory: false))
    let model = learner.model(known.rows.map { .init(row: $0, past: []) })
    #expect(model.form == .logistic)
    #expect(model.factors.map(\.code) == ["size", "sort", "before"])
    let judged = later.rows.map { row in
      (learner.score(model, .init(row: row, past: [])), row.outcome == true)
    }
    #expect(RiskOrder(judged).auc > 0.62)
  }
}
