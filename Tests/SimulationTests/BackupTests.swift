import City
import Foundation
import Glibc
import JSONText
import LoopbackClient
import StoreSQLite
import Synchronization
import Testing

@Suite("copies and tables made anew", .serialized)
struct BackupTests {
  static let fragments = [
    "犬", "犬只", "扰民", "演示路", "演示路1", "路1号", "垃圾", "道路积水", "2026", "绿化 路", "没有这样的词",
  ]

  /// A loaded demonstration whose server has stopped.
  private func loaded(_ scratch: borrowing Scratch) throws -> (data: String, sessions: Sessions) {
    let data = try scratch.demonstration()
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let caller = Caller(port: server.port)
    for number in 0..<60 {
      let answer = caller.send(
        "POST", "/signals",
        """
        {"channel":"hotline","externalId":"b\(number)","item":"dog-nuisance","title":"犬只扰民",\
        "text":"市民反映有犬只扰民","address":"演示路\(number)号","longitude":\
        \(121.3 + Double(number) * 0.005),"latitude":31.2}
        """, as: sessions.reception)
      #expect(answer?.status == 201)
    }
    #expect(server.stop() == 0)
    return (data, sessions)
  }

  /// What a fixed set of questions finds.
  private func answers(_ data: String, _ sessions: Sessions) throws -> [String: [String]] {
    let server = try Server(data: data)
    let caller = Caller(port: server.port)
    var answers: [String: [String]] = [:]
    for fragment in Self.fragments {
      let words =
        fragment.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? fragment
      for path in ["/cases?limit=500&words=", "/things?limit=500&words="] {
        let found = try #require(caller.send("GET", path + words, as: sessions.duty))
        #expect(found.status == 200, "\(fragment): \(found)")
        answers[path + fragment] = (found.json["elements"]?.array ?? []).compactMap {
          $0["id"]?.string
        }
      }
    }
    #expect(server.stop() == 0)
    return answers
  }

  @Test("tables made anew have the same digest, and the search answers alike")
  func rebuild() throws {
    let scratch = try Scratch()
    let (data, sessions) = try loaded(scratch)
    let before = try answers(data, sessions)
    #expect(before["/cases?limit=500&words=犬只"]?.count == 60)
    #expect(before["/cases?limit=500&words=没有这样的词"] == [])
    let digests = try SQLiteStore.tableDigests(folder: data)
    #expect(digests.count > 10)
    let rebuilt = try Program.must(["rebuild"], data: data)
    #expect(rebuilt["intact"]?.bool == true)
    #expect(rebuilt["tablesEqual"]?.bool == true)
    #expect(try SQLiteStore.tableDigests(folder: data) == digests)
    #expect(try answers(data, sessions) == before)
    unlink(data + "/search/manifest")
    #expect(try answers(data, sessions) == before)
    let verified = try Program.must(["verify"], data: data)
    #expect(verified["tablesEqual"]?.bool == true)
  }

  @Test("a copy made while the server is written to is whole, and serves after it is restored")
  func online() throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let results = Mutex<[Acknowledged]>([])
    let group = DispatchGroup()
    let port = server.port
    for number in 0..<3 {
      group.enter()
      Thread.detachNewThread {
        var loader = Loader(sessions: sessions, number: number, seed: 31)
        var known = Acknowledged()
        let faults = loader.run(port: port, round: 1, into: &known)
        for fault in faults { Issue.record("\(fault)") }
        let final = known
        results.withLock { $0.append(final) }
        group.leave()
      }
    }
    usleep(300_000)
    for number in 0..<3 {
      let backup = scratch.path + "/backup\(number)"
      let made = try Program.must(["backup", backup], data: data)
      #expect(made["intact"]?.bool == true)
      #expect(made["tablesEqual"]?.bool == true)
      let restored = scratch.path + "/restored\(number)"
      try Program.must(["restore", backup], data: restored)
      let verified = try Program.must(["verify"], data: restored)
      #expect(verified["intact"]?.bool == true)
      #expect(verified["tablesEqual"]?.bool == true)
      #expect(verified["entries"]?.integer == made["entries"]?.integer)
    }
    // Keys belong to the server while it runs: a copy of them is refused before anything is copied.
    let early = scratch.path + "/early"
    let refused = try Program.run("backup", early, "--keys", early + "-keys", data: data)
    #expect(refused.status == 2)
    #expect(Files.all(early) == [])
    server.kill()
    group.wait()
    let (backup, keys) = (scratch.path + "/backup", scratch.path + "/keys")
    try Program.must(["backup", backup, "--keys", keys], data: data)
    try Program.must(["restore", backup, "--keys", keys], data: scratch.path + "/restored")
    #expect(results.withLock { $0.map(\.filed.count).reduce(0, +) } > 0)
    // The restored copy serves, and opens what was sealed.
    let again = try Server(data: scratch.path + "/restored")
    let caller = Caller(port: again.port)
    let first = try #require(results.withLock { $0.first?.filed.first })
    let answer = try #require(
      caller.send("POST", "/signals", first.body, as: sessions.reception))
    #expect(answer.json["outcome"]?.string == "repeated", "\(answer)")
    #expect(again.stop() == 0)
  }
}

/// What a thief finds, and what a change leaves behind.
@Suite("sealed copies", .serialized)
struct SealedBackupTests {
  private static let words = "犬只扰民"

  /// A folder with a case and a picture.
  private func filled(_ scratch: borrowing Scratch) throws -> String {
    let data = try scratch.demonstration()
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let answer = Caller(port: server.port).send(
      "POST", "/signals",
      """
      {"channel":"hotline","externalId":"s1","item":"dog-nuisance","title":"\(Self.words)",\
      "text":"市民反映有犬只扰民","address":"演示路1号","longitude":121.3,"latitude":31.2}
      """, as: sessions.reception)
    #expect(answer?.status == 201)
    #expect(server.stop() == 0)
    return data
  }

  @Test("a sealed copy holds no word of what it seals, and comes back whole with its key alone")
  func sealed() throws {
    let scratch = try Scratch()
    let data = try filled(scratch)
    let (backup, key) = (scratch.path + "/sealed", scratch.path + "/backup.key")
    let made = try Program.must(["backup", backup, "--seal", key], data: data)
    #expect(made["sealed"]?.bool == true)
    #expect(made["intact"]?.bool == true)
    #expect(Files.all(backup).allSatisfy { $0.hasSuffix(".sealed") })
    for file in Files.all(backup) {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      #expect(bytes.range(of: Data(Self.words.utf8)) == nil, "\(file)")
      #expect(bytes.range(of: Data("SQLite format".utf8)) == nil, "\(file)")
    }
    #expect(!FileManager.default.fileExists(atPath: data + "/backup.draft"))
    let restored = scratch.path + "/restored"
    #expect(try Program.run("restore", backup, data: restored).status == 2)
    try Program.must(["restore", backup, "--seal", key], data: restored)
    let verified = try Program.must(["verify"], data: restored)
    #expect(verified["entries"]?.integer == made["entries"]?.integer)
    #expect(
      try SQLiteStore.tableDigests(folder: restored) == SQLiteStore.tableDigests(folder: data))
    // Another key opens nothing.
    let other = scratch.path + "/other.key"
    try Program.must(["backup", scratch.path + "/second", "--seal", other], data: data)
    let wrong = try Program.run(
      "restore", backup, "--seal", other, data: scratch.path + "/with-other")
    #expect(wrong.status == 1)
  }

  @Test("a changed, shortened, missing or exchanged file of a sealed copy is named")
  func tampered() throws {
    let scratch = try Scratch()
    let data = try filled(scratch)
    let (backup, key) = (scratch.path + "/sealed", scratch.path + "/backup.key")
    try Program.must(["backup", backup, "--seal", key], data: data)
    let name = SQLiteStore.fileName
    let path = backup + "/" + name + ".sealed"
    let right = try Data(contentsOf: URL(fileURLWithPath: path))
    var changed = right
    changed[right.count / 2] ^= 1
    let list = try Data(contentsOf: URL(fileURLWithPath: backup + "/manifest.sealed"))
    let forms: [(String, Data?)] = [
      ("changed", changed), ("short", right.prefix(right.count - 1)), ("exchanged", list),
      ("missing", nil),
    ]
    for (form, bytes) in forms {
      if let bytes {
        try bytes.write(to: URL(fileURLWithPath: path))
      } else {
        unlink(path)
      }
      let outcome = try Program.run(
        "restore", backup, "--seal", key, data: scratch.path + "/" + form)
      #expect(outcome.status == 1, "\(form)")
      #expect(outcome.errors.contains(name), "\(form): \(outcome.errors)")
    }
  }

  @Test("a changed picture is found and named, in the folder and in a copy")
  func picture() throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let document = Array("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".utf8)
    let answer = try Caller(port: server.port).client.send(
      "POST", "/api/v1/files", headers: [("Authorization", "Bearer \(sessions.reception)")],
      body: document)
    #expect(answer.status == 201)
    #expect(server.stop() == 0)
    let backup = scratch.path + "/plain"
    try Program.must(["backup", backup], data: data)
    for folder in [data, backup] {
      let file = try #require(Files.all(folder + "/files").first)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      bytes[3] ^= 1
      try bytes.write(to: URL(fileURLWithPath: file))
      let name = file.split(separator: "/").suffix(2).joined(separator: "/")
      let outcome =
        folder == data
        ? try Program.run("verify", data: data)
        : try Program.run("restore", backup, data: scratch.path + "/again")
      #expect(outcome.status == 1)
      #expect(outcome.result?["filesDamaged"]?.array?.first?.string == name, "\(outcome)")
    }
  }
}
