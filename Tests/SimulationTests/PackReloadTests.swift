import Foundation
import Glibc
import JSONText
import Synchronization
import Testing

/// Packs come and go while the server runs.
@Suite("packs in force without a restart", .serialized)
struct PackReloadTests {
  /// What a worker did, and when he shall end.
  private final class Tally: Sendable {
    let isOver = Atomic<Bool>(false)
    let sent = Atomic<Int>(0)
    let failed = Atomic<Int>(0)
  }

  /// A home of its own, so that nothing happens to the repository's packs: links to all packs but
  /// one, which lies beside it.
  private static func home(_ folder: String, without pack: String) throws -> String {
    let files = FileManager.default
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    try files.createDirectory(atPath: folder + "/packs", withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: folder + "/web", withDestinationPath: root + "/web")
    for name in try files.contentsOfDirectory(atPath: root + "/packs") where !name.hasPrefix(".") {
      let target = name == pack ? "\(folder)/\(name)" : "\(folder)/packs/\(name)"
      try files.copyItem(atPath: "\(root)/packs/\(name)", toPath: target)
    }
    return folder
  }

  /// Files signals until he is told to end.
  private static func worker(_ port: UInt16, _ session: String, _ tally: Tally) -> Thread {
    Thread {
      let caller = Caller(port: port)
      var number = 0
      while !tally.isOver.load(ordering: .acquiring) {
        number += 1
        let answer = caller.send(
          "POST", "/signals",
          """
          {"channel":"hotline","externalId":"p\(number)","item":"dog-nuisance","title":"dog",\
          "text":"dog","longitude":\(121.3 + Double(number % 50) * 0.005),"latitude":31.2}
          """, as: session)
        tally.sent.add(1, ordering: .relaxed)
        if answer?.status != 201 { tally.failed.add(1, ordering: .relaxed) }
        usleep(20_000)
      }
    }
  }

  @Test("a pack comes, goes and is refused, and no request fails meanwhile")
  func reload() throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    let home = try Self.home(scratch.path + "/home", without: "underground")
    setenv("CIVICLOOP_HOME", home, 1)
    defer { unsetenv("CIVICLOOP_HOME") }
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let caller = Caller(port: server.port)
    func form() -> Int? {
      caller.send("GET", "/kinds/underground-space/form", as: sessions.duty)?.status
    }
    let packs = ["--packs", home + "/packs"]
    #expect(form() == 404)
    // Somebody works all the while.
    let tally = Tally()
    let worker = Self.worker(server.port, sessions.reception, tally)
    worker.start()

    try Program.must(["pack", "install", home + "/underground"] + packs, data: data)
    #expect(form() == 200)
    // The search box knows the items that came, and no others.
    func finds(_ item: String) -> Bool {
      let answer = caller.send("GET", "/search?q=\(item)&kind=item", as: sessions.duty)
      return !(answer?.json["hits"]?.array ?? []).isEmpty
    }
    #expect(finds("underground-exit"))
    // What open cases need stays.
    let filed = caller.send(
      "POST", "/signals",
      """
      {"channel":"inspector","externalId":"u1","item":"underground-exit","title":"exit",\
      "text":"exit","longitude":121.4,"latitude":31.2}
      """, as: sessions.duty)
    #expect(filed?.status == 201, "\(String(describing: filed))")
    let kept = try Program.run("pack", "disable", "underground", "--packs", packs[1], data: data)
    #expect(kept.status == 1)
    #expect(kept.result?["openCases"]?.integer == 1)
    #expect(form() == 200)
    // A pack with a fault changes nothing, whoever tells the server.
    let item = home + "/packs/underground/items/underground.yaml"
    let text = try String(contentsOfFile: item, encoding: .utf8)
    try text.replacingOccurrences(of: "grade: red", with: "grade: pink")
      .write(toFile: item, atomically: true, encoding: .utf8)
    kill(server.process, SIGHUP)
    usleep(300_000)
    #expect(form() == 200)
    try text.write(toFile: item, atomically: true, encoding: .utf8)
    // One that nobody needs goes and comes.
    try Program.must(["pack", "disable", "creek"] + packs, data: data)
    #expect(caller.send("GET", "/packs/creek", as: sessions.duty)?.status == 404)
    #expect(!finds("creek-littering"))
    try Program.must(["pack", "enable", "creek"] + packs, data: data)
    #expect(caller.send("GET", "/packs/creek", as: sessions.duty)?.status == 200)
    #expect(finds("creek-littering"))
    tally.isOver.store(true, ordering: .releasing)
    while !worker.isFinished { usleep(5_000) }
    #expect(tally.sent.load(ordering: .relaxed) > 10)
    #expect(tally.failed.load(ordering: .relaxed) == 0)
    #expect(server.stop() == 0)
    // The same without a server: the command itself looks at the cases.
    let removed = try Program.run("pack", "remove", "underground", "--packs", packs[1], data: data)
    #expect(removed.status == 1)
    #expect(removed.result?["openCases"]?.integer == 1)
    #expect(removed.result?["cases"]?.array?.count == 1)
    let verified = try Program.must(["verify"], data: data)
    #expect(verified["intact"]?.bool == true)
    #expect(verified["tablesEqual"]?.bool == true)
  }
}
