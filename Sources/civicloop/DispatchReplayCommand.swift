import City
import Engine
import Glibc
import JSONText
import Links
import Pack
import Ports
import Web

/// `civicloop dispatch replay`: who would have got last month's cases under other rules or models.
enum DispatchReplayCommand {
  static let command = Command(
    name: "dispatch replay", summary: "past cases under other rules or models; changes nothing",
    usage:
      "dispatch replay --from T --to T [--model NUMBER|none] [--packs DIR] [--out F.csv] [--data DIR]",
    example:
      "civicloop dispatch replay --from 2026-10-01T00:00:00+08:00 --to 2026-11-01T00:00:00+08:00",
    options: ["from", "to", "model", "packs", "out"]
  ) { arguments in try await run(arguments) }

  private struct Counts {
    var cases = 0
    var same = 0
    var automatic = 0
  }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    _ = try arguments.expect()
    let (from, to) = (try instant("from", arguments), try instant("to", arguments))
    guard from < to else { throw UsageFault(message: "--from must lie before --to") }
    let folder = try await DataFolder.open(arguments.data, note: "replay", clock: SystemClock())
    let counts: Counts
    do {
      let understanding = try await understanding(arguments, folder)
      let replay = DispatchReplay(engine: folder.engine, understanding: understanding)
      counts = try await play(replay, from, to, out: arguments["out"], folder)
    } catch {
      await folder.close()
      if let fault = error as? ModelDeskFault { throw WorkFault(message: fault.told) }
      throw error
    }
    await folder.close()
    Output.result { writer in
      writer.member("cases", counts.cases)
      writer.member("same", counts.same)
      writer.member("changed", counts.cases - counts.same)
      writer.member("automatic", counts.automatic)
    }
    return 0
  }

  private static func instant(_ name: String, _ arguments: Arguments) throws -> Instant {
    guard let text = arguments[name], let instant = TimeText.read(text) else {
      throw UsageFault(message: "--\(name) takes a time, for example 2026-10-01T00:00:00+08:00")
    }
    return instant
  }

  /// The rules and models to decide by: the folder's own, unless others are named.
  private static func understanding(
    _ arguments: Arguments, _ folder: DataFolder
  ) async throws -> Understanding {
    let catalogue = try arguments["packs"].map { try Packs.load(folder: $0) }
    let understanding = Understanding(
      catalogue: catalogue ?? folder.engine.catalogue,
      words: try await folder.engine.store.words())
    try await WordTables.equip(understanding, folder.home, folder.engine.store)
    switch arguments["model"] {
    case "none": break
    case let word?:
      guard let number = Int(word) else {
        throw UsageFault(message: "--model takes the number of a version, or none")
      }
      understanding.put(try await folder.models.load(number, of: .item), for: .item)
    case nil: understanding.put(folder.engine.understanding.inForce(.item), for: .item)
    }
    return understanding
  }

  private static func play(
    _ replay: DispatchReplay, _ from: Instant, _ to: Instant, out: String?, _ folder: DataFolder
  ) async throws -> Counts {
    var counts = Counts()
    let directory = folder.engine.directory
    func name(_ path: UnitPath) -> String {
      path.innermost.flatMap { directory.units[$0]?.name } ?? ""
    }
    var table = CSVWriter(hasMark: true)
    table.row([
      "number", "title", "itemThen", "itemNow", "unitThen", "unitNow", "same", "automatic",
      "reasons", "why",
    ])
    try await replay.run(from: from, to: to) { line in
      counts.cases += 1
      counts.same += line.isSame ? 1 : 0
      counts.automatic += line.isAutomatic ? 1 : 0
      guard out != nil else { return }
      let (filing, state) = (line.case.filing, line.case.state)
      table.row([
        filing.number.text, filing.title, state.item ?? "", line.item ?? "", name(state.unit),
        name(line.unit), String(line.isSame), String(line.isAutomatic),
        line.reasons.joined(separator: " "), line.why,
      ])
    }
    if let out {
      guard FileText.write(table.take(), to: out) else {
        throw WorkFault(message: "\(out) could not be written")
      }
    }
    return counts
  }
}
