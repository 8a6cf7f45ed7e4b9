import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Scenario packs: which are loaded, what each holds, and its pages as data.
enum PackRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/packs", .permission([.read]), "The packs that are loaded, with their views"
      ) { call throws(Problem) in
        let posts = Set(try call.caller.staff.posts)
        return Answer.list(context.engine.catalogue.packs) { pack, writer in
          writer.beginObject()
          head(pack, to: &writer)
          writer.name("views")
          writer.beginArray()
          for view in pack.views where view.isFor(posts) { title(view, to: &writer) }
          writer.endArray()
          writer.endObject()
        }
      },
      Route(
        .get, "/packs/:id", .permission([.read]),
        "One pack: kinds with their forms, items, risk models, vitals and views"
      ) { call throws(Problem) in
        let catalogue = context.engine.catalogue
        guard let pack = catalogue.packs.first(where: { $0.id == call.capture("id") }) else {
          throw .notFound
        }
        let posts = Set(try call.caller.staff.posts)
        return Answer.object { write(pack, posts: posts, to: &$0) }
      },
      Route(
        .get, "/pack-findings", .permission([.administer]),
        "What is wrong or doubtful in the packs as they lie on the disk, by file and line"
      ) { call throws(Problem) in
        guard let findings = context.settings.packFindings else { throw .notFound }
        return Answer.list(findings()) { finding, writer in write(finding, to: &writer) }
      },
      Route(
        .get, "/kinds/:code/form", .permission([.read]),
        "What a form for things of a kind asks, field by field"
      ) { call throws(Problem) in
        guard let kind = context.engine.catalogue.kind(code: call.capture("code")) else {
          throw .notFound
        }
        return Answer.object { write(kind, to: &$0) }
      },
    ]
  }

  // MARK: Writing

  private static func head(_ pack: Pack, to writer: inout JSONWriter) {
    writer.member("id", pack.id)
    writer.member("title", pack.title)
    writer.member("version", pack.version)
    writer.member("depends", pack.depends)
    writer.member("items", pack.items.count)
    writer.member("kinds", pack.kinds.count)
    writer.member("vitals", pack.vitals.count)
    writer.member("stories", pack.stories.count)
  }

  private static func write(_ finding: Finding, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("severity", finding.severity.rawValue)
    writer.member("code", finding.code)
    writer.member("file", finding.place.file)
    writer.member("line", finding.place.line)
    writer.member("message", finding.message)
    writer.endObject()
  }

  private static func title(_ view: PackView, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", view.code)
    writer.member("title", view.title)
    writer.endObject()
  }

  private static func write(_ pack: Pack, posts: Set<String>, to writer: inout JSONWriter) {
    writer.member("id", pack.id)
    writer.member("title", pack.title)
    writer.member("version", pack.version)
    writer.member("depends", pack.depends)
    writer.objects("kinds", pack.kinds) { kind, writer in write(kind, to: &writer) }
    writer.objects("items", pack.items) { item, writer in
      writer.member("code", item.code)
      writer.member("name", item.name)
      writer.member("grade", item.grade.rawValue)
      writer.member("filing", item.filing)
      writer.member("closing", item.closing)
    }
    writer.objects("risks", pack.risks) { model, writer in
      writer.member("code", model.code)
      writer.member("name", model.name)
      writer.member("kind", model.kind)
      writer.member("why", model.why)
      writer.objects("lines", model.lines) { line, writer in
        writer.member("grade", line.grade.rawValue)
        writer.member("name", line.name)
      }
      writer.objects("factors", model.factors) { factor, writer in
        writer.member("code", factor.code)
        writer.member("title", factor.title)
        writer.member("why", factor.why)
      }
    }
    writer.objects("vitals", pack.vitals) { vital, writer in
      writer.member("code", vital.code)
      writer.member("name", vital.name)
      writer.member("why", vital.why)
    }
    writer.objects("reports", pack.reports) { report, writer in
      writer.member("code", report.code)
      writer.member("title", report.title)
      writer.member("every", report.every.rawValue)
    }
    writer.objects("views", pack.views.filter { $0.isFor(posts) }) { view, writer in
      writer.member("code", view.code)
      writer.member("title", view.title)
      writer.objects("parts", view.parts) { part, writer in
        writer.member("title", part.title)
        writer.member("form", part.form.rawValue)
        write(part.content, to: &writer)
      }
    }
  }

  private static func write(_ content: ViewPart.Content, to writer: inout JSONWriter) {
    switch content {
    case .text(let text): writer.member("text", text)
    case .figures(let vitals): writer.member("vitals", vitals)
    case .map(let kinds, let model, let items):
      writer.member("kinds", kinds)
      writer.member("model", model)
      writer.member("items", items)
    case .graded(let model), .gradeChart(let model): writer.member("model", model)
    case .table(let kind, let columns):
      writer.member("kind", kind)
      writer.member("columns", columns)
    case .vitalChart(let vital): writer.member("vital", vital)
    case .cases(let items): writer.member("items", items)
    case .ledger(let ledger): writer.member("ledger", ledger)
    case .patrols(let plan): writer.member("patrol", plan)
    }
  }

  private static func write(_ kind: Kind, to writer: inout JSONWriter) {
    writer.member("code", kind.code)
    writer.member("name", kind.name)
    writer.objects("fields", kind.fields) { field, writer in
      writer.member("name", field.name)
      writer.member("title", field.title)
      writer.member("form", field.form.rawValue)
      writer.member("required", field.required)
      writer.member("dataClass", field.dataClass.rawValue)
      writer.member("unit", field.rule.unit)
      writer.member("least", field.rule.least)
      writer.member("greatest", field.rule.greatest)
      writer.member("choices", field.rule.choices)
      writer.member("pattern", field.rule.pattern)
      writer.member("unique", field.rule.isUnique)
    }
  }
}

extension PackView {
  /// Whether it stands in the navigation of who holds these posts.
  func isFor(_ posts: Set<String>) -> Bool {
    self.posts.isEmpty || !posts.isDisjoint(with: self.posts)
  }
}
