package import City

/// A copy of the key file that still holds a key that must go.
package struct PendingCopy: Hashable, Sendable {
  package let subject: ID<Subject>
  package let path: String

  package init(subject: ID<Subject>, path: String) {
    self.subject = subject
    self.path = path
  }
}

/// Which copies of the key file there are, and what is still to be destroyed in them. Two text files
/// in the folder of the keys, one line an entry, so that an operator can read them.
struct CopyBook: Sendable {
  static let copiesMax = 1_000
  static let copiesName = "copies"
  static let pendingName = "pending"

  let folder: String
  private(set) var copies: [String]
  private(set) var pending: [PendingCopy]

  init(folder: String) throws(VaultFault) {
    self.folder = folder
    copies = try Self.lines(folder + "/" + Self.copiesName) { line in line }
    pending = try Self.lines(folder + "/" + Self.pendingName, Self.pendingCopy)
  }

  private static func lines<Entry>(
    _ path: String, _ read: (String) -> Entry?
  ) throws(VaultFault) -> [Entry] {
    let contents = try inVault { () throws(SystemFault) in try SystemFolder.contents(path) }
    var entries: [Entry] = []
    let lines = String(decoding: contents ?? [], as: UTF8.self).split(separator: "\n")
    for (index, line) in lines.enumerated() {
      guard let entry = read(String(line)) else {
        throw .listDamaged(path: path, line: index + 1)
      }
      entries.append(entry)
    }
    return entries
  }

  /// `42 /backup/keys/subjects.keys` → that copy still holds the key of subject 42.
  static func pendingCopy(_ line: String) -> PendingCopy? {
    let parts = line.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let number = Int64(parts[0]), number > 0, parts[1].hasPrefix("/")
    else { return nil }
    return PendingCopy(subject: ID(number), path: String(parts[1]))
  }

  /// Takes up a copy; one that is known stays.
  mutating func add(_ path: String) throws(VaultFault) {
    guard path.hasPrefix("/"), !path.contains(where: { $0.isNewline || $0 == "\0" }),
      path != folder + "/" + KeyRing.keysName
    else { throw .copyPath(path) }
    guard !copies.contains(path) else { return }
    guard copies.count < Self.copiesMax else { throw .copiesTooMany(max: Self.copiesMax) }
    try save(copies: copies + [path])
  }

  /// Strikes out a copy that is gone for good, and what was to be destroyed in it.
  mutating func forget(_ path: String) throws(VaultFault) {
    let kept = pending.filter { $0.path != path }
    if kept.count != pending.count {
      try inVault { () throws(SystemFault) in try save(pending: kept) }
    }
    if copies.contains(path) { try save(copies: copies.filter { $0 != path }) }
  }

  private mutating func save(copies next: [String]) throws(VaultFault) {
    try inVault { () throws(SystemFault) in
      try SystemFolder.replace(
        folder + "/" + Self.copiesName, with: Self.text(next))
    }
    copies = next
  }

  mutating func save(pending next: [PendingCopy]) throws(SystemFault) {
    try SystemFolder.replace(
      folder + "/" + Self.pendingName,
      with: Self.text(next.map { "\($0.subject.rawValue) \($0.path)" }))
    pending = next
  }

  /// The list of copies as it is put beside a new copy.
  var copiesText: [UInt8] { Self.text(copies) }

  private static func text(_ lines: [String]) -> [UInt8] {
    Array(lines.map { $0 + "\n" }.joined().utf8)
  }
}
