import City
import Engine
import HTTPServing
import JSONText
import Pack
import Ports

/// The inbox of who is signed in, and the outbox for those who run the house.
enum NoticeRoutes {
  /// Notices marked as read at once.
  static let readMax = 500

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/notices", .signedIn, "My inbox, newest first",
        query: [.init(name: "unread", type: "boolean")] + paging
      ) { call throws(Problem) in try await inbox(call, context) },
      Route(
        .post, "/notices/read", .signedIn, "I have read these; without ids, all of them",
        body: [.init(name: "ids", type: "array")]
      ) { call throws(Problem) in try await read(call, context) },
      Route(
        .get, "/notices/outbox", .permission([.administer]),
        "What was sent through which channel, with what the other side said",
        query: [
          .init(name: "channel", type: "string"),
          .init(name: "state", type: "string", allowed: Notice.State.allCases.map(\.rawValue)),
        ] + paging
      ) { call throws(Problem) in try await outbox(call, context) },
      Route(
        .get, "/notices/channels", .permission([.administer]),
        "The operator's channels, without their secrets"
      ) { call throws(Problem) in channels(context) },
      Route(
        .post, "/notices/:id/retry", .permission([.administer]),
        "Try one again that was given up"
      ) { call throws(Problem) in try await retry(call, context) },
      Route(
        .get, "/cases/:id/notices", .permission([.read]),
        "Who was told what about a case, and whether it came", query: paging
      ) { call throws(Problem) in try await ofCase(call, context) },
    ]
  }

  private static let paging: [Route.Parameter] = [
    .init(name: "limit", type: "integer"), .init(name: "before", type: "string"),
  ]

  private static func page(
    _ query: NoticeQuery, _ context: WebContext
  ) async throws(Problem) -> Page<Notice> {
    try await stored { () throws(StoreFault) in try await context.engine.store.notices(query) }
  }

  private static func inbox(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = NoticeQuery(page: try Listing.page(call))
    query.staff = try call.caller.staff.id
    query.channel = Notice.pageChannel
    query.unread = try call.flag("unread") ?? false
    let page = try await page(query, context)
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.page(page) { presenting.write($0, isOutbox: false, to: &$1) }
  }

  private static func read(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    var body = try Body(call.request.body)
    let ids = Set(body.strings("ids"))
    try body.finish()
    guard ids.count <= readMax else {
      throw .field("ids", "list.too_long", ["max": String(readMax)])
    }
    var query = NoticeQuery(page: PageRequest(limit: readMax, before: nil))
    query.staff = caller.staff.id
    query.channel = Notice.pageChannel
    query.unread = true
    let unread = try await page(query, context).elements
    let now = context.engine.time.now
    let changed = unread.filter { ids.isEmpty || ids.contains(String($0.id.rawValue)) }.map {
      var notice = $0
      notice.readAt = now
      return notice
    }
    if let first = changed.first {
      _ = try await stored { () throws(StoreFault) in
        try await context.engine.store.commit(
          ChangeSet(
            kind: "notice.read", at: now, actor: caller.actor,
            subject: SubjectReference(kind: "notice", id: first.id.rawValue), request: call.id,
            conditions: [], facts: changed.map { .notice($0) }))
      }
    }
    return Answer.object { $0.member("read", changed.count) }
  }

  private static func outbox(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = NoticeQuery(page: try Listing.page(call))
    query.channel = call.filter("channel")
    query.state = try call.word("state")
    let page = try await page(query, context)
    let presenting = Presenting(context.engine)
    return Answer.page(page) { presenting.write($0, isOutbox: true, to: &$1) }
  }

  private static func ofCase(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    var query = NoticeQuery(page: try Listing.page(call))
    query.case = try await CaseRoutes.visible(call.capture("id"), call, context).id
    let page = try await page(query, context)
    let presenting = Presenting(context.engine, for: try call.caller)
    return Answer.page(page) { presenting.write($0, isOutbox: false, to: &$1) }
  }

  private static func channels(_ context: WebContext) -> HTTPResponse {
    Answer.list(context.settings.channels) { channel, writer in
      writer.beginObject()
      writer.member("code", channel.code)
      writer.member("form", channel.form.rawValue)
      writer.member("host", channel.host)
      writer.endObject()
    }
  }

  private static func retry(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let caller = try call.caller
    let id: ID<Notice> = try call.capturedID("id")
    let found = try await stored { () throws(StoreFault) in
      try await context.engine.store.load(id)
    }
    guard var notice = found else { throw .notFound }
    guard notice.state == .failed else {
      throw Problem(
        status: 409, code: "notice.state", facts: ["state": notice.state.rawValue])
    }
    notice.state = .waiting
    notice.attempts = 0
    notice.next = context.engine.time.now
    let final = notice
    _ = try await stored { () throws(StoreFault) in
      try await context.engine.store.commit(
        ChangeSet(
          kind: "notice.retried", at: final.next, actor: caller.actor,
          subject: SubjectReference(kind: "notice", id: id.rawValue), request: call.id,
          conditions: [], facts: [.notice(final)]))
    }
    var writer = JSONWriter()
    Presenting(context.engine).write(final, isOutbox: true, to: &writer)
    return .json(writer.take())
  }
}

extension Presenting {
  /// A notice; what the other side said stands in the outbox only.
  func write(_ notice: Notice, isOutbox: Bool, to writer: inout JSONWriter) {
    writer.beginObject()
    id("id", notice.id, to: &writer)
    text("template", notice.template, to: &writer)
    text("channel", notice.channel, to: &writer)
    staff("staff", notice.staff, to: &writer)
    id("case", notice.case, to: &writer)
    text("title", shown(notice.title), to: &writer)
    text("text", shown(notice.text), to: &writer)
    text("link", notice.link.isEmpty ? nil : notice.link, to: &writer)
    instant("at", notice.at, to: &writer)
    text("state", notice.state.rawValue, to: &writer)
    number("attempts", notice.attempts, to: &writer)
    instant("sentAt", notice.sentAt, to: &writer)
    instant("readAt", notice.readAt, to: &writer)
    if isOutbox {
      instant("next", notice.state == .waiting ? notice.next : nil, to: &writer)
      text("answer", notice.answer, to: &writer)
    }
    writer.endObject()
  }
}
