import Foundation
import Glibc
import JSONText
import Testing

/// The show of a demonstration, ended without notice and begun again.
@Suite("a demonstration is restarted", .serialized)
struct DemonstrationTests {
  /// Longer than the devices' pause between two turns.
  static let turnSeconds: UInt32 = 12
  static let minutes: Int64 = 30

  @Test("devices go on where they were: nothing they said is lost or stands twice, nor an alarm")
  func restarts() throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration(things: 400, devices: 150)
    var keys: [Set<String>] = []
    for isLast in [false, true] {
      let server = try Server(data: data, demonstrates: true)
      let sessions = try Sessions(port: server.port)
      let caller = Caller(port: server.port)
      sleep(Self.turnSeconds)
      keys.append(try alarms(caller, sessions))
      if isLast {
        try check(caller, sessions)
        #expect(server.stop() == 0)
      } else {
        server.kill()
      }
    }
    #expect(keys[0].isSubset(of: keys[1]))
    let verified = try Program.must(["verify"], data: data)
    #expect(verified["intact"]?.bool == true && verified["tablesEqual"]?.bool == true)
  }

  /// The keys of all alarms, each once.
  private func alarms(_ caller: Caller, _ sessions: Sessions) throws -> Set<String> {
    let answer = try #require(caller.send("GET", "/alarms?limit=500", as: sessions.duty))
    let found = (answer.json["elements"]?.array ?? []).compactMap { $0["key"]?.string }
    #expect(!found.isEmpty && Set(found).count == found.count)
    return Set(found)
  }

  /// A gateway speaks once a minute: over the restart there is one value for every minute.
  private func check(_ caller: Caller, _ sessions: Sessions) throws {
    let gateways = try #require(
      caller.send("GET", "/devices?kind=gateway&limit=5", as: sessions.duty))
    let now = Int64(Date().timeIntervalSince1970 * 1_000)
    let from = now - Self.minutes * 60_000
    var complete = 0
    for gateway in gateways.json["elements"]?.array ?? [] {
      let stream = gateway["streams"]?.array?.first { $0["measure"]?.string == "online" }
      let number = try #require(stream?["number"]?.integer)
      let series = try #require(
        caller.send(
          "GET",
          "/streams/\(number)/series?resolution=raw&from=\(text(from))&to=\(text(now))",
          as: sessions.duty))
      let times = (series.json["points"]?.array ?? []).compactMap { $0["at"]?.string }
      #expect(Set(times).count == times.count)
      // One of them falls silent for a while now and then, by plan.
      if times.count >= Int(Self.minutes) - 1 { complete += 1 }
      #expect(times.count <= Int(Self.minutes) + 1)
    }
    #expect(complete >= (gateways.json["elements"]?.array?.count ?? 0) - 1)
    #expect(complete >= 1)
  }

  private func text(_ milliseconds: Int64) -> String {
    let formatter = ISO8601DateFormatter()
    return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
  }
}
