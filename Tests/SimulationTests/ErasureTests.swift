import City
import Foundation
import Glibc
import JSONText
import LoopbackClient
import Ports
import StoreSQLite
import Testing
import Vault

/// A person in every form in which he could lie in a file.
struct Traces {
  static let name = "欧阳清扬"
  static let phone = "13987654321"

  let needles: [(what: String, bytes: [UInt8])]

  init() {
    var needles: [(String, [UInt8])] = []
    let wide = String(
      String.UnicodeScalarView(
        Self.phone.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }))
    let dashed = "139-8765-4321"
    let spaced = "139 8765 4321"
    let scattered = Self.phone.map(String.init).joined(separator: " ")
    let escaped = Self.name.utf16.map { String(format: "\\u%04x", $0) }.joined()
    for text in [
      Self.name, Self.phone, wide, dashed, spaced, scattered, "清扬", escaped, escaped.uppercased(),
    ] {
      needles.append((text + " UTF-8", Array(text.utf8)))
      needles.append(
        (text + " UTF-16LE", text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }))
      needles.append(
        (text + " UTF-16BE", text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }))
    }
    for text in [Self.name, Self.phone] {
      let hex = text.utf8.map { String(format: "%02x", $0) }.joined()
      needles.append((text + " hex", Array(hex.utf8)))
      needles.append(
        (text + " base64", Array(Data(text.utf8).base64EncodedString().utf8.prefix(12))))
    }
    self.needles = needles
  }

  /// Where any of them lies in any file of the folders.
  func found(in folders: [String]) -> [String] {
    var found: [String] = []
    for file in folders.flatMap(Files.all) {
      let data = Data(Files.read(file))
      for needle in needles where data.range(of: Data(needle.bytes)) != nil {
        found.append("\(file): \(needle.what)")
      }
    }
    return found
  }
}

@Suite("a person is erased", .serialized)
struct ErasureTests {
  /// A JPEG of three segments, one of which tells the owner, and a scan.
  static let photo: [UInt8] = {
    let owner = Array("Exif\0\0".utf8) + Array((Traces.name + Traces.phone).utf8)
    let length = [UInt8((owner.count + 2) >> 8), UInt8((owner.count + 2) & 255)]
    let head: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF\0".utf8)
    let frame: [UInt8] = [0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0]
    let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0x00, 0x34]
    return head + [1, 1, 0, 0, 1, 0, 1, 0, 0] + [0xFF, 0xE1] + length + owner + frame + scan
      + [0xFF, 0xD9] + Array(Traces.phone.utf8)
  }()

  @Test("he lies nowhere in the clear before, and nobody can read him afterwards, copies included")
  func erasure() async throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    let backup = scratch.path + "/backup"
    let keys = scratch.path + "/keys"
    let all = [data, backup, keys]
    let traces = Traces()
    var server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    var caller = Caller(port: server.port)
    let filed = try tell(caller, sessions)
    // The session of a running server: log and write-ahead log as they lie now.
    #expect(traces.found(in: all) == [])
    #expect(try reads(caller, sessions, filed))
    #expect(server.stop() == 0)
    #expect(traces.found(in: all) == [])

    try Program.must(["backup", backup, "--keys", keys], data: data)
    #expect(traces.found(in: all) == [])
    let sealed = try await sealedBytes(data)
    #expect(sealed.count >= 4)
    #expect(try opened(sealed, data + "/keys") == sealed.count)
    #expect(try opened(sealed, keys) == sealed.count)

    let erased = try Program.must(["erase", "+86 139-8765-4321"], data: data)
    #expect(erased["copiesOwed"]?.array?.isEmpty == true)
    #expect(try Program.run("erase", Traces.phone, data: data).status == 1, "nobody has it now")
    #expect(try Program.run("erase", "citizen/unknown", data: data).status == 1)
    try Program.must(["erase", "citizen/p-text"], data: data)

    let verified = try Program.must(["verify"], data: data)
    #expect(verified["intact"]?.bool == true && verified["tablesEqual"]?.bool == true)
    #expect(traces.found(in: all) == [])
    for folder in [data + "/keys", keys] {
      #expect(try opened(sealed, folder) == 0, "\(folder)")
    }
    #expect(
      try await store(data) { try await $0.signal(channel: .hotline, externalID: "p-1") }
        .map { if case .sealed(let sealed) = $0.raw { sealed.bytes.isEmpty } else { false } }
        == true)

    server = try Server(data: data)
    caller = Caller(port: server.port)
    #expect(try !reads(caller, sessions, filed))
    #expect(server.stop() == 0)
    try restored(scratch.path, backup, keys, filed, sessions, sealed)
    let rebuilt = try Program.must(["rebuild"], data: data)
    #expect(rebuilt["tablesEqual"]?.bool == true)
    #expect(traces.found(in: all) == [])
  }

  @Test("a running server copies its keys without the master key, and an erasure reaches the copy")
  func copied() async throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    let copy = scratch.path + "/copy"
    let settings = scratch.path + "/civicloop.conf"
    try Data("key-copies: \(copy)\n".utf8).write(to: URL(fileURLWithPath: settings))
    let server = try Server(data: data, words: ["--config", settings])
    let sessions = try Sessions(port: server.port)
    _ = try tell(Caller(port: server.port), sessions)
    var waited = 0
    while !FileManager.default.fileExists(atPath: copy + "/subjects.keys"), waited < 600 {
      try await Task.sleep(for: .milliseconds(50))
      waited += 1
    }
    #expect(server.stop() == 0)
    #expect(FileManager.default.fileExists(atPath: copy + "/subjects.keys"))
    #expect(!FileManager.default.fileExists(atPath: copy + "/master.key"))
    // The next start copies those who came since; with the master key brought back it opens them.
    let again = try Server(data: data, words: ["--config", settings])
    #expect(again.stop() == 0)
    let sealed = try await sealedBytes(data)
    try FileManager.default.copyItem(
      atPath: data + "/keys/master.key", toPath: copy + "/master.key")
    let before = try opened(sealed, copy)
    #expect(before > 0)
    let erased = try Program.must(["erase", "+86 139-8765-4321"], data: data)
    #expect(erased["copiesOwed"]?.array?.isEmpty == true)
    #expect(try opened(sealed, copy) < before)
    #expect(try opened(sealed, copy) == opened(sealed, data + "/keys"))
  }

  /// An old copy with the old keys brings nobody back.
  private func restored(
    _ path: String, _ backup: String, _ keys: String, _ filed: String, _ sessions: Sessions,
    _ sealed: [Sealed]
  ) throws {
    let restored = path + "/restored"
    try Program.must(["restore", backup, "--keys", keys], data: restored)
    #expect(try opened(sealed, restored + "/keys") == 0)
    let server = try Server(data: restored)
    #expect(try !reads(Caller(port: server.port), sessions, filed))
    #expect(server.stop() == 0)
    let verified = try Program.must(["verify"], data: restored)
    #expect(verified["intact"]?.bool == true && verified["tablesEqual"]?.bool == true)
    #expect(Traces().found(in: [restored]) == [])
  }

  /// Sends the person in all the ways there are; the id of the first case.
  private func tell(_ caller: Caller, _ sessions: Sessions) throws -> String {
    let name = Traces.name
    let phone = Traces.phone
    let photo = try #require(upload(caller, sessions))
    func signal(_ external: String, _ channel: String, _ more: String) -> String {
      """
      {"channel":"\(channel)","externalId":"\(external)","item":"dog-nuisance","longitude":121.35,\
      "latitude":31.25,\(more)}
      """
    }
    let reporter = ",\"reporter\":{\"name\":\"\(name)\",\"phone\":\"\(phone)\"}"
    let bodies = [
      signal(
        "p-1", "hotline",
        """
        "title":"\(name)家旁犬只扰民","text":"我是\(name)，电话\(phone)，也可拨 139-8765-4321。",\
        "address":"演示路1号\(name)（１３９８７６５４３２１）","evidence":["\(photo)"]\(reporter)
        """),
      // The same person in another writing, without title.
      signal(
        "p-2", "citizen",
        """
        "text":"\(name) 139 8765 4321 又来反映","address":"演示路2号",\
        "reporter":{"name":"\(name)","phone":"+86 139-8765-4321"}
        """),
      // Nobody named as reporter: only the text tells.
      signal("p-text", "citizen", "\"text\":\"联系电话\(phone)\",\"address\":\"演示路3号\""),
    ]
    var first = ""
    for body in bodies {
      let answer = try #require(caller.send("POST", "/signals", body, as: sessions.reception))
      #expect(answer.status == 201, "\(answer)")
      if first.isEmpty { first = answer.json["case"]?.string ?? "" }
    }
    // A rival: the same id, other words.
    let rival = caller.send(
      "POST", "/signals",
      signal("p-1", "hotline", "\"text\":\"\(name)改口\",\"address\":\"\"\(reporter)"),
      as: sessions.reception)
    #expect(rival?.status == 409)
    try handle(first, caller, sessions)
    // A search for him, whose words could end in a log.
    _ = caller.send("GET", "/cases?words=\(phone)", as: sessions.duty)
    return first
  }

  private func handle(_ id: String, _ caller: Caller, _ sessions: Sessions) throws {
    let note = "已联系\(Traces.name)，回访\(Traces.phone)。"
    let steps: [(String, String)] = [
      (
        "{\"action\":\"dispatch\",\"unit\":\"\(sessions.unit)\",\"note\":\"\(note)\"}",
        sessions.dispatch
      ),
      ("{\"action\":\"accept\",\"note\":\"\(note)\"}", sessions.handler),
      ("{\"action\":\"report\",\"note\":\"\(note)\"}", sessions.handler),
      ("{\"action\":\"pass\",\"note\":\"\(note)\"}", sessions.inspect),
      ("{\"action\":\"close\",\"note\":\"\(note)\"}", sessions.dispatch),
    ]
    for (body, session) in steps {
      let answer = try #require(caller.send("POST", "/cases/\(id)/steps", body, as: session))
      #expect(answer.status == 200, "\(body): \(answer)")
    }
  }

  private func upload(_ caller: Caller, _ sessions: Sessions) -> String? {
    let response = try? caller.client.send(
      "POST", "/api/v1/files", headers: [("Authorization", "Bearer \(sessions.reception)")],
      body: Self.photo)
    guard let response, response.status == 201 else { return nil }
    return (try? JSON.parse(response.body, limits: .request))?["digest"]?.string
  }

  /// Whether the case still tells who reported it.
  private func reads(_ caller: Caller, _ sessions: Sessions, _ id: String) throws -> Bool {
    let found = try #require(caller.send("GET", "/cases/\(id)", as: sessions.duty))
    #expect(found.status == 200)
    return found.json["reporter"]?["name"]?.string?.hasPrefix("欧阳") == true
  }

  private func store<Answer: Sendable>(
    _ data: String, _ body: (SQLiteStore) async throws -> Answer
  ) async throws -> Answer {
    let store = try SQLiteStore(folder: data)
    defer { store.close() }
    return try await body(store)
  }

  /// Everything that the journal holds sealed for the person.
  private func sealedBytes(_ data: String) async throws -> [Sealed] {
    try await store(data) { store in
      let entries = try await store.entries(after: 0, limit: 10_000)
      let keys = try KeyRing(folder: data + "/keys")
      return entries.flatMap(\.facts).compactMap { fact -> Sealed? in
        switch fact {
        case .reporter(let reporter): reporter.details
        case .signal(let signal): if case .sealed(let sealed) = signal.raw { sealed } else { nil }
        default: nil
        }
      }.filter { sealed in
        let bytes = (try? keys.open(sealed)) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains(Traces.phone) || text.contains(Traces.name)
      }
    }
  }

  /// How many of them a ring of keys opens; all others must say that the key is destroyed.
  private func opened(_ sealed: [Sealed], _ folder: String) throws -> Int {
    let keys = try KeyRing(folder: folder)
    var count = 0
    for sealed in sealed {
      do throws(SealingFault) {
        _ = try keys.open(sealed)
        count += 1
      } catch {
        #expect(error == .keyDestroyed(sealed.subject))
      }
    }
    return count
  }
}
