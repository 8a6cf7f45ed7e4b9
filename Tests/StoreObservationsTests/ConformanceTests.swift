import City
import Foundation
import Ports
import StoreConformance
import StoreMemory
import StoreObservations
import Testing

/// A folder for one test.
struct TestFolder: ~Copyable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-observations-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A store that seals only when told, after few observations.
func open(
  _ path: String, _ clock: SetClock, generationMax: Int = 700, segmentBytesMax: Int = 1 << 20,
  calls: DiskCalls = .system
) throws -> SegmentedObservationStore {
  var settings = SegmentedObservationStore.Settings()
  settings.generationMax = generationMax
  settings.segmentBytesMax = segmentBytesMax
  settings.sealsByItself = false
  return try SegmentedObservationStore(
    folder: path, settings: settings, time: clock, calls: calls)
}

let startOfTests = Instant(milliseconds: ObservationMaker.start)

/// What a call was refused with, without the operators' text.
func refusal(_ body: () async throws -> Void) async -> String {
  do {
    try await body()
    return "accepted"
  } catch let fault as StoreFault {
    return fault.code
  } catch {
    return "\(error)"
  }
}

@Suite("Both stores of observations keep the same promises")
struct ConformanceTests {
  @Test(
    "the same calls, sealing and restarting between them, give the same answers", arguments: 1...5)
  func same(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: seed, streams: 7)
    let twin = MemoryObservationStore(time: clock)
    var store = try open(folder.path + "/o", clock)
    let keys = ObservationMaker.keys(7)
    let numbers = try await store.streams(keys)
    #expect(try await twin.streams(keys) == numbers)
    for _ in 0..<40 {
      let batch = maker.batch(maker.number(0...60))
      #expect(try await twin.append(batch) == store.append(batch), "seed \(seed)")
      clock.advance(Int64(maker.number(0...5_000)))
      if maker.chance(15) || store.unsealed > 650 { try await store.seal() }
      if maker.chance(10) {
        store.close()
        store = try open(folder.path + "/o", clock)
      }
      if maker.chance(3) {
        let time = startOfTests.advanced(byMilliseconds: Int64(maker.number(0...100_000_000)))
        let dropped = try await store.drop(before: time)
        #expect(await twin.drop(before: time) == dropped, "seed \(seed)")
      }
      for _ in 0..<4 {
        let query = maker.query()
        let (expected, got) = (try await twin.series(query), try await store.series(query))
        #expect(got.agrees(with: expected), "seed \(seed): \(query)")
        #expect(got.points.count <= query.pointsMax)
      }
      let at = startOfTests.advanced(byMilliseconds: Int64(maker.number(0...200_000)))
      let place = try await store.position(at: at)
      #expect(await twin.position(at: at) == place, "seed \(seed)")
      let from = LogPosition(Int64(maker.number(0...Int(await twin.end().rawValue))))
      let limit = maker.number(1...300)
      let (one, two) = (
        try await twin.log(from: from, limit: limit), try await store.log(from: from, limit: limit)
      )
      #expect(one.observations == two.observations && one.next == two.next, "seed \(seed)")
    }
    let found = try await store.verify()
    #expect(found.isIntact)
    store.close()
  }

  @Test("what the limits do not allow is refused, and nothing of the call is kept")
  func refusals() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    let segmented = try open(folder.path + "/o", clock)
    let stores: [any ObservationStore] = [MemoryObservationStore(time: clock), segmented]
    func one(_ stream: UInt32 = 0, at: Int64 = 5, _ value: Double = 1) -> Observation {
      Observation(stream: StreamNumber(stream), at: Instant(milliseconds: at), value: value)
    }
    for store in stores {
      _ = try await store.streams(ObservationMaker.keys(1))
      let bad: [[Observation]] = [
        [one(), one(1)], [one(), one(0, at: -1)], [one(0, at: 4_102_444_800_000)],
        [one(0, .nan)], [one(0, .infinity)],
        Array(repeating: one(), count: ObservationLimits.batchMax + 1),
      ]
      for batch in bad {
        #expect(await refusal { _ = try await store.append(batch) } == "store.inconsistent")
      }
      let long = StreamKey(thing: ID(1), measure: String(repeating: "m", count: 65))
      #expect(await refusal { _ = try await store.streams([long]) } == "store.inconsistent")
      let beyond = LogPosition(1)
      let read = await refusal { _ = try await store.log(from: beyond, limit: 1) }
      #expect(read == "store.inconsistent")
      #expect(try await store.end() == LogPosition(0))
      #expect(try await store.append([]) == LogPosition(0))
    }
    segmented.close()
  }

  @Test("numbers of streams are dense, stay after a restart, and one key has one number")
  func streams() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var store = try open(folder.path + "/o", clock)
    let keys = ObservationMaker.keys(50)
    let twice = try await store.streams([keys[3], keys[3], keys[1]])
    #expect(twice.map(\.rawValue) == [0, 0, 1])
    let all = try await store.streams(keys)
    #expect(Set(all).count == 50)
    store.close()
    store = try open(folder.path + "/o", clock)
    #expect(try await store.streams(keys) == all)
    let listed = try await store.streams()
    #expect(zip(keys, all).allSatisfy { listed[Int($1.rawValue)] == $0 })
    store.close()
  }
}
