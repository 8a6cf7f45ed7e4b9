package import City
package import Pack
package import Ports

/// Why data did not come to its end.
package enum RetentionFault: Error, Equatable {
  case sealing(SealingFault)
  case store(StoreFault)
  case file(FileFault)

  package var code: String {
    switch self {
    case .sealing(let fault): fault.code
    case .store(let fault): fault.code
    case .file(let fault): fault.code
    }
  }
}

/// Lets data come to its end by the rules of the packs, each time with a certificate.
///
/// A person's key is destroyed before the entry is written: what a crash cuts short is found again,
/// since the tables still name him. Of files the entry comes first, which names them: what a crash
/// leaves is still there, and ends the next night with another.
package struct RetentionDesk: Sendable {
  /// Records that are looked at in one question.
  static let lookedAtMax = 1_000
  /// Reports or steps whose files are looked at in one question.
  static let rowsMax = 10_000
  /// Files that are gathered before others are asked about them; some pieces may be more.
  static let filesMax = 50_000

  let engine: Engine
  /// nil where this process keeps no observations.
  let observations: (any ObservationStore)?
  let files: any FileKeeping

  package init(
    engine: Engine, observations: (any ObservationStore)?, files: any FileKeeping
  ) {
    self.engine = engine
    self.observations = observations
    self.files = files
  }

  /// Ends all that is due now.
  /// - Returns: the certificates, in the order in which they were made.
  package func run(
    by actor: Actor, request: String
  ) async throws(RetentionFault) -> [Certificate] {
    var made: [Certificate] = []
    for rule in engine.catalogue.retention {
      guard let before = self.before(rule) else { continue }
      switch rule.data {
      case .callers, .messages:
        made += try await destroyKeys(rule, before, actor, request)
      case .sessions, .notices: made += try await drop(rule, before, actor, request)
      case .observations: made += try await dropDays(rule, before, actor, request)
      case .files: made += try await removeFiles(rule, before, actor, request)
      case .cases, .journal: break
      }
    }
    return made
  }

  /// What is older than this is due; nil where the rule ends nothing.
  package func before(_ rule: RetentionRule) -> Instant? {
    guard let days = rule.days, rule.data.mayEnd else { return nil }
    return engine.time.now.advanced(byMilliseconds: -Int64(days) * Duration.day)
  }

  private func destroyKeys(
    _ rule: RetentionRule, _ before: Instant, _ actor: Actor, _ request: String
  ) async throws(RetentionFault) -> [Certificate] {
    var made: [Certificate] = []
    var after: Int64? = 0
    while let from = after {
      let found = try await stored { () throws(StoreFault) in
        try await engine.store.expired(
          rule.data, before: before, after: from, limit: Self.lookedAtMax)
      }
      after = found.next
      let subjects = found.records.compactMap(\.subject)
      guard !subjects.isEmpty else { continue }
      do throws(SealingFault) {
        for subject in subjects { try engine.sealing.destroy(subject) }
      } catch {
        throw .sealing(error)
      }
      made.append(
        try await certify(
          rule, before, found.records, actor, request, facts: subjects.map { .erased($0) }))
    }
    return made
  }

  private func drop(
    _ rule: RetentionRule, _ before: Instant, _ actor: Actor, _ request: String
  ) async throws(RetentionFault) -> [Certificate] {
    var made: [Certificate] = []
    while true {
      // One more than a certificate names: whether others of the last moment are left.
      let limit = Certificate.recordsMax
      let found = try await stored { () throws(StoreFault) in
        try await engine.store.expired(rule.data, before: before, after: 0, limit: limit + 1)
      }.records
      guard !found.isEmpty else { return made }
      guard found.count > limit, let last = found.last else {
        made.append(try await certify(rule, before, found, actor, request))
        return made
      }
      // It ends all before a moment, so the last moment waits for the next certificate.
      let named = found.filter { $0.at < last.at }
      guard !named.isEmpty else { return made }
      made.append(try await certify(rule, last.at, named, actor, request))
    }
  }

  private func dropDays(
    _ rule: RetentionRule, _ before: Instant, _ actor: Actor, _ request: String
  ) async throws(RetentionFault) -> [Certificate] {
    guard let observations else { return [] }
    let days = try await stored { () throws(StoreFault) in
      try await observations.drop(before: before)
    }
    guard days > 0 else { return [] }
    let names = [
      ExpiredRecord(name: "days before \(before.milliseconds)", at: before, subject: nil)
    ]
    return [try await certify(rule, before, names, actor, request, count: days)]
  }

  private func removeFiles(
    _ rule: RetentionRule, _ before: Instant, _ actor: Actor, _ request: String
  ) async throws(RetentionFault) -> [Certificate] {
    var made: [Certificate] = []
    var place: FileLook? = .start
    while let from = place {
      let (due, next) = try await filesDue(before, from)
      place = next
      for first in stride(from: 0, to: due.count, by: Certificate.recordsMax) {
        let named = due[first..<min(first + Certificate.recordsMax, due.count)]
        let records = named.map {
          ExpiredRecord(name: HexText.write($0.digest), at: before, subject: nil)
        }
        made.append(try await certify(rule, before, records, actor, request))
        do throws(FileFault) {
          for digest in named { try await files.remove(digest) }
        } catch {
          throw .file(error)
        }
      }
    }
    return made
  }

  /// Files that are there and that nothing holds any more, from a place on, and where to go on.
  ///
  /// Reports and steps are looked through piece by piece, so that memory and each question have
  /// their limits: at first for files that ended, then, where any of them is still there, for those
  /// that another report or step holds.
  private func filesDue(
    _ before: Instant, _ from: FileLook
  ) async throws(RetentionFault) -> (due: [FileDigest], next: FileLook?) {
    var found: Set<FileDigest> = []
    var place: FileLook? = from
    while let at = place, found.count < Self.filesMax {
      let named = try await namedFiles(before, at)
      for digest in named.ended where !found.contains(digest) {
        if try await kept(digest) { found.insert(digest) }
      }
      place = named.next
    }
    var look: FileLook? = .start
    while let at = look, !found.isEmpty {
      let named = try await namedFiles(before, at)
      found.subtract(named.held)
      look = named.next
    }
    guard !found.isEmpty else { return ([], place) }
    let asked = found
    let elsewhere = try await stored { () throws(StoreFault) in
      try await engine.store.filesKept(asked)
    }
    return (found.subtracting(elsewhere).inOrder, place)
  }

  private func namedFiles(
    _ before: Instant, _ from: FileLook
  ) async throws(RetentionFault) -> NamedFiles {
    try await stored { () throws(StoreFault) in
      try await engine.store.namedFiles(before: before, from: from, limit: Self.rowsMax)
    }
  }

  private func kept(_ digest: FileDigest) async throws(RetentionFault) -> Bool {
    do throws(FileFault) {
      return try await files.describe(digest) != nil
    } catch {
      throw .file(error)
    }
  }

  private func certify(
    _ rule: RetentionRule, _ before: Instant, _ records: [ExpiredRecord], _ actor: Actor,
    _ request: String, count: Int? = nil, facts: [Fact] = []
  ) async throws(RetentionFault) -> Certificate {
    let certificate = Certificate(
      id: engine.newID(), rule: rule.code, data: rule.data, at: engine.time.now, before: before,
      count: count ?? records.count,
      digest: engine.sealing.digest(of: Array(records.map { $0.name + "\n" }.joined().utf8)))
    _ = try await stored { () throws(StoreFault) in
      try await engine.store.commit(
        ChangeSet(
          kind: "retention.ended", at: certificate.at, actor: actor,
          subject: SubjectReference(kind: "certificate", id: certificate.id.rawValue),
          request: request, conditions: [], facts: facts + [.ended(certificate)]))
    }
    return certificate
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(RetentionFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}

/// Ends what is due once a night, while the server runs.
package struct RetentionWatch: Sendable {
  /// The hour of the city's day from which it works.
  static let hour = 3
  /// How often it looks at the time; a start has so long to itself, since a look at all reports and
  /// steps takes the disk and the processor for seconds.
  static let restMilliseconds: Int64 = 10 * Duration.minute

  let desk: RetentionDesk

  package init(desk: RetentionDesk) {
    self.desk = desk
  }

  /// Works until the task is cancelled; what cannot be done is tried again the next night.
  package func run() async {
    var done: CivilDate?
    while (try? await Task.sleep(for: .milliseconds(Self.restMilliseconds))) != nil {
      let engine = desk.engine
      let now = engine.time.now
      let today = engine.civilDate(of: now)
      let local = now.milliseconds + Int64(engine.settings.offsetMinutes) * Duration.minute
      let hour = (local % Duration.day) / Duration.hour
      if done != today, hour >= Self.hour {
        done = today
        _ = try? await desk.run(by: .engine("retention"), request: "")
      }
    }
  }
}
