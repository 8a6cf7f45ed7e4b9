import City
import Engine
import Exchanging
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
  private let sender: ChannelSender?
  private let exchange: TicketExchange?
  private let exchanges: ExchangeDesk?
  /// Those that end before another world begins.
  private var followers: [Task<Void, Never>] = []
  /// Those that nobody waits for.
  private var others: [Task<Void, Never>] = []
  /// Tells live feeds, from the first beginning until they are closed.
  private var feeding: Task<Void, Never>?

  /// What answers requests; it follows nothing until it begins.
  init(
    _ folder: DataFolder, _ perception: PerceptionService, settings: ServeSettings,
    demonstration: DemonstrationFile?, counts: ServerCounts
  ) throws {
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
    let exchange = try settings.exchanges.map { try ExchangeFile.open($0, folder, sender) }
    let exchanges = exchange.map { ExchangeDesk(engine: folder.engine, exchanging: $0) }
    web.exchanges = exchanges
    handler = WebHandler(
      engine: folder.engine, accounts: folder.accounts, files: folder.files, settings: web,
      perception: perception.perception, models: folder.models,
      pictures: settings.pictureHosts.isEmpty
        ? nil : HostFetcher(settings: HostFetcher.Settings(hosts: settings.pictureHosts)),
      registers: RegisterFiles(folder: folder.path), derived: folder.derived,
      metrics: {
        counts.prometheus + perception.prometheus + (exchanges?.prometheus ?? [])
      })
    self.folder = folder
    self.perception = perception
    self.sender = sender
    self.exchange = exchange
    self.exchanges = exchanges
  }

  /// Begins to follow the journal and the clock.
  mutating func begin() {
    let (engine, handler, sender) = (folder.engine, handler, sender)
    let (exchange, exchanges) = (exchange, exchanges)
    let heard = perception.perception
    let machine = MachineSteps(engine: engine) { heard.lastSeen($0) }
    followers = [
      Task { await ClockWatch(engine: engine).run() }, Task { await handler.watchWarnings() },
      Task.detached(priority: .background) { await GradeDesk(engine: engine).run() },
      Task.detached(priority: .background) { await RetentionWatch(desk: handler.retention).run() },
      Task.detached(priority: .background) { await LedgerDesk(engine: engine).run() },
      Task.detached(priority: .background) { await PatrolDesk(engine: engine).run() },
      Task { await SupervisionWatch(engine: engine).run() },
      Task { await machine.run() }, Task { await ShiftWatch(engine: engine).run() },
      Task {
        await NoticeService(engine: engine, sending: sender, exchanging: exchange).run()
      },
      Task { if let exchanges { await exchanges.run() } },
    ]
    others = []
    feeding = feeding ?? Task { await handler.followJournal() }
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

  /// Reads the same before requests come, because another world answers them meanwhile.
  func warm() async {
    await folder.engine.loadPlaces()
    await handler.readPast()
  }

  /// Takes in what others committed since an entry, before requests come or go on.
  /// - Returns: the last entry that was taken in.
  func catchUp(after sequence: Int64) async throws -> Int64 {
    let (last, overtaken) = try await folder.engine.catchUp(after: sequence)
    if overtaken.models { _ = try await folder.models.restore() }
    if overtaken.devices { try await perception.perception.reload() }
    return last
  }

  /// Ends those who work by themselves. Requests are answered all the same.
  func end() async {
    for task in others + followers { task.cancel() }
    for task in followers { await task.value }
    await perception.end()
  }

  /// Ends all; the handler must have no request any more.
  func stop() async {
    await end()
    feeding?.cancel()
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
    let perception = try await PerceptionService.start(
      engine: folder.engine, folder: ObservationFolder.path(folder), brokers: settings.brokers,
      rules: rules, devices: devices)
    var world = try RunningWorld(
      folder, perception, settings: settings, demonstration: demonstration, counts: counts)
    world.begin()
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
      rules: rules, counts: counts, world: world, beside: beside,
      tasks: try await beside(folder, world))
  }

  private init(
    server: HTTPServer, gate: HandlerGate, settings: ServeSettings,
    demonstration: DemonstrationFile?, rules: [Rule]?, counts: ServerCounts, world: RunningWorld,
    beside: @escaping @Sendable (DataFolder, RunningWorld) async throws -> [Task<Void, Never>],
    tasks: [Task<Void, Never>]
  ) {
    self.server = server
    self.gate = gate
    self.settings = settings
    self.demonstration = demonstration
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

  /// Takes the packs of the folder into force, all or none.
  ///
  /// All that takes time is done while requests are answered with the packs of before: reading and
  /// checking, a second engine over the same store, its rules, words, models and numbers. Requests
  /// wait only while those that are in have their answers, what was committed meanwhile is taken in,
  /// and the journal is told. Live feeds end after that and their readers come back.
  func reload() async -> PackAnswer {
    let folder = world.folder
    let now = folder.engine.catalogue
    let packs = folder.home.packs
    // On a thread of its own: others want to go on meanwhile.
    let read = await ThreadedWork().map(1) { _ in PackReader.readAll(packsFolder: packs) }.first
    guard let reading = read else { return .failed("the packs were not read") }
    guard let next = reading.catalogue else {
      return .refused(reading.findings.filter { $0.severity == .error }.map(\.text))
    }
    guard next.packs.map(\.digest) != now.packs.map(\.digest) else { return .same }
    do {
      let store = folder.engine.store
      let looked = try await store.lastSequence()
      let open = try await PackLifecycle.needing(store, from: now, to: next)
      guard open.isEmpty else { return .needed(open) }
      let successor = try await prepare(next)
      return try await exchange(successor, looked)
    } catch {
      Output.say("the packs were not taken: \(error)")
      return .failed("\(error)")
    }
  }

  /// A world with other packs and the entry of the journal up to which it knows everything. It
  /// follows and writes nothing.
  private func prepare(_ catalogue: Catalogue) async throws -> (world: RunningWorld, last: Int64) {
    let last = try await world.folder.engine.store.lastSequence()
    let folder = try await world.folder.succeeded(by: catalogue)
    let next = try RunningWorld(
      folder, try await world.perception.succeeded(by: folder.engine, rules: rules),
      settings: settings, demonstration: demonstration, counts: counts)
    await next.warm()
    return (next, try await next.catchUp(after: last))
  }

  /// Lets requests go over to another world, unless a case that came meanwhile needs what goes.
  /// - Parameter looked: the entry up to which all cases were looked at.
  private func exchange(
    _ next: (world: RunningWorld, last: Int64), _ looked: Int64
  ) async throws -> PackAnswer {
    let before = world
    await rest()
    await gate.shut()
    let isNew: Bool
    do {
      let open = try await PackLifecycle.needing(
        before.folder.engine.store, from: before.folder.engine.catalogue,
        to: next.world.folder.engine.catalogue, since: looked)
      isNew = open.isEmpty ? try await takeOver(next) : false
      gate.open(open.isEmpty ? next.world.handler : before.handler)
      guard open.isEmpty else {
        await work()
        return .needed(open)
      }
    } catch {
      gate.open(before.handler)
      await work()
      throw error
    }
    world = next.world
    before.handler.closeFeeds()
    await world.folder.renewSearch()
    await work()
    if isNew { try await DataFolder.moveDeadlines(world.folder.engine) }
    return .inForce
  }

  /// Brings a world up to now and tells the journal of its packs; no request is on its way.
  /// - Returns: whether the journal did not know them.
  private func takeOver(_ next: (world: RunningWorld, last: Int64)) async throws -> Bool {
    _ = try await next.world.catchUp(after: next.last)
    next.world.perception.perception.goOn(from: world.perception.perception)
    return try await DataFolder.recordPacks(next.world.folder.engine)
  }

  /// Ends all that works by itself; requests are answered.
  private func rest() async {
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    tasks = []
    await world.end()
  }

  /// Begins it again, in the world that is in force. A store that does not answer is asked again
  /// by each; what could not begin is told.
  private func work() async {
    do {
      try await world.perception.begin()
      world.begin()
      tasks = try await beside(world.folder, world)
    } catch {
      Output.say("not all that works beside the requests could begin: \(error); start again")
    }
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
