import City
import Engine
import JSONText
import Pack
import Ports

/// `civicloop retention`: what data is for, what came to its end, and what is due.
enum RetentionCommand {
  static let commands = [
    Command(
      name: "retention list", summary: "the rules of retention and the newest certificates",
      usage: "retention list [--data DIR]", example: "civicloop retention list --data ./data"
    ) { arguments in
      try await with(arguments) { folder in
        let page = PageRequest(limit: PageRequest.limitMax, before: nil)
        let certificates = try await folder.engine.store.certificates(page).elements
        for rule in folder.engine.catalogue.retention {
          let days = rule.days.map { "\($0) days" } ?? "kept"
          Output.say("\(rule.code)  \(rule.data.rawValue)  \(days)  \(rule.purpose)")
        }
        for certificate in certificates { Output.say(line(certificate)) }
        Output.result { writer in
          writer.member("rules", folder.engine.catalogue.retention.count)
          writer.member("certificates", certificates.count)
        }
      }
    },
    Command(
      name: "retention run", summary: "lets what is due come to its end, with certificates",
      usage: "retention run [--data DIR]", example: "civicloop retention run --data ./data"
    ) { arguments in
      try await with(arguments) { folder in
        let made = try await ObservationFolder.with(folder) { folder, perception in
          try await RetentionDesk(
            engine: folder.engine, observations: perception.observations, files: folder.files
          ).run(by: .local("retention"), request: "")
        }
        for certificate in made { Output.say(line(certificate)) }
        Output.result { writer in
          writer.member("certificates", made.count)
          writer.member("records", made.reduce(0) { $0 + $1.count })
        }
      }
    },
  ]

  private static func with(
    _ arguments: Arguments, _ body: (DataFolder) async throws -> Void
  ) async throws -> Int32 {
    let folder = try await DataFolder.open(
      arguments.data, note: "retention", clock: SystemClock())
    do {
      try await body(folder)
      await folder.close()
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private static func line(_ certificate: Certificate) -> String {
    "certificate \(certificate.id.rawValue)  \(certificate.rule)  \(certificate.count) records"
  }
}
