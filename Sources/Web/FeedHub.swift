import City
import Engine
import HTTPServing
import JSONText
import Language
import Ports
import Synchronization

/// Tells everybody who listens what changed within his scope; follows the journal like any other reaction.
final class FeedHub: Sendable {
  /// Entries read at a time.
  static let runMax = 1_024
  /// A client that missed more than this loads its lists anew.
  static let missedMax: Int64 = 2_000

  private struct Listener {
    let scope: Scope
    /// Who listens: what is told to him alone comes too.
    let staff: ID<Staff>?
    let stream: EventStream
    /// Whether it gets what names nobody only.
    let isWall: Bool
    /// Whether addresses come to the door.
    let showsRooms: Bool
    /// Entries up to here were sent before it listened.
    let from: Int64

    func send(_ event: FeedEvent) {
      event.send(to: stream, isWall: isWall, showsRooms: showsRooms)
    }
  }
  private struct State {
    var listeners: [Int64: Listener] = [:]
    var next: Int64 = 0
    var position: Int64 = 0
    var isClosed = false
  }

  private let engine: Engine
  private let state = Mutex(State())

  init(engine: Engine) {
    self.engine = engine
  }

  var count: Int { state.withLock { $0.listeners.count } }

  /// Follows the journal until the task is cancelled or the store closes.
  func follow() async {
    var position = (try? await engine.store.lastSequence()) ?? 0
    // Whoever listens already gets what was committed since he began, too.
    position = state.withLock { [position] state in
      state.position = min(position, state.listeners.values.map(\.from).min() ?? position)
      return state.position
    }
    while !Task.isCancelled, !state.withLock({ $0.isClosed }) {
      await engine.store.settled(after: position)
      guard let entries = try? await engine.store.entries(after: position, limit: Self.runMax),
        let last = entries.last
      else { break }
      tell(entries)
      position = last.sequence
    }
  }

  private func tell(_ entries: [JournalEntry]) {
    state.withLock { state in
      state.position = entries.last?.sequence ?? state.position
      guard !state.listeners.isEmpty else { return }
      let hides = state.listeners.values.contains { !$0.showsRooms }
      let forWalls = state.listeners.values.contains(where: \.isWall)
      for entry in entries {
        for event in FeedEvent.events(
          of: entry, hiding: hides ? engine.rooms : nil, forWalls: forWalls)
        {
          for listener in state.listeners.values
          where listener.from < entry.sequence
            && event.reaches(listener.scope, listener.staff, engine.directory)
          {
            listener.send(event)
          }
        }
      }
    }
  }

  /// A stream of what changes within `scope`, beginning after `missed` where it is given.
  ///
  /// - Parameters:
  ///   - staff: who listens; nil = nobody in particular.
  ///   - isWall: whether it shall get what names nobody only.
  ///   - showsRooms: whether it shall get addresses to the door.
  func listen(
    _ scope: Scope, staff: ID<Staff>? = nil, after missed: Int64?, isWall: Bool = false,
    showsRooms: Bool = false
  ) async throws(Problem) -> EventStream {
    let key = state.withLock { state in
      state.next += 1
      return state.next
    }
    let stream = EventStream { [weak self] _ in
      self?.state.withLock { $0.listeners[key] = nil }
    }
    let last = try await stored { () throws(StoreFault) in try await engine.store.lastSequence() }
    var from = missed ?? last
    if from > last || last - from > Self.missedMax {
      stream.send(FeedEvent.reset(last))
      from = last
    }
    // Whatever is committed while this catches up is read too, until nothing lies between.
    while from < last
      || !register(
        Listener(
          scope: scope, staff: staff, stream: stream, isWall: isWall, showsRooms: showsRooms,
          from: from), key)
    {
      let behind = from
      let entries = try await stored { () throws(StoreFault) in
        try await engine.store.entries(after: behind, limit: Self.runMax)
      }
      guard let newest = entries.last else { break }
      for entry in entries {
        for event in FeedEvent.events(
          of: entry, hiding: showsRooms ? nil : engine.rooms, forWalls: isWall)
        where event.reaches(scope, staff, engine.directory) {
          event.send(to: stream, isWall: isWall, showsRooms: showsRooms)
        }
      }
      from = newest.sequence
    }
    return stream
  }

  /// false where the hub has gone further than the listener has read.
  private func register(_ listener: Listener, _ key: Int64) -> Bool {
    state.withLock { state in
      if state.isClosed {
        listener.stream.close()
        return true
      }
      guard state.position <= listener.from else { return false }
      state.listeners[key] = listener
      return true
    }
  }

  func closeAll() {
    let streams = state.withLock { state in
      state.isClosed = true
      defer { state.listeners.removeAll() }
      return state.listeners.values.map(\.stream)
    }
    for stream in streams { stream.close() }
  }
}

/// One event of the feed, written once for all who may see it.
struct FeedEvent {
  let area: AreaPath
  let unit: UnitPath
  let text: [UInt8]
  /// To whom alone it is told; nil = to everybody whose scope holds it.
  var receiver: ID<Staff>?
  /// The same without anybody's words, for walls; nil where a wall has no use for it, or none
  /// listens.
  var bare: [UInt8]?
  /// The same without rooms, where the words name one.
  var roomless: [UInt8]?

  func send(to stream: EventStream, isWall: Bool, showsRooms: Bool) {
    if isWall {
      if let bare { stream.send(bare) }
    } else {
      stream.send(showsRooms ? text : roomless ?? text)
    }
  }

  /// Whether it holds for all below its area too, and for every unit, as a warning does.
  var reachesDown = false

  /// Whether somebody may hear it.
  func reaches(_ scope: Scope, _ staff: ID<Staff>?, _ directory: Directory) -> Bool {
    if let receiver { return receiver == staff }
    if scope.holds(area: area, unit: unit) { return true }
    guard reachesDown else { return false }
    switch scope {
    case .everything, .unit: return true
    case .area(let own), .areaOrUnit(let own, _):
      return area.innermost.map { directory.path(of: own).lies(in: $0) } ?? false
    }
  }

  /// Tells the client to load its lists anew.
  static func reset(_ sequence: Int64) -> [UInt8] {
    EventText.event(id: id(sequence), event: "reset", data: Array("{}".utf8))
  }

  private static func id(_ sequence: Int64) -> String { "1-\(sequence)" }

  /// The sequence in `Last-Event-ID`; nil where it is not one of ours.
  static func sequence(_ id: String) -> Int64? {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "1", let sequence = Int64(parts[1]), sequence >= 0 else {
      return nil
    }
    return sequence
  }

  /// What an entry means to those who watch cases.
  ///
  /// - Parameters:
  ///   - rooms: hides them from who sees none; nil = they stay.
  ///   - forWalls: whether a wall listens.
  static func events(
    of entry: JournalEntry, hiding rooms: RoomMask? = nil, forWalls: Bool = true
  ) -> [FeedEvent] {
    var states: [ID<Case>: (filed: Case?, state: CaseState)] = [:]
    var events: [FeedEvent] = []
    for fact in entry.facts {
      switch fact {
      case .caseFiled(let filed): states[filed.id] = (filed, filed.state)
      case .caseMoved(let id, let state): states[id] = (states[id]?.filed, state)
      case .signal(let signal) where entry.kind == "signal.joined":
        events.append(joined(signal, entry.sequence, rooms))
      case .notice(let notice)
      where notice.channel == Notice.pageChannel && notice.readAt == nil:
        events.append(told(notice, entry.sequence, rooms))
      default: break
      }
    }
    for fact in entry.facts {
      if case .warning(let warning) = fact { events.append(warned(warning, entry.sequence)) }
    }
    for (id, latest) in states {
      events.append(
        moved(id, latest.filed, latest.state, entry.sequence, rooms, forWalls: forWalls))
    }
    return events
  }

  /// A new notice in somebody's inbox.
  private static func told(
    _ notice: Notice, _ sequence: Int64, _ rooms: RoomMask?
  ) -> FeedEvent {
    func told(_ rooms: RoomMask?) -> [UInt8] {
      var writer = JSONWriter(capacity: 256)
      writer.beginObject()
      writer.member("id", String(notice.id.rawValue))
      writer.member("template", notice.template)
      writer.member("title", rooms?.masked(notice.title) ?? notice.title)
      writer.member("text", rooms?.masked(notice.text) ?? notice.text)
      writer.member("link", notice.link)
      writer.endObject()
      return EventText.event(id: id(sequence), event: "notice", data: writer.take())
    }
    var event = FeedEvent(
      area: .outside, unit: .none, text: told(nil), receiver: notice.staff)
    if let rooms, rooms.holdsRoom(notice.title) || rooms.holdsRoom(notice.text) {
      event.roomless = told(rooms)
    }
    return event
  }

  private static func joined(
    _ signal: Signal, _ sequence: Int64, _ rooms: RoomMask?
  ) -> FeedEvent {
    func told(_ title: String) -> [UInt8] {
      var writer = JSONWriter(capacity: 256)
      writer.beginObject()
      writer.member("id", String(signal.id.rawValue))
      writer.member("event", signal.event.map { String($0.rawValue) })
      writer.member("channel", signal.channel.rawValue)
      writer.member("title", title)
      writer.member("outcome", "joined")
      writer.endObject()
      return EventText.event(id: id(sequence), event: "signal", data: writer.take())
    }
    var event = FeedEvent(area: signal.area, unit: .none, text: told(signal.title))
    if let rooms, rooms.holdsRoom(signal.title) {
      event.roomless = told(rooms.masked(signal.title))
    }
    return event
  }

  /// A warning is told wherever it holds.
  private static func warned(_ warning: Warning, _ sequence: Int64) -> FeedEvent {
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    writer.member("id", String(warning.id.rawValue))
    writer.member("kind", warning.kind)
    writer.member("title", warning.title)
    writer.member("grade", warning.state.grade.rawValue)
    writer.member("area", warning.area.innermost.map { String($0.rawValue) })
    writer.member("lifted", warning.state.liftedAt != nil)
    writer.endObject()
    let text = EventText.event(id: id(sequence), event: "warning", data: writer.take())
    var event = FeedEvent(area: warning.area, unit: .none, text: text, bare: text)
    event.reachesDown = true
    return event
  }

  private static func moved(
    _ id: ID<Case>, _ filed: Case?, _ state: CaseState, _ sequence: Int64, _ rooms: RoomMask?,
    forWalls: Bool
  ) -> FeedEvent {
    func event(_ data: [UInt8]) -> [UInt8] {
      EventText.event(id: Self.id(sequence), event: "case", data: data)
    }
    func told(_ rooms: RoomMask?) -> [UInt8] { event(data(id, filed, state, hiding: rooms)) }
    var made = FeedEvent(area: state.area, unit: state.unit, text: told(nil))
    if forWalls { made.bare = event(bare(id, isFiled: filed != nil, state)) }
    if let rooms, let filing = filed?.filing,
      rooms.holdsRoom(filing.title) || rooms.holdsRoom(filing.address)
    {
      made.roomless = told(rooms)
    }
    return made
  }

  private static func bare(_ id: ID<Case>, isFiled: Bool, _ state: CaseState) -> [UInt8] {
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    writer.member("id", String(id.rawValue))
    writer.member("filed", isFiled)
    writer.member("stage", state.stage)
    writer.member("item", state.item)
    writer.member("grade", state.grade.rawValue)
    writer.member("closed", state.closedAt != nil)
    writer.endObject()
    return writer.take()
  }

  private static func data(
    _ id: ID<Case>, _ filed: Case?, _ state: CaseState, hiding rooms: RoomMask?
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.member("id", String(id.rawValue))
    if let filing = filed?.filing {
      writer.member("number", filing.number.text)
      writer.member("title", rooms?.masked(filing.title) ?? filing.title)
      writer.member("address", rooms?.masked(filing.address) ?? filing.address)
      writer.member("channel", filing.channel.rawValue)
      writer.member("filedAt", TimeText.write(filing.filedAt))
    }
    writer.member("stage", state.stage)
    writer.member("item", state.item)
    writer.member("grade", state.grade.rawValue)
    writer.member("version", state.version)
    writer.member("street", state.area[.street].map { String($0.rawValue) })
    writer.member("unit", state.unit.innermost.map { String($0.rawValue) })
    writer.member("due", state.due.map(TimeText.write))
    writer.member("closedAt", state.closedAt.map(TimeText.write))
    writer.endObject()
    return writer.take()
  }
}

/// The live feed.
enum FeedRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    [
      Route(
        .get, "/feed", .permission([.read]), "Server-sent events of what changes in my scope",
        query: [.init(name: "after", type: "string")]
      ) { call throws(Problem) in try await open(call, context, isWall: false) }
    ]
  }

  static func open(
    _ call: Call, _ context: WebContext, isWall: Bool
  ) async throws(Problem) -> HTTPResponse {
    // Nobody would read the stream that a HEAD began.
    guard call.request.method == .get else {
      throw Problem(status: 405, code: "method.not_allowed")
    }
    let name = call.request.headers["Last-Event-ID"] ?? call.filter("after")
    // What is not one of our ids comes from another time: the client loads its lists anew.
    let after = name.map { FeedEvent.sequence($0) ?? .max }
    let caller = try call.caller
    let stream = try await context.feed.listen(
      caller.scope, staff: isWall ? nil : caller.staff.id, after: after, isWall: isWall,
      showsRooms: caller.seesRooms)
    return HTTPResponse(
      status: 200,
      headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")],
      body: .events(stream))
  }
}
