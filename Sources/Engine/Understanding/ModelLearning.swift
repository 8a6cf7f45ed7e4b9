package import City
import Language
package import Ports

extension ModelDesk {
  /// What learning gave.
  package struct Outcome: Sendable {
    package let version: ModelVersion
    /// Whether it is in force now.
    package let isUsed: Bool
  }

  /// Learns a new version from closed cases and puts it in force if it is no worse than what is in
  /// use: both are asked about the newest cases, which neither was shown.
  ///
  /// Where no model is in use the catalogue's words are what it must reach (for items).
  /// - Parameters:
  ///   - anew: also where too few cases were closed since the last time; then nothing is compared.
  ///   - adopts: false = the version is only kept.
  package func train(
    _ subject: ModelSubject, anew: Bool = false, adopts: Bool = true, by actor: Actor,
    request: String
  ) async throws(ModelDeskFault) -> Outcome {
    let set = try await stored { () throws(StoreFault) in try await TrainingSet.load(engine) }
    let examples = set.labelled(subject)
    let rival = engine.understanding.inForce(subject)
    let heldOut = try heldOut(examples, since: anew ? nil : rival?.version.trainedAt)
    let trial = try await trial(
      subject, shown: examples.dropLast(heldOut).map(\.learned),
      asked: examples.suffix(heldOut).map(\.learned), rival: anew ? nil : rival)
    let model = try await learned(examples.map(\.learned))
    let bytes = ClassModelCoding.encode(model)
    let digest = engine.sealing.digest(of: bytes)
    do throws(ModelFault) {
      try await keeping.save(bytes, named: digest)
    } catch {
      throw .keeping(error)
    }
    let versions = try await stored { () throws(StoreFault) in try await engine.store.models() }
    let version = ModelVersion(
      id: engine.newID(), subject: subject,
      number: (versions.filter { $0.subject == subject }.map(\.number).max() ?? 0) + 1,
      digest: digest, examplesDigest: self.digest(of: examples), examples: model.examplesCount,
      classes: model.labels.count, bytes: bytes.count, trainedAt: engine.time.now, trial: trial)
    try await commit(
      "model.learned", [.model(version)], of: subject, by: actor, request: request)
    let isUsed = adopts && trial.isNoWorse
    if isUsed { try await use(version.number, for: subject, by: actor, request: request) }
    try await discardOld(versions + [version])
    return Outcome(version: version, isUsed: isUsed)
  }

  /// How many of the newest examples are held out.
  private func heldOut(
    _ examples: [(example: TrainingSet.Example, learned: ClassExample)], since: Instant?
  ) throws(ModelDeskFault) -> Int {
    let needed = ClassTraining.examplesMin + Self.heldOutMin
    guard examples.count >= needed else {
      throw .training(.tooFewExamples(have: examples.count, needed: needed))
    }
    let share = min(max(examples.count / Self.heldOutShare, Self.heldOutMin), Self.heldOutMax)
    guard let since else { return share }
    // Only what the one in use cannot have seen is fair: cases closed after it was learned.
    let new = examples.reversed().prefix { $0.example.closedAt > since }.count
    guard new >= Self.heldOutMin else {
      throw .nothingNew(have: new, needed: Self.heldOutMin)
    }
    return min(share, new)
  }

  /// Asks a model that learned from `shown` alone, and what is in use, about `asked`.
  private func trial(
    _ subject: ModelSubject, shown: [ClassExample], asked: [ClassExample],
    rival: Understanding.LiveModel?
  ) async throws(ModelDeskFault) -> ModelTrial {
    let model = try await learned(shown)
    let understanding = engine.understanding
    let counts = await work.map(1) { _ in
      var reader = ClassModel.Reader(model)
      var rivalReader = rival.map { ClassModel.Reader($0.model) }
      var (right, sure, sureRight, rivalRight) = (0, 0, 0, 0)
      for example in asked {
        let best = reader.predict(title: example.title, text: example.text).best
        let isRight = best.label == example.label
        right += isRight ? 1 : 0
        if best.confidence >= model.sureLine {
          sure += 1
          sureRight += isRight ? 1 : 0
        }
        let other =
          rivalReader?.predict(title: example.title, text: example.text).best.label
          ?? understanding.wordLabel(subject, title: example.title, text: example.text)
        rivalRight += other == example.label ? 1 : 0
      }
      return ModelTrial(
        cases: asked.count, right: right, sure: sure, sureRight: sureRight,
        rivalRight: rival == nil && subject == .unit ? nil : rivalRight)
    }
    return counts[0]
  }

  private func learned(_ examples: [ClassExample]) async throws(ModelDeskFault) -> ClassModel {
    let read = await work.map(1) { _ in
      Result { () throws(ClassTrainingFault) in try ClassTraining(examples) }
    }
    do throws(ClassTrainingFault) {
      let training = try read[0].get()
      let parts = await work.map(ClassTraining.partsCount) { training.part($0) }
      return await work.map(1) { _ in training.model(from: parts) }[0]
    } catch {
      throw .training(error)
    }
  }

  private func digest(
    of examples: [(example: TrainingSet.Example, learned: ClassExample)]
  ) -> Digest {
    var bytes: [UInt8] = []
    for (example, learned) in examples {
      bytes += Array("\(example.case.rawValue) \(learned.label)\n".utf8)
    }
    return engine.sealing.digest(of: bytes)
  }

  private func discardOld(_ versions: [ModelVersion]) async throws(ModelDeskFault) {
    let uses = try await stored { () throws(StoreFault) in try await engine.store.modelUses() }
    var kept: Set<Digest> = []
    for subject in ModelSubject.allCases {
      let own = versions.filter { $0.subject == subject }
      kept.formUnion(own.suffix(Self.versionsKept).map(\.digest))
      let use = Self.use(subject, uses)
      let inUse = [use.inForce, use.before, use.shadow]
      kept.formUnion(own.filter { inUse.contains($0.number) }.map(\.digest))
    }
    do throws(ModelFault) {
      try await keeping.discard(except: kept)
    } catch {
      throw .keeping(error)
    }
  }
}
