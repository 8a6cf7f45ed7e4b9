import City
import Engine
import Glibc
import JSONText
import Pack
import PackReading
import Ports

/// `civicloop pack install|upgrade|disable|enable|remove`: a pack comes and goes, records stay.
///
/// Nothing is ever deleted: what is taken out of force lies in a folder of its own beside the packs,
/// for entries of the journal name its version. A pack that open cases need is not taken away.
enum PackLifecycle {
  /// Open cases that are named.
  static let namedMax = 20

  static let commands = [
    Command(
      name: "pack install", summary: "takes a new pack in, if all packs read well with it",
      usage: "pack install FOLDER [--packs DIR] [--data DIR]",
      example: "civicloop pack install ./street-trees",
      options: ["packs"]
    ) { arguments in try await install(arguments) },
    Command(
      name: "pack upgrade", summary: "puts a higher version in the place of a pack",
      usage: "pack upgrade FOLDER [--packs DIR] [--data DIR]",
      example: "civicloop pack upgrade ./street-trees", options: ["packs"]
    ) { arguments in try await upgrade(arguments) },
    Command(
      name: "pack disable", summary: "takes a pack out of force, to be enabled again",
      usage: "pack disable ID [--packs DIR] [--data DIR]",
      example: "civicloop pack disable street-trees", options: ["packs"]
    ) { arguments in try await takeOut(arguments, into: ".disabled", keepsVersion: false) },
    Command(
      name: "pack enable", summary: "puts a disabled pack in force again",
      usage: "pack enable ID [--packs DIR] [--data DIR]",
      example: "civicloop pack enable street-trees",
      options: ["packs"]
    ) { arguments in try await enable(arguments) },
    Command(
      name: "pack remove", summary: "takes a pack away; its files are kept in .removed",
      usage: "pack remove ID [--packs DIR] [--data DIR]",
      example: "civicloop pack remove street-trees", options: ["packs"]
    ) { arguments in try await takeOut(arguments, into: ".removed", keepsVersion: true) },
  ]

  // MARK: Coming

  private static func install(_ arguments: Arguments) async throws -> Int32 {
    let packs = try folder(arguments)
    let source = try arguments.expect("FOLDER")[0]
    let id = name(of: source)
    guard !Home.isFolder("\(packs)/\(id)") else {
      throw WorkFault(message: "\(id) is there already; pack upgrade takes a higher version")
    }
    guard let pack = try read(packs, adding: source, as: id) else { return 1 }
    return try await apply(
      arguments, pack, [Move(from: try incoming(source, packs, id), to: "\(packs)/\(id)")])
  }

  private static func upgrade(_ arguments: Arguments) async throws -> Int32 {
    let packs = try folder(arguments)
    let source = try arguments.expect("FOLDER")[0]
    let id = name(of: source)
    let now = try Packs.load(folder: packs)
    guard let before = now.packs.first(where: { $0.id == id }) else {
      throw WorkFault(message: "\(id) is not there; pack install takes it in")
    }
    let reading = PackReader.readAll(packsFolder: packs, adding: source, without: [id])
    guard let next = try catalogue(reading), let pack = next.packs.first(where: { $0.id == id })
    else { return 1 }
    guard pack.version > before.version else {
      throw WorkFault(
        message: "\(id) \(pack.version) is no higher version than \(before.version)")
    }
    return try await apply(
      arguments, pack,
      [
        Move(from: "\(packs)/\(id)", to: "\(packs)/.replaced/\(id)@\(before.version)"),
        Move(from: try incoming(source, packs, id), to: "\(packs)/\(id)"),
      ], taking: (now, next))
  }

  /// Copies a pack whole beside the others first: what is in force changes with one rename.
  private static func incoming(_ source: String, _ packs: String, _ id: String) throws -> String {
    let target = "\(packs)/.incoming/\(id)-\(getpid())"
    try copy(source, to: target)
    return target
  }

  private static func enable(_ arguments: Arguments) async throws -> Int32 {
    let packs = try folder(arguments)
    let id = try arguments.expect("ID")[0]
    let source = "\(packs)/.disabled/\(id)"
    guard Home.isFolder(source) else { throw WorkFault(message: "\(id) is not disabled") }
    guard let pack = try read(packs, adding: source, as: id) else { return 1 }
    return try await apply(arguments, pack, [Move(from: source, to: "\(packs)/\(id)")])
  }

  // MARK: Going

  private static func takeOut(
    _ arguments: Arguments, into place: String, keepsVersion: Bool
  ) async throws -> Int32 {
    let packs = try folder(arguments)
    let id = try arguments.expect("ID")[0]
    let now = try Packs.load(folder: packs)
    guard let pack = now.packs.first(where: { $0.id == id }) else {
      throw WorkFault(message: "\(id) is not there")
    }
    let needed = now.packs.filter { $0.depends.contains(id) }.map(\.id)
    guard needed.isEmpty else {
      throw WorkFault(message: "\(id) is needed by \(needed.joined(separator: ", "))")
    }
    let reading = PackReader.readAll(packsFolder: packs, without: [id])
    guard let next = try catalogue(reading) else { return 1 }
    let target = "\(packs)/\(place)/\(id)" + (keepsVersion ? "@\(pack.version)" : "")
    return try await apply(
      arguments, pack, [Move(from: "\(packs)/\(id)", to: target)], taking: (now, next))
  }

  // MARK: Doing it

  /// A rename that can be taken back.
  private struct Move {
    let from: String
    let to: String
  }

  /// Moves folders, and lets a running server take the packs into force; what it refuses is moved
  /// back.
  /// - Parameter taking: what is in force and what would be, where something goes.
  private static func apply(
    _ arguments: Arguments, _ pack: Pack, _ moves: [Move],
    taking change: (now: Catalogue, next: Catalogue)? = nil
  ) async throws -> Int32 {
    let server = try PackTelling.server(of: arguments.data)
    if server == nil, let change,
      !(try await isFree(arguments, from: change.now, to: change.next))
    {
      return 1
    }
    for one in moves { try move(one.from, to: one.to) }
    guard let server else { return done(pack, "a server takes it up when it starts") }
    let answer: PackTelling.Answer
    do {
      answer = try PackTelling.tell(server, arguments.data)
    } catch {
      for one in moves.reversed() { try move(one.to, to: one.from) }
      throw error
    }
    guard answer.isInForce else {
      for one in moves.reversed() { try move(one.to, to: one.from) }
      for finding in answer.findings { Output.say(finding) }
      tell(open: answer.cases)
      return 1
    }
    return done(pack, "in force in the running server")
  }

  /// Whether no open case needs what would go; says which ones do.
  private static func isFree(
    _ arguments: Arguments, from now: Catalogue, to next: Catalogue
  ) async throws -> Bool {
    guard Home.isFolder(arguments.data) else { return true }
    let folder = try await DataFolder.open(
      arguments.data, note: "pack", clock: SystemClock())
    let open: [String]
    do {
      open = try await needing(folder.engine.store, from: now, to: next)
    } catch {
      await folder.close()
      throw error
    }
    await folder.close()
    guard !open.isEmpty else { return true }
    tell(open: open)
    return false
  }

  private static func tell(open: [String]) {
    for number in open.prefix(namedMax) { Output.say("open case \(number)") }
    if open.count > namedMax { Output.say("and \(open.count - namedMax) more") }
    Output.result { writer in
      writer.member("openCases", open.count)
      writer.member("cases", Array(open.prefix(namedMax)))
    }
  }

  /// Numbers of open cases whose item or flow would be gone.
  static func needing(
    _ store: any Store, from now: Catalogue, to next: Catalogue
  ) async throws -> [String] {
    guard goes(from: now, to: next) else { return [] }
    var numbers: [String] = []
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = true
      let page = try await store.cases(query)
      numbers += page.elements.filter { loses($0, from: now, to: next) }.map(\.filing.number.text)
      before = page.next
    } while before != nil
    return numbers
  }

  /// The same of cases that were filed or moved since an entry of the journal.
  static func needing(
    _ store: any Store, from now: Catalogue, to next: Catalogue, since sequence: Int64
  ) async throws -> [String] {
    guard goes(from: now, to: next) else { return [] }
    var touched: Set<ID<Case>> = []
    var last = sequence
    while true {
      let entries = try await store.entries(after: last, limit: entriesMax)
      guard let newest = entries.last else { break }
      for fact in entries.lazy.flatMap(\.facts) {
        switch fact {
        case .caseFiled(let filed): touched.insert(filed.id)
        case .caseMoved(let id, _): touched.insert(id)
        default: break
        }
      }
      last = newest.sequence
    }
    var numbers: [String] = []
    for id in touched.sorted() {
      guard let found = try await store.load(id), found.state.closedAt == nil,
        loses(found, from: now, to: next)
      else { continue }
      numbers.append(found.filing.number.text)
    }
    return numbers
  }

  /// Entries read at once.
  private static let entriesMax = 4_096

  /// What only comes needs no look at the cases.
  private static func goes(from now: Catalogue, to next: Catalogue) -> Bool {
    !now.items.allSatisfy { next.item(code: $0.code) != nil }
      || !now.flows.allSatisfy { next.flow($0.reference) != nil }
  }

  private static func loses(_ found: Case, from now: Catalogue, to next: Catalogue) -> Bool {
    let losesItem = found.state.item.map {
      now.item(code: $0) != nil && next.item(code: $0) == nil
    }
    return losesItem ?? false
      || now.flow(found.flow) != nil && next.flow(found.flow) == nil
  }

  // MARK: Folders

  private static func folder(_ arguments: Arguments) throws -> String {
    try arguments["packs"] ?? Home.find().packs
  }

  private static func name(of folder: String) -> String {
    folder.split(separator: "/").last.map(String.init) ?? folder
  }

  /// The pack among all others; nil where one is refused, with all findings told.
  private static func read(_ packs: String, adding source: String, as id: String) throws -> Pack? {
    let reading = PackReader.readAll(packsFolder: packs, adding: source)
    return try catalogue(reading)?.packs.first { $0.id == id }
  }

  private static func catalogue(_ reading: PackSetReading) throws -> Catalogue? {
    for finding in reading.findings { Output.say("\(finding.severity.rawValue): \(finding.text)") }
    guard let catalogue = reading.catalogue else {
      Output.result { $0.member("findings", reading.findings.count) }
      return nil
    }
    return catalogue
  }

  private static func copy(_ source: String, to target: String) throws {
    guard !Home.isFolder(target) else { throw WorkFault(message: "\(target) is in the way") }
    _ = try FolderCopy.copy(source, to: target)
  }

  private static func move(_ source: String, to target: String) throws {
    guard !Home.isFolder(target) else { throw WorkFault(message: "\(target) is in the way") }
    if let slash = target.lastIndex(of: "/") {
      try DataFolder.makeFolder(String(target[..<slash]))
    }
    guard rename(source, target) == 0 else {
      throw WorkFault(message: "\(source) could not be moved to \(target)")
    }
  }

  private static func done(_ pack: Pack, _ note: String) -> Int32 {
    Output.say("\(pack.id) \(pack.version): \(note)")
    Output.result { writer in
      writer.member("pack", pack.id)
      writer.member("version", pack.version)
      writer.member("openCases", 0)
    }
    return 0
  }
}
