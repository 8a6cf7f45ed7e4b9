import Glibc
import JSONText
import StoreConformance
import Testing

/// A disk that has no room for a while: the files of the server may not grow beyond a size.
@Suite("the disk is full", .serialized)
struct DiskFullTests {
  @Test("nothing is acknowledged that is not kept, and writing goes on once there is room")
  func full() throws {
    // Inherited by the server: a write beyond the limit fails instead of ending the process.
    let before = signal(SIGXFSZ, SIG_IGN)
    defer { signal(SIGXFSZ, before) }
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let caller = Caller(port: server.port)
    var known: [(body: String, signal: String)] = []
    var refused: [String] = []
    for round in 0..<3 {
      for number in 0..<20 { try file("f\(round)-\(number)", caller, sessions, &known, &refused) }
      #expect(refused.count == round * 20, "round \(round)")
      try server.limitFiles(bytes: 4_096)
      for number in 0..<20 { try file("g\(round)-\(number)", caller, sessions, &known, &refused) }
      #expect(refused.count == (round + 1) * 20, "round \(round)")
      // What is there can still be read.
      #expect(caller.send("GET", "/cases?limit=5", as: sessions.duty)?.status == 200)
      try server.limitFiles(bytes: rlim_t.max)
    }
    try check(known, refused, caller, sessions)
    #expect(server.stop() == 0)
    let verified = try Program.must(["verify"], data: data)
    #expect(verified["intact"]?.bool == true && verified["tablesEqual"]?.bool == true)
  }

  /// All that was acknowledged is there; what was refused is not, and is taken now.
  private func check(
    _ known: [(body: String, signal: String)], _ refused: [String], _ caller: Caller,
    _ sessions: Sessions
  ) throws {
    for filed in known {
      let answer = try #require(
        caller.send("POST", "/signals", filed.body, as: sessions.reception))
      #expect(answer.json["outcome"]?.string == "repeated")
      #expect(answer.json["signal"]?.string == filed.signal)
    }
    for body in refused {
      let answer = try #require(caller.send("POST", "/signals", body, as: sessions.reception))
      #expect(answer.status == 201, "\(answer)")
    }
  }

  private func file(
    _ external: String, _ caller: Caller, _ sessions: Sessions,
    _ known: inout [(body: String, signal: String)], _ refused: inout [String]
  ) throws {
    let body = """
      {"channel":"hotline","externalId":"\(external)","item":"dog-nuisance","title":"犬只扰民",\
      "text":"市民反映犬只扰民","address":"演示路","reporter":{"name":"李小明","phone":"19900000001"}}
      """
    let answer = try #require(caller.send("POST", "/signals", body, as: sessions.reception))
    if answer.status == 201, let signal = answer.json["signal"]?.string {
      known.append((body, signal))
    } else {
      #expect(answer.status == 503, "\(answer)")
      #expect(answer.json["code"]?.string == "store.unavailable", "\(answer)")
      refused.append(body)
    }
  }
}
