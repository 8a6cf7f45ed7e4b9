import City
import Pack
import Testing

@testable import Discovering

struct RuleBacktestTests {
  @Test("a changed rule beside the present one: how often, and how often right")
  func compare() {
    let world = RuleFixture.world(devices: 2, measures: ["level"])
    func rule(_ limit: Double) -> Rule {
      RuleFixture.rule(.value, [RuleLevel(grade: .red, raise: limit, clear: limit)])
    }
    var backtest = RuleBacktest(rules: [rule(5), rule(7)], others: [], world: world)
    backtest.take(
      RuleFixture.observations(
        [(0, 10, 6), (0, 20, 1), (1, 30, 9), (1, 40, 1), (0, 50, 6), (0, 60, 2)].map {
          .init(stream: $0.0, second: $0.1, value: $0.2)
        }))
    func time(_ second: Int) -> Instant { Instant(milliseconds: RuleFixture.time(second)) }
    func outcome(_ stream: UInt32, _ from: Int, _ to: Int, _ isConfirmed: Bool)
      -> RuleBacktest.Outcome
    {
      .init(
        subject: .stream(StreamNumber(stream)), from: time(from), to: time(to),
        isConfirmed: isConfirmed)
    }
    let got = backtest.finish(
      from: time(0), to: time(100),
      outcomes: [outcome(0, 10, 20, false), outcome(1, 30, 40, true)])
    #expect(
      got == [BacktestSide(raised: 3, precision: 0.5), BacktestSide(raised: 1, precision: 1)])
  }
}
