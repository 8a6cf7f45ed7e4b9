import City
import Engine
import Handling
import JSONText
import Pack
import Ports
import Web

/// `civicloop flow …`: flows for people to read, and what a changed pack moves.
enum FlowCommands {
  static let commands = [
    Command(
      name: "flow table", summary: "every action by stage and post, with clocks and a picture",
      usage: "flow table [CODE]", example: "civicloop flow table > docs/flow-table.md"
    ) { arguments in try table(arguments) },
    Command(
      name: "flow deadlines", summary: "running deadlines that the packs would now set otherwise",
      usage: "flow deadlines [--data DIR]", example: "civicloop flow deadlines --data ./data"
    ) { arguments in try await deadlines(arguments) },
    FlowMigrate.command, FlowSimulate.command,
  ]

  private static func table(_ arguments: Arguments) throws -> Int32 {
    guard arguments.positional.count <= 1 else { throw UsageFault(message: "expected: [CODE]") }
    let catalogue = try Packs.load(Home.find())
    let flows = newest(of: catalogue).filter {
      arguments.positional.first.map { [code = $0.code] in $0 == code } ?? true
    }
    guard !flows.isEmpty else { throw WorkFault(message: "no flow has this code") }
    print(FlowTable.page(flows, catalogue: catalogue))
    return 0
  }

  private static func newest(of catalogue: Catalogue) -> [Flow] {
    catalogue.flows.filter { catalogue.currentFlow(code: $0.code) == $0.reference }
  }

  private static func deadlines(_ arguments: Arguments) async throws -> Int32 {
    _ = try arguments.expect()
    let folder = try await DataFolder.open(
      arguments.data, note: "flow deadlines", clock: SystemClock())
    let moves = try await CalendarRecount(engine: folder.engine).moves(within: .everything)
    func text(_ instant: Instant?) -> String {
      guard let instant else { return "none" }
      return TimeText.write(instant)
    }
    for found in moves {
      let move = found.move
      let number = found.case.filing.number.text
      Output.say("\(number)  \(move.clock)  \(text(move.before)) → \(text(move.after))")
    }
    await folder.close()
    Output.result { $0.member("moves", moves.count) }
    return 0
  }
}
