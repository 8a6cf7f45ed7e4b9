import City
import Evaluating
import Testing

@Suite("Crowded dwellings")
struct CrowdingTests {
  /// A small generator of equal chances, so that a seed gives the same district.
  struct Chance {
    var state: UInt64
    mutating func unit() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    mutating func about(_ middle: Double) -> Double {
      middle * (0.5 + (unit() + unit() + unit()) / 3)
    }
  }

  static let features: [CrowdingFeature] = [.receivers, .water, .nightShare, .complaints]

  /// Rows of a district; in a hundred dwellings two are crowded, three are shops with many
  /// receivers, three leak.
  static func district(_ seed: UInt64) -> (rows: [[Double?]], crowded: [Bool]) {
    var chance = Chance(state: seed)
    var (rows, crowded): ([[Double?]], [Bool]) = ([], [])
    for _ in 0..<4_000 {
      let sort = chance.unit()
      var row: [Double] = [
        chance.about(2.5).rounded(), chance.about(9), chance.about(0.15),
        chance.unit() < 0.05 ? 1 : 0,
      ]
      if sort < 0.02 {
        row = [
          chance.about(12).rounded(), chance.about(30), chance.about(0.34),
          chance.unit() < 0.5 ? 2 : 0,
        ]
      } else if sort < 0.05 {
        row[0] = chance.about(25).rounded()
        row[1] = chance.about(2)
      } else if sort < 0.08 {
        row[1] = chance.about(40)
        row[2] = chance.about(0.2)
      }
      rows.append(row.map { chance.unit() < 0.03 ? nil : $0 })
      crowded.append(sort < 0.02)
    }
    return (rows, crowded)
  }

  @Test("are told from shops, leaks and families without an example", arguments: [1, 2, 3, 4])
  func told(_ seed: UInt64) {
    let (rows, crowded) = Self.district(seed)
    let model = CrowdingModel(features: Self.features, rows: rows)
    let flagged = rows.map { model.finding($0).isFlagged }
    let hits = zip(flagged, crowded).count { $0 && $1 }
    let precision = Double(hits) / Double(max(1, flagged.count { $0 }))
    let recall = Double(hits) / Double(crowded.count { $0 })
    #expect(precision >= 0.7 && recall >= 0.8, "seed \(seed): \(precision) \(recall)")
  }

  @Test("come with the numbers that speak for them, strongest first")
  func reasons() {
    let (rows, _) = Self.district(9)
    let model = CrowdingModel(features: Self.features, rows: rows)
    let finding = model.finding([15, 40, 0.4, 3])
    #expect(finding.grade == .red)
    #expect(Set(finding.reasons.map(\.feature)) == Set(Self.features))
    #expect(finding.reasons.map(\.points) == finding.reasons.map(\.points).sorted(by: >))
    #expect(model.finding([2, 8, 0.15, 0]).grade == .blue)
    #expect(model.finding([nil, nil, nil, nil]).grade == .blue)
  }

  @Test("one complaint says less than the many of the most striking dwellings")
  func rareCounts() {
    let rows: [[Double?]] = (0..<1_000).map { [$0 < 20 ? 9 : $0 < 100 ? 1 : 0] }
    let model = CrowdingModel(features: [.complaints], rows: rows)
    let points = [1.0, 4, 9].map { model.finding([$0]).reasons.map(\.points).reduce(0, +) }
    #expect(points[0] > 0)
    #expect(points[1] > 1.9 * points[0] && points[2] > 2.9 * points[0])
  }

  @Test("there are none where all dwellings are alike, or there are no dwellings")
  func alike() {
    let same = [[Double?]](repeating: [2, 8, 0.15, 0], count: 50)
    let model = CrowdingModel(features: Self.features, rows: same)
    #expect(same.allSatisfy { model.finding($0).grade == .blue })
    #expect(CrowdingModel(features: Self.features, rows: []).finding([1, 1, 1, 1]).grade == .blue)
  }

  @Test("numbers are read from what the sources say; a missing source says nothing")
  func values() {
    var facts = DwellingFacts()
    let (one, two) = (
      DwellingFacts.Receiver(key: "1", familyName: "a"),
      DwellingFacts.Receiver(key: "2", familyName: "b")
    )
    facts.deliveries = [one: [0, 5, 90], two: [80, 85]]
    facts.deliveries[.init(key: "3", familyName: "c")] = [4, 8]
    facts.deliveries[.init(key: "4", familyName: "d")] = [50]
    facts.water = [8, 10]
    facts.registered = 1
    (facts.moves, facts.movedOut) = (3, 1)
    let all = Set(DwellingSource.allCases)
    let expected: [(CrowdingFeature, Double?)] = [
      (.receivers, 3), (.familyNames, 3), (.turnover, 1), (.parcels, 8), (.unregistered, 2),
      (.water, 9), (.nightShare, nil), (.power, nil), (.moves, 3), (.movedOut, 1),
      (.complaints, 0), (.buildingComplaints, 0),
    ]
    #expect(Set(expected.map(\.0)) == Set(CrowdingFeature.allCases))
    for (feature, value) in expected {
      #expect(feature.value(facts, sources: all, days: 100) == value, "\(feature)")
      let others = all.subtracting([feature.source])
      #expect(feature.value(facts, sources: others, days: 100) == nil)
    }
    #expect(
      CrowdingFeature.unregistered.value(facts, sources: [.deliveries], days: 100) == nil)
  }
}
