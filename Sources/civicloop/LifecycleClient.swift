import City
import JSONText
import LoopbackClient
import Pack

/// One client: files, dispatches, accepts, reports back, verifies, closes and reads back, again and again.
struct LifecycleClient {
  private let run: BenchRun
  private let keys: BenchRun.Keys
  private let number: Int
  private let client: LoopbackClient
  private var random: BenchRandom
  private var serial = 0
  private var latest: (item: Item, place: BenchPlace, position: Position)?
  private(set) var measure = BenchMeasure()

  init(run: BenchRun, keys: BenchRun.Keys, number: Int) {
    self.run = run
    self.keys = keys
    self.number = number
    client = LoopbackClient(port: run.port)
    random = BenchRandom(seed: UInt64(number) + 1)
  }

  /// One whole lifecycle; counted only where every answer was right.
  mutating func lifecycle() {
    serial += 1
    if serial % BenchLoop.repeatEvery == 0, let latest {
      _ = file(latest.item, latest.place, latest.position)
      return
    }
    let item = run.district.items[random.index(below: run.district.items.count)]
    let place = run.district.places[random.index(below: run.district.places.count)]
    // Some metres beside the middle of the grid, so that no two clients meet all the time.
    let spread = 0.0008
    guard
      let position = Position(
        longitude: place.middle.longitude + (random.unit() - 0.5) * spread,
        latitude: place.middle.latitude + (random.unit() - 0.5) * spread),
      let filed = file(item, place, position)
    else { return }
    latest = (item, place, position)
    let handler = random.index(below: run.district.handlers.count)
    let unit = run.district.handlers[handler].unit.rawValue
    let key = keys.handlers[handler]
    guard step(filed, "dispatch", ["unit": String(unit)], keys.dispatch),
      step(filed, "accept", [:], key),
      step(filed, "report", ["note": item.closing], key),
      step(filed, "pass", ["note": item.closing], keys.inspect),
      step(filed, "close", [:], keys.dispatch), readBack(filed)
    else { return }
    measure.lifecycles += 1
  }

  /// - Returns: the id of the case, or nil where it joined another or failed.
  private mutating func file(_ item: Item, _ place: BenchPlace, _ position: Position) -> String? {
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
    guard
      let bytes = send("POST", "/api/v1/signals", body.take(), keys.reception, expecting: 201),
      let answer = read(bytes)
    else { return nil }
    if answer["outcome"]?.string == "joined" {
      measure.joined += 1
      return nil
    }
    return answer["case"]?.string
  }

  private mutating func step(
    _ id: String, _ action: String, _ more: [String: String], _ key: String
  ) -> Bool {
    var body = JSONWriter()
    body.beginObject()
    body.member("action", action)
    for (name, value) in more { body.member(name, value) }
    body.endObject()
    return send("POST", "/api/v1/cases/\(id)/steps", body.take(), key, expecting: 200) != nil
  }

  private mutating func readBack(_ id: String) -> Bool {
    guard let bytes = send("GET", "/api/v1/cases/\(id)", [], keys.duty, expecting: 200),
      let answer = read(bytes)
    else { return false }
    guard answer["stage"]?.string == "closed" else {
      fail("read back: not closed")
      return false
    }
    return true
  }

  /// - Returns: the body of an answer of the status expected.
  private mutating func send(
    _ method: String, _ path: String, _ body: [UInt8], _ key: String, expecting status: Int
  ) -> [UInt8]? {
    let watch = Stopwatch()
    guard
      let response = try? client.send(
        method, path, headers: [("Authorization", "Bearer \(key)")],
        body: body)
    else {
      fail("\(method) \(path): no answer")
      return nil
    }
    measure.requestMilliseconds.append(watch.seconds * 1_000)
    guard response.status == status else {
      fail(
        "\(method) \(path): \(response.status) \(String(decoding: response.body.prefix(300), as: UTF8.self))"
      )
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
    measure.firstError = measure.firstError ?? what
  }
}
