import City
import Engine
import Glibc
import Pack
import PackReading
import Ports

/// How long a start takes with many packs, and with many things on file.
enum BenchPackStart {
  /// Things in one change set while the folder is made.
  private static let together = 500

  /// Reads the packs that are there and as many made-up ones as lack to `count`. They are the home
  /// of this process and of those that it starts from then on.
  static func read(_ count: Int, _ folder: String) throws -> (packs: Int, milliseconds: Double) {
    let packs = folder + "/packs"
    let home = try Home.find()
    _ = try FolderCopy.copy(home.packs, to: packs)
    _ = try FolderCopy.copy(home.pages, to: folder + "/web")
    let known = try Packs.load(folder: packs).packs.count
    for number in known..<max(known, count) {
      for (path, text) in MadePack.files(number) {
        let target = "\(packs)/made-\(number)/\(path)"
        try DataFolder.makeFolder(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
        guard FileText.write(Array(text.utf8), to: target) else {
          throw WorkFault(message: "\(target) could not be written")
        }
      }
    }
    setenv("CIVICLOOP_HOME", folder, 1)
    let watch = Stopwatch()
    let catalogue = try Packs.load(folder: packs)
    return (catalogue.packs.count, watch.seconds * 1_000)
  }

  /// Fills a folder with things of kinds that models grade, then starts a server on it.
  /// - Returns: milliseconds from the start of the process to its first answer.
  static func open(_ things: Int, _ folder: String) async throws -> Double {
    let data = folder + "/data"
    try await prepare(things, data)
    let server = try ServerProcess.start(data: data)
    server.stop()
    return server.startMilliseconds
  }

  /// The folder is let go of at the end, so that the server may hold it.
  private static func prepare(_ things: Int, _ data: String) async throws {
    let filled = try await DataFolder.open(data, note: "bench", clock: SystemClock())
    do {
      try await fill(filled.engine, things)
    } catch {
      await filled.close()
      throw error
    }
    await filled.close()
  }

  private static func fill(_ engine: Engine, _ count: Int) async throws {
    let models = engine.catalogue.risks
    guard !models.isEmpty else { throw WorkFault(message: "no pack has a risk model") }
    var start = 0
    while start < count {
      let facts: [Fact] = (start..<min(start + together, count)).compactMap { number in
        let model = models[number % models.count]
        guard let kind = engine.catalogue.kind(code: model.kind) else { return nil }
        return .thing(
          Thing(
            id: engine.newID(), kind: kind.code, code: "b\(number)", name: "thing \(number)",
            address: "", area: .outside, owner: .none, geometry: nil, position: nil,
            attributes: BenchFacts.attributes(of: kind, model, number: number), version: 1))
      }
      start += together
      _ = try await engine.store.commit(
        ChangeSet(
          kind: "bench.things", at: engine.time.now, actor: .local("bench"),
          subject: SubjectReference(kind: "thing", id: 0), request: "", conditions: [],
          facts: facts))
    }
  }
}

/// A pack as a newcomer would write it, with a number in all its names.
enum MadePack {
  /// Path and text of each file.
  static func files(_ number: Int) -> [(path: String, text: String)] {
    let id = "made-\(number)"
    let items = (1...6).map { item in
      """
        - code: \(id)-item-\(item)
          name: Made problem \(number) \(item)
          category: street-order
          grade: blue
          flow: standard
          filing: It is there.
          closing: It is gone.
          clocks:
            - { name: handle, amount: 2, measure: workingDays }
          responsibility:
            - { duty: operations-centre, place: district, why: Everything comes here. }
          evidence: [note]
          words: [made problem \(number) number \(item)]
          joinMetres: 50
          joinHours: 24
          automatic: true

      """
    }
    return [
      ("pack.yaml", "id: \(id)\ntitle: Made pack \(number)\nversion: 1\ndepends: [core]\n"),
      ("items/all.yaml", "items:\n" + items.joined()),
      (
        "kinds/all.yaml",
        """
        kinds:
          - code: \(id)-kind
            name: Made kind \(number)
            fields:
              - { name: age, title: Age, form: number, dataClass: public }
        """
      ),
      (
        "risks/all.yaml",
        """
        risks:
          - code: \(id)-risk
            name: Made risk \(number)
            kind: \(id)-kind
            form: weighted
            factors:
              - { code: age, title: Age, field: age, steps: [{ from: 9, points: 9 }], why: Old. }
            lines: [{ grade: red, name: High, from: 9 }, { grade: blue, name: Low }]
            why: Old things break.
        """
      ),
    ]
  }
}
