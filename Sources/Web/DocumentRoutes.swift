import City
import Engine
import HTTPServing
import JSONText
import Ports

/// Documents that the search box finds: policies, plans, notices, answers.
enum DocumentRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/documents/:id", .permission([.read]), "One document with its text") {
        call throws(Problem) in
        let id: ID<Document> = try call.capturedID("id")
        let found = try await stored { () throws(StoreFault) in
          try await context.engine.store.load(id)
        }
        guard let found else { throw .notFound }
        let presenting = Presenting(context.engine)
        return Answer.object { writer in
          presenting.id("id", found.id, to: &writer)
          writer.member("title", found.title)
          writer.member("kind", found.kind)
          writer.member("url", found.source)
          presenting.instant("publishedAt", found.publishedAt, to: &writer)
          writer.member("text", found.text)
        }
      }
    ]
  }
}
