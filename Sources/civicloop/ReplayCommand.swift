import City
import Geography
import Glibc
import JSONText
import Links
import LoopbackClient
import Pack

/// `civicloop replay`: plays history through a running server's API, as fast as it happened times a speed.
enum ReplayCommand {
  static let command = Command(
    name: "replay", summary: "plays history through a running server's API",
    usage:
      "replay FILE --profile P [--speed 60] [--port 8080] [--key KEY | --login NAME --password WORD]",
    example:
      "civicloop replay tickets.csv.gz --profile nyc311 --speed 3600 --login reception --password demonstration",
    options: ["profile", "speed", "port", "key", "login", "password"]
  ) { arguments in try run(arguments) }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let file = try arguments.expect("FILE")[0]
    guard let name = arguments["profile"] else { throw UsageFault(message: "--profile is missing") }
    let speed = try arguments.integer("speed", 60, in: 1...100_000_000)
    let port = try arguments.integer("port", 8_080, in: 1...65_535)
    let catalogue = try Packs.load(Home.find())
    guard let profile = catalogue.profile(code: name) else {
      throw UsageFault(message: "there is no profile \(name)")
    }
    let client = LoopbackClient(port: UInt16(port))
    let key = try arguments["key"] ?? signIn(client, arguments)
    let system = CoordinateSystem(rawValue: profile.coordinateSystem.rawValue) ?? .wgs84
    var reader = try TicketReader(
      path: file, profile: profile,
      circumstances: TicketReader.Circumstances(now: SystemClock().now) { longitude, latitude in
        Position(longitude: longitude, latitude: latitude).map(system.toWGS84)
      })
    var tickets: [Ticket] = []
    while let row = try reader.next() {
      if case .ticket(let ticket) = row { tickets.append(ticket) }
    }
    // The file may be in any order; history is played in that of time.
    tickets.sort { ($0.createdAt, $0.row) < ($1.createdAt, $1.row) }
    let counts = try play(tickets, profile, client, key: key, speed: Double(speed))
    Output.result { writer in
      writer.member("sent", counts.sent)
      writer.member("acknowledged", counts.acknowledged)
      writer.member("seconds", counts.seconds)
    }
    return counts.sent == counts.acknowledged ? 0 : 1
  }

  private static func signIn(_ client: LoopbackClient, _ arguments: Arguments) throws -> String {
    guard let login = arguments["login"], let password = arguments["password"] else {
      throw UsageFault(message: "say --key, or --login and --password")
    }
    return try signIn(client, login: login, password: password)
  }

  /// The secret of a session.
  static func signIn(
    _ client: LoopbackClient, login: String, password: String
  ) throws -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("login", login)
    writer.member("password", password)
    writer.endObject()
    let response = try client.send(
      "POST", "/api/v1/session", headers: [("X-CivicLoop", "1")], body: writer.take())
    guard response.status == 201, let cookie = response.header("Set-Cookie"),
      let value = cookie.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last
    else { throw WorkFault(message: "\(login) could not sign in: \(response.status)") }
    return String(value)
  }

  private static func play(
    _ tickets: [Ticket], _ profile: TicketProfile, _ client: LoopbackClient, key: String,
    speed: Double
  ) throws -> (sent: Int, acknowledged: Int, seconds: Double) {
    let watch = Stopwatch()
    let progress = Progress("tickets")
    var acknowledged = 0
    for (number, ticket) in tickets.enumerated() {
      let passed = Double(ticket.createdAt.millisecondsSince(tickets[0].createdAt)) / 1_000
      let wait = passed / speed - watch.seconds
      if wait > 0 { usleep(UInt32(min(wait, 60) * 1e6)) }
      let response = try client.send(
        "POST", "/api/v1/signals", headers: [("Authorization", "Bearer \(key)")],
        body: body(ticket, profile))
      if response.status == 200 || response.status == 201 { acknowledged += 1 }
      progress.show(Int64(number + 1), of: Int64(tickets.count))
    }
    return (tickets.count, acknowledged, watch.seconds)
  }

  private static func body(_ ticket: Ticket, _ profile: TicketProfile) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("channel", profile.channel.rawValue)
    writer.member("externalId", "\(profile.code):\(ticket.externalID)")
    writer.member("item", ticket.item.code)
    writer.member("title", ticket.title)
    writer.member("text", ticket.text)
    writer.member("address", ticket.address)
    writer.member("longitude", ticket.position?.longitude)
    writer.member("latitude", ticket.position?.latitude)
    if !ticket.reporterName.isEmpty || !ticket.reporterPhone.isEmpty {
      writer.object("reporter") { writer in
        writer.member("name", ticket.reporterName)
        writer.member("phone", ticket.reporterPhone)
      }
    }
    writer.endObject()
    return writer.take()
  }
}
