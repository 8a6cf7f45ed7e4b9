import Glibc

/// Where the program begins; everything else is in the command table.
@main
enum Program {
  static func main() async {
    // A client that goes away must not end the program.
    signal(SIGPIPE, SIG_IGN)
    // Before any thread is made: one that does not block them would end the server at once.
    if CommandLine.arguments.dropFirst().first == ServeCommand.command.name {
      SignalThread.blockEnding()
    }
    let code = await CommandTable.run(Array(CommandLine.arguments.dropFirst()))
    fflush(nil)
    exit(code)
  }
}
