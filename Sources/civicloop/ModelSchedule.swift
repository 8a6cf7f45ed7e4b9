import City
import Engine
import Ports

/// Learns anew every night, while the server runs.
struct ModelSchedule {
  /// The hour of the city's day at which it learns: few people work then.
  static let hour: Int64 = 3

  let folder: DataFolder

  /// Runs until it is cancelled.
  func run() async {
    while !Task.isCancelled {
      let now = folder.engine.time.now
      do {
        try await Task.sleep(for: .milliseconds(Self.wait(now, folder.engine.settings)))
      } catch {
        return
      }
      await learn()
    }
  }

  /// Milliseconds until the next hour of learning.
  static func wait(_ now: Instant, _ settings: EngineSettings) -> Int64 {
    let local = now.milliseconds + Int64(settings.offsetMinutes) * Duration.minute
    let passed = (local % Duration.day + Duration.day) % Duration.day
    let wait = Self.hour * Duration.hour - passed
    return wait > 0 ? wait : wait + Duration.day
  }

  /// What is missing is no fault: there is nothing to learn yet.
  private func learn() async {
    for subject in ModelSubject.allCases where !Task.isCancelled {
      do throws(ModelDeskFault) {
        let outcome = try await folder.models.train(
          subject, by: .engine("models"), request: "")
        Output.say(
          "model \(subject.rawValue) \(outcome.version.number) learned"
            + (outcome.isUsed ? ", in use" : ", kept: the one in use is better"))
      } catch {
        Output.say("model \(subject.rawValue) not learned: \(error.told)")
      }
    }
  }
}
