import City
import Engine
import Glibc
import HTTPServing
import MQTTClient
import Pack
import Web

/// `civicloop serve`: the server.
enum ServeCommand {
  static let command = Command(
    name: "serve", summary: "the server",
    usage: "serve [--listen HOST:PORT] [--data DIR] [--role all|web|desk|perceive] [--brokers FILE] [--no-demo]",
    example: "civicloop serve --listen 127.0.0.1:8080 --data ./data",
    options: ["listen", "role", "brokers"], flags: ["no-demo", "secure-cookie", "behind-proxy"]
  ) { arguments in try await run(arguments) }

  static let roles = ["all", "web", "desk", "perceive"]

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    guard roles.contains(arguments["role"] ?? "all") else {
      throw UsageFault(message: "--role is one of \(roles.joined(separator: ", "))")
    }
    let (address, port) = try listen(arguments["listen"] ?? "127.0.0.1:8080")
    let termination = Termination()
    let folder = try await DataFolder.open(
      arguments.data, note: "\(address):\(port)", clock: SystemClock())
    let demonstration = arguments.has("no-demo") ? nil : DemonstrationFile.read(folder.path)
    let server = try await RunningServer.start(
      folder, address: address, port: port, demonstration: demonstration,
      brokers: try arguments["brokers"].map(BrokerFile.read) ?? [],
      secureCookie: arguments.has("secure-cookie"), behindProxy: arguments.has("behind-proxy"))
    announce(server.port, address, demonstration)
    folder.warnOfCalendar()
    var player: Task<Void, Never>?
    if let demonstration {
      let play = try await DemonstrationPlay(folder: folder, file: demonstration)
      player = Task { await play.run() }
    }
    await termination.wait()
    Output.say("stopping: finishing what was accepted …")
    player?.cancel()
    await server.stop()
    await folder.close()
    return 0
  }

  /// Takes `HOST:PORT` apart.
  static func listen(_ text: String) throws -> (String, UInt16) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { throw UsageFault(message: "--listen takes HOST:PORT, for example 127.0.0.1:8080") }
    let host = String(text[..<colon])
    return (host == "localhost" ? "127.0.0.1" : host, port)
  }

  private static func announce(
    _ port: UInt16, _ address: String, _ demonstration: DemonstrationFile?
  ) {
    Output.say("CivicLoop serves on http://\(address):\(port)")
    guard let demonstration else { return }
    Output.say("Demonstration accounts (this machine only), password \(demonstration.password):")
    for login in demonstration.logins { Output.say("  \(login.login)  \(login.post)") }
  }
}

/// The server with its followers, from start to graceful stop.
struct RunningServer {
  private let server: HTTPServer
  private let handler: WebHandler
  private let follower: Task<Void, Never>
  /// Observations in, rules and alarms.
  let perception: PerceptionService

  var port: UInt16 { server.port }

  static func start(
    _ folder: DataFolder, address: String, port: UInt16, demonstration: DemonstrationFile?,
    brokers: [MQTTSettings] = [], rules: [Rule]? = nil, secureCookie: Bool, behindProxy: Bool
  ) async throws -> RunningServer {
    var settings = WebSettings(pages: folder.home.pages)
    settings.secureCookie = secureCookie
    // Also without the show: the accounts are in the folder all the same.
    settings.loopbackLogins = Set(DemonstrationFile.read(folder.path)?.logins.map(\.login) ?? [])
    settings.demonstration = demonstration.map {
      DemonstrationNotice(logins: $0.logins, password: $0.password)
    }
    let counts = ServerCounts()
    let perception = try await PerceptionService.start(
      engine: folder.engine, folder: folder.path + "/observations", brokers: brokers,
      rules: rules)
    let handler = WebHandler(
      engine: folder.engine, accounts: folder.accounts, files: folder.files, settings: settings,
      perception: perception.perception, metrics: { counts.prometheus })
    var http = HTTPSettings(address: address, port: port)
    http.threads = 2
    http.startsHandlersInline = true
    http.trustsForwardedFor = behindProxy
    http.limits.bodyBytesMax = folder.fileBytesMax
    let server: HTTPServer
    do throws(HTTPServerFault) {
      server = try HTTPServer(settings: http, handler: handler)
    } catch {
      await perception.stop()
      throw WorkFault(message: "cannot listen on \(address):\(port): \(error)")
    }
    counts.watch(server)
    let follower = Task { await handler.followJournal() }
    return RunningServer(server: server, handler: handler, follower: follower, perception: perception)
  }

  /// Finishes what was accepted, then ends.
  func stop() async {
    handler.closeFeeds()
    await server.stop()
    follower.cancel()
    await perception.stop()
  }
}

/// Waits until the process is told to end, from when it is made: what comes before `wait` counts.
struct Termination {
  private let told: AsyncStream<Void>

  init() {
    let (told, telling) = AsyncStream.makeStream(of: Void.self)
    self.told = told
    SignalThread { telling.finish() }.start()
  }

  func wait() async {
    for await _ in told {}
  }
}
