import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// Who may what, and why.
enum PermissionRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(.get, "/permissions", .signedIn, "Posts and what each lets its holder do") {
        call throws(Problem) in
        Answer.list(context.engine.catalogue.posts) { post, writer in
          writer.beginObject()
          writer.member("code", post.code)
          writer.member("name", post.name)
          writer.member("permissions", post.permissions.map(\.rawValue).sorted())
          writer.endObject()
        }
      },
      Route(
        .get, "/permissions/why", .signedIn,
        "Why I may or may not call a route; of somebody else for who watches",
        query: [
          .init(
            name: "method", type: "string", required: true,
            allowed: HTTPMethod.allCases.map(\.rawValue)),
          .init(name: "path", type: "string", required: true),
          .init(name: "login", type: "string"),
        ]
      ) { call throws(Problem) in try await why(call, context) },
    ]
  }

  private static func why(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    guard let path = call.filter("path") else { throw .field("path", "field.required") }
    guard let method: HTTPMethod = try call.word("method") else {
      throw .field("method", "field.required")
    }
    let table = RouteTable(AllRoutes.routes(context))
    guard case .route(let route, let captures) = table.match(method, path) else {
      throw .field("path", "route.unknown")
    }
    let person = try await person(call, context)
    var reason = PermissionReason(route.access, person, posts: context.engine.catalogue.posts)
    var isWithin: Bool?
    if reason.isAllowed, let record = ScopedRecord(route, captures) {
      isWithin = try await record.lies(within: person, context)
      if isWithin == false { reason.rule = .outside }
    }
    let answer = reason
    let within = isWithin
    return Answer.object { writer in
      writer.member("allowed", answer.isAllowed)
      writer.member("rule", answer.rule.rawValue)
      writer.member("login", person.login)
      writer.member("method", route.method.rawValue)
      writer.member("route", RouteTable.prefix + route.path)
      writer.member("needs", answer.needs.map(\.rawValue).sorted())
      writer.name("posts")
      writer.beginArray()
      for post in answer.posts { write(post, person, to: &writer) }
      writer.endArray()
      writer.member("withinScope", within)
      SessionRoutes.writeScope(person.scope, to: &writer)
    }
  }

  private static func write(_ post: Post, _ person: Caller, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", post.code)
    writer.member("name", post.name)
    let isOwn = person.staff.posts.contains(post.code)
    let grant = person.grants.first { $0.posts.contains(post.code) }
    writer.member("held", isOwn || grant != nil)
    if !isOwn, let grant {
      writer.member("grant", String(grant.id.rawValue))
      writer.member("until", TimeText.write(grant.to))
    }
    writer.endObject()
  }

  /// Whom the question is about: oneself, or anybody for who secures or audits.
  private static func person(_ call: Call, _ context: WebContext) async throws(Problem) -> Caller {
    let caller = try call.caller
    guard let login = call.filter("login")?.lowercased(), login != caller.login else {
      return caller
    }
    let watchers: Set<Permission> = [.secure, .audit]
    guard !caller.permissions.isDisjoint(with: watchers) else {
      throw .forbidden(watchers.map(\.rawValue).sorted().joined(separator: ","))
    }
    let account = try await stored { () throws(StoreFault) in
      try await context.engine.store.account(login: login)
    }
    guard let account, let person = context.accounts.caller(for: account) else {
      throw .field("login", "account.unknown")
    }
    return person
  }
}

/// Why somebody may call a route, or why not.
struct PermissionReason: Equatable {
  enum Rule: String {
    /// The route is open to all.
    case anyone = "access.anyone"
    case signedIn = "access.signed_in"
    /// A post of his own gives what it needs.
    case post = "access.post"
    /// A post that he has for a time gives it.
    case grant = "access.grant"
    /// None of his posts gives it; `posts` are those that would.
    case noPost = "access.no_post"
    /// His posts name a power that does not count, for powers exclude each other.
    case powers = "access.powers"
    /// His key may not be used for it, though his account may.
    case key = "access.key"
    /// The record lies outside his scope, or is not there.
    case outside = "access.outside_scope"
  }

  var rule: Rule
  var needs: Set<Permission> = []
  /// Those that decide, or would.
  var posts: [Post] = []

  var isAllowed: Bool { [.anyone, .signedIn, .post, .grant].contains(rule) }

  private init(rule: Rule) { self.rule = rule }

  init(_ access: Access, _ person: Caller, posts: [Post]) {
    switch access {
    case .anyone, .public: self.init(rule: .anyone)
    case .signedIn: self.init(rule: .signedIn)
    case .permission(let needs):
      let giving = posts.filter { !$0.permissions.isDisjoint(with: needs) }
      let held = giving.filter { person.posts.contains($0.code) }
      let own = held.filter { person.staff.posts.contains($0.code) }
      if !person.permissions.isDisjoint(with: needs) {
        self.init(rule: own.isEmpty ? .grant : .post)
        self.posts = own.isEmpty ? held : own
      } else if !person.withheld.isDisjoint(with: needs) {
        self.init(rule: .powers)
        self.posts = held
      } else if !held.isEmpty {
        self.init(rule: .key)
        self.posts = held
      } else {
        self.init(rule: .noPost)
        self.posts = giving
      }
      self.needs = needs
    }
  }
}

/// A record that a path names and that lies within somebody's scope or not.
enum ScopedRecord {
  case filed(String)
  case event(ID<Event>)
  case signal(ID<Signal>)
  case order(ID<WorkOrder>)
  case alarm(ID<Alarm>)
  case thing(ID<Thing>)
  case device(ID<Thing>)

  /// nil where the route names no such record.
  init?(_ route: Route, _ captures: Captures) {
    let segments = route.segments
    guard segments.count >= 2, segments[1] == ":id", let text = captures["id"] else { return nil }
    let number = Int64(text) ?? 0
    switch segments[0] {
    case "cases": self = .filed(text)
    case "events": self = .event(ID(number))
    case "signals": self = .signal(ID(number))
    case "orders": self = .order(ID(number))
    case "alarms": self = .alarm(ID(number))
    case "things": self = .thing(ID(number))
    case "devices": self = .device(ID(number))
    default: return nil
    }
  }

  /// Whether it is there and within his scope.
  func lies(within person: Caller, _ context: WebContext) async throws(Problem) -> Bool {
    let places = try await stored { () throws(StoreFault) -> [(area: AreaPath, unit: UnitPath)] in
      try await self.places(context.engine.store)
    }
    let scope = if case .thing = self { ThingRoutes.scope(person) } else { person.scope }
    return places.contains { scope.holds(area: $0.area, unit: $0.unit) }
  }

  /// Where it lies and whose it is, any of which is enough; none where it is not there.
  private func places(
    _ store: any Store
  ) async throws(StoreFault) -> [(area: AreaPath, unit: UnitPath)] {
    switch self {
    case .filed(let name):
      let found: Case? =
        if let number = CaseNumber(text: name) {
          try await store.case(number: number)
        } else {
          try await store.load(ID<Case>(Int64(name) ?? 0))
        }
      return found.map { [($0.state.area, $0.state.unit)] } ?? []
    case .event(let id):
      guard let event = try await store.load(id) else { return [] }
      var found: Case?
      if let caseID = event.case { found = try await store.load(caseID) }
      return [(event.area, .none)] + (found.map { [($0.state.area, $0.state.unit)] } ?? [])
    case .signal(let id):
      return try await store.load(id).map { [($0.area, .none)] } ?? []
    case .order(let id):
      guard let order = try await store.load(id), let found = try await store.load(order.case)
      else { return [] }
      return [(found.state.area, order.unit)]
    case .alarm(let id):
      return try await store.load(id).map { [($0.area, $0.owner)] } ?? []
    case .thing(let id), .device(let id):
      return try await store.load(id).map { [($0.area, $0.owner)] } ?? []
    }
  }
}
