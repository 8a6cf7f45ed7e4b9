import City
import Evaluating
import Pack
import PackReading
import Testing

/// Every vital of the core pack has its story: calm weeks, then one in which it turns red.
@Suite struct CoreVitalTests {
  private static let start: Int64 = 1_767_196_800_000
  private static let week = 7 * Duration.day
  private static let calmWeeks = 12

  static let codes: [String] = (try? CorePack.pack().vitals.map(\.code)) ?? []

  @Test("sixty and more, over all eight aspects, each with a reason and advice")
  func sizes() throws {
    let pack = try CorePack.pack()
    #expect(pack.vitals.count >= 60)
    #expect(pack.aspects.count == 8)
    for aspect in pack.aspects {
      #expect(pack.vitals.filter { $0.aspect == aspect.code }.count >= 5, "\(aspect.code)")
    }
    #expect(pack.vitals.allSatisfy { $0.why.hasSuffix("。") })
    #expect(pack.vitals.allSatisfy { $0.advice.hasSuffix("。") })
    #expect(Set(pack.checkUpTexts?.losses.keys.map(\.self) ?? []) == Set(Grade.allCases))
  }

  @Test("turns red in its story, and is calm before", arguments: codes)
  func story(_ code: String) throws {
    let vital = try #require(CorePack.catalogue().vital(code: code))
    let places = PlaceTable(
      areas: [
        Area(id: ID(1), parent: nil, level: .district, code: "d", name: "d", outline: nil)
      ], units: [])
    var book = VitalBook(
      vitals: [vital], places: places, offsetMilliseconds: 8 * Duration.hour)
    let start = Instant(milliseconds: Self.start)
    book.know(casesFrom: start, observationsFrom: start)
    // A calm number: on the good side of every fixed limit.
    let (calm, wild) = Self.values(vital)
    for number in 0...Self.calmWeeks {
      let value = number == Self.calmWeeks ? wild : calm * (1 + 0.01 * Double(number % 3))
      fill(&book, vital, value: value, week: number)
    }
    func grade(_ number: Int) -> VitalState {
      let from = Self.start + Int64(number) * Self.week
      return book.state(
        vital: 0, place: 0,
        period: Period(
          from: Instant(milliseconds: from), to: Instant(milliseconds: from + Self.week))!)
    }
    #expect(grade(Self.calmWeeks - 1).grade == nil, "\(grade(Self.calmWeeks - 1))")
    #expect(grade(Self.calmWeeks).grade == .red, "\(grade(Self.calmWeeks))")
  }

  private static func values(_ vital: Vital) -> (calm: Double, wild: Double) {
    let mildest = vital.limits.first?.beyond
    let gravest = vital.limits.last?.beyond
    if vital.worse == .above {
      return ((mildest ?? 20) * 0.5, max((gravest ?? 0) * 1.5, 400))
    }
    return (mildest.map { $0 + ($0 < 100 ? (100 - $0) / 2 : $0) } ?? 50, (gravest ?? 2) * 0.3)
  }

  /// Brings a week's quantities to a value of the vital.
  private func fill(_ book: inout VitalBook, _ vital: Vital, value: Double, week: Int) {
    let per = 1_000.0
    let factor = vital.factors.last?.value ?? 1
    for (index, quantity) in book.quantities.enumerated() {
      let amount: Double
      switch quantity {
      case vital.count:
        let divisor: Double = vital.per == nil ? 1 : vital.per == .days ? 7 : per
        amount = value * divisor / vital.scale / factor
      case vital.per: amount = per
      case .observations(let observed) where observed.take == .hours: amount = per
      case .observations(let observed) where observed.take == .hoursDue: amount = per
      default: continue
      }
      let at = Self.start + Int64(week) * Self.week + Duration.hour
      if quantity.merge == .stock {
        let before =
          book.amount(
            index, 0,
            Period(from: Instant(milliseconds: at - 1), to: Instant(milliseconds: at))!) ?? 0
        book.add(amount - before, quantity: index, at: at, places: [0])
      } else {
        book.add(amount, quantity: index, at: at, places: [0])
      }
    }
  }
}
