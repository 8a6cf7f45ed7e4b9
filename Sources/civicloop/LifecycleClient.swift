import City
import JSONText
import LoopbackClient
import Pack

/// One client: files, dispatches, accepts, reports back, verifies, closes and reads back, again and again.
///
/// One request of it is under way at a time: `begin` sends the first of a lifecycle, `proceed`
/// takes an answer and sends the next.
struct LifecycleClient {
  /// A request whose answer is awaited.
  private enum Awaited {
    case filed
    /// Of a report that should join the case of the one before.
    case repeated
    /// The step of that number in `steps`.
    case step(Int)
    case readBack

    /// The status of a right answer.
    var status: Int {
      switch self {
      case .filed, .repeated: 201
      case .step, .readBack: 200
      }
    }
  }

  private typealias Step = (action: String, more: (name: String, value: String)?, key: String)

  private let run: BenchRun
  private let keys: BenchRun.Keys
  private let number: Int
  private let turns: LoopbackTurns
  private var random: BenchRandom
  private var serial = 0
  private var latest: (item: Item, place: BenchPlace, position: Position)?
  private var steps: [Step] = []
  private var caseID = ""
  private var awaited: Awaited?
  /// The request under way, or the one before it.
  private var asked = ""
  private var sent = Stopwatch()
  private(set) var measure = BenchMeasure()

  init(run: BenchRun, keys: BenchRun.Keys, number: Int, turns: LoopbackTurns) {
    self.run = run
    self.keys = keys
    self.number = number
    self.turns = turns
    random = BenchRandom(seed: UInt64(number) + 1)
  }

  /// Whether it waits for no answer: its last lifecycle is over.
  var isIdle: Bool { awaited == nil }

  /// Begins the next lifecycle.
  mutating func begin() {
    serial += 1
    if serial % BenchLoop.repeatEvery == 0, let latest {
      return file(latest.item, latest.place, latest.position, .repeated)
    }
    let item = run.district.items[random.index(below: run.district.items.count)]
    let place = run.district.places[random.index(below: run.district.places.count)]
    // Some metres beside the middle of the grid, so that no two clients meet all the time.
    let spread = 0.0008
    guard
      let position = Position(
        longitude: place.middle.longitude + (random.unit() - 0.5) * spread,
        latitude: place.middle.latitude + (random.unit() - 0.5) * spread)
    else { return }
    let handler = random.index(below: run.district.handlers.count)
    let key = keys.handlers[handler]
    let unit = String(run.district.handlers[handler].unit.rawValue)
    steps = [
      ("dispatch", ("unit", unit), keys.dispatch), ("accept", nil, key),
      ("report", ("note", item.closing), key), ("pass", ("note", item.closing), keys.inspect),
      ("close", nil, keys.dispatch),
    ]
    latest = (item, place, position)
    file(item, place, position, .filed)
  }

  /// Takes the answer that is there, and sends what follows it; a lifecycle counts only where
  /// every answer was right.
  mutating func proceed() {
    guard let awaited else { return }
    self.awaited = nil
    guard let body = receive(expecting: awaited.status) else { return }
    switch awaited {
    case .filed, .repeated:
      guard let answer = read(body) else { return }
      if answer["outcome"]?.string == "joined" {
        measure.joined += 1
      } else if case .filed = awaited, let id = answer["case"]?.string {
        caseID = id
        step(0)
      }
    case .step(let index) where index + 1 < steps.count:
      step(index + 1)
    case .step:
      send("GET", "/api/v1/cases/\(caseID)", [], keys.duty, .readBack)
    case .readBack:
      guard let answer = read(body) else { return }
      if answer["stage"]?.string == "closed" {
        measure.lifecycles += 1
      } else {
        fail("not closed")
      }
    }
  }

  /// No answer came in time.
  mutating func giveUp() {
    awaited = nil
    turns.giveUp(number)
    fail("no answer")
  }

  private mutating func file(
    _ item: Item, _ place: BenchPlace, _ position: Position, _ awaited: Awaited
  ) {
    var body = JSONWriter()
    body.beginObject()
    body.member("channel", "hotline")
    body.member("externalId", "b\(number)-\(serial)")
    body.member("item", item.code)
    body.member("title", BenchTexts.title(item))
    body.member("text", BenchTexts.text(item))
    body.member("address", BenchTexts.address(place, number: 1 + random.index(below: 900)))
    body.member("longitude", position.longitude)
    body.member("latitude", position.latitude)
    body.name("reporter")
    body.beginObject()
    body.member("name", run.district.reporter)
    body.member("phone", "1990\(1_000_000 + random.index(below: 9_000_000))")
    body.endObject()
    body.endObject()
    send("POST", "/api/v1/signals", body.take(), keys.reception, awaited)
  }

  private mutating func step(_ index: Int) {
    let (action, more, key) = steps[index]
    var body = JSONWriter()
    body.beginObject()
    body.member("action", action)
    if let more { body.member(more.name, more.value) }
    body.endObject()
    send("POST", "/api/v1/cases/\(caseID)/steps", body.take(), key, .step(index))
  }

  private mutating func send(
    _ method: String, _ path: String, _ body: [UInt8], _ key: String, _ awaited: Awaited
  ) {
    asked = "\(method) \(path)"
    sent = Stopwatch()
    do {
      try turns.send(
        number, method, path, headers: [("Authorization", "Bearer \(key)")], body: body)
      self.awaited = awaited
    } catch {
      fail("\(error)")
    }
  }

  /// - Returns: the body of an answer of the status expected.
  private mutating func receive(expecting status: Int) -> [UInt8]? {
    guard let response = try? turns.receive(number) else {
      fail("no answer")
      return nil
    }
    measure.requestMilliseconds.append(sent.seconds * 1_000)
    guard response.status == status else {
      fail("\(response.status) \(String(decoding: response.body.prefix(300), as: UTF8.self))")
      return nil
    }
    return response.body
  }

  /// What an answer says, where the next request needs it.
  private mutating func read(_ body: [UInt8]) -> JSON? {
    guard let json = try? JSON.parse(body, limits: .request) else {
      fail("not JSON: \(String(decoding: body.prefix(300), as: UTF8.self))")
      return nil
    }
    return json
  }

  private mutating func fail(_ what: String) {
    measure.errors += 1
    measure.firstError = measure.firstError ?? "\(asked): \(what)"
  }
}
