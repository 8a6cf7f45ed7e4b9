import City
import Glibc
import JSONText
import LoopbackClient
import Pack
import Synchronization
import Web

/// `civicloop bench feed`: how soon a change is seen by everybody who may see it.
enum BenchFeed {
  static let settleSeconds: UInt32 = 2

  static func run(_ arguments: Arguments) async throws -> Int32 {
    let feeds = try arguments.integer("feeds", 1_000, in: 1...2_000)
    let changes = try arguments.integer("changes", 100, in: 1...2_000)
    let seconds = try arguments.integer("seconds", 15, in: 1...600)
    try DataFolder.makeFolder(arguments.data)
    let district = try await BenchDistrict.make(arguments.data)
    let server = try ServerProcess.start(data: arguments.data)
    defer { server.stop() }
    let bench = BenchRun(district: district, port: server.port)
    let keys = try bench.signIn()
    let before = server.residentMegabytes
    let seen = Mutex<[Double]>([])
    let listening = try BenchFeeds(
      port: server.port, keys: [keys.duty] + keys.streets + keys.handlers, count: feeds
    ) { text, _ in
      // The event says when the change was decided, a little before its commit.
      guard let filedAt = Self.filedAt(text) else { return }
      seen.withLock { $0.append(Self.nowMilliseconds - filedAt) }
    }
    sleep(settleSeconds)
    Output.say("\(listening.openCount) feeds open; \(changes) changes/s for \(seconds) s …")
    let sent = send(changes: changes, seconds: seconds, keys: keys, bench)
    sleep(settleSeconds)
    let after = server.residentMegabytes
    let open = listening.openCount
    listening.close()
    let latencies = seen.withLock { $0.sorted() }
    Output.result { writer in
      writer.member("p99Milliseconds", Percentile.of(latencies, 0.99))
      writer.member("p50Milliseconds", Percentile.of(latencies, 0.5))
      writer.member("kilobytesPerFeed", max(0, after - before) * 1_000 / Double(feeds))
      writer.member("events", latencies.count)
      writer.member("changes", sent)
      writer.member("feedsOpen", open)
    }
    return open == feeds ? 0 : 1
  }

  /// Files new cases at an even pace.
  private static func send(changes: Int, seconds: Int, keys: BenchRun.Keys, _ bench: BenchRun)
    -> Int
  {
    let client = LoopbackClient(port: bench.port)
    var random = BenchRandom(seed: 5)
    let watch = Stopwatch()
    var sent = 0
    for number in 0..<changes * seconds {
      let due = Double(number) / Double(changes)
      let wait = due - watch.seconds
      if wait > 0 { usleep(UInt32(wait * 1e6)) }
      let place = bench.district.places[random.index(below: bench.district.places.count)]
      let item = bench.district.items[random.index(below: bench.district.items.count)]
      let body = """
        {"channel":"system","externalId":"feed-\(number)","item":"\(item.code)","title":"\(item.name)",\
        "longitude":\(place.middle.longitude + (random.unit() - 0.5) * 0.001),\
        "latitude":\(place.middle.latitude + (random.unit() - 0.5) * 0.001)}
        """
      let response = try? client.send(
        "POST", "/api/v1/signals", headers: [("Authorization", "Bearer \(keys.reception)")],
        body: Array(body.utf8))
      if response?.status == 201 { sent += 1 }
    }
    return sent
  }

  /// Milliseconds since 1970 at which the case of an event was filed.
  private static func filedAt(_ text: UnsafeRawBufferPointer) -> Double? {
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    guard let data = lines.first(where: { $0.hasPrefix("data: ") }),
      let json = try? JSON.parse(Array(data.dropFirst(6).utf8), limits: .request),
      let filed = json["filedAt"]?.string, let instant = TimeText.read(filed)
    else { return nil }
    return Double(instant.milliseconds)
  }

  private static var nowMilliseconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1e6
  }
}
