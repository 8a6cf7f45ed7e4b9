import City
import Discovering
import Engine
import Geography
import JSONText
import Links
import Pack
import Ports

/// `civicloop import areas|units|staff|things`: places, people and things from files.
enum ImportMaster {
  static let commands = [
    Command(
      name: "import areas", summary: "areas with outlines from GeoJSON",
      usage:
        "import areas FILE [--crs wgs84|gcj02|bd09] [--level LEVEL] [--parent CODE] [--city CODE=NAME] [--data DIR]",
      example:
        "civicloop import areas streets.geojson --level street --parent 310107 --data ./data",
      options: ["crs", "level", "parent", "city"], flags: ["strict"]
    ) { arguments in try await run(arguments, areas) },
    Command(
      name: "import units", summary: "units from CSV: code,name,kind[,parent,area,hours,duties]",
      usage: "import units FILE [--data DIR]", example: "civicloop import units units.csv",
      flags: ["strict"]
    ) { arguments in try await run(arguments, units) },
    Command(
      name: "import staff", summary: "people from CSV: code,name,unit[,posts,area,active]",
      usage: "import staff FILE [--data DIR]", example: "civicloop import staff staff.csv",
      flags: ["strict"]
    ) { arguments in try await run(arguments, staff) },
    ImportThings.command,
    Command(
      name: "import documents", summary: "documents from CSV or JSONL: title[,text,kind,url,date]",
      usage: "import documents FILE [--data DIR]",
      example: "civicloop import documents policies.csv --data ./data", flags: ["strict"]
    ) { arguments in try await run(arguments, documents) },
  ]

  struct Work {
    let file: String
    let arguments: Arguments
    let folder: DataFolder
    let system: CoordinateSystem
    var summary = ImportSummary()
    var refusals: [RowRefusal] = []

    var master: MasterData { MasterData(engine: folder.engine) }

    func stream() throws -> TextStream {
      try ImportFile.stream(file)
    }

    func convert(_ longitude: Double, _ latitude: Double) -> Position? {
      Position(longitude: longitude, latitude: latitude).map(system.toWGS84)
    }

    mutating func refuse(_ refusal: RowRefusal) {
      summary.refuse(rule: refusal.rule)
      refusals.append(refusal)
    }

    /// Saves one row; what the engine refuses is counted like what the file's reader refused.
    mutating func save(row: Int, _ body: () async throws(MasterFault) -> Bool) async throws {
      do throws(MasterFault) {
        if try await body() { summary.accept() } else { summary.repeat() }
      } catch {
        guard case .refused(let findings) = error, let first = findings.first else {
          throw WorkFault(message: "row \(row): \(error.code)")
        }
        refuse(
          RowRefusal(
            row: row, field: first.field, rule: first.rule,
            value: ImportTickets.text(first.facts)))
      }
    }
  }

  private static func run(
    _ arguments: Arguments, _ body: (inout Work) async throws -> Void
  ) async throws -> Int32 {
    let file = try arguments.expect("FILE")[0]
    guard let system = CoordinateSystem(rawValue: arguments["crs"] ?? "wgs84") else {
      throw UsageFault(message: "--crs is one of wgs84, gcj02, bd09")
    }
    let folder = try await DataFolder.open(arguments.data, note: "import", clock: SystemClock())
    var work = Work(file: file, arguments: arguments, folder: folder, system: system)
    do {
      try await body(&work)
    } catch {
      await folder.close()
      if let fault = error as? ImportFault {
        throw WorkFault(message: "\(file): \(fault.code) \(ImportTickets.text(fault.facts))")
      }
      throw error
    }
    await folder.close()
    for refusal in work.refusals.prefix(refusalsShownMax) {
      Output.say("row \(refusal.row): \(refusal.field) \(refusal.rule) \(refusal.value)")
    }
    let summary = work.summary
    Output.result { writer in
      writer.member("rows", summary.rows)
      writer.member("accepted", summary.accepted)
      writer.member("repeated", summary.repeated)
      writer.member("refused", summary.refused)
    }
    return arguments.has("strict") && summary.refused > 0 ? 1 : 0
  }

  /// Refused rows told on the terminal.
  static let refusalsShownMax = 20

  private static func areas(_ work: inout Work) async throws {
    var options = AreaFileOptions()
    if let level = work.arguments["level"] {
      guard let known = AreaLevel(rawValue: level) else {
        throw UsageFault(
          message: "--level is one of " + AreaLevel.allCases.map(\.rawValue).joined(separator: ", ")
        )
      }
      options.levelDefault = known
    }
    options.parentDefault = try await city(work) ?? work.arguments["parent"]
    let system = work.system
    let read = try AreaFile.read(stream: try work.stream(), options: options) {
      Position(longitude: $0, latitude: $1).map(system.toWGS84)
    }
    for refusal in read.refusals { work.refuse(refusal) }
    // Parents first: a file may name them in any order.
    for draft in read.drafts.sorted(by: { $0.level.depth < $1.level.depth }) {
      let master = work.master
      try await work.save(row: draft.row) { () throws(MasterFault) in
        try await master.save(
          AreaEntry(
            code: draft.code, name: draft.name, level: draft.level, parent: draft.parent,
            outline: draft.outline), by: .local("import"), request: "")
      }
      try await work.folder.engine.reloadDirectory()
    }
  }

  /// Makes the city that districts hang under, where `--city` names it.
  private static func city(_ work: Work) async throws -> String? {
    guard let named = work.arguments["city"] else { return nil }
    let parts = named.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw UsageFault(message: "--city takes CODE=NAME") }
    do {
      _ = try await work.master.save(
        AreaEntry(code: parts[0], name: parts[1], level: .city, parent: nil, outline: nil),
        by: .local("import"), request: "")
    } catch {
      throw WorkFault(message: "--city: \(error.code)")
    }
    try await work.folder.engine.reloadDirectory()
    return parts[0]
  }

  private static func units(_ work: inout Work) async throws {
    let read = try UnitFile.read(
      stream: try work.stream(), hoursDefault: work.folder.engine.catalogue.defaultHours.code)
    for refusal in read.refusals { work.refuse(refusal) }
    var waiting = read.drafts
    // Parents first: rows whose parent is not there yet wait for another round.
    while !waiting.isEmpty {
      let known = work.folder.engine.directory.unitIDs
      let ready = waiting.filter { $0.parent.map { known[$0] != nil } ?? true }
      let round = ready.isEmpty ? waiting : ready
      waiting = ready.isEmpty ? [] : waiting.filter { draft in !ready.contains(draft) }
      for draft in round {
        let master = work.master
        try await work.save(row: draft.row) { () throws(MasterFault) in
          try await master.save(
            UnitEntry(
              code: draft.code, name: draft.name, kind: draft.kind, parent: draft.parent,
              area: draft.area, hours: draft.hours, duties: draft.duties), by: .local("import"),
            request: "")
        }
      }
      try await work.folder.engine.reloadDirectory()
    }
  }

  private static func staff(_ work: inout Work) async throws {
    let read = try StaffFile.read(stream: try work.stream())
    for refusal in read.refusals { work.refuse(refusal) }
    for draft in read.drafts {
      let master = work.master
      try await work.save(row: draft.row) { () throws(MasterFault) in
        try await master.save(
          StaffEntry(
            code: draft.code, name: draft.name, unit: draft.unit, posts: draft.posts,
            area: draft.area, active: draft.active), by: .local("import"), request: "")
      }
    }
    try await work.folder.engine.reloadDirectory()
  }
}

extension ImportMaster {
  private static func documents(_ work: inout Work) async throws {
    let isLines = work.file.hasSuffix(".jsonl") || work.file.hasSuffix(".jsonl.gz")
    let read = try DocumentFile.read(
      stream: try work.stream(), format: isLines ? .jsonl : .csv)
    for refusal in read.refusals { work.refuse(refusal) }
    for draft in read.drafts {
      var entry = DocumentEntry(title: draft.title)
      entry.text = draft.text
      entry.kind = draft.kind
      entry.source = draft.source
      if !draft.date.isEmpty {
        let parts = draft.date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3,
          let day = CivilDate(year: parts[0], month: parts[1], day: parts[2])
        else {
          work.refuse(
            RowRefusal(row: draft.row, field: "date", rule: "date.form", value: draft.date))
          continue
        }
        let offset = Int64(work.folder.engine.settings.offsetMinutes) * Duration.minute
        entry.publishedAt = Instant(
          milliseconds: Int64(day.daysSinceEpoch) * Duration.day - offset)
      }
      let final = entry
      let master = work.master
      try await work.save(row: draft.row) { () throws(MasterFault) in
        try await master.save(final, by: .local("import"), request: "")
      }
    }
  }
}

extension Geometry {
  /// The point that stands for it on a map.
  var middle: Position? {
    switch self {
    case .point(let position): .some(position)
    case .line(let points): points.dropFirst(points.count / 2).first
    case .outline(let outline): try? outline.pointOnSurface()
    }
  }
}
