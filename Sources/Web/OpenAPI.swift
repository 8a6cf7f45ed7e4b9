import City
import HTTPServing
import JSONText

/// The OpenAPI 3.1 document, made from the table that the server routes by.
enum OpenAPI {
  static func document(_ routes: [Route]) -> [UInt8] {
    var writer = JSONWriter(capacity: 65_536)
    writer.beginObject()
    writer.member("openapi", "3.1.0")
    writer.object("info") { writer in
      writer.member("title", "CivicLoop")
      writer.member("version", "1")
      writer.object("license") { $0.member("name", "Apache-2.0") }
    }
    writer.object("paths") { writer in
      for (path, routes) in grouped(routes) {
        writer.object(RouteTable.prefix + path) { writer in
          for route in routes { write(route, to: &writer) }
        }
      }
    }
    writer.object("components") { writer in
      writer.object("securitySchemes") { writer in
        writer.object("session") { writer in
          writer.member("type", "apiKey")
          writer.member("in", "cookie")
          writer.member("name", WebHandler.cookieName)
        }
        writer.object("key") { writer in
          writer.member("type", "http")
          writer.member("scheme", "bearer")
        }
      }
      writer.object("schemas") { problem(to: &$0) }
    }
    writer.endObject()
    return writer.take()
  }

  /// By path, with `{name}` for what varies, in the order of the table.
  private static func grouped(_ routes: [Route]) -> [(String, [Route])] {
    var groups: [(String, [Route])] = []
    for route in routes {
      let path = route.segments.map { $0.hasPrefix(":") ? "/{\($0.dropFirst())}" : "/\($0)" }
        .joined()
      if let index = groups.firstIndex(where: { $0.0 == path }) {
        groups[index].1.append(route)
      } else {
        groups.append((path, [route]))
      }
    }
    return groups
  }

  private static func write(_ route: Route, to writer: inout JSONWriter) {
    writer.object(route.method.rawValue.lowercased()) { writer in
      writer.member("summary", route.summary)
      if case .permission(let permissions) = route.access {
        writer.member("x-permission", permissions.map(\.rawValue).sorted())
      } else if case .public = route.access {
        writer.member("x-permission", ["public"])
      }
      writer.name("security")
      writer.beginArray()
      for scheme in route.isOpen ? [] : ["session", "key"] {
        writer.beginObject()
        writer.member(scheme, [String]())
        writer.endObject()
      }
      writer.endArray()
      writer.name("parameters")
      writer.beginArray()
      for segment in route.segments where segment.hasPrefix(":") {
        parameter(
          Route.Parameter(name: String(segment.dropFirst()), type: "string", required: true),
          place: "path", to: &writer)
      }
      for query in route.query { parameter(query, place: "query", to: &writer) }
      writer.endArray()
      if !route.body.isEmpty {
        body(route.body, to: &writer)
      } else if !route.takes.isEmpty {
        bytes(route.takes, to: &writer)
      }
      writer.object("responses") { responses(route, to: &$0) }
    }
  }

  private static func parameter(
    _ parameter: Route.Parameter, place: String, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("name", parameter.name)
    writer.member("in", place)
    writer.member("required", parameter.required)
    writer.object("schema") { schema(parameter, to: &$0) }
    writer.endObject()
  }

  private static func schema(_ parameter: Route.Parameter, to writer: inout JSONWriter) {
    writer.member("type", parameter.type)
    if !parameter.allowed.isEmpty { writer.member("enum", parameter.allowed) }
    if parameter.type == "array" { writer.object("items") { $0.member("type", "string") } }
  }

  /// A member that may be left out may be null too: both say nothing.
  private static func optional(_ field: Route.Parameter, to writer: inout JSONWriter) {
    writer.name("anyOf")
    writer.beginArray()
    writer.beginObject()
    schema(field, to: &writer)
    writer.endObject()
    writer.beginObject()
    writer.member("type", "null")
    writer.endObject()
    writer.endArray()
  }

  private static func body(_ fields: [Route.Parameter], to writer: inout JSONWriter) {
    writer.object("requestBody") { writer in
      writer.member("required", true)
      writer.object("content") { writer in
        writer.object("application/json") { writer in
          writer.object("schema") { writer in
            writer.member("type", "object")
            writer.member("additionalProperties", false)
            writer.member("required", fields.filter(\.required).map(\.name))
            writer.object("properties") { writer in
              for field in fields {
                writer.object(field.name) { writer in
                  field.required ? schema(field, to: &writer) : optional(field, to: &writer)
                }
              }
            }
          }
        }
      }
    }
  }

  /// A body that is taken as it is.
  private static func bytes(_ types: [String], to writer: inout JSONWriter) {
    writer.object("requestBody") { writer in
      writer.member("required", true)
      writer.object("content") { writer in
        for type in types {
          writer.object(type) { writer in
            // JSON that is taken as it is has a form of its own: only its sender knows it.
            guard !type.hasSuffix("json") else { return writer.object("schema") { _ in } }
            writer.object("schema") { writer in
              writer.member("type", "string")
              writer.member("format", "binary")
            }
          }
        }
      }
    }
  }

  private static func responses(_ route: Route, to writer: inout JSONWriter) {
    let good =
      route.isSilent || route.method == .delete
      ? ["204"] : route.method == .post ? ["200", "201"] : ["200"]
    for status in good { writer.object(status) { $0.member("description", "done") } }
    // What is counted element by element answers with its own counts.
    if route.takesReadings { writer.object("422") { $0.member("description", "nothing taken") } }
    let bad =
      ["400", "404", "409", "429", "503"]
      // What systems send may be signed, and then wrongly.
      + (route.isOpen && !route.isSentBySystems ? [] : ["401"])
      // Whoever is let in, a change without the header against forged forms is not.
      + (route.isOpen && route.method == .get ? [] : ["403"])
      + (route.method == .get ? [] : ["413"]) + (route.takes.isEmpty ? [] : ["415"])
    for status in bad {
      writer.object(status) { writer in
        writer.member("description", "refused")
        writer.object("content") { writer in
          writer.object("application/problem+json") { writer in
            writer.object("schema") { $0.member("$ref", "#/components/schemas/Problem") }
          }
        }
      }
    }
  }

  private static func problem(to writer: inout JSONWriter) {
    writer.object("Problem") { writer in
      writer.member("type", "object")
      writer.member("required", ["type", "status", "code"])
      writer.object("properties") { writer in
        for (name, type) in [
          ("type", "string"), ("status", "integer"), ("code", "string"), ("request", "string"),
          ("facts", "object"), ("findings", "array"),
        ] {
          writer.object(name) { $0.member("type", type) }
        }
      }
    }
  }
}
