import City
import Glibc
import Ports
import Synchronization

/// The index of the search box: finds any fragment in any document, in a folder of its own.
///
/// Documents are gathered into segments that never change; small ones are merged into larger ones.
/// It follows the journal: what was not yet on disk when the process ended is indexed again from
/// there, so it acknowledges nothing and may be deleted while nothing runs. One thread changes it
/// (`apply`, `checkpoint`); any number search meanwhile, each in the state it found.
package final class SearchStore: Sendable {
  /// The folder's name within the data folder.
  package static let folderName = "search"

  /// What searches see: whole states, replaced at once.
  struct Snapshot: Sendable {
    var segments: [Segment] = []
    var areas = PathTable()
    var units = PathTable()
  }

  let folder: String
  let folding: SearchFolding
  private let snapshot = Mutex(Snapshot())
  private let position: Mutex<(followed: Int64, durable: Int64, next: Int)>

  /// Opens the index, or begins an empty one where there is none that can be read.
  ///
  /// The files' sums are read by `isWhole`, not here, so that opening takes no longer for more.
  package init(folder: String, folding: SearchFolding) throws(SearchStoreFault) {
    self.folder = folder
    self.folding = folding
    position = Mutex((0, 0, 1))
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw SearchStoreFault(detail: "\(folder) cannot be made: errno \(errno)")
    }
    if let manifest = SearchManifest.read(folder: folder, fingerprint: folding.fingerprint),
      let segments = try? manifest.segments.map({ try Segment.open(path($0)) })
    {
      position.withLock { $0 = (manifest.followed, manifest.followed, manifest.next) }
      snapshot.withLock {
        $0 = Snapshot(segments: segments, areas: manifest.areas, units: manifest.units)
      }
    }
    removeStrangers()
  }

  /// Has the index in `folder` made anew when it is next opened; nothing may have it open.
  package static func discard(folder: String) { unlink(folder + "/" + SearchManifest.fileName) }

  /// The last journal entry that can be found.
  package var followed: Int64 { position.withLock { $0.followed } }

  /// Whether every file holds what was written; reads all of them.
  package var isWhole: Bool {
    current.segments.allSatisfy { $0.path == nil || $0.isWhole }
  }

  /// Begins anew: the caller follows the journal from its first entry.
  package func clear() throws(SearchStoreFault) {
    snapshot.withLock { $0 = Snapshot() }
    position.withLock { $0 = (0, 0, $0.next) }
    try writeManifest()
    removeStrangers()
  }

  /// Documents, bytes of files and memory, and bytes of text therein.
  package var size: (documents: Int, bytes: Int, textBytes: Int) {
    var size = (documents: 0, bytes: 0, textBytes: 0)
    for segment in current.segments {
      size.documents += segment.count
      size.bytes += segment.bytes.count + segment.columns.bytes.count
      size.textBytes += segment.textBytes
    }
    return size
  }

  /// Bytes of all files of the index, also of those that are about to be removed.
  package var fileBytes: Int {
    fileNames.reduce(0) { sum, name in
      var status = stat()
      return stat(folder + "/" + name, &status) == 0 ? sum + Int(status.st_size) : sum
    }
  }

  private var fileNames: [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  var current: Snapshot { snapshot.withLock { $0 } }

  /// Makes changes findable; they are on disk with the next checkpoint only.
  ///
  /// - Parameter sequence: the journal entry that they reach up to.
  package func apply(_ changes: [SearchChange], through sequence: Int64) throws(SearchStoreFault) {
    var writing = SearchWriting(current, folding: folding)
    for change in changes { writing.apply(change) }
    let purged = writing.purged
    let (segments, areas, units, built) = try writing.finish()
    var all = segments
    if let built { all.append(try store(built)) }
    all = try merge(all)
    if !purged.isEmpty { all = try purge(all, purged) }
    let final = Snapshot(segments: all, areas: areas, units: units)
    snapshot.withLock { $0 = final }
    position.withLock { $0.followed = sequence }
    let held = final.segments.reduce(0) { $0 + ($1.path == nil ? $1.count : 0) }
    // What was forgotten may not come back after a crash: the columns go to disk at once.
    let hasForgotten = changes.contains { change in
      if case .forgotten = change { true } else { false }
    }
    if held > SearchLimits.memoryDocumentsMax || !purged.isEmpty || hasForgotten {
      try checkpoint()
    }
  }

  /// Puts everything on disk that is in memory alone, and remembers how far that is.
  package func checkpoint() throws(SearchStoreFault) {
    var state = current
    let held = state.segments.filter { $0.path == nil }
    if !held.isEmpty {
      let merge = SegmentMerge(held)
      state.segments.removeAll { $0.path == nil }
      if merge.documents > 0 { state.segments.append(try merge.run(path: nextPath())) }
      let final = state
      snapshot.withLock { $0 = final }
    }
    let followed = followed
    guard !held.isEmpty || position.withLock({ $0.durable }) != followed else { return }
    for segment in state.segments { try segment.columns.bytes.synchronise() }
    position.withLock { $0.durable = followed }
    try writeManifest()
    removeStrangers()
  }

  // MARK: Files

  private func path(_ number: Int) -> String { "\(folder)/\(number).segment" }

  private func nextPath() -> String {
    path(
      position.withLock { position in
        defer { position.next += 1 }
        return position.next
      })
  }

  private func writeManifest() throws(SearchStoreFault) {
    let state = current
    var manifest = SearchManifest()
    (manifest.followed, manifest.next) = position.withLock { ($0.durable, $0.next) }
    manifest.segments = state.segments.compactMap { $0.path.flatMap(Self.number) }
    (manifest.areas, manifest.units) = (state.areas, state.units)
    try manifest.write(folder: folder, fingerprint: folding.fingerprint)
  }

  private static func number(_ path: String) -> Int? {
    let name = path.split(separator: "/").last ?? ""
    return Int(name.prefix { $0 != "." })
  }

  /// Removes files that no manifest names: left by a crash, or merged into others.
  private func removeStrangers() {
    let known = Set(current.segments.compactMap(\.path))
    for name in fileNames {
      let isOurs = name.hasSuffix(".segment") || name.hasSuffix(".segment.columns")
      let owner = folder + "/" + (name.split(separator: ".").first ?? "") + ".segment"
      if isOurs && !known.contains(owner) { unlink(folder + "/" + name) }
    }
  }

  // MARK: Segments

  /// A large batch goes to a file at once.
  private func store(_ builder: SegmentBuilder) throws(SearchStoreFault) -> Segment {
    var builder = builder
    return try builder.build(
      path: builder.count > SearchLimits.memorySegmentMax ? nextPath() : nil)
  }

  /// Merges segments of one size wherever there are enough of them.
  private func merge(_ segments: [Segment]) throws(SearchStoreFault) -> [Segment] {
    var segments = segments
    while true {
      let sizes = Dictionary(grouping: segments.indices) { Self.sizeClass(segments[$0].count) }
      let crowded = sizes.first { size, indices in
        indices.count >= SearchLimits.mergeWidth
          && indices.reduce(0) { $0 + segments[$1].count } <= SearchLimits.segmentDocumentsMax
          && indices.reduce(0) { $0 + segments[$1].layout.units } <= SearchLimits.segmentUnitsMax
      }
      guard let indices = crowded?.value.sorted() else { return segments }
      let merge = SegmentMerge(indices.map { segments[$0] })
      for index in indices.reversed() { segments.remove(at: index) }
      guard merge.documents > 0 else { continue }
      segments.append(
        try merge.run(path: merge.documents > SearchLimits.memorySegmentMax ? nextPath() : nil))
    }
  }

  /// 0 up to 128 documents, and one more for each eightfold.
  static func sizeClass(_ count: Int) -> Int {
    var size = 0
    var limit = 128
    while count > limit {
      limit *= SearchLimits.mergeWidth
      size += 1
    }
    return size
  }

  /// Writes segments anew that hold what must be gone.
  private func purge(_ segments: [Segment], _ ids: Set<Int64>) throws(SearchStoreFault) -> [Segment]
  {
    var kept: [Segment] = []
    for segment in segments {
      let holds = (0..<segment.count).contains { row in
        segment.columns.kind[row] == 0 && ids.contains(segment.columns.id[row])
      }
      guard holds else {
        kept.append(segment)
        continue
      }
      let merge = SegmentMerge([segment], purging: true)
      guard merge.documents > 0 else { continue }
      kept.append(try merge.run(path: segment.path == nil ? nil : nextPath()))
    }
    return kept
  }
}
