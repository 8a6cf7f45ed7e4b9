import City
import Engine
import Glibc
import Ports

/// `civicloop admin create`: the first administrator of an empty folder.
enum AdminCommand {
  static let commands = [
    create,
    Command(
      name: "admin account",
      summary: "an account for a person who is in the folder; asks for a password",
      usage: "admin account LOGIN STAFFCODE [--data DIR]",
      example: "civicloop admin account zhang S-0042 --data ./data"
    ) { arguments in try await addAccount(arguments) },
    Command(
      name: "admin password", summary: "another password for an account; asks for it",
      usage: "admin password LOGIN [--data DIR]", example: "civicloop admin password zhang"
    ) { arguments in try await setPassword(arguments) },
  ]

  private static let create = Command(
    name: "admin create",
    summary: "the first administrator of an empty folder; asks for a password",
    usage: "admin create NAME [--data DIR]", example: "civicloop admin create wang --data ./data"
  ) { arguments in try await run(arguments) }

  static let unitCode = "administration"
  static let posts = ["administrator", "data-steward"]

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let login = try arguments.expect("NAME")[0]
    let folder = try await DataFolder.open(
      arguments.data, note: "admin create", clock: SystemClock())
    let engine = folder.engine
    guard engine.directory.staff.isEmpty else {
      await folder.close()
      throw WorkFault(message: "the folder has people already; an administrator adds others")
    }
    let password = try askPassword()
    let actor = Actor.local("admin create")
    let master = MasterData(engine: engine)
    _ = try await master.save(
      UnitEntry(
        code: unitCode, name: folder.text("administration"), kind: .centre, parent: nil, area: nil,
        hours: "", duties: []), by: actor, request: "")
    try await engine.reloadDirectory()
    _ = try await master.save(
      StaffEntry(
        code: login, name: login, unit: unitCode, posts: posts, area: nil, active: true),
      by: actor, request: "")
    try await engine.reloadDirectory()
    guard let staff = engine.directory.staffIDs[login] else {
      throw WorkFault(message: "the person was not stored")
    }
    do {
      _ = try await folder.accounts.create(
        login: login, password: password, staff: staff, by: actor, request: "")
    } catch {
      throw WorkFault(message: "refused: \(error.code)")
    }
    await folder.close()
    Output.say("administrator \(login) made; start the server and sign in")
    return 0
  }

  private static func addAccount(_ arguments: Arguments) async throws -> Int32 {
    let words = try arguments.expect("LOGIN", "STAFFCODE")
    return try await withFolder(arguments, "admin account") { folder in
      guard let staff = folder.engine.directory.staffIDs[words[1]] else {
        throw WorkFault(message: "there is no person \(words[1]); import staff first")
      }
      let password = try askPassword()
      do throws(AccountFault) {
        _ = try await folder.accounts.create(
          login: words[0], password: password, staff: staff, by: .local("admin account"),
          request: "")
      } catch {
        throw WorkFault(message: "refused: \(error.code)")
      }
    }
  }

  private static func setPassword(_ arguments: Arguments) async throws -> Int32 {
    let login = try arguments.expect("LOGIN")[0]
    return try await withFolder(arguments, "admin password") { folder in
      let password = try askPassword()
      do throws(AccountFault) {
        try await folder.accounts.setPassword(
          password, of: login, by: .local("admin password"), request: "")
      } catch {
        throw WorkFault(message: "refused: \(error.code)")
      }
    }
  }

  private static func withFolder(
    _ arguments: Arguments, _ note: String, _ body: (DataFolder) async throws -> Void
  ) async throws -> Int32 {
    let folder = try await DataFolder.open(arguments.data, note: note, clock: SystemClock())
    do {
      try await body(folder)
    } catch {
      await folder.close()
      throw error
    }
    await folder.close()
    return 0
  }

  /// Reads a password twice without showing it, or one line where there is no terminal.
  private static func askPassword() throws -> String {
    guard isatty(STDIN_FILENO) == 1 else {
      guard let line = readLine(), !line.isEmpty else {
        throw UsageFault(message: "no password on standard input")
      }
      return line
    }
    func ask(_ prompt: String) -> String {
      guard let text = getpass(prompt) else { return "" }
      return String(cString: text)
    }
    let first = ask("password (at least \(Accounts.passwordCharactersMin) characters): ")
    guard first == ask("again: ") else { throw UsageFault(message: "the two are not the same") }
    return first
  }
}
