import Glibc
package import Ports

/// The running state of rules: one file, replaced whole.
struct RuleStateFile: Sendable {
  /// More is no state: 400 bytes for each of the streams that a store accepts.
  static let bytesMax = 400 * ObservationLimits.streamsMax

  let folder: String
  private var path: String { folder + "/rules.state" }

  /// Writes beside the file and then renames, so that a crash leaves the one or the other.
  func write(_ bytes: [UInt8]) throws(DiskFault) {
    let part = path + ".part"
    let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DiskFault("\(part) cannot be made") }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw DiskFault("\(part) cannot be written") }
      offset += count
    }
    guard fdatasync(descriptor) == 0 else { throw DiskFault("\(part) cannot be flushed") }
    guard rename(part, path) == 0 else { throw DiskFault("\(path) cannot be replaced") }
    try Folder.flush(folder)
  }

  /// nil where there is none, or it cannot be read.
  func read() -> [UInt8]? {
    let count = Folder.size(path)
    guard count > 0, count <= Self.bytesMax else { return nil }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let more = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
        guard more > 0 else { return }
        filled += more
      }
    }
    return bytes.count == count ? bytes : nil
  }
}

extension SegmentedObservationStore {
  package func saveRuleState(_ bytes: [UInt8]) async throws(StoreFault) {
    let file = RuleStateFile(folder: folder)
    try await reader.answer { _ in
      Result { () throws(DiskFault) in try file.write(bytes) }
        .mapError { StoreFault.unavailable(detail: $0.detail) }
    }
  }

  package func ruleState() async throws(StoreFault) -> [UInt8]? {
    let file = RuleStateFile(folder: folder)
    return try await reader.answer { _ in .success(file.read()) }
  }
}
