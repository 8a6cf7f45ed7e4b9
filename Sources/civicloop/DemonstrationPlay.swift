import City
import Demonstration
import Engine
import Handling
import Pack
import Ports

/// Keeps the demonstration moving while the server is up: new signals come, staff take steps.
struct DemonstrationPlay: Sendable {
  /// Open cases looked at in one round.
  static let casesMax = 40
  /// A person who tries the pages is not raced: cases younger than this are left alone.
  static let patienceMilliseconds: Int64 = 20_000

  private let engine: Engine
  private let script: DemonstrationScript
  private let player: DemonstrationPlayer
  private let devices: Set<ID<Thing>>

  /// - Parameter plan: that of the folder's demonstration file.
  init(folder: DataFolder, plan: DemonstrationPlan) async throws {
    guard let core = folder.engine.catalogue.packs.first(where: { $0.id == "core" }) else {
      throw WorkFault(message: "the demonstration needs the pack core")
    }
    engine = folder.engine
    devices = Set(plan.devices.map(\.thing.id))
    script = DemonstrationScript(plan: plan, pack: core)
    player = DemonstrationPlayer(
      engine: folder.engine, picture: try await DemonstrationPicture.store(in: folder))
  }

  /// Runs until cancelled.
  func run() async {
    var stream = script.stream(seed: UInt64(engine.time.now.milliseconds))
    while !Task.isCancelled {
      let next = stream.next(at: engine.time.now)
      // A signal that the engine refuses is a mistake of the script; the show goes on.
      _ = try? await player.send(next.signal, at: nil)
      await moveCases()
      try? await Task.sleep(for: .milliseconds(next.delayMilliseconds))
    }
  }

  /// Takes the steps whose time has come, on cases that the demonstration itself filed.
  private func moveCases() async {
    var query = CaseQuery(scope: .everything, page: PageRequest(limit: Self.casesMax, before: nil))
    query.open = true
    guard let page = try? await engine.store.cases(query) else { return }
    let now = engine.time.now
    for found in page.elements {
      guard let step = script.nextStep(for: found),
        now.millisecondsSince(found.state.since)
          >= max(step.afterMilliseconds, Self.patienceMilliseconds),
        await isOurs(found)
      else { continue }
      _ = try? await player.take(step, on: found.id, at: nil)
    }
  }

  /// Whether the case came from the demonstration, and not from somebody who tries the pages.
  private func isOurs(_ found: Case) async -> Bool {
    guard let signals = try? await engine.store.signals(of: found.filing.event, limit: 1) else {
      return false
    }
    guard let signal = signals.first else { return false }
    return signal.externalID.hasPrefix(Self.prefix)
      || (signal.channel == .device && signal.thing.map(devices.contains) ?? false)
  }

  private static let prefix = "DEMO-"
}
