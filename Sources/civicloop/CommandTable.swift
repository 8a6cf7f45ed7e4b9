import Glibc

/// One command of the program.
struct Command {
  let name: String
  let summary: String
  let usage: String
  let example: String
  var options: Set<String> = []
  var flags: Set<String> = []
  /// - Returns: the exit code.
  let run: @Sendable (Arguments) async throws -> Int32
}

/// All commands; `--help` is made from it.
enum CommandTable {
  static let commands: [Command] =
    [ServeCommand.command] + AdminCommand.commands + [DemoCommand.command]
    + [ImportTickets.command] + ImportMaster.commands + [
      ImportDevices.command, ImportSeries.command,
    ]
    + [MappingCommand.command, BacktestCommand.command, ExportCommand.command]
    + [ImportDictionary.command] + ModelCommands.commands + [DispatchReplayCommand.command]
    + [ReplayCommand.command, ShowCommand.command] + PackCommands.commands
    + PackLifecycle.commands + [PackSchemaCommand.command, PackDemo.command]
    + [PackReportCommand.command, PackPatrols.command]
    + [CheckUpCommand.command] + WarningCommands.commands + JournalCommands.commands
    + BackupCommands.commands
    + AnchorCommand.commands + [EraseCommand.command, EvidenceCommand.command]
    + RetentionCommand.commands
    + BenchCommands.commands + EvalCommands.commands + FlowCommands.commands

  /// Finds the command by its first words and runs it.
  static func run(_ words: [String]) async -> Int32 {
    guard let command = find(words) else {
      let wantsHelp = words.isEmpty || words[0] == "--help" || words[0] == "help"
      Output.say(overview)
      if !wantsHelp { Output.say("civicloop: unknown command: \(words.joined(separator: " "))") }
      return wantsHelp && !words.isEmpty ? 0 : 2
    }
    let rest = Array(words.dropFirst(command.name.split(separator: " ").count))
    if rest.contains("--help") {
      Output.say(
        "\(command.summary)\n\nusage: civicloop \(command.usage)\nexample: \(command.example)")
      return 0
    }
    do {
      let arguments = try Arguments(
        rest, options: command.options.union(["data"]), flags: command.flags)
      return try await command.run(arguments)
    } catch let fault as UsageFault {
      Output.say("civicloop \(command.name): \(fault.message)\nusage: civicloop \(command.usage)")
      return 2
    } catch let fault as WorkFault {
      Output.say("civicloop \(command.name): \(fault.message)")
      return 1
    } catch {
      Output.say("civicloop \(command.name): \(error)")
      return 1
    }
  }

  /// The command whose name has the most words in common with the beginning.
  private static func find(_ words: [String]) -> Command? {
    commands.filter { command in
      let name = command.name.split(separator: " ").map(String.init)
      return words.count >= name.count && Array(words.prefix(name.count)) == name
    }.max { $0.name.count < $1.name.count }
  }

  private static var overview: String {
    let width = commands.map(\.name.count).max() ?? 0
    let lines = commands.map { command in
      "  \(command.name)\(String(repeating: " ", count: width - command.name.count))  \(command.summary)"
    }
    return "usage: civicloop COMMAND [options]   (COMMAND --help tells more)\n\n"
      + lines.joined(separator: "\n")
  }
}
