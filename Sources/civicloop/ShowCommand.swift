import City
import Engine
import JSONText
import Ports
import Web

/// `civicloop show case|event|signal|thing ID`: one record with its timeline.
enum ShowCommand {
  static let command = Command(
    name: "show", summary: "one record with its timeline",
    usage: "show case|event|signal|thing ID [--as LOGIN] [--data DIR]",
    example: "civicloop show case 2026-1120-00042 --data ./data", options: ["as"]
  ) { arguments in try await run(arguments) }

  /// What the API calls each kind of record.
  private static let paths = [
    "case": ["/cases/ID", "/cases/ID/steps"], "event": ["/events/ID"], "signal": ["/signals/ID"],
    "thing": ["/things/ID"],
  ]

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let words = try arguments.expect("case|event|signal|thing", "ID")
    guard let paths = paths[words[0]] else {
      throw UsageFault(message: "what to show is one of case, event, signal, thing")
    }
    let folder = try await DataFolder.open(arguments.data, note: "show", clock: SystemClock())
    do {
      let caller = try await LocalCaller.find(arguments["as"], in: folder)
      try await LocalCaller.record("record.shown", "\(words[0]) \(words[1])", caller, in: folder)
      let local = LocalRequests(folder: folder, caller: caller)
      var parts: [(String, JSON)] = []
      for path in paths {
        let name = path.hasSuffix("/steps") ? "steps" : words[0]
        let answer = try await local.get(path.replacing("ID", with: words[1]))
        parts.append((name, answer["elements"] ?? answer))
      }
      await folder.close()
      Output.result { writer in for (name, value) in parts { writer.member(name, value) } }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }
}

/// Who acts on the command line: somebody named, or the administrator of the folder.
enum LocalCaller {
  /// - Throws: where there is no such login.
  static func find(_ login: String?, in folder: DataFolder) async throws -> Caller {
    guard let login else { return .local("command line") }
    guard let account = try await folder.engine.store.account(login: login),
      let caller = folder.accounts.caller(for: account)
    else { throw WorkFault(message: "there is no account \(login)") }
    return caller
  }

  /// Who takes something out, when, and the number of the entry that says so.
  static func mark(_ caller: Caller, _ number: Int64, in folder: DataFolder) -> String {
    let now = folder.engine.time.now
    let date = folder.engine.civilDate(of: now)
    let local = now.milliseconds + Int64(folder.engine.settings.offsetMinutes) * Duration.minute
    let minute = (local % Duration.day + Duration.day) % Duration.day / Duration.minute
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(date.year)-\(two(Int64(date.month)))-\(two(Int64(date.day)))"
    let time = "\(two(minute / 60)):\(two(minute % 60))"
    return "CivicLoop  \(caller.staff.name)  \(caller.login)  \(day) \(time)  No. \(number)"
  }

  /// Whoever looks is on record.
  /// - Returns: the number of the entry.
  @discardableResult
  static func record(
    _ kind: String, _ what: String, _ caller: Caller, in folder: DataFolder
  ) async throws -> Int64 {
    try await folder.engine.store.commit(
      ChangeSet(
        kind: kind, at: folder.engine.time.now, actor: caller.actor,
        subject: SubjectReference(kind: "command", id: 0), request: "", conditions: [],
        facts: [.note(what)])
    ).sequence
  }
}
