import City
import Evaluating
import LoopFixture
import Ports
import Synchronization
import Testing

@testable import Engine

/// Copies in memory.
private final class DerivedMemory: DerivedKeeping {
  private let copies = Mutex<[String: [[Int64]]]>([:])
  private let loads = Mutex<[String: Bool]>([:])

  /// Whether the copy of a name was taken when it was asked for last; nil = it never was.
  func taken(_ name: String) -> Bool? { loads.withLock { $0[name] } }

  func change(_ name: String, _ change: (inout [[Int64]]) -> Void) {
    copies.withLock { change(&$0[name, default: []]) }
  }

  func save(_ name: String, chunks: Int, _ chunk: (Int) -> [Int64]) -> Bool {
    let words = (0..<chunks).map(chunk)
    copies.withLock { $0[name] = words }
    return true
  }

  func load(_ name: String, _ take: ([Int64]) -> Bool) -> Bool {
    let isTaken = copies.withLock { $0[name] }?.allSatisfy(take) ?? false
    loads.withLock { $0[name] = isTaken }
    return isTaken
  }
}

@Suite struct VitalCopyTests {
  private func expectSame(_ one: VitalDesk, _ other: VitalDesk) async throws {
    let from = Loop.start.advanced(byMilliseconds: -Duration.day)
    let to = from.advanced(byMilliseconds: 3 * Duration.day)
    let period = try #require(Period(from: from, to: to))
    let (own, others) = (await one.cases, await other.cases)
    let isSame = (0..<own.chunkCount).allSatisfy { own.chunk($0) == others.chunk($0) }
    #expect(isSame)
    #expect(await one.alarms == other.alarms)
    let (left, right) = (await one.book, await other.book)
    for vital in left.vitals.indices {
      for place in 0..<left.places.count {
        #expect(
          left.reading(vital: vital, place: place, period: period)
            == right.reading(vital: vital, place: place, period: period))
      }
    }
  }

  @Test("a start with a copy comes to the same numbers as one that reads the whole journal")
  func copied() async throws {
    try await Loop.with(.memory) { loop in
      let memory = DerivedMemory()
      for number in 0..<6 { try await loop.bring(loop.file("a\(number)"), to: "closed") }
      let first = VitalDesk(engine: loop.engine, perception: nil, keeping: memory, copyEvery: 1)
      try await first.follow()
      let copied = try #require(await first.copied)
      #expect(copied == (try await loop.store.lastSequence()))
      for number in 0..<3 { _ = try await loop.file("b\(number)") }
      let second = VitalDesk(engine: loop.engine, perception: nil, keeping: memory)
      try await second.follow()
      #expect(await second.copied == copied)
      #expect(memory.taken(VitalDesk.countsName) == true)
      let third = VitalDesk(engine: loop.engine, perception: nil)
      try await third.follow()
      #expect(await third.copied == 0)
      try await expectSame(second, third)
      try await first.follow()
      try await expectSame(first, third)
    }
  }

  /// What may be wrong with a copy of the counts beside a good copy of the cases.
  enum Spoiling: CaseIterable {
    case empty, otherPosition, torn, otherPlaces

    func spoil(_ chunks: inout [[Int64]]) {
      switch self {
      case .empty: chunks = []
      case .otherPosition: chunks[0][0] += 1
      case .torn: chunks[1].removeLast()
      case .otherPlaces: break
      }
    }
  }

  @Test(
    "where the counts do not fit the cases or the places of now, all cases are counted anew",
    arguments: Spoiling.allCases)
  func counted(_ spoiling: Spoiling) async throws {
    try await Loop.with(.memory) { loop in
      let memory = DerivedMemory()
      for number in 0..<6 { try await loop.bring(loop.file("a\(number)"), to: "closed") }
      let first = VitalDesk(engine: loop.engine, perception: nil, keeping: memory, copyEvery: 1)
      try await first.follow()
      memory.change(VitalDesk.countsName) { spoiling.spoil(&$0) }
      if spoiling == .otherPlaces {
        let more = Area(
          id: ID(77), parent: District.west, level: .neighbourhood, code: "n", name: "N",
          outline: nil)
        _ = try await loop.store.commit(Loop.change([.area(more)], at: Loop.start))
        try await loop.engine.reloadDirectory()
      }
      let second = VitalDesk(engine: loop.engine, perception: nil, keeping: memory)
      try await second.follow()
      #expect(memory.taken(VitalDesk.copyName) == true)
      // A copy of nothing reads to its end, and is none.
      #expect(memory.taken(VitalDesk.countsName) == (spoiling == .empty))
      let third = VitalDesk(engine: loop.engine, perception: nil)
      try await third.follow()
      try await expectSame(second, third)
    }
  }

  @Test("a copy of another journal is not taken")
  func otherJournal() async throws {
    let memory = DerivedMemory()
    try await Loop.with(.memory) { loop in
      for number in 0..<4 { _ = try await loop.file("a\(number)") }
      let desk = VitalDesk(engine: loop.engine, perception: nil, keeping: memory, copyEvery: 1)
      try await desk.follow()
    }
    try await Loop.with(.memory) { loop in
      for number in 0..<5 { _ = try await loop.file("c\(number)") }
      let desk = VitalDesk(engine: loop.engine, perception: nil, keeping: memory)
      try await desk.follow()
      #expect(await desk.copied == 0)
      let plain = VitalDesk(engine: loop.engine, perception: nil)
      try await plain.follow()
      try await expectSame(desk, plain)
    }
  }
}
