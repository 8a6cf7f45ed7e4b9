import City
import Engine
import HTTPServing
import JSONText
import Ports

/// The journal, for auditors.
enum JournalRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/journal", .permission([.audit]), "Journal entries after a number, in order",
        query: [
          .init(name: "after", type: "integer"), .init(name: "limit", type: "integer"),
          .init(name: "newest", type: "boolean"),
        ]
      ) { call throws(Problem) in
        let given = Int64(call.filter("after") ?? "0")
        guard var after = given, after >= 0 else { throw .field("after", "number.form") }
        let limit = try Listing.page(call).limit
        if try call.flag("newest") == true {
          let last = try await stored { () throws(StoreFault) in
            try await context.engine.store.lastSequence()
          }
          after = max(after, last - Int64(limit))
        }
        let from = after
        let entries = try await stored { () throws(StoreFault) in
          try await context.engine.store.entries(after: from, limit: limit)
        }
        let directory = context.engine.directory
        let next = entries.count == limit ? entries.last?.sequence : nil
        return Answer.list(entries, next: next) { write($0, directory, to: &$1) }
      }
    ]
  }

  private static func write(
    _ entry: JournalEntry, _ directory: Directory, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("sequence", entry.sequence)
    writer.member("hash", HexText.write(entry.hash))
    writer.member("kind", entry.kind)
    writer.member("at", TimeText.write(entry.at))
    writer.object("actor") { writer in
      switch entry.actor {
      case .staff(let id):
        writer.member("staff", String(id.rawValue))
        writer.member("name", directory.staff[id]?.name ?? "")
      case .engine(let part): writer.member("engine", part)
      case .local(let name): writer.member("local", name)
      }
    }
    writer.object("subject") { writer in
      writer.member("kind", entry.subject.kind)
      writer.member("id", String(entry.subject.id))
    }
    writer.member("request", entry.request)
    writer.member("facts", entry.facts.count)
    writer.endObject()
  }
}
