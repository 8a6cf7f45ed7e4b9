import City
import Demonstration
import Engine
import Glibc
import Web

/// `civicloop serve`: the server.
enum ServeCommand {
  static let command = Command(
    name: "serve", summary: "the server",
    usage:
      "serve [--listen HOST:PORT] [--config F] [--brokers F] [--identity F] [--notices F] "
      + "[--exchanges F] [--data DIR] [--role all] [--no-demo]",
    example: "civicloop serve --listen 127.0.0.1:8080 --data ./data",
    options: ["listen", "config", "role", "brokers", "identity", "notices", "exchanges"],
    flags: ["no-demo", "secure-cookie", "behind-proxy"]
  ) { arguments in try await run(arguments) }

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let settings = try ServeSettings(arguments)
    let (address, port) = (settings.address, settings.port)
    let termination = Termination()
    let hangUps = HangUps.watch()
    let folder = try await DataFolder.open(
      arguments.data, note: "\(address):\(port)", clock: SystemClock())
    let demonstration = settings.demonstration ? DemonstrationFile.read(folder.path) : nil
    let plan = demonstration.map(DemonstrationMaker.plan)
    let devices = plan.map {
      DemonstrationDevices(plan: $0, offsetMinutes: folder.engine.settings.offsetMinutes)
    }
    let server = try await RunningServer.start(
      folder, settings: settings, demonstration: demonstration, devices: devices
    ) { folder, world in
      try await beside(folder, world, plan, devices, settings)
    }
    announce(server.port, address, demonstration)
    folder.warnOfCalendar()
    let path = folder.path
    let reloading = Task { for await _ in hangUps { await PackTelling.answer(server, path) } }
    await termination.wait()
    reloading.cancel()
    await reloading.value
    Output.say("stopping: finishing what was accepted …")
    await server.stop().close()
    return 0
  }

  /// What works on a folder beside the server: the demonstration's people and devices, nightly
  /// learning, anchors of the journal.
  private static func beside(
    _ folder: DataFolder, _ world: RunningWorld, _ plan: DemonstrationPlan?,
    _ devices: DemonstrationDevices?, _ settings: ServeSettings
  ) async throws -> [Task<Void, Never>] {
    let nightly = ModelSchedule(desk: folder.models, told: { say($0, $1) })
    var tasks = [Task { await nightly.run() }]
    if let plan {
      let play = try await DemonstrationPlay(folder: folder, plan: plan)
      tasks.append(Task { await play.run() })
    }
    if let devices, let told = world.perception.told {
      let perception = world.perception.perception
      tasks.append(Task { await devices.speak(into: perception, after: told) })
    }
    if let path = settings.anchors {
      let schedule = AnchorSchedule(
        engine: folder.engine, key: try folder.anchorKey(), path: path)
      tasks.append(Task { await schedule.run() })
    }
    if let path = settings.keyCopies {
      tasks.append(Task { await KeyCopies(keys: folder.keys, path: path).run() })
    }
    return tasks
  }

  private static func say(
    _ subject: ModelSubject, _ learned: Result<ModelDesk.Outcome, ModelDeskFault>
  ) {
    switch learned {
    case .success(let outcome):
      Output.say(
        "model \(subject.rawValue) \(outcome.version.number) learned"
          + (outcome.isUsed ? ", in use" : ", kept: the one in use is better"))
    case .failure(let fault):
      Output.say("model \(subject.rawValue) not learned: \(fault.told)")
    }
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
    for line in demonstration.loginLines { Output.say("  " + line) }
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
