import City
import Engine
import Fetching
import Glibc
import HTTPServing
import MQTTClient
import Pack
import PackReading
import Ports
import SignOn
import Telling
import Web

/// Everything that works on an open folder while a server runs: the handler and those who follow
/// the journal and the clock.
struct RunningWorld {
  let folder: DataFolder
  let handler: WebHandler
  /// Observations in, rules and alarms.
  let perception: PerceptionService
  /// Those that end before the folder closes.
  private let followers: [Task<Void, Never>]
  /// Those that nobody waits for.
  private var others: [Task<Void, Never>]

  static func start(
    _ folder: DataFolder, settings: ServeSettings, demonstration: DemonstrationFile?,
    devices: DemonstrationDevices?, rules: [Rule]?, counts: ServerCounts
  ) async throws -> RunningWorld {
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
    let packs = folder.home.packs
    web.packFindings = { PackReader.readAll(packsFolder: packs).findings }
    web.signOn = try settings.identity.map { try OpenIDProvider($0, clock: folder.engine.time) }
    let sender = settings.notices.map { ChannelSender($0, time: folder.engine.time) }
    web.channels = sender?.channels ?? []
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
    let engine = folder.engine
    let followers = [
      Task { await ClockWatch(engine: engine).run() }, Task { await handler.watchWarnings() },
      Task.detached(priority: .background) { await GradeDesk(engine: engine).run() },
      Task.detached(priority: .background) { await RetentionWatch(desk: handler.retention).run() },
      Task.detached(priority: .background) { await LedgerDesk(engine: engine).run() },
      Task.detached(priority: .background) { await PatrolDesk(engine: engine).run() },
      Task { await SupervisionWatch(engine: engine).run() },
      Task { await NoticeService(engine: engine, sending: sender).run() },
    ]
    return RunningWorld(
      folder: folder, handler: handler, perception: perception, followers: followers,
      others: [Task { await handler.followJournal() }])
  }

  /// Begins to read what only some questions need. Requests do not wait for it, so it comes after
  /// they are let in: it takes the processors for seconds.
  mutating func readAhead() {
    let (engine, handler) = (folder.engine, handler)
    others += [
      // Nobody waits for it unless a report comes without a point.
      Task.detached(priority: .background) { await engine.loadPlaces() },
      Task.detached(priority: .background) { await handler.readPast() },
    ]
  }

  /// Ends those who work by themselves; the handler must have no request any more.
  func stop() async {
    for task in others + followers { task.cancel() }
    for task in followers { await task.value }
    await perception.stop()
  }
}

/// What came of taking changed packs into force.
enum PackAnswer: Sendable {
  case inForce
  /// No pack differs from what is in force.
  case same
  /// What is wrong with the packs, as `pack check` says it.
  case refused([String])
  /// Numbers of open cases that need what would be gone.
  case needed([String])
  /// What failed; the packs are in force as they were.
  case failed(String)
}

/// The server with all that works beside it, from start to graceful stop.
actor RunningServer {
  private let server: HTTPServer
  private let gate: HandlerGate
  private let settings: ServeSettings
  private let demonstration: DemonstrationFile?
  private let devices: DemonstrationDevices?
  private let rules: [Rule]?
  private let counts: ServerCounts
  private var world: RunningWorld
  /// What runs beside a world for as long as it lasts, made anew with it.
  private let beside: @Sendable (DataFolder, RunningWorld) async throws -> [Task<Void, Never>]
  private var tasks: [Task<Void, Never>]

  nonisolated let port: UInt16

  /// - Parameter beside: starts what else works on the folder while the server runs.
  static func start(
    _ folder: DataFolder, settings: ServeSettings, demonstration: DemonstrationFile?,
    devices: DemonstrationDevices? = nil, rules: [Rule]? = nil,
    beside: @escaping @Sendable (DataFolder, RunningWorld) async throws -> [Task<Void, Never>] = {
      _, _ in []
    }
  ) async throws -> RunningServer {
    let counts = ServerCounts()
    let world = try await RunningWorld.start(
      folder, settings: settings, demonstration: demonstration, devices: devices, rules: rules,
      counts: counts)
    var http = HTTPSettings(address: settings.address, port: settings.port)
    http.limits = settings.limits
    http.threads = 2
    http.startsHandlersInline = true
    http.trustsForwardedFor = settings.behindProxy
    http.limits.bodyBytesMax = folder.fileBytesMax
    let gate = HandlerGate(world.handler)
    let server: HTTPServer
    do throws(HTTPServerFault) {
      server = try HTTPServer(settings: http, handler: gate)
    } catch {
      await world.stop()
      throw WorkFault(message: "cannot listen on \(settings.address):\(settings.port): \(error)")
    }
    counts.watch(server)
    return RunningServer(
      server: server, gate: gate, settings: settings, demonstration: demonstration,
      devices: devices, rules: rules, counts: counts, world: world, beside: beside,
      tasks: try await beside(folder, world))
  }

  private init(
    server: HTTPServer, gate: HandlerGate, settings: ServeSettings,
    demonstration: DemonstrationFile?, devices: DemonstrationDevices?, rules: [Rule]?,
    counts: ServerCounts, world: RunningWorld,
    beside: @escaping @Sendable (DataFolder, RunningWorld) async throws -> [Task<Void, Never>],
    tasks: [Task<Void, Never>]
  ) {
    self.server = server
    self.gate = gate
    self.settings = settings
    self.demonstration = demonstration
    self.devices = devices
    self.rules = rules
    self.counts = counts
    var world = world
    world.readAhead()
    self.world = world
    self.beside = beside
    self.tasks = tasks
    port = server.port
  }

  var perception: PerceptionService { world.perception }

  // MARK: Packs

  /// Takes the packs of the folder into force, all or none: between two requests, with every other
  /// worker ended, the folder is opened anew with them. Requests wait meanwhile; live feeds end and
  /// their readers come back.
  func reload() async -> PackAnswer {
    let folder = world.folder
    let now = folder.engine.catalogue
    let reading = PackReader.readAll(packsFolder: folder.home.packs)
    guard let next = reading.catalogue else {
      return .refused(reading.findings.filter { $0.severity == .error }.map(\.text))
    }
    guard next.packs.map(\.digest) != now.packs.map(\.digest) else { return .same }
    await gate.shut()
    do {
      let open = try await PackLifecycle.needing(folder.engine.store, from: now, to: next)
      guard open.isEmpty else {
        gate.open(world.handler)
        return .needed(open)
      }
    } catch {
      gate.open(world.handler)
      return .failed("\(error)")
    }
    await end()
    do {
      try await begin(next)
      return .inForce
    } catch {
      Output.say("the packs were not taken: \(error)")
      do {
        try await begin(now)
        return .failed("\(error)")
      } catch {
        // Without a folder there is nothing to serve; a start again says why.
        Output.say("the folder cannot be opened again: \(error)")
        exit(1)
      }
    }
  }

  /// Ends all that works on the folder; the gate is shut.
  private func end() async {
    world.handler.closeFeeds()
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    await world.stop()
  }

  private func begin(_ catalogue: Catalogue) async throws {
    let folder = try await world.folder.reopened(with: catalogue)
    world = try await RunningWorld.start(
      folder, settings: settings, demonstration: demonstration, devices: devices, rules: rules,
      counts: counts)
    tasks = try await beside(folder, world)
    gate.open(world.handler)
    world.readAhead()
  }

  /// Finishes what was accepted, then ends; the folder stays open.
  /// - Returns: the folder as it is open now.
  @discardableResult
  func stop() async -> DataFolder {
    world.handler.closeFeeds()
    for task in tasks { task.cancel() }
    await server.stop()
    for task in tasks { await task.value }
    await world.stop()
    return world.folder
  }
}
