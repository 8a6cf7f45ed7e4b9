import City
import JSONText
import LoopbackClient
import Pack

/// `civicloop bench loop`: whole lifecycles through the public API of a server process.
enum BenchLoop {
  /// One signal in twenty reports a problem that the same client filed just before.
  static let repeatEvery = 20
  static let listReads = 400

  static func run(_ arguments: Arguments) async throws -> Int32 {
    let clients = try arguments.integer("clients", 16, in: 1...256)
    let seconds = try arguments.integer("seconds", 30, in: 1...3_600)
    let cases = try arguments.integer("cases", 0, in: 0...10_000_000)
    let feeds = try arguments.integer("feeds", 10, in: 0...2_000)
    try DataFolder.makeFolder(arguments.data)
    let district = try await BenchDistrict.make(arguments.data)
    if cases > 0 { try await BenchPast(data: arguments.data, district: district).fill(cases) }
    let server = try ServerProcess.start(data: arguments.data)
    defer { server.stop() }
    let bench = BenchRun(district: district, port: server.port)
    let keys = try bench.signIn()
    let listening = try feeds > 0 ? bench.listen(feeds, keys) : nil
    Output.say("\(clients) clients for \(seconds) s …")
    let processorBefore = server.processorSeconds
    let measured = bench.lifecycles(clients: clients, seconds: seconds, keys: keys)
    let processor = server.processorSeconds - processorBefore
    listening?.close()
    Output.say("reading lists …")
    let lists = bench.lists(keys: keys)
    let requests = measured.requestMilliseconds.sorted()
    Output.result { writer in
      writer.member("lifecyclesPerSecond", Double(measured.lifecycles) / measured.seconds)
      writer.member("p50Milliseconds", Percentile.of(requests, 0.50))
      writer.member("p99Milliseconds", Percentile.of(requests, 0.99))
      writer.member("listP99Milliseconds", Percentile.of(lists.milliseconds.sorted(), 0.99))
      writer.member("errors", measured.errors + lists.errors)
      writer.member("residentMegabytes", server.residentMegabytes)
      writer.member("startMilliseconds", server.startMilliseconds)
      writer.member(
        "serverProcessorMillisecondsPerLifecycle",
        processor * 1_000 / Double(max(measured.lifecycles, 1)))
      writer.member("lifecycles", measured.lifecycles)
      writer.member("joined", measured.joined)
      writer.member("storedCases", cases)
      if let first = measured.firstError { writer.member("firstError", first) }
    }
    return measured.errors + lists.errors == 0 ? 0 : 1
  }
}

/// A value below which a share of all values lies.
enum Percentile {
  /// - Parameter sorted: in rising order; 0 where empty.
  static func of(_ sorted: [Double], _ share: Double) -> Double {
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
  }
}

/// What the clients of one run measured.
struct BenchMeasure: Sendable {
  var lifecycles = 0
  var joined = 0
  var errors = 0
  var firstError: String?
  var seconds = 0.0
  var requestMilliseconds: [Double] = []

  mutating func add(_ other: BenchMeasure) {
    lifecycles += other.lifecycles
    joined += other.joined
    errors += other.errors
    firstError = firstError ?? other.firstError
    requestMilliseconds += other.requestMilliseconds
  }
}

/// The clients of a run, each with a connection of its own.
struct BenchRun: Sendable {
  struct Keys: Sendable {
    let reception: String
    let dispatch: String
    let inspect: String
    let duty: String
    let handlers: [String]
    let streets: [String]
  }

  let district: BenchDistrict
  let port: UInt16

  func signIn() throws -> Keys {
    let client = LoopbackClient(port: port)
    func sign(_ login: String) throws -> String {
      let body = "{\"login\":\"\(login)\",\"password\":\"\(BenchDistrict.password)\"}"
      let response = try client.send(
        "POST", "/api/v1/session", headers: [("X-CivicLoop", "1")],
        body: Array(body.utf8))
      guard response.status == 201, let cookie = response.header("Set-Cookie"),
        let value = cookie.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last
      else { throw WorkFault(message: "\(login) could not sign in: \(response.status)") }
      return String(value)
    }
    return Keys(
      reception: try sign("bench-reception"), dispatch: try sign("bench-dispatch"),
      inspect: try sign("bench-inspect"), duty: try sign("bench-duty"),
      handlers: try district.handlers.map { try sign($0.login) },
      streets: try district.streets.map { try sign($0) })
  }

  /// Opens live feeds of mixed scope.
  func listen(_ count: Int, _ keys: Keys) throws -> BenchFeeds {
    try BenchFeeds(port: port, keys: [keys.duty] + keys.streets + keys.handlers, count: count) {
      _, _ in
    }
  }

  func lifecycles(clients: Int, seconds: Int, keys: Keys) -> BenchMeasure {
    let turns = LoopbackTurns(port: port, count: clients)
    var crowd = (0..<clients).map { number in
      LifecycleClient(run: self, keys: keys, number: number, turns: turns)
    }
    let watch = Stopwatch()
    while true {
      if watch.seconds < Double(seconds) {
        for index in crowd.indices where crowd[index].isIdle { crowd[index].begin() }
      } else if crowd.allSatisfy(\.isIdle) {
        break
      }
      let answered = turns.wait()
      for index in answered { crowd[index].proceed() }
      if answered.isEmpty {
        for index in crowd.indices where !crowd[index].isIdle { crowd[index].giveUp() }
      }
    }
    var measure = BenchMeasure()
    for client in crowd { measure.add(client.measure) }
    measure.seconds = watch.seconds
    return measure
  }

  /// Reads pages of filtered case lists, one after another.
  func lists(keys: Keys) -> (milliseconds: [Double], errors: Int) {
    let client = LoopbackClient(port: port)
    var random = BenchRandom(seed: 99)
    var milliseconds: [Double] = []
    var errors = 0
    for _ in 0..<BenchLoop.listReads {
      let (key, query) = listQuery(keys, &random)
      let watch = Stopwatch()
      let response = try? client.send(
        "GET", "/api/v1/cases?limit=50\(query)", headers: [("Authorization", "Bearer \(key)")])
      milliseconds.append(watch.seconds * 1_000)
      if response?.status != 200 { errors += 1 }
    }
    return (milliseconds, errors)
  }

  private func listQuery(_ keys: Keys, _ random: inout BenchRandom) -> (String, String) {
    let item = district.items[random.index(below: district.items.count)].code
    let unit = district.handlers[random.index(below: district.handlers.count)].unit.rawValue
    let filters = [
      "", "&item=\(item)", "&stage=closed", "&stage=filed&stage=dispatched", "&open=true",
      "&grade=red", "&channel=hotline", "&channel=video", "&item=\(item)&stage=closed",
      "&unit=\(unit)", "&unit=\(unit)&item=\(item)", "&overdue=true", "&grade=orange&open=false",
    ]
    let filter = filters[random.index(below: filters.count)]
    switch random.index(below: 3) {
    case 0: return (keys.streets[random.index(below: keys.streets.count)], filter)
    case 1 where !filter.contains("unit"):
      return (keys.handlers[random.index(below: keys.handlers.count)], filter)
    default: return (keys.duty, filter)
    }
  }
}
