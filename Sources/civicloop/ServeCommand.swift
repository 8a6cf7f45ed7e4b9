import City
import Engine
import Fetching
import Glibc
import HTTPServing
import MQTTClient
import Pack
import SignOn
import Telling
import Web

/// `civicloop serve`: the server.
enum ServeCommand {
  static let command = Command(
    name: "serve", summary: "the server",
    usage:
      "serve [--listen HOST:PORT] [--config F] [--brokers F] [--identity F] [--notices F] "
      + "[--data DIR] [--role all] [--no-demo]",
    example: "civicloop serve --listen 127.0.0.1:8080 --data ./data",
    options: ["listen", "config", "role", "brokers", "identity", "notices"],
    flags: ["no-demo", "secure-cookie", "behind-proxy"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let settings = try ServeSettings(arguments)
    let (address, port) = (settings.address, settings.port)
    let termination = Termination()
    let folder = try await DataFolder.open(
      arguments.data, note: "\(address):\(port)", clock: SystemClock())
    let demonstration = settings.demonstration ? DemonstrationFile.read(folder.path) : nil
    let plan = demonstration.map(DemonstrationMaker.plan)
    let devices = plan.map {
      DemonstrationDevices(plan: $0, offsetMinutes: folder.engine.settings.offsetMinutes)
    }
    let server = try await RunningServer.start(
      folder, settings: settings, demonstration: demonstration, devices: devices)
    announce(server.port, address, demonstration)
    folder.warnOfCalendar()
    var players: [Task<Void, Never>] = []
    if let plan {
      let play = try await DemonstrationPlay(folder: folder, plan: plan)
      players.append(Task { await play.run() })
    }
    if let devices, let told = server.perception.told {
      let perception = server.perception.perception
      players.append(Task { await devices.speak(into: perception, after: told) })
    }
    let learner = Task { await ModelSchedule(folder: folder).run() }
    let anchors = try settings.anchors.map { path in
      AnchorSchedule(engine: folder.engine, key: try folder.anchorKey(), path: path)
    }
    let copying = settings.keyCopies.map { path in
      Task { await KeyCopies(keys: folder.keys, path: path).run() }
    }
    let anchoring = anchors.map { schedule in Task { await schedule.run() } }
    await termination.wait()
    learner.cancel()
    copying?.cancel()
    Output.say("stopping: finishing what was accepted …")
    for player in players { player.cancel() }
    await server.stop()
    anchoring?.cancel()
    await anchoring?.value
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
  private let watch: Task<Void, Never>
  private let warnings: Task<Void, Never>
  private let grades: Task<Void, Never>
  private let supervision: Task<Void, Never>
  private let notices: Task<Void, Never>
  private let retention: Task<Void, Never>
  /// Observations in, rules and alarms.
  let perception: PerceptionService

  var port: UInt16 { server.port }

  static func start(
    _ folder: DataFolder, settings: ServeSettings, demonstration: DemonstrationFile?,
    devices: DemonstrationDevices? = nil, rules: [Rule]? = nil
  ) async throws -> RunningServer {
    var web = WebSettings(pages: folder.home.pages)
    web.secureCookie = settings.secureCookie
    web.powersNeedFactor = settings.powersNeedFactor
    // Also without the show: the accounts are in the folder all the same.
    if !settings.demonstrationElsewhere {
      web.loopbackLogins = Set(DemonstrationFile.read(folder.path)?.logins.map(\.login) ?? [])
    }
    web.demonstration = demonstration.map {
      DemonstrationNotice(logins: $0.logins, password: $0.password)
    }
    web.anchors = try folder.anchorKey()
    web.signOn = try settings.identity.map { try OpenIDProvider($0, clock: folder.engine.time) }
    let sender = settings.notices.map { ChannelSender($0, time: folder.engine.time) }
    web.channels = sender?.channels ?? []
    let counts = ServerCounts()
    let perception = try await PerceptionService.start(
      engine: folder.engine, folder: ObservationFolder.path(folder), brokers: settings.brokers,
      rules: rules, devices: devices)
    let handler = WebHandler(
      engine: folder.engine, accounts: folder.accounts, files: folder.files, settings: web,
      perception: perception.perception, models: folder.models,
      pictures: settings.pictureHosts.isEmpty
        ? nil : HostFetcher(settings: HostFetcher.Settings(hosts: settings.pictureHosts)),
      registers: RegisterFiles(folder: folder.path), derived: folder.derived,
      metrics: { counts.prometheus + perception.prometheus })
    var http = HTTPSettings(address: settings.address, port: settings.port)
    http.limits = settings.limits
    http.threads = 2
    http.startsHandlersInline = true
    http.trustsForwardedFor = settings.behindProxy
    http.limits.bodyBytesMax = folder.fileBytesMax
    let server: HTTPServer
    do throws(HTTPServerFault) {
      server = try HTTPServer(settings: http, handler: handler)
    } catch {
      await perception.stop()
      throw WorkFault(message: "cannot listen on \(settings.address):\(settings.port): \(error)")
    }
    counts.watch(server)
    let follower = Task { await handler.followJournal() }
    let watch = Task { await ClockWatch(engine: folder.engine).run() }
    let warnings = Task { await handler.watchWarnings() }
    let grades = Task.detached(priority: .background) {
      await GradeDesk(engine: folder.engine).run()
    }
    let supervision = Task { await SupervisionWatch(engine: folder.engine).run() }
    let retention = Task.detached(priority: .background) {
      await RetentionWatch(desk: handler.retention).run()
    }
    let notices = Task { await NoticeService(engine: folder.engine, sending: sender).run() }
    // Nobody waits for it unless a report comes without a point.
    Task.detached(priority: .background) { await folder.engine.loadPlaces() }
    Task.detached(priority: .background) { await handler.readPast() }
    return RunningServer(
      server: server, handler: handler, follower: follower, watch: watch, warnings: warnings,
      grades: grades, supervision: supervision, notices: notices, retention: retention,
      perception: perception)
  }

  /// Finishes what was accepted, then ends.
  func stop() async {
    handler.closeFeeds()
    await server.stop()
    follower.cancel()
    watch.cancel()
    for task in [warnings, grades, supervision, notices, retention] { task.cancel() }
    for task in [watch, warnings, grades, supervision, notices, retention] { await task.value }
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
