import City
import Foundation
import Ports
import StoreConformance
import StoreMemory
import StoreObservations
import Synchronization
import Testing

@Suite("Observations survive crashes and full disks")
struct CrashTests {
  /// Everything that a store knows of its streams, hour by hour and raw.
  private func agree(
    _ store: SegmentedObservationStore, _ twin: MemoryObservationStore, _ streams: Int,
    _ note: String
  ) async throws {
    for stream in 0..<streams {
      for resolution in [SeriesQuery.Resolution.raw, .minute, .hour, .day] {
        let query = SeriesQuery(
          stream: StreamNumber(UInt32(stream)), from: Instant(milliseconds: 0),
          to: Instant(milliseconds: 4_000_000_000_000), resolution: resolution,
          pointsMax: 100_000)
        let (expected, got) = (try await twin.series(query), try await store.series(query))
        #expect(got.agrees(with: expected), "\(note), stream \(stream), \(resolution)")
      }
    }
  }

  @Test(
    "a folder copied file by file at any point, sealing under way, opens to all that was acknowledged",
    arguments: 1...5)
  func copied(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: seed, streams: 5)
    let store = try open(folder.path + "/o", clock, generationMax: 100_000)
    _ = try await store.streams(ObservationMaker.keys(5))
    var all: [Observation] = []
    for _ in 0..<maker.number(20...60) {
      let batch = maker.batch(maker.number(1...50))
      all += batch
      _ = try await store.append(batch)
      if maker.chance(4) { try await store.seal() }
    }
    // A crash leaves the registry of before with days of later: copy it first, then seal again.
    try await store.seal()
    let half = maker.batch(400)
    all += half
    _ = try await store.append(half)
    let crashed = folder.path + "/crashed"
    try FileManager.default.copyItem(atPath: folder.path + "/o", toPath: crashed)
    try await store.seal()
    let days = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/o/days")
    for day in days.sorted() where maker.chance(50) && day.hasSuffix(".sqlite") {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: crashed + "/days/" + day + suffix)
        try? FileManager.default.copyItem(
          atPath: folder.path + "/o/days/" + day + suffix,
          toPath: crashed + "/days/" + day + suffix)
      }
    }
    store.close()
    let again = try open(crashed, clock, generationMax: maker.number(50...500))
    let twin = MemoryObservationStore(time: clock)
    _ = try await twin.streams(ObservationMaker.keys(5))
    _ = try await twin.append(all)
    let end = try await again.end()
    #expect(await twin.end() == end, "seed \(seed)")
    try await agree(again, twin, 5, "seed \(seed), before sealing")
    let late = maker.batch(200)
    _ = try await again.append(late)
    _ = try await twin.append(late)
    try await again.seal()
    try await agree(again, twin, 5, "seed \(seed), after sealing")
    #expect(try await again.verify().isIntact)
    again.close()
  }

  @Test("a log cut at any byte keeps every whole frame and goes on", arguments: 1...20)
  func torn(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: seed, streams: 5)
    let path = folder.path + "/o"
    var store = try open(path, clock)
    _ = try await store.streams(ObservationMaker.keys(5))
    let file = path + "/log/0000000000000000000.log"
    var ends: [(bytes: Int, batches: Int)] = [(0, 0)]
    var batches: [[Observation]] = []
    for _ in 0..<12 {
      batches.append(maker.batch(maker.number(1...40)))
      _ = try await store.append(batches[batches.count - 1])
      let bytes = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
      ends.append((try #require(bytes), batches.count))
    }
    store.close()
    var bytes = try Data(contentsOf: URL(filePath: file))
    let cut = maker.number(0...bytes.count)
    bytes = bytes.prefix(cut)
    // Half of the time the crash also left bytes that were never written whole.
    if maker.chance(50) { bytes.append(contentsOf: (0..<maker.number(1...99)).map { UInt8($0) }) }
    try bytes.write(to: URL(filePath: file))
    let kept = Array(batches.prefix(ends.last { $0.bytes <= cut }?.batches ?? 0).joined())
    store = try open(path, clock)
    #expect(try await store.end() == LogPosition(Int64(kept.count)), "seed \(seed)")
    let more = maker.batch(30)
    _ = try await store.append(more)
    let read = try await store.log(from: LogPosition(0), limit: 10_000)
    #expect(read.observations == kept + more, "seed \(seed)")
    store.close()
  }

  @Test("a full disk refuses, loses nothing, and is forgiven", arguments: 1...5)
  func full(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: seed, streams: 5)
    // What the disk still takes, in bytes; a flush fails where it is negative.
    let room = Atomic<Int>(.max)
    let roomHeld = RoomBox(room)
    let calls = DiskCalls(
      write: { descriptor, bytes in
        let left = roomHeld.room.load(ordering: .relaxed)
        if left <= 0 {
          errno = ENOSPC
          return -1
        }
        if left < bytes.count {
          roomHeld.room.store(0, ordering: .relaxed)
          return Glibc.write(descriptor, bytes.baseAddress, left)
        }
        return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      },
      flush: { descriptor in
        if roomHeld.room.load(ordering: .relaxed) < 0 {
          errno = EIO
          return -1
        }
        return fdatasync(descriptor)
      })
    var store = try open(folder.path + "/o", clock, calls: calls)
    _ = try await store.streams(ObservationMaker.keys(5))
    var kept: [Observation] = []
    for _ in 0..<40 {
      let limit = maker.chance(40) ? maker.number(0...300) : Int.max
      roomHeld.room.store(limit, ordering: .relaxed)
      let batch = maker.batch(30)
      do throws(StoreFault) {
        _ = try await store.append(batch)
        kept += batch
      } catch {
        #expect(error.code == "store.unavailable", "seed \(seed)")
      }
      if maker.chance(10) { try await store.seal() }
    }
    let before = try await store.log(from: LogPosition(0), limit: 100_000)
    #expect(before.observations == kept, "seed \(seed)")
    store.close()
    store = try open(folder.path + "/o", clock)
    let after = try await store.log(from: LogPosition(0), limit: 100_000)
    #expect(after.observations == kept, "seed \(seed)")
    store.close()
  }

  @Test("a day that cannot be sealed loses nothing, and is sealed when it can be", arguments: 1...5)
  func unsealable(_ seed: UInt64) async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: seed, streams: 5)
    let path = folder.path + "/o"
    var store = try open(path, clock, generationMax: 100)
    let twin = MemoryObservationStore(time: clock)
    _ = try await store.streams(ObservationMaker.keys(5))
    _ = try await twin.streams(ObservationMaker.keys(5))
    /// - Returns: whether it was taken; so much that is not sealed yet is refused.
    @discardableResult func feed() async throws -> Bool {
      let batch = maker.batch(120)
      do throws(StoreFault) {
        _ = try await store.append(batch)
      } catch {
        #expect(error == .busy, "seed \(seed)")
        return false
      }
      _ = try await twin.append(batch)
      return true
    }
    try await feed()
    // A folder stands where the days' files should be made: nothing can be written there.
    let days = path + "/days"
    let aside = path + "/days.aside"
    try FileManager.default.moveItem(atPath: days, toPath: aside)
    #expect(FileManager.default.createFile(atPath: days, contents: Data()))
    var isRefused = false
    for _ in 0..<10 where !isRefused {
      isRefused = try await !feed()
      await #expect(throws: StoreFault.self, "seed \(seed)") { try await store.seal() }
    }
    #expect(isRefused, "memory is not filled without end")
    try await agree(store, twin, 5, "seed \(seed), unsealed")
    store.close()
    try FileManager.default.removeItem(atPath: days)
    try FileManager.default.moveItem(atPath: aside, toPath: days)
    store = try open(path, clock, generationMax: 100)
    try await agree(store, twin, 5, "seed \(seed), opened again")
    // What it read of the log is more than may wait: sealing comes first.
    #expect(try await !feed(), "seed \(seed)")
    try await store.seal()
    #expect(try await feed(), "seed \(seed)")
    try await store.seal()
    try await agree(store, twin, 5, "seed \(seed), sealed")
    #expect(try await store.verify().isIntact)
    store.close()
  }

  @Test("concurrent callers share flushes, and each batch stays together in the log")
  func concurrent() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    let flushes = RoomBox(Atomic<Int>(0))
    let calls = DiskCalls(
      write: { Glibc.write($0, $1.baseAddress, $1.count) },
      flush: { descriptor in
        flushes.room.add(1, ordering: .relaxed)
        usleep(2_000)
        return fdatasync(descriptor)
      })
    let store = try open(folder.path + "/o", clock, generationMax: 100_000, calls: calls)
    _ = try await store.streams(ObservationMaker.keys(64))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for stream in 0..<64 {
        group.addTask {
          for round in 0..<10 {
            let batch = (0..<20).map {
              Observation(
                stream: StreamNumber(UInt32(stream)),
                at: Instant(milliseconds: ObservationMaker.start + Int64(round * 20 + $0)),
                value: Double($0))
            }
            _ = try await store.append(batch)
          }
        }
      }
      try await group.waitForAll()
    }
    let all = try await store.log(from: LogPosition(0), limit: 20_000).observations
    #expect(all.count == 64 * 200)
    #expect(flushes.room.load(ordering: .relaxed) < 640)
    for start in stride(from: 0, to: all.count, by: 20) {
      #expect(Set(all[start..<start + 20].map(\.stream)).count == 1)
    }
    store.close()
  }

  @Test("a copy made while appending goes on is a store with all that was acknowledged before")
  func backup() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: 3, streams: 5)
    let store = try open(folder.path + "/o", clock)
    let twin = MemoryObservationStore(time: clock)
    _ = try await store.streams(ObservationMaker.keys(5))
    _ = try await twin.streams(ObservationMaker.keys(5))
    for round in 0..<20 {
      let batch = maker.batch(50)
      _ = try await store.append(batch)
      _ = try await twin.append(batch)
      if round % 6 == 0 { try await store.seal() }
    }
    let bytes = try await store.copy(to: folder.path + "/copy")
    store.close()
    #expect(bytes > 0)
    let copy = try open(folder.path + "/copy", clock)
    try await agree(copy, twin, 5, "copy")
    #expect(try await copy.end() == LogPosition(1_000))
    copy.close()
  }

  @Test("a changed byte of a sealed block is found and named")
  func tampered() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    var maker = ObservationMaker(seed: 4, streams: 5)
    var store = try open(folder.path + "/o", clock)
    _ = try await store.streams(ObservationMaker.keys(5))
    _ = try await store.append(maker.batch(600))
    try await store.seal()
    #expect(try await store.verify().isIntact)
    store.close()
    let days = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/o/days")
    let day = try #require(days.sorted().first { $0.hasSuffix(".sqlite") })
    let url = URL(filePath: folder.path + "/o/days/" + day)
    var bytes = try Data(contentsOf: url)
    // The third page of the file is the root of the blocks; its end holds their content.
    bytes[3 * 8_192 - 9] ^= 1
    try bytes.write(to: url)
    store = try open(folder.path + "/o", clock)
    let found = try await store.verify()
    #expect(!found.isIntact && found.damagedFiles == ["days/" + day])
    store.close()
  }

  @Test("files of the log go once they are sealed and older than what rules are warmed from")
  func retention() async throws {
    let folder = try TestFolder()
    let clock = SetClock(startOfTests)
    let store = try open(folder.path + "/o", clock, generationMax: 100_000, segmentBytesMax: 2_000)
    _ = try await store.streams(ObservationMaker.keys(1))
    for batch in 0..<20 {
      let observations = (0..<100).map {
        let number = batch * 100 + $0
        return Observation(
          stream: StreamNumber(0),
          at: Instant(milliseconds: ObservationMaker.start + Int64(number % 3_600_000)),
          value: Double(number) / 7)
      }
      _ = try await store.append(observations)
    }
    let logs = { try FileManager.default.contentsOfDirectory(atPath: folder.path + "/o/log").count }
    let before = try logs()
    try await store.seal()
    #expect(try logs() == before)
    clock.advance(27 * 3_600_000)
    _ = try await store.append([
      Observation(
        stream: StreamNumber(0), at: Instant(milliseconds: ObservationMaker.start), value: 0)
    ])
    try await store.seal()
    let after = try logs()
    #expect(before > 1 && after == 1)
    #expect(
      await refusal { _ = try await store.log(from: LogPosition(0), limit: 1) }
        == "store.inconsistent")
    store.close()
  }
}

/// An atomic that closures can share.
final class RoomBox: Sendable {
  let room: Atomic<Int>

  init(_ start: consuming Atomic<Int>) {
    room = start
  }
}
