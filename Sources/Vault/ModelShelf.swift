package import City
package import Ports

/// Learned models as files of one folder, each named by the digest of its content. What was
/// written is never changed.
package struct ModelShelf: ModelKeeping {
  /// Of one model.
  package static let bytesMax = 64 << 20

  private let folder: String

  /// - Parameter folder: made with the first model.
  package init(folder: String) {
    self.folder = folder
  }

  package func save(_ bytes: [UInt8], named digest: Digest) async throws(ModelFault) {
    guard bytes.count <= Self.bytesMax else { throw .tooLarge(max: Self.bytesMax) }
    try attempt { () throws(SystemFault) in
      try SystemFolder.make(folder)
      let path = path(digest)
      if !SystemFolder.exists(path) { try SystemFolder.replace(path, with: bytes) }
    }
  }

  package func load(_ digest: Digest) async throws(ModelFault) -> [UInt8]? {
    try attempt { () throws(SystemFault) in try SystemFolder.contents(path(digest)) }
  }

  package func discard(except kept: Set<Digest>) async throws(ModelFault) {
    try attempt { () throws(SystemFault) in
      guard SystemFolder.exists(folder) else { return }
      let names = Set(kept.map(HexText.write))
      for entry in try SystemFolder.entries(folder) where entry.isFile {
        if !names.contains(entry.name) { try SystemFolder.remove(folder + "/" + entry.name) }
      }
    }
  }

  private func attempt<Answer>(
    _ work: () throws(SystemFault) -> Answer
  ) throws(ModelFault) -> Answer {
    do throws(SystemFault) {
      return try work()
    } catch {
      throw .unavailable(detail: "\(folder): \(error)")
    }
  }

  private func path(_ digest: Digest) -> String { folder + "/" + HexText.write(digest) }
}
