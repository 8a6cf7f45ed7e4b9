import City
import Engine
import Handling
import JSONText
import Ports

/// `civicloop flow migrate`: running cases of one version of a flow come to follow another.
enum FlowMigrate {
  static let command = Command(
    name: "flow migrate", summary: "move running cases to another version of their flow",
    usage: "flow migrate --flow CODE --from VERSION --to VERSION [--apply --note TEXT]",
    example: "civicloop flow migrate --flow standard --from 1 --to 3 --data ./data",
    options: ["flow", "from", "to", "note"], flags: ["apply"]
  ) { arguments in try await run(arguments) }

  /// Without `--apply` nothing is changed: it says what would move, and what would not and why.
  private static func run(_ arguments: Arguments) async throws -> Int32 {
    _ = try arguments.expect()
    guard let code = arguments["flow"], arguments["from"] != nil, arguments["to"] != nil else {
      throw UsageFault(message: "--flow, --from and --to are needed")
    }
    let from = try arguments.integer("from", 1, in: 1...Int(Int32.max))
    let to = try arguments.integer("to", 1, in: 1...Int(Int32.max))
    let applies = arguments.has("apply")
    let note = arguments["note"] ?? ""
    guard !applies || !note.isEmpty else {
      throw UsageFault(message: "--apply wants a --note: it stands in the history of each case")
    }
    let folder = try await DataFolder.open(
      arguments.data, note: "flow migrate", clock: SystemClock())
    let desk = FlowMigrationDesk(engine: folder.engine)
    let lines: [FlowMigrationLine]
    do throws(FlowMigrationFault) {
      lines =
        applies
        ? try await desk.run(
          code, from: from, to: to, within: .everything, note: note, by: .engine,
          as: .local("flow migrate"), request: "")
        : try await desk.plan(code, from: from, to: to, within: .everything)
    } catch {
      await folder.close()
      throw WorkFault(message: "\(code) \(from) → \(to): \(error.code)\(next(error))")
    }
    await folder.close()
    tell(lines, applies)
    return 0
  }

  /// What to look at, where the code alone does not say.
  private static func next(_ fault: FlowMigrationFault) -> String {
    switch fault {
    case .unknownFlow: " (no pack that is read has that version; see civicloop pack list)"
    case .notReplaced: " (the new version’s `replaces` does not name the old one)"
    case .note, .store: ""
    }
  }

  private static func tell(_ lines: [FlowMigrationLine], _ applied: Bool) {
    var refusals: [String: Int] = [:]
    var movable = 0
    for line in lines {
      let number = line.case.filing.number.text
      switch line.result {
      case .success(let stage):
        movable += 1
        Output.say("\(number)  \(applied ? "moved to" : "would move to") \(stage)")
      case .failure(let refusal):
        refusals[refusal.code, default: 0] += 1
        Output.say("\(number)  stays in \(line.case.state.stage): \(refusal.code)")
      }
    }
    Output.result { writer in
      writer.member("cases", lines.count)
      writer.member(applied ? "moved" : "movable", movable)
      writer.object("refused") { writer in
        for (code, count) in refusals.sorted(by: { $0.key < $1.key }) { writer.member(code, count) }
      }
    }
  }
}
