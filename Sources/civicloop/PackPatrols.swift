import City
import Engine
import Handling
import JSONText
import Pack
import Ports

/// `civicloop pack patrols`: the rounds that are due, made without a server.
enum PackPatrols {
  static let command = Command(
    name: "pack patrols", summary: "makes the rounds that are due, and counts those there are",
    usage: "pack patrols [--data DIR]", example: "civicloop pack patrols --data ./data"
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let folder = try await DataFolder.open(arguments.data, note: "patrols", clock: SystemClock())
    do {
      let turned = try await PatrolDesk(engine: folder.engine).turn()
      let counts = try await counts(folder)
      await folder.close()
      Output.result { writer in
        writer.member("made", turned.made)
        writer.member("missed", turned.missed)
        for state in Patrol.State.allCases {
          writer.member("\(state.rawValue)Rounds", counts[state] ?? 0)
        }
      }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func counts(_ folder: DataFolder) async throws -> [Patrol.State: Int] {
    var counts: [Patrol.State: Int] = [:]
    for plan in folder.engine.catalogue.patrols {
      var before: Int64?
      repeat {
        let query = PatrolQuery(
          scope: .everything, plan: plan.code,
          page: PageRequest(limit: PageRequest.limitMax, before: before))
        let page = try await folder.engine.store.patrols(query)
        for patrol in page.elements { counts[patrol.state, default: 0] += 1 }
        for patrol in page.elements where patrol.state == .open {
          let unit = patrol.unit.innermost.flatMap { folder.engine.directory.units[$0]?.name }
          Output.say(
            "\(plan.name) \(unit ?? "") \(patrol.part): \(patrol.left.count) of "
              + "\(patrol.stops.count) left, \(patrol.metres) m")
        }
        before = page.next
      } while before != nil
    }
    return counts
  }
}
