import City
import Engine
import JSONText
import Links
import Pack
import Ports

/// `civicloop import dictionary`: place names, item words and stop words of the city's own.
enum ImportDictionary {
  static let command = Command(
    name: "import dictionary", summary: "words from CSV: word,use[,target]",
    usage: "import dictionary FILE [--strict] [--data DIR]",
    example: "civicloop import dictionary words.csv --data ./data", flags: ["strict"]
  ) { arguments in try await run(arguments) }

  /// Refused rows told on the terminal.
  private static let shownMax = 20

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let file = try arguments.expect("FILE")[0]
    let read: MasterFile<WordDraft>
    do throws(ImportFault) {
      read = try WordFile.read(
        stream: try TextStream(path: file, encoding: .utf8, limits: .master))
    } catch {
      throw WorkFault(message: "\(file): \(error.code) \(ImportTickets.text(error.facts))")
    }
    let folder = try await DataFolder.open(arguments.data, note: "import", clock: SystemClock())
    let outcomes: [WordDesk.Outcome]
    do {
      outcomes = try await WordDesk(engine: folder.engine).save(
        read.drafts.map { WordDesk.Draft(text: $0.text, use: $0.use, target: $0.target) },
        by: .local("import dictionary"), request: "")
    } catch {
      await folder.close()
      throw WorkFault(message: "\(file): \(error)")
    }
    await folder.close()
    var refusals = read.refusals.map { "row \($0.row): \($0.field) \($0.rule) \($0.value)" }
    for (draft, outcome) in zip(read.drafts, outcomes) {
      guard case .refused(let refusal) = outcome else { continue }
      refusals.append("row \(draft.row): word \(refusal.rawValue) \(draft.text)")
    }
    for refusal in refusals.prefix(shownMax) { Output.say(refusal) }
    Output.result { writer in
      writer.member("rows", read.rows)
      writer.member("accepted", outcomes.count { $0 == .accepted })
      writer.member("repeated", outcomes.count { $0 == .repeated })
      writer.member("refused", refusals.count)
    }
    return arguments.has("strict") && !refusals.isEmpty ? 1 : 0
  }
}
