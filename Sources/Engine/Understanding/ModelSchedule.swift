package import City
import Ports

/// Learns anew every night, while a server runs.
package struct ModelSchedule: Sendable {
  /// Waits for so many milliseconds; throws where the server ends before.
  package typealias Pause = @Sendable (_ milliseconds: Int64) async throws -> Void
  /// Says what came of one subject. What is missing is no fault: there is nothing to learn yet.
  package typealias Told =
    @Sendable (ModelSubject, Result<ModelDesk.Outcome, ModelDeskFault>) async -> Void

  /// The hour of the city's day at which it learns: few people work then.
  static let hour: Int64 = 3

  let desk: ModelDesk
  let pause: Pause
  let told: Told

  package init(
    desk: ModelDesk,
    pause: @escaping Pause = { try await Task.sleep(for: .milliseconds($0)) },
    told: @escaping Told
  ) {
    self.desk = desk
    self.pause = pause
    self.told = told
  }

  /// Runs until it is cancelled.
  package func run() async {
    while !Task.isCancelled {
      let engine = desk.engine
      do {
        try await pause(Self.wait(engine.time.now, offsetMinutes: engine.settings.offsetMinutes))
      } catch {
        return
      }
      for subject in ModelSubject.allCases where !Task.isCancelled {
        await told(subject, await learn(subject))
      }
    }
  }

  /// Milliseconds until the next hour of learning, more than none.
  static func wait(_ now: Instant, offsetMinutes: Int) -> Int64 {
    let local = now.milliseconds + Int64(offsetMinutes) * Duration.minute
    let passed = (local % Duration.day + Duration.day) % Duration.day
    let wait = hour * Duration.hour - passed
    return wait > 0 ? wait : wait + Duration.day
  }

  private func learn(
    _ subject: ModelSubject
  ) async -> Result<ModelDesk.Outcome, ModelDeskFault> {
    do throws(ModelDeskFault) {
      return .success(try await desk.train(subject, by: .engine("models"), request: ""))
    } catch {
      return .failure(error)
    }
  }
}
