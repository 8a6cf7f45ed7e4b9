import City
import Engine
import HTTPServing
import Handling
import JSONText
import Language
import Pack
import Ports

/// Writes records as the API shows them. Names come from the directory, so that no id stands alone.
struct Presenting {
  let directory: Directory
  private let clocks: ClockPresenting
  /// Members wanted in each element of a list; nil = all.
  var fields: Set<String>?

  private let rooms: RoomMask
  /// Whether addresses are shown to the door.
  private let showsRooms: Bool
  private let showsRoomsOfThings: Bool

  /// - Parameter caller: who reads it; nil = nobody in particular, who sees no rooms.
  init(_ engine: Engine, fields: String? = nil, for caller: Caller? = nil) {
    rooms = engine.rooms
    showsRooms = caller?.seesRooms ?? false
    showsRoomsOfThings = caller?.seesRoomsOfThings ?? false
    directory = engine.directory
    clocks = ClockPresenting(engine)
    self.fields = fields.map { Set($0.split(separator: ",").map(String.init)) }
  }

  /// A text as the reader may see it: without rooms, where he needs none.
  func shown(_ text: String) -> String { showsRooms ? text : rooms.masked(text) }

  /// A name, an address or a value of a thing as the reader may see it.
  func shown(ofThing text: String) -> String {
    showsRoomsOfThings ? text : rooms.masked(text)
  }

  func wants(_ name: String) -> Bool { fields?.contains(name) ?? true }

  func unit(_ name: String, _ path: UnitPath, to writer: inout JSONWriter) {
    guard wants(name) else { return }
    guard let id = path.innermost else { return writer.member(name, JSON.null) }
    named(name, id.rawValue, directory.units[id]?.name, to: &writer)
  }

  func staff(_ name: String, _ id: ID<Staff>?, to writer: inout JSONWriter) {
    guard wants(name) else { return }
    guard let id else { return writer.member(name, JSON.null) }
    named(name, id.rawValue, directory.staff[id]?.name, to: &writer)
  }

  private func named(_ name: String, _ id: Int64, _ title: String?, to writer: inout JSONWriter) {
    writer.object(name) { writer in
      writer.member("id", String(id))
      writer.member("name", title ?? "")
    }
  }

  func area(_ path: AreaPath, to writer: inout JSONWriter) {
    guard wants("area") else { return }
    writer.object("area") { writer in
      for id in path.areas {
        guard let area = directory.areas[id] else { continue }
        named(area.level.rawValue, id.rawValue, area.name, to: &writer)
      }
    }
  }

  func position(_ position: Position?, to writer: inout JSONWriter) {
    guard wants("position") else { return }
    writer.name("position")
    guard let position else { return writer.null() }
    writer.beginArray()
    writer.number(position.longitude)
    writer.number(position.latitude)
    writer.endArray()
  }

  /// How a place was found, and how sure that is, 0 to 1.
  func located(_ located: Located?, to writer: inout JSONWriter) {
    text("locatedBy", located?.by.rawValue, to: &writer)
    guard wants("confidence") else { return }
    writer.name("confidence")
    guard let located else { return writer.null() }
    writer.number(Double(located.confidence) / 100)
  }

  func text(_ name: String, _ value: String?, to writer: inout JSONWriter) {
    guard wants(name) else { return }
    if let value { writer.member(name, value) } else { writer.member(name, JSON.null) }
  }

  func number(_ name: String, _ value: Int, to writer: inout JSONWriter) {
    if wants(name) { writer.member(name, value) }
  }

  func instant(_ name: String, _ value: Instant?, to writer: inout JSONWriter) {
    text(name, value.map(TimeText.write), to: &writer)
  }

  func id<Subject>(_ name: String, _ value: ID<Subject>?, to writer: inout JSONWriter) {
    text(name, value.map { String($0.rawValue) }, to: &writer)
  }

  /// Members of a case in lists; the caller opens and closes the object.
  func members(_ found: Case, to writer: inout JSONWriter) {
    let filing = found.filing
    let state = found.state
    id("id", found.id, to: &writer)
    text("number", filing.number.text, to: &writer)
    text("title", shown(filing.title), to: &writer)
    text("address", shown(filing.address), to: &writer)
    text("channel", filing.channel.rawValue, to: &writer)
    text("stage", state.stage, to: &writer)
    text("item", state.item, to: &writer)
    text("grade", state.grade.rawValue, to: &writer)
    position(filing.position, to: &writer)
    area(state.area, to: &writer)
    if wants("outside") { writer.member("outside", state.area == .outside) }
    unit("unit", state.unit, to: &writer)
    staff("handler", state.handler, to: &writer)
    if let checker = state.checker { staff("checker", checker, to: &writer) }
    instant("filedAt", filing.filedAt, to: &writer)
    instant("due", state.due, to: &writer)
    if wants("light") { text("light", clocks.light(of: found)?.rawValue, to: &writer) }
    instant("since", state.since, to: &writer)
    instant("closedAt", state.closedAt, to: &writer)
    text("verdict", state.verdict?.rawValue, to: &writer)
    number("version", state.version, to: &writer)
    number("reworks", state.reworks, to: &writer)
    number("returns", state.returns, to: &writer)
    id("event", filing.event, to: &writer)
  }

  func write(_ step: Step, to writer: inout JSONWriter) {
    writer.beginObject()
    number("sequence", step.sequence, to: &writer)
    text("action", step.action, to: &writer)
    text("from", step.from, to: &writer)
    text("to", step.to, to: &writer)
    instant("at", step.at, to: &writer)
    staff("staff", step.staff, to: &writer)
    unit("unit", step.unit, to: &writer)
    text("note", shown(step.note), to: &writer)
    text("reason", step.reason, to: &writer)
    if let group = step.group { text("group", group, to: &writer) }
    if wants("limit") { writer.limit("limit", step.limit) }
    if wants("given"), let given = step.given { unit("given", given, to: &writer) }
    if wants("answers"), !step.answers.isEmpty {
      writer.object("answers") { writer in
        for (field, answer) in step.answers.sorted(by: { $0.key < $1.key }) {
          writer.member(field, answer)
        }
      }
    }
    if wants("evidence") {
      writer.member("evidence", step.evidence.map { HexText.write($0.digest) })
    }
    if wants("tookMilliseconds") { writer.member("tookMilliseconds", step.tookMilliseconds) }
    writer.endObject()
  }

  func write(_ order: WorkOrder, to writer: inout JSONWriter) {
    writer.beginObject()
    id("id", order.id, to: &writer)
    id("case", order.case, to: &writer)
    unit("unit", order.unit, to: &writer)
    staff("staff", order.staff, to: &writer)
    text("state", order.state.rawValue, to: &writer)
    id("parent", order.parent, to: &writer)
    instant("openedAt", order.openedAt, to: &writer)
    instant("due", order.due, to: &writer)
    instant("acceptedAt", order.acceptedAt, to: &writer)
    instant("reportedAt", order.reportedAt, to: &writer)
    instant("endedAt", order.endedAt, to: &writer)
    writer.endObject()
  }

  /// What a caller may do with a case, as buttons.
  func write(_ offers: [StepOffer], item: Item?, flow: Flow?, to writer: inout JSONWriter) {
    writer.name("actions")
    writer.beginArray()
    for offer in offers {
      let edge = offer.edge
      let requires = edge.asked.union(edge.requiresItemEvidence ? item?.evidence ?? [] : [])
      writer.beginObject()
      writer.member("action", edge.action)
      writer.member("name", edge.name)
      writer.member("to", edge.to)
      writer.member("leads", offer.leads)
      writer.member("requires", requires.map(\.rawValue).sorted())
      writer.reasons(edge.reasons)
      writer.form(edge.form)
      writer.limit("limitMax", edge.movesDeadline ? flow?.deadlineClock?.extensionMax : nil)
      if edge.effects.contains(.assignChecker) { writer.member("checks", true) }
      writer.member("why", edge.why)
      writer.endObject()
    }
    writer.endArray()
  }
}

extension Presenting {
  /// By what a case goes on, and who does it; null where it has ended.
  func next(
    of found: Case, _ flow: Flow?, _ catalogue: Catalogue, to writer: inout JSONWriter
  ) {
    guard let way = flow?.wayOn(from: found.state.stage) else {
      return writer.member("next", JSON.null)
    }
    writer.object("next") { writer in
      writer.member("action", way.action)
      writer.member("name", way.name)
      writer.name("posts")
      writer.beginArray()
      for post in catalogue.posts where way.posts.contains(post.code) {
        writer.beginObject()
        writer.member("code", post.code)
        writer.member("name", post.name)
        writer.endObject()
      }
      writer.endArray()
      unit("unit", way.guards.contains(.ownUnit) ? found.state.unit : .none, to: &writer)
    }
  }
}

extension FlowEdge {
  /// What a step along it must bring, besides what the item wants as evidence.
  var asked: Set<Requirement> {
    var asked = requires
    if !reasons.isEmpty { asked.insert(.reason) }
    if effects.contains(.askExtension) { asked.insert(.limit) }
    if effects.contains(.call) { asked.insert(.group) }
    if effects.contains(.assignChecker) { asked.insert(.staff) }
    return asked
  }

  /// Whether a step along it may say by how much the deadline moves.
  var movesDeadline: Bool {
    effects.contains(.askExtension) || effects.contains(.grantExtension)
  }
}

/// Answers made of one value or a list.
enum Answer {
  static func object(status: Int = 200, _ fill: (inout JSONWriter) -> Void) -> HTTPResponse {
    var writer = JSONWriter()
    writer.beginObject()
    fill(&writer)
    writer.endObject()
    return .json(writer.take(), status: status)
  }

  static func page<Element>(
    _ page: Page<Element>, _ write: (Element, inout JSONWriter) -> Void
  ) -> HTTPResponse {
    list(page.elements, next: page.next, write)
  }

  static func list<Element>(
    _ elements: [Element], next: Int64? = nil, _ write: (Element, inout JSONWriter) -> Void
  ) -> HTTPResponse {
    object { writer in
      writer.name("elements")
      writer.beginArray()
      for element in elements { write(element, &writer) }
      writer.endArray()
      if let next { writer.member("next", String(next)) } else { writer.member("next", JSON.null) }
    }
  }
}
