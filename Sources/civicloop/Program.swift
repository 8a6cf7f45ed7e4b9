import Glibc

/// Where the program begins; everything else is in the command table.
@main
enum Program {
  static func main() async {
    Allocation.setUp()
    // A client that goes away must not end the program.
    signal(SIGPIPE, SIG_IGN)
    let code = await CommandTable.run(Array(CommandLine.arguments.dropFirst()))
    fflush(nil)
    exit(code)
  }
}
