import City
import Foundation
import Ports
import StoreConformance
import StoreMemory
import StoreObservations
import Synchronization
import Testing

@Suite("Days that are over become one block a stream")
struct MergingTests {
  private static let streams = 7
  private static let day: Int64 = 86_400_000

  /// Both stores, fed alike.
  private struct Pair {
    let store: SegmentedObservationStore
    let twin: MemoryObservationStore

    init(_ path: String, _ clock: SetClock) async throws {
      store = try open(path, clock, generationMax: 100_000)
      twin = MemoryObservationStore(time: clock)
      _ = try await store.streams(ObservationMaker.keys(streams))
      _ = try await twin.streams(ObservationMaker.keys(streams))
    }

    func append(_ batch: [Observation]) async throws {
      _ = try await store.append(batch)
      _ = try await twin.append(batch)
    }
  }

  /// Whether a store says what another does, of all streams, in all resolutions and by windows.
  private func agree(
    _ store: SegmentedObservationStore, _ twin: MemoryObservationStore, _ note: String
  ) async throws {
    for stream in 0..<Self.streams {
      for resolution in [SeriesQuery.Resolution.raw, .minute, .hour, .day] {
        for pointsMax in [7, 100_000] {
          let query = SeriesQuery(
            stream: StreamNumber(UInt32(stream)), from: Instant(milliseconds: 0),
            to: Instant(milliseconds: 4_000_000_000_000), resolution: resolution,
            pointsMax: pointsMax)
          let (expected, got) = (try await twin.series(query), try await store.series(query))
          #expect(got.agrees(with: expected), "\(note), stream \(stream), \(resolution)")
        }
      }
    }
  }

  @Test("merged or not, and whatever comes late, a series is the same", arguments: 1...5)
  func same(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests.advanced(byMilliseconds: 9 * Self.day))
    var maker = ObservationMaker(seed: seed, streams: Self.streams)
    let pair = try await Pair(folder.path + "/o", clock)
    for round in 0..<60 {
      try await pair.append(maker.batch(maker.number(1...60)))
      if maker.chance(20) { try await pair.store.seal() }
      if maker.chance(20) { try await pair.store.merge() }
      guard round % 15 == 14 else { continue }
      try await agree(pair.store, pair.twin, "seed \(seed), round \(round)")
      for _ in 0..<20 {
        let query = maker.query()
        let (expected, got) = (
          try await pair.twin.series(query), try await pair.store.series(query)
        )
        #expect(got.agrees(with: expected), "seed \(seed): \(query)")
      }
    }
    try await pair.store.seal()
    let before = try await pair.store.verify()
    try await pair.store.merge()
    try await agree(pair.store, pair.twin, "seed \(seed), merged")
    let after = try await pair.store.verify()
    #expect(after.isIntact && before.isIntact, "seed \(seed)")
    #expect(after.sealedObservations == before.sealedObservations, "seed \(seed)")
    #expect(after.blocks <= before.blocks && after.bytes <= before.bytes, "seed \(seed)")
    let kept = try await pair.store.drop(before: startOfTests.advanced(byMilliseconds: Self.day))
    #expect(await pair.twin.drop(before: startOfTests.advanced(byMilliseconds: Self.day)) == kept)
    try await agree(pair.store, pair.twin, "seed \(seed), dropped")
    pair.store.close()
  }

  @Test("an end of the program at any step of merging loses nothing", arguments: 1...3)
  func killed(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let path = folder.path + "/o"
    let clock = SetClock(startOfTests.advanced(byMilliseconds: 9 * Self.day))
    var maker = ObservationMaker(seed: seed, streams: Self.streams)
    let pair = try await Pair(path, clock)
    for round in 0..<120 {
      try await pair.append(maker.batch(maker.number(1...60)))
      if round % 10 == 9 { try await pair.store.seal() }
    }
    // What lies in the folder at a step is what an end of the program leaves there.
    let copies = Mutex<[(step: MergeStep, path: String)]>([])
    let target = folder.path
    try await pair.store.merge { step in
      copies.withLock { copies in
        let copy = target + "/copy-\(copies.count)"
        if (try? FileManager.default.copyItem(atPath: path, toPath: copy)) != nil {
          copies.append((step, copy))
        }
      }
    }
    pair.store.close()
    let made = copies.withLock { $0 }
    #expect(Set(made.map { "\($0.step)" }) == ["moving", "committed", "shrunk"], "seed \(seed)")
    let late = maker.batch(100)
    _ = try await pair.twin.append(late)
    for (number, copy) in made.enumerated() where maker.chance(20) || number < 2 {
      let note = "seed \(seed), copy \(number), \(copy.step)"
      let again = try open(copy.path, clock, generationMax: 100_000)
      #expect(try await again.verify().isIntact, "\(note)")
      _ = try await again.append(late)
      try await again.seal()
      try await again.merge()
      try await agree(again, pair.twin, note)
      #expect(try await again.verify().isIntact, "\(note)")
      again.close()
    }
  }

  @Test("a day too long for one block stays in hours, and one that grows too long goes back")
  func long() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests.advanced(byMilliseconds: 2 * Self.day))
    let pair = try await Pair(folder.path + "/o", clock)
    func send(_ stream: UInt32, _ seconds: StrideTo<Int64>) async throws {
      try await pair.append(
        seconds.map {
          Observation(
            stream: StreamNumber(stream), at: startOfTests.advanced(byMilliseconds: $0 * 1_000),
            value: Double($0 % 97) / 10)
        })
      try await pair.store.seal()
      try await pair.store.merge()
    }
    try await send(0, stride(from: 0, to: 86_400, by: 10))
    #expect(try await pair.store.verify().blocks == 1)
    try await send(1, stride(from: 0, to: 86_400, by: 5))
    #expect(try await pair.store.verify().blocks == 25)
    try await send(2, stride(from: 0, to: 86_400, by: 20))
    #expect(try await pair.store.verify().blocks == 26)
    try await send(2, stride(from: 10, to: 86_400, by: 20))
    #expect(try await pair.store.verify().blocks == 26)
    try await send(2, stride(from: 5, to: 6, by: 20))
    #expect(try await pair.store.verify().blocks == 49)
    // A day that is over is left alone for an hour, the present one until it is over.
    try await send(3, stride(from: 86_400, to: 180_000, by: 600))
    #expect(try await pair.store.verify().blocks == 49 + 24 + 2)
    clock.advance(3_600_000)
    try await pair.store.merge()
    let merged = try await pair.store.verify()
    #expect(merged.isIntact && merged.blocks == 49 + 1 + 2)
    try await agree(pair.store, pair.twin, "long days")
    pair.store.close()
  }

  /// Waits for what another thread does, ten seconds at most.
  private func reaches(_ isReached: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<5_000 {
      if try await isReached() { return true }
      try await Task.sleep(for: .milliseconds(2))
    }
    return false
  }

  @Test("a running store merges by itself, and a copy of it is whole")
  func byItself() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    let store = try SegmentedObservationStore(folder: folder.path + "/o", time: clock)
    _ = try await store.streams(ObservationMaker.keys(1))
    func send(_ minutes: Range<Int64>) async throws {
      for minute in minutes {
        let at = startOfTests.advanced(byMilliseconds: minute * 60_000)
        clock.advance(at.millisecondsSince(clock.now))
        _ = try await store.append([
          Observation(stream: StreamNumber(0), at: at, value: Double(minute % 9))
        ])
      }
    }
    try await send(0..<(24 * 60 + 59))
    #expect(try await reaches { store.unsealed <= 60 })
    let before = try await store.verify().blocks
    #expect(before >= 24)
    try await send((24 * 60 + 59)..<(26 * 60 + 2))
    #expect(try await reaches { try await store.verify().blocks < before })
    _ = try await store.copy(to: folder.path + "/copy")
    #expect(store.mergingFailures == 0)
    store.close()
    let copy = try open(folder.path + "/copy", clock)
    #expect(try await copy.verify().isIntact)
    let all = SeriesQuery(
      stream: StreamNumber(0), from: startOfTests, to: clock.now, resolution: .raw,
      pointsMax: 10_000)
    #expect(try await copy.series(all).points.count == 26 * 60 + 1)
    copy.close()
  }
}
