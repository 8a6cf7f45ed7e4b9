package import City
import Dispatching
package import Language
package import Ports

/// Why a model was not learned or not used.
package enum ModelDeskFault: Error, Equatable {
  /// The examples teach nothing; says what is missing.
  case training(ClassTrainingFault)
  /// Too few cases were closed since the one in use was learned to compare the two.
  case nothingNew(have: Int, needed: Int)
  case unknownVersion(ModelSubject, Int)
  /// Nothing was in use before.
  case nothingBefore(ModelSubject)
  /// The model's file is gone; learn anew.
  case fileMissing(ModelSubject, Int)
  case damaged(ClassModelCoding.Fault)
  case keeping(ModelFault)
  case store(StoreFault)

  /// Clients switch on this. Once released it never changes.
  package var code: String {
    switch self {
    case .training(let fault): fault.code
    case .nothingNew: "training.nothing_new"
    case .unknownVersion: "model.unknown_version_number"
    case .nothingBefore: "model.nothing_before"
    case .fileMissing: "model.file_missing"
    case .damaged(let fault): fault.code
    case .keeping(let fault): fault.code
    case .store(let fault): fault.code
    }
  }

  /// What is missing, in numbers.
  package var message: String {
    switch self {
    case .training(let fault): fault.message
    case .nothingNew(let have, let needed):
      "\(have) cases closed since the model in use was learned, \(needed) needed"
    case .unknownVersion(let subject, let number): "no version \(number) of \(subject.rawValue)"
    case .nothingBefore(let subject): "nothing was in use for \(subject.rawValue) before"
    case .fileMissing(let subject, let number):
      "the file of version \(number) of \(subject.rawValue) is gone"
    case .damaged(let fault): fault.code
    case .keeping(let fault): "\(fault)"
    case .store(let fault): fault.code
    }
  }
}

/// Learns models from closed cases, keeps their versions, and says which one works.
package struct ModelDesk: Sendable {
  /// Newest cases that a new model is not shown, at least and at most.
  package static let heldOutMin = 30
  package static let heldOutMax = 2_000
  /// Of the examples so many at most are held out: one in …
  static let heldOutShare = 10
  /// Versions whose files are kept for each subject, besides those in use.
  static let versionsKept = 8

  let engine: Engine
  let keeping: any ModelKeeping
  let work: any HeavyWork

  package init(engine: Engine, keeping: any ModelKeeping, work: any HeavyWork) {
    self.engine = engine
    self.keeping = keeping
    self.work = work
  }

  /// Puts in force what the journal says. A model whose file is gone or damaged is passed over:
  /// everything works without it.
  /// - Returns: what was passed over, and why.
  package func restore() async throws(StoreFault) -> [ModelDeskFault] {
    let versions = try await engine.store.models()
    var faults: [ModelDeskFault] = []
    for use in try await engine.store.modelUses() {
      for (number, isShadow) in [(use.inForce, false), (use.shadow, true)] {
        guard let number else { continue }
        do throws(ModelDeskFault) {
          put(try await live(use.subject, number, versions), use.subject, isShadow: isShadow)
        } catch {
          faults.append(error)
        }
      }
    }
    return faults
  }

  /// A subject's versions, the newest first, with what is in use.
  package struct Standing: Sendable {
    package let use: ModelUse
    package let versions: [ModelVersion]
  }

  /// How every subject stands.
  package func standings() async throws(StoreFault) -> [Standing] {
    let versions = try await engine.store.models()
    let uses = try await engine.store.modelUses()
    return ModelSubject.allCases.map { subject in
      Standing(
        use: Self.use(subject, uses), versions: versions.filter { $0.subject == subject }.reversed()
      )
    }
  }

  /// How versions that were asked along did on cases that are closed by now.
  package func trials() async throws(StoreFault) -> [Int: ShadowTrial.Figures] {
    try await ShadowTrial(engine: engine).figures()
  }

  /// Puts a version in force, or none.
  package func use(
    _ number: Int?, for subject: ModelSubject, by actor: Actor, request: String
  ) async throws(ModelDeskFault) {
    let uses = try await stored { () throws(StoreFault) in try await engine.store.modelUses() }
    let now = Self.use(subject, uses)
    let model = try await live(subject, number)
    try await record(
      ModelUse(
        subject: subject, inForce: number, before: now.inForce ?? now.before, shadow: now.shadow),
      by: actor, request: request)
    put(model, subject, isShadow: false)
  }

  /// Puts in force what was in force before.
  package func back(
    _ subject: ModelSubject, by actor: Actor, request: String
  ) async throws(ModelDeskFault) -> Int {
    let uses = try await stored { () throws(StoreFault) in try await engine.store.modelUses() }
    guard let number = Self.use(subject, uses).before else { throw .nothingBefore(subject) }
    try await use(number, for: subject, by: actor, request: request)
    return number
  }

  /// Asks a version along that never acts, or none.
  package func shadow(
    _ number: Int?, for subject: ModelSubject, by actor: Actor, request: String
  ) async throws(ModelDeskFault) {
    let uses = try await stored { () throws(StoreFault) in try await engine.store.modelUses() }
    let now = Self.use(subject, uses)
    let model = try await live(subject, number)
    try await record(
      ModelUse(subject: subject, inForce: now.inForce, before: now.before, shadow: number),
      by: actor, request: request)
    put(model, subject, isShadow: true)
  }

  /// Reads one version, for a trial elsewhere.
  package func load(
    _ number: Int, of subject: ModelSubject
  ) async throws(ModelDeskFault) -> Understanding.LiveModel? {
    try await live(subject, number)
  }

  private func put(_ model: Understanding.LiveModel?, _ subject: ModelSubject, isShadow: Bool) {
    if isShadow {
      engine.understanding.shadow(model, for: subject)
    } else {
      engine.understanding.put(model, for: subject)
    }
  }

  static func use(_ subject: ModelSubject, _ uses: [ModelUse]) -> ModelUse {
    uses.first { $0.subject == subject }
      ?? ModelUse(subject: subject, inForce: nil, before: nil, shadow: nil)
  }

  private func record(
    _ use: ModelUse, by actor: Actor, request: String
  ) async throws(ModelDeskFault) {
    try await commit("model.used", [.modelUse(use)], of: use.subject, by: actor, request: request)
  }

  func commit(
    _ kind: String, _ facts: [Fact], of subject: ModelSubject, by actor: Actor, request: String
  ) async throws(ModelDeskFault) {
    let number = ModelSubject.allCases.firstIndex(of: subject) ?? 0
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "model", id: Int64(number)), request: request,
          conditions: [], facts: facts))
    }
  }

  private func live(
    _ subject: ModelSubject, _ number: Int?
  ) async throws(ModelDeskFault) -> Understanding.LiveModel? {
    guard let number else { return nil }
    let versions = try await stored { () throws(StoreFault) in try await engine.store.models() }
    return try await live(subject, number, versions)
  }

  /// Reads a model from its file.
  func live(
    _ subject: ModelSubject, _ number: Int, _ versions: [ModelVersion]
  ) async throws(ModelDeskFault) -> Understanding.LiveModel {
    guard let version = versions.first(where: { $0.subject == subject && $0.number == number })
    else { throw .unknownVersion(subject, number) }
    let bytes: [UInt8]?
    do throws(ModelFault) {
      bytes = try await keeping.load(version.digest)
    } catch {
      throw .keeping(error)
    }
    guard let bytes, engine.sealing.digest(of: bytes) == version.digest else {
      throw .fileMissing(subject, number)
    }
    do throws(ClassModelCoding.Fault) {
      return Understanding.LiveModel(
        version: version, model: try ClassModelCoding.decode(bytes))
    } catch {
      throw .damaged(error)
    }
  }

  func stored<Value>(
    _ body: () async throws(StoreFault) -> Value
  ) async throws(ModelDeskFault) -> Value {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}
