import City
import Engine
import JSONText
import Ports
import Web

/// `civicloop model …`: what the machine learned from closed cases, and which of it works.
enum ModelCommands {
  static let commands = [
    Command(
      name: "model list", summary: "learned models, which of them work, and how trials went",
      usage: "model list [--data DIR]", example: "civicloop model list --data ./data"
    ) { arguments in
      try await run(arguments) { desk, _ in
        let standings = try await desk.standings()
        let trials = try await desk.trials()
        Output.result { writer in
          writer.name("models")
          writer.beginArray()
          for standing in standings { write(standing, trials, to: &writer) }
          writer.endArray()
        }
      }
    },
    Command(
      name: "model train",
      summary: "learns from closed cases; used if no worse than the one in use",
      usage: "model train [item|theme|unit|all] [--anew] [--keep-only] [--data DIR]",
      example: "civicloop model train item --data ./data", flags: ["anew", "keep-only"]
    ) { arguments in try await run(arguments, train) },
    Command(
      name: "model use", summary: "uses a version, or none",
      usage: "model use NUMBER|none [item|theme|unit] [--data DIR]",
      example: "civicloop model use none --data ./data"
    ) { arguments in
      try await run(arguments) { desk, arguments in
        let (number, subject) = try version(arguments)
        try await desk.use(number, for: subject, by: .local("model use"), request: "")
        said(number, subject)
      }
    },
    Command(
      name: "model shadow", summary: "asks a version along that never acts, or none",
      usage: "model shadow NUMBER|none [item|theme|unit] [--data DIR]",
      example: "civicloop model shadow 3 --data ./data"
    ) { arguments in
      try await run(arguments) { desk, arguments in
        let (number, subject) = try version(arguments)
        try await desk.shadow(number, for: subject, by: .local("model shadow"), request: "")
        said(number, subject)
      }
    },
    Command(
      name: "model back", summary: "uses what was used before",
      usage: "model back [item|theme|unit] [--data DIR]",
      example: "civicloop model back --data ./data"
    ) { arguments in
      try await run(arguments) { desk, arguments in
        guard arguments.positional.count <= 1 else { throw UsageFault(message: "too many words") }
        let subject = try subject(arguments.positional.first)
        let number = try await desk.back(subject, by: .local("model back"), request: "")
        said(number, subject)
      }
    },
  ]

  private static func run(
    _ arguments: Arguments, _ body: (ModelDesk, Arguments) async throws -> Void
  ) async throws -> Int32 {
    let folder = try await DataFolder.open(arguments.data, note: "model", clock: SystemClock())
    do {
      try await body(folder.models, arguments)
      await folder.close()
      return 0
    } catch {
      await folder.close()
      if let fault = error as? ModelDeskFault { throw WorkFault(message: fault.told) }
      throw error
    }
  }

  private static func train(_ desk: ModelDesk, _ arguments: Arguments) async throws {
    guard arguments.positional.count <= 1 else { throw UsageFault(message: "too many words") }
    let word = arguments.positional.first
    let subjects = word == "all" ? ModelSubject.allCases : [try subject(word)]
    let watch = Stopwatch()
    var outcomes: [(ModelSubject, Result<ModelDesk.Outcome, ModelDeskFault>)] = []
    for subject in subjects {
      do throws(ModelDeskFault) {
        let outcome = try await desk.train(
          subject, anew: arguments.has("anew"), adopts: !arguments.has("keep-only"),
          by: .local("model train"), request: "")
        outcomes.append((subject, .success(outcome)))
      } catch {
        guard subjects.count > 1 else { throw error }
        outcomes.append((subject, .failure(error)))
      }
    }
    Output.result { writer in
      writer.member("seconds", watch.seconds)
      writer.name("models")
      writer.beginArray()
      for (subject, outcome) in outcomes {
        writer.beginObject()
        writer.member("subject", subject.rawValue)
        switch outcome {
        case .success(let outcome):
          writer.member("used", outcome.isUsed)
          members(outcome.version, to: &writer)
        case .failure(let fault):
          writer.member("used", false)
          writer.member("refused", fault.code)
          writer.member("missing", fault.message)
        }
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func subject(_ word: String?) throws -> ModelSubject {
    guard let subject = ModelSubject(rawValue: word ?? ModelSubject.item.rawValue) else {
      throw UsageFault(message: "the subject is one of item, theme, unit")
    }
    return subject
  }

  private static func version(_ arguments: Arguments) throws -> (Int?, ModelSubject) {
    guard let word = arguments.positional.first, arguments.positional.count <= 2 else {
      throw UsageFault(message: "expected: NUMBER|none [item|theme|unit]")
    }
    let subject = try subject(arguments.positional.dropFirst().first)
    if word == "none" { return (nil, subject) }
    guard let number = Int(word), number > 0 else {
      throw UsageFault(message: "expected the number of a version, or none")
    }
    return (number, subject)
  }

  private static func said(_ number: Int?, _ subject: ModelSubject) {
    Output.result { writer in
      writer.member("subject", subject.rawValue)
      writer.member("number", number.map { JSON.integer(Int64($0)) } ?? JSON.null)
    }
  }

  private static func write(
    _ standing: ModelDesk.Standing, _ trials: [Int: ShadowTrial.Figures],
    to writer: inout JSONWriter
  ) {
    let use = standing.use
    writer.beginObject()
    writer.member("subject", use.subject.rawValue)
    writer.member("inForce", use.inForce.map { JSON.integer(Int64($0)) } ?? JSON.null)
    writer.member("before", use.before)
    writer.member("shadow", use.shadow)
    writer.name("versions")
    writer.beginArray()
    for version in standing.versions {
      writer.beginObject()
      members(version, to: &writer)
      if use.subject == .item, let figures = trials[version.number] {
        writer.object("shadowTrial") { writer in
          writer.member("cases", figures.cases)
          writer.member("right", figures.right)
          writer.member("sure", figures.sure)
          writer.member("sureRight", figures.sureRight)
        }
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  private static func members(_ version: ModelVersion, to writer: inout JSONWriter) {
    writer.member("number", version.number)
    writer.member("trainedAt", TimeText.write(version.trainedAt))
    writer.member("examples", version.examples)
    writer.member("classes", version.classes)
    writer.member("bytes", version.bytes)
    writer.member("heldOut", version.trial.cases)
    writer.member("right", version.trial.right)
    writer.member("sure", version.trial.sure)
    writer.member("sureRight", version.trial.sureRight)
    writer.member("rivalRight", version.trial.rivalRight)
  }
}

extension ModelDeskFault {
  /// For the terminal: the code and what is missing.
  var told: String { "\(code): \(message)" }
}
