import City
package import Pack

/// What reading a pack came to: the pack, if it may be used, and all that was found.
package struct PackReading: Sendable {
  /// nil where any finding is an error: a pack is taken whole or not at all.
  package let pack: Pack?
  /// In the order of files and lines.
  package let findings: [Finding]
}

/// What reading several packs came to.
package struct PackSetReading: Sendable {
  /// nil where any pack was refused.
  package let catalogue: Catalogue?
  package let findings: [Finding]
}

/// Reads packs from their folders.
package struct PackReader {
  /// Reads one pack.
  /// - Parameters:
  ///   - folder: path of the pack's folder, whose name is the pack's id.
  ///   - dependencies: all packs that it depends on, also indirectly.
  package static func read(folder: String, dependencies: [Pack] = []) -> PackReading {
    let walk = FolderWalk(root: folder)
    let files = PackFiles(name: walk.name, files: walk.files)
    return finish(RawPack(files, walk.findings), dependencies)
  }

  /// Reads one pack whose files are at hand.
  package static func read(files: PackFiles, dependencies: [Pack] = []) -> PackReading {
    finish(RawPack(files, []), dependencies)
  }

  /// Reads every folder of `packsFolder` as a pack, in the order of their dependencies, and merges
  /// them.
  /// - Parameters:
  ///   - folder: one more pack, which lies elsewhere.
  ///   - ids: names of folders that are passed over.
  package static func readAll(
    packsFolder: String, adding folder: String? = nil, without ids: Set<String> = []
  ) -> PackSetReading {
    guard let names = FolderWalk.names(in: packsFolder) else {
      return PackSetReading(
        catalogue: nil,
        findings: [Finding(.folderMissing, at: SourcePlace(file: packsFolder))])
    }
    let known = names.filter { !ids.contains($0) }.map { "\(packsFolder)/\($0)" }
    let folders = (known + (folder.map { [$0] } ?? [])).filter(FolderWalk.isFolder)
    let raws = folders.map { folder in
      let walk = FolderWalk(root: folder)
      return RawPack(PackFiles(name: walk.name, files: walk.files), walk.findings)
    }
    return set(of: raws)
  }

  /// Reads several packs whose files are at hand, as `readAll` does.
  package static func readAll(files: [PackFiles]) -> PackSetReading {
    set(of: files.map { RawPack($0, []) })
  }

  private static func set(of raws: [RawPack]) -> PackSetReading {
    let heads = raws.map {
      (
        id: $0.decoder.draft.head?.id ?? $0.files.name,
        depends: $0.decoder.draft.head?.depends ?? []
      )
    }
    let answer = PackOrder.order(heads)
    var findings = answer.obstacles.sorted { $0.key < $1.key }.flatMap { index, obstacles in
      obstacles.map { $0.finding(id: heads[index].id, at: raws[index].headPlace) }
    }
    var read: [String: Pack] = [:]
    var done: Set<Int> = []
    for id in answer.order {
      guard let index = heads.firstIndex(where: { $0.id == id }) else { continue }
      done.insert(index)
      let needed = closure(of: id, heads)
      for missing in heads[index].depends where read[missing] == nil {
        findings.append(
          Finding(.dependencyRefused, at: raws[index].headPlace, ["code": missing]))
      }
      let reading = finish(
        raws[index], answer.order.filter(needed.contains).compactMap { read[$0] })
      findings += reading.findings
      read[id] = reading.pack
    }
    // Packs that cannot be ordered are read for their own findings all the same.
    for (index, raw) in raws.enumerated() where !done.contains(index) {
      findings += finish(raw, [], isAlone: false).findings
    }
    return merge(answer.order.compactMap { read[$0] }, findings, expected: raws.count)
  }

  private static func merge(
    _ packs: [Pack], _ findings: [Finding], expected: Int
  ) -> PackSetReading {
    var findings = findings
    let place = SourcePlace(file: "packs")
    if !findings.contains(where: { $0.severity == .error }) {
      for (isMissing, what) in [
        (!packs.contains { !$0.flows.isEmpty }, "flow"),
        (!packs.contains { !$0.hours.isEmpty }, "hours"),
      ] where isMissing {
        findings.append(Finding(.setLacks, at: place, ["what": what]))
      }
    }
    let isWhole = packs.count == expected && !findings.contains { $0.severity == .error }
    return PackSetReading(
      catalogue: isWhole ? Catalogue(packs) : nil, findings: findings)
  }

  /// The packs that one depends on, also indirectly.
  private static func closure(
    of id: String, _ heads: [(id: String, depends: [String])]
  ) -> Set<String> {
    var reached: Set<String> = []
    var waiting = [id]
    while let next = waiting.popLast() {
      for needed in heads.first(where: { $0.id == next })?.depends ?? []
      where reached.insert(needed).inserted {
        waiting.append(needed)
      }
    }
    return reached
  }

  /// - Parameter isAlone: false where others reported missing dependencies already.
  private static func finish(
    _ raw: RawPack, _ dependencies: [Pack], isAlone: Bool = true
  ) -> PackReading {
    var decoder = raw.decoder
    var findings = raw.findings
    if let head = decoder.draft.head, isAlone {
      let ids = Set(dependencies.map(\.id))
      for needed in head.depends where !ids.contains(needed) {
        findings.append(
          Finding(.dependencyMissing, at: raw.headPlace, ["code": needed]))
      }
    }
    let isComplete = !(findings + decoder.list.findings).contains { $0.severity == .error }
    decoder.decodeStories(raw.stories, beside: dependencies, isComplete: isComplete)
    findings += decoder.list.findings
    guard let pack = decoder.draft.pack(digest: raw.files.digest) else {
      return PackReading(pack: nil, findings: sorted(findings))
    }
    let isRead = !findings.contains { $0.severity == .error }
    for found in PackLint.findings(in: pack, dependencies: dependencies)
    where isRead || !FindingKind.consequences.contains(found.kind) {
      let place = decoder.draft.place(of: found.subject) ?? raw.headPlace
      findings.append(Finding(found.kind, at: place, found.facts))
    }
    let isGood = !findings.contains { $0.severity == .error }
    return PackReading(pack: isGood ? pack : nil, findings: sorted(findings))
  }

  private static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element)
  }
}

/// A pack whose YAML files were read, but not its stories, which need names of other packs.
private struct RawPack {
  let files: PackFiles
  private(set) var findings: [Finding]
  private(set) var decoder = PackDecoder()
  private(set) var stories: [(file: String, bytes: [UInt8])] = []

  var headPlace: SourcePlace { SourcePlace(file: "\(files.name)/pack.yaml") }

  init(_ files: PackFiles, _ findings: [Finding]) {
    self.files = files
    self.findings = findings
    for file in files.files {
      let name = "\(files.name)/\(file.path)"
      guard let part = PackPart(path: file.path), part != .words, part != .demo else {
        continue
      }
      if part == .stories {
        if let text = SourceText.checked(file.bytes, file: name, into: &self.findings) {
          stories.append((name, text))
        }
        continue
      }
      let parsed = YAMLParser.parse(file.bytes, file: name)
      self.findings += parsed.findings
      if let node = parsed.node { decoder.decode(node, as: part) }
    }
    let isThere = files.files.contains { $0.path == PackPart.pack.pattern }
    let isFolder = !findings.contains { $0.kind == .folderMissing }
    if !isThere && isFolder { self.findings.append(Finding(.fileMissing, at: headPlace)) }
    if let head = decoder.draft.head, head.id != files.name {
      self.findings.append(Finding(.idNotFolder, at: headPlace, ["code": head.id]))
    }
  }
}

extension PackOrder.Obstacle {
  func finding(id: String, at place: SourcePlace) -> Finding {
    switch self {
    case .dependencyMissing(let code): Finding(.dependencyMissing, at: place, ["code": code])
    case .cycle(let codes):
      Finding(.dependencyCycle, at: place, ["codes": codes.joined(separator: ", ")])
    case .idTwice: Finding(.codeTwice, at: place, ["what": "pack", "code": id])
    }
  }
}

extension FindingKind {
  /// Kinds that may follow from a value that could not be read; held back until all can be, so
  /// that the author sees causes.
  static let consequences: Set<FindingKind> = [
    .referenceUnknown, .itemUntold, .itemNoHandleClock, .itemJoin, .ruleLast, .flowNoFinal,
    .flowNoDispatch, .stageUnreachable, .stageDeadEnd, .stageNoWayOut, .edgeNobody, .edgeCloses,
    .edgePostCannotHandle, .hoursNone, .profileColumns, .storyEmpty, .mappingNoSource,
    .mappingTopic,
    .ruleMeasure, .ruleLevels, .ruleWindow, .rulePlaceholder, .riskField, .riskDate, .riskLines,
    .policyNumber, .ladderCause, .ladderAfter, .ladderReply, .noticeNobody, .retentionStays,
    .purposeBasis,
  ]
}
