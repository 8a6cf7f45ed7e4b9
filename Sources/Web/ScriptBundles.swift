/// Which of our scripts go out together, as one file.
///
/// Each file is asked for and packed by itself, so that a hundred small ones take a third more bytes
/// than the same in a few. What belongs together follows from the scripts: what only one document or
/// one fetched script needs goes with that; what several fetched scripts of one document need, or a
/// small one alone, with the document; what several documents need is one file for all. On the disk nothing changes.
struct ScriptBundles {
  /// Fewer bytes of lean text are not worth a fetch of their own; packed they are a third of that.
  static let fetchedBytesMin = 10_000

  /// The scripts of each bundle, each after those it takes from, by the path the bundle goes out at.
  let bundles: [String: [String]]
  /// Where each script goes out.
  private let places: [String: String]
  private let modules: [String: ScriptModule]

  /// - Parameters:
  ///   - roots: the scripts that documents name.
  ///   - modules: all scripts that can be reached from them, by path.
  init(roots: [String], modules: [String: ScriptModule]) throws(ScriptFault) {
    try Self.verify(modules)
    let entries = Set(modules.values.flatMap(\.fetched)).union(roots)
    var entriesOf: [String: Set<String>] = [:]
    for entry in entries {
      for path in Self.reached(from: entry, in: modules, { $0.takings.map(\.path) }) {
        entriesOf[path, default: []].insert(entry)
      }
    }
    var documentsOf: [String: Set<String>] = [:]
    for root in roots {
      for path in Self.reached(from: root, in: modules, { $0.takings.map(\.path) + $0.fetched }) {
        documentsOf[path, default: []].insert(root)
      }
    }
    let shared = "shared"
    let groups = Dictionary(grouping: entriesOf.keys.sorted()) { path -> String in
      let needing = entriesOf[path] ?? []
      let documents = needing.reduce(into: Set()) { $0.formUnion(documentsOf[$1] ?? []) }
      let document = documents.count == 1 ? documents.first : nil
      guard needing.count == 1, let entry = needing.first else { return document ?? shared }
      return entry
    }
    var bundles: [String: [String]] = [:]
    for (group, paths) in Self.folded(groups, documentsOf, modules) {
      let lead = group == shared ? paths[0] : group
      bundles[lead] = Self.ordered(paths, last: lead, modules)
    }
    self.bundles = bundles
    self.modules = modules
    places = bundles.reduce(into: [:]) { places, bundle in
      for path in bundle.value { places[path] = bundle.key }
    }
    for paths in bundles.values { try Self.verifyNames(paths, modules) }
  }

  /// The text that goes out at a path: a bundle, or where the script that lies there has gone. nil
  /// for a path that no document reaches.
  func text(at path: String) -> String? {
    guard let place = places[path] else { return nil }
    guard place == path, let members = bundles[place] else { return "export*from\"\(place)\";\n" }
    var outside: [String: Set<String>] = [:]
    for taking in members.compactMap({ modules[$0] }).flatMap(\.takings) {
      guard let other = places[taking.path], other != place else { continue }
      outside[other, default: []].formUnion(taking.names)
    }
    let imports = outside.sorted { $0.key < $1.key }.map { other, names in
      "import{\(names.sorted().joined(separator: ","))}from\"\(other)\";"
    }
    let bodies = members.compactMap { modules[$0] }.map { module in
      wrapped(module, body: module.body { places[$0] ?? $0 })
    }
    let given = asked(of: place).sorted()
    let exports = given.isEmpty ? "" : "export{\(given.joined(separator: ","))};\n"
    return imports.joined() + "\n" + bodies.joined() + exports
  }

  /// Each script keeps its own names to itself. One that gives nothing may wait for something.
  private func wrapped(_ module: ScriptModule, body: String) -> String {
    guard !module.given.isEmpty else { return "(async()=>{\(body)})();\n" }
    let given = "{\(module.given.joined(separator: ","))}"
    return "const\(given)=(()=>{\(body)return\(given)})();\n"
  }

  /// The names of a bundle that scripts of others take, and all names of a script that is fetched.
  private func asked(of place: String) -> Set<String> {
    var names: Set<String> = []
    for (path, module) in modules {
      for taking in module.takings where places[taking.path] == place && places[path] != place {
        names.formUnion(taking.names)
      }
      for fetched in module.fetched where places[fetched] == place {
        names.formUnion(modules[fetched]?.given ?? [])
      }
    }
    return names
  }

  /// A small group that one document fetches goes with that document: the way to the server and back
  /// takes longer than its bytes.
  private static func folded(
    _ groups: [String: [String]], _ documentsOf: [String: Set<String>],
    _ modules: [String: ScriptModule]
  ) -> [String: [String]] {
    var folded: [String: [String]] = [:]
    for (entry, paths) in groups {
      let bytes = paths.compactMap { modules[$0] }.map(\.body.utf8.count).reduce(0, +)
      let documents = documentsOf[entry] ?? []
      let isSmall = bytes <= fetchedBytesMin && documents.count == 1
      folded[isSmall ? documents.first ?? entry : entry, default: []] += paths
    }
    return folded.mapValues { $0.sorted() }
  }

  private static func reached(
    from start: String, in modules: [String: ScriptModule], _ next: (ScriptModule) -> [String]
  ) -> Set<String> {
    var seen: Set<String> = []
    var waiting = [start]
    while let path = waiting.popLast() {
      guard let module = modules[path], seen.insert(path).inserted else { continue }
      waiting += next(module)
    }
    return seen
  }

  /// Each script after those of the group it takes from, and the one that begins to act at the end.
  private static func ordered(
    _ paths: [String], last: String, _ modules: [String: ScriptModule]
  ) -> [String] {
    let members = Set(paths)
    var seen: Set<String> = []
    var order: [String] = []
    func lay(_ path: String) {
      guard members.contains(path), seen.insert(path).inserted else { return }
      for taken in (modules[path]?.takings ?? []).map(\.path).sorted() { lay(taken) }
      order.append(path)
    }
    for path in paths where path != last { lay(path) }
    lay(last)
    return order
  }

  private static func verify(_ modules: [String: ScriptModule]) throws(ScriptFault) {
    for (path, module) in modules {
      for taking in module.takings {
        let given = Set(modules[taking.path]?.given ?? [])
        if let name = taking.names.first(where: { !given.contains($0) }) {
          throw .missing(path: path, wanted: "\(taking.path) \(name)")
        }
      }
      if let absent = module.fetched.first(where: { modules[$0] == nil }) {
        throw .missing(path: path, wanted: absent)
      }
    }
  }

  /// Within a bundle a name stands for one thing, whether it is given there or comes from outside.
  private static func verifyNames(
    _ paths: [String], _ modules: [String: ScriptModule]
  ) throws(ScriptFault) {
    var givers: [String: String] = [:]
    let members = Set(paths)
    for path in paths {
      guard let module = modules[path] else { continue }
      let outside = module.takings.filter { !members.contains($0.path) }
      let named =
        module.given.map { ($0, path) }
        + outside.flatMap { taking in taking.names.map { ($0, taking.path) } }
      for (name, giver) in named {
        let first = givers[name, default: giver]
        guard first == giver else {
          throw .givenTwice(name: name, first: first, second: giver)
        }
        givers[name] = giver
      }
    }
  }
}
