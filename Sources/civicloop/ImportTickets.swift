import City
import Discovering
import Engine
import Geography
import JSONText
import Links
import Pack
import Ports

/// `civicloop import tickets`: history and new tickets from another system's file.
enum ImportTickets {
  static let command = Command(
    name: "import tickets", summary: "tickets → signals → events → cases",
    usage: "import tickets FILE --profile NAME|FILE [--refusals FILE] [--strict] [--data DIR]",
    example: "civicloop import tickets tickets.csv --profile hotline12345 --data ./data",
    options: ["profile", "refusals"], flags: ["strict"]
  ) { arguments in try await run(arguments) }

  /// Rows in the engine at the same time, so that they share flushes.
  static let parallelRows = 256

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let file = try arguments.expect("FILE")[0]
    guard let name = arguments["profile"] else { throw UsageFault(message: "--profile is missing") }
    let watch = Stopwatch()
    let folder = try await DataFolder.open(arguments.data, note: "import", clock: SystemClock())
    do {
      let outcome = try await take(file, profile: name, arguments, folder)
      await folder.close()
      report(outcome, seconds: watch.seconds)
      return arguments.has("strict") && outcome.summary.refused > 0 ? 1 : 0
    } catch {
      await folder.close()
      throw error
    }
  }

  private struct Outcome {
    var summary = ImportSummary()
    var events: Set<ID<Event>> = []
    var cases = 0
    var closed = 0
    var refusals = RefusalWriter()
    var refusalsPath: String?
  }

  private static func profile(_ name: String, _ folder: DataFolder) throws -> TicketProfile {
    if let known = folder.engine.catalogue.profile(code: name) { return known }
    let codes = folder.engine.catalogue.profiles.map(\.code).sorted().joined(separator: ", ")
    guard Home.isFile(name) else {
      throw UsageFault(message: "there is no profile \(name); known: \(codes)")
    }
    return try Packs.profile(file: name)
  }

  private static func take(
    _ file: String, profile name: String, _ arguments: Arguments, _ folder: DataFolder
  ) async throws -> Outcome {
    let profile = try profile(name, folder)
    try await units(of: profile, folder)
    let system = CoordinateSystem(rawValue: profile.coordinateSystem.rawValue) ?? .wgs84
    let now = folder.engine.time.now
    var reader: TicketReader
    do {
      reader = try TicketReader(
        path: file, profile: profile,
        circumstances: TicketReader.Circumstances(
          now: now,
          convert: { longitude, latitude in
            Position(longitude: longitude, latitude: latitude).map(system.toWGS84)
          }, createdWhenMissing: now))
    } catch {
      throw WorkFault(message: "\(file): \(error.code) \(text(error.facts))")
    }
    let importer = TicketImporter(folder: folder, profile: profile)
    let progress = Progress("rows")
    var outcome = Outcome()
    try await withThrowingTaskGroup(of: TicketImporter.Answer.self) { group in
      var waiting = 0
      func settle() async throws {
        guard let answer = try await group.next() else { return }
        waiting -= 1
        count(answer, &outcome)
      }
      while let row = try reader.next() {
        switch row {
        case .refused(let refusal):
          outcome.summary.refuse(rule: refusal.rule)
          outcome.refusals.add(refusal)
        case .ticket(let ticket):
          if waiting >= parallelRows { try await settle() }
          waiting += 1
          group.addTask { try await importer.take(ticket) }
        }
        progress.show(Int64(reader.progress.bytesRead), of: Int64(reader.progress.bytesTotal))
      }
      while waiting > 0 { try await settle() }
    }
    if outcome.summary.refused > 0 {
      let path = arguments["refusals"] ?? folder.path + "/refusals.csv"
      let sink = try FileSink(path: path)
      try sink.write(outcome.refusals.take())
      try sink.finish()
      outcome.refusalsPath = path
    }
    return outcome
  }

  private static func count(_ answer: TicketImporter.Answer, _ outcome: inout Outcome) {
    switch answer {
    case .accepted(let event, let opened, let closed, let unclassified, let doubts):
      outcome.summary.accept(isUnclassified: unclassified, doubts: doubts)
      if let event { outcome.events.insert(event) }
      if opened { outcome.cases += 1 }
      if closed { outcome.closed += 1 }
    case .repeated: outcome.summary.repeat()
    case .refused(let refusal):
      outcome.summary.refuse(rule: refusal.rule)
      outcome.refusals.add(refusal)
    }
  }

  /// The profile's own units are made where they are missing, so that it works on an empty folder.
  private static func units(of profile: TicketProfile, _ folder: DataFolder) async throws {
    for unit in profile.units where folder.engine.directory.unitIDs[unit.code] == nil {
      do {
        _ = try await MasterData(engine: folder.engine).save(
          UnitEntry(
            code: unit.code, name: unit.name, kind: .department, parent: nil, area: nil, hours: "",
            duties: []), by: .local("import"), request: "")
      } catch {
        throw WorkFault(message: "unit \(unit.code): \(error.code)")
      }
    }
    try await folder.engine.reloadDirectory()
  }

  private static func report(_ outcome: Outcome, seconds: Double) {
    Output.result { writer in
      let summary = outcome.summary
      writer.member("rows", summary.rows)
      writer.member("accepted", summary.accepted)
      writer.member("repeated", summary.repeated)
      writer.member("refused", summary.refused)
      writer.member("unclassified", summary.unclassified)
      writer.member("events", outcome.events.count)
      writer.member("cases", outcome.cases)
      writer.member("closed", outcome.closed)
      writer.member("seconds", seconds)
      writer.object("refusals") { writer in
        writer.member("file", outcome.refusalsPath)
        for (rule, count) in summary.reasons.sorted(by: { $0.key < $1.key }) {
          writer.member(rule, count)
        }
      }
      writer.object("doubts") { writer in
        for (doubt, count) in summary.doubts.sorted(by: { $0.key < $1.key }) {
          writer.member(doubt.rawValue, count)
        }
      }
    }
  }

  static func text(_ facts: [String: String]) -> String {
    facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}

/// Hands the tickets of one file to the engine.
struct TicketImporter: Sendable {
  let folder: DataFolder
  let profile: TicketProfile

  enum Answer: Sendable {
    case accepted(ID<Event>?, opened: Bool, closed: Bool, unclassified: Bool, Set<TicketDoubt>)
    case repeated
    case refused(RowRefusal)
  }

  func take(_ ticket: Ticket) async throws -> Answer {
    var draft = SignalDraft()
    // Two files may use the same numbers for different tickets: the profile's name tells them apart.
    draft.externalID = "\(profile.code):\(ticket.externalID)"
    draft.item = ticket.item.code
    draft.title = ticket.title
    draft.text = ticket.text
    draft.address = ticket.address
    draft.longitude = ticket.position?.longitude
    draft.latitude = ticket.position?.latitude
    draft.occurredAt = ticket.createdAt
    draft.reporterName = ticket.reporterName
    draft.reporterPhone = ticket.reporterPhone
    let findsItem = ticket.item == .byWords
    let signal = IncomingSignal(
      channel: profile.channel, draft: draft, raw: ticket.raw, findsItem: findsItem)
    let historic = HistoricTicket(
      signal: signal, filedAt: ticket.createdAt, closedAt: ticket.closedAt, unit: unit(ticket),
      reply: ticket.reply, joins: profile.joins)
    do {
      let outcome = try await History(engine: folder.engine).take(
        historic, by: .local("import"), request: "")
      switch outcome.kind {
      case .repeated: return .repeated
      case .opened, .joined:
        return .accepted(
          outcome.event, opened: outcome.kind == .opened, closed: ticket.closedAt != nil,
          unclassified: outcome.item == nil, ticket.doubts)
      }
    } catch {
      return try refusal(error, ticket)
    }
  }

  private func unit(_ ticket: Ticket) -> ID<Unit>? {
    let directory = folder.engine.directory
    switch ticket.unit {
    case .none: return nil
    case .known(let code): return directory.unitIDs[code]
    case .named(let name): return directory.units.values.first { $0.name == name }?.id
    }
  }

  private func refusal(_ fault: IntakeFault, _ ticket: Ticket) throws -> Answer {
    switch fault {
    case .refused(let findings):
      return .refused(
        RowRefusal(
          row: ticket.row, field: findings.first?.field ?? "", rule: findings.first?.rule ?? "",
          value: ""))
    case .rival, .unknownThing:
      return .refused(
        RowRefusal(row: ticket.row, field: "id", rule: fault.code, value: ticket.externalID))
    case .crowded, .sealing, .store:
      throw WorkFault(message: "row \(ticket.row): \(fault.code)")
    }
  }
}
