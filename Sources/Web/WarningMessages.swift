import Alerts
import City
import Engine
import Geography
import HTTPServing
import JSONText
import Pack
import Ports

/// Early warnings as messages of the Common Alerting Protocol, out and in.
enum WarningMessages {
  /// Behind a warning's id it asks for the message.
  static let suffix = ".cap"
  /// Messages of what we know by this name; codes of areas are those of GB/T 2260.
  private static let codeName = "GB/T 2260"
  private static let keyPrefix = "cap/"

  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .post, "/warnings/cap", .permission([.warn]),
        "Take a message of the Common Alerting Protocol (1.1 or 1.2)",
        takes: ["application/cap+xml", "application/xml", "text/xml"]
      ) { call throws(Problem) in try await take(call, context) }
    ]
  }

  // MARK: Out

  static func one(_ call: Call, _ context: WebContext) async throws(Problem) -> HTTPResponse {
    guard let number = Int64(call.capture("id").dropLast(suffix.count)), number > 0 else {
      throw .notFound
    }
    let scope = try call.caller.scope
    let warning = try await asProblem(Problem.init) { () throws(WarningFault) in
      try await Warnings(engine: context.engine).load(ID(number), scope: scope)
    }
    return HTTPResponse(
      status: 200, headers: [("Content-Type", "application/cap+xml")],
      body: .bytes(Array(alert(of: warning, context.engine).xml().utf8)))
  }

  /// A warning as the message that says how it stands now.
  static func alert(of warning: Warning, _ engine: Engine) -> Alert {
    let state = warning.state
    let changes = state.changes
    var alert = Alert()
    alert.sender = sender(engine)
    alert.identifier = identifier(warning, changes.count)
    alert.sent = time(changes.last?.at ?? warning.issuedAt, engine)
    if changes.count > 1 {
      alert.messageType = state.liftedAt == nil ? "Update" : "Cancel"
      alert.references = [
        AlertReference(
          sender: alert.sender, identifier: identifier(warning, 1),
          sent: time(warning.issuedAt, engine))
      ]
    }
    let kind = warning.kind.flatMap { engine.catalogue.warning(code: $0) }
    var info = AlertInfo()
    info.language = "zh-CN"
    info.categories = [(kind?.category ?? .other).rawValue]
    info.event = kind?.name ?? warning.title
    info.responses = [state.liftedAt == nil ? "Prepare" : "AllClear"]
    let isExpected = state.from > (changes.last?.at ?? warning.issuedAt)
    info.urgency = state.liftedAt != nil ? "Past" : isExpected ? "Expected" : "Immediate"
    info.severity = severity(of: state.grade)
    info.certainty = isExpected ? "Likely" : "Observed"
    info.onset = time(state.from, engine)
    info.expires = time(state.to, engine)
    info.senderName =
      engine.directory.units.values.filter { $0.kind == .centre && $0.area == nil }
      .min { $0.id < $1.id }?.name ?? ""
    info.headline = warning.title
    info.description = state.why
    info.instruction = state.measures.joined(separator: "\n")
    info.parameters = [AlertPair(name: "grade", value: state.grade.rawValue)]
    info.areas = [area(warning.area, engine)]
    alert.infos = [info]
    return alert
  }

  private static func sender(_ engine: Engine) -> String {
    let district = engine.directory.areas.values.filter { $0.level == .district }
      .min { $0.id < $1.id }
    return "civicloop-\(district?.code ?? "0")"
  }

  private static func identifier(_ warning: Warning, _ number: Int) -> String {
    "\(warning.id.rawValue)-\(number)"
  }

  private static func area(_ path: AreaPath, _ engine: Engine) -> AlertArea {
    var area = AlertArea()
    guard let own = path.innermost.flatMap({ engine.directory.areas[$0] }) else {
      area.description = "–"
      return area
    }
    area.description = own.name
    area.geocodes = [AlertPair(name: codeName, value: own.code)]
    area.polygons =
      own.outline?.polygons.compactMap { polygon in
        var points = polygon.outer.points.map {
          AlertPoint(latitude: $0.latitude, longitude: $0.longitude)
        }
        if let first = points.first, points.last != first { points.append(first) }
        return (4...AlertLimits.pointsMax).contains(points.count) ? points : nil
      } ?? []
    return area
  }

  static func severity(of grade: Grade) -> String {
    switch grade {
    case .red: "Extreme"
    case .orange: "Severe"
    case .yellow: "Moderate"
    case .blue: "Minor"
    }
  }

  /// What is not known counts as mild.
  private static func grade(of severity: String) -> Grade {
    Grade.allCases.first { Self.severity(of: $0) == severity } ?? .blue
  }

  /// In the city's time, to the second, as the protocol wants it.
  private static func time(_ instant: Instant, _ engine: Engine) -> String {
    let minutes = engine.settings.offsetMinutes
    let local = instant.advanced(byMilliseconds: Int64(minutes) * Duration.minute)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    let offset = two(abs(minutes) / 60) + ":" + two(abs(minutes) % 60)
    return TimeText.write(local).prefix(19) + (minutes < 0 ? "-" : "+") + offset
  }

  // MARK: In

  private static func take(_ call: Call, _ context: WebContext) async throws(Problem)
    -> HTTPResponse
  {
    let alert: Alert
    do throws(AlertFault) {
      alert = try Alert(call.request.body)
    } catch {
      throw Problem(error)
    }
    guard alert.status == "Actual" else { return passed("status") }
    guard ["Alert", "Update", "Cancel"].contains(alert.messageType) else { return passed("type") }
    guard
      let info = alert.infos.first(where: { $0.language.hasPrefix("zh") })
        ?? alert.infos.first
    else {
      guard alert.messageType == "Cancel" else { throw .field("info", "field.required") }
      return try await change(alert, AlertInfo(), call, context)
    }
    return try await change(alert, info, call, context)
  }

  private static func passed(_ reason: String) -> HTTPResponse {
    Answer.object { writer in
      writer.member("taken", false)
      writer.member("reason", reason)
    }
  }

  private static func answer(
    _ warning: Warning, repeated: Bool, _ context: WebContext
  ) -> HTTPResponse {
    Answer.object { writer in
      writer.member("taken", true)
      writer.member("repeated", repeated)
      writer.name("warning")
      Presenting(context.engine).write(warning, context.engine, to: &writer)
    }
  }

  private static func change(
    _ alert: Alert, _ info: AlertInfo, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let engine = context.engine
    let name = alert.reference.text
    if let known = try await known([alert.reference], engine) {
      return answer(known, repeated: true, context)
    }
    let warnings = Warnings(engine: engine)
    let caller = try call.caller
    let standing = alert.messageType == "Alert" ? nil : try await known(alert.references, engine)
    let isEnd = alert.messageType == "Cancel" || info.responses.contains("AllClear")
    guard let standing else {
      return isEnd ? passed("unknown") : try await issue(alert, info, call, context)
    }
    let expires = info.expires.isEmpty ? nil : TimeText.read(info.expires)
    let changed = try await asProblem(Problem.init) { () throws(WarningFault) in
      isEnd
        ? try await warnings.lift(
          standing.id, why: info.headline, message: name, by: nil, actor: caller.actor,
          request: call.id, scope: caller.scope)
        : try await warnings.grade(
          standing.id, grade(of: info.severity), until: expires, why: info.description,
          message: name, by: nil, actor: caller.actor, request: call.id, scope: caller.scope)
    }
    return answer(try await WarningRoutes.planned(changed, context), repeated: false, context)
  }

  /// The warning that one of these messages speaks of.
  private static func known(
    _ references: [AlertReference], _ engine: Engine
  ) async throws(Problem) -> Warning? {
    try await stored { () throws(StoreFault) in
      for reference in references {
        if let found = try await engine.store.warning(key: keyPrefix + reference.text) {
          return found
        }
      }
      var query = WarningQuery(page: PageRequest(limit: PageRequest.limitMax, before: nil))
      query.source = .message
      let names = Set(references.map(\.text))
      return try await engine.store.warnings(query).elements
        .first { !names.isDisjoint(with: $0.state.messages) }
    }
  }

  private static func issue(
    _ alert: Alert, _ info: AlertInfo, _ call: Call, _ context: WebContext
  ) async throws(Problem) -> HTTPResponse {
    let engine = context.engine
    let caller = try call.caller
    guard let area = place(of: info, engine) else { return passed("elsewhere") }
    var draft = WarningDraft(area: area, grade: grade(of: info.severity))
    let now = engine.time.now
    if !info.expires.isEmpty {
      guard let expires = TimeText.read(info.expires) else {
        throw .field("info.expires", "time.form")
      }
      guard expires > now else { return passed("expired") }
      draft.to = expires
    }
    let begins = info.onset.isEmpty ? info.effective : info.onset
    if !begins.isEmpty {
      guard let onset = TimeText.read(begins) else { throw .field("info.onset", "time.form") }
      if onset > now { draft.from = onset }
    }
    let text = info.event + " " + info.headline
    draft.kind = engine.catalogue.warnings.first { $0.words.contains { text.contains($0) } }?.code
    draft.title = String((info.headline.isEmpty ? info.event : info.headline).prefix(200))
    draft.why = String(info.description.prefix(2_000))
    draft.source = .message
    draft.sender = String(alert.sender.prefix(200))
    draft.key = keyPrefix + alert.reference.text
    draft.messages = [alert.reference.text]
    draft.measures = info.instruction.isEmpty ? [] : [String(info.instruction.prefix(500))]
    let given = draft
    let warning = try await asProblem(Problem.init) { () throws(WarningFault) in
      try await Warnings(engine: engine).issue(
        given, by: nil, actor: caller.actor, request: call.id, scope: caller.scope)
    }
    return answer(try await WarningRoutes.planned(warning, context), repeated: false, context)
  }

  /// The smallest area of ours that a message is about; nil = it is about elsewhere.
  private static func place(of info: AlertInfo, _ engine: Engine) -> ID<Area>? {
    let directory = engine.directory
    let codes = info.areas.flatMap(\.geocodes).compactMap { directory.areaIDs[$0.value] }
    if let common = common(codes.map { directory.path(of: $0) }) { return common }
    let points =
      info.areas.flatMap(\.polygons).flatMap { $0 } + info.areas.flatMap(\.circles).map(\.centre)
    let paths = points.compactMap { point -> AreaPath? in
      Position(longitude: point.longitude, latitude: point.latitude)
        .map { directory.areaIndex.path(holding: $0) }
    }.filter { !$0.areas.isEmpty }
    if let common = common(paths) { return common }
    let names = info.areas.map(\.description)
    return common(
      directory.areas.values.filter { names.contains($0.name) }.map { directory.path(of: $0.id) })
  }

  /// The innermost area that all paths share.
  private static func common(_ paths: [AreaPath]) -> ID<Area>? {
    guard var shared = paths.first?.areas else { return nil }
    for path in paths.dropFirst() {
      shared = Array(zip(shared, path.areas).prefix { $0 == $1 }.map(\.0))
    }
    return shared.last
  }
}

extension Problem {
  init(_ fault: AlertFault) {
    switch fault {
    case .tooLarge:
      self.init(status: 413, code: fault.code, facts: ["max": String(AlertLimits.bytesMax)])
    case .malformed(let line):
      self.init(status: 400, code: fault.code, facts: ["line": String(line)])
    case .notAnAlert: self.init(status: 400, code: fault.code)
    case .findings(let findings):
      self.init(
        status: 400, code: fault.code,
        findings: findings.map { Finding(field: $0.field, rule: $0.rule, facts: $0.facts) })
    }
  }
}
