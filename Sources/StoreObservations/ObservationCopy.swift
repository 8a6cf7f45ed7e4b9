import Glibc
package import Ports

/// A copy of a folder of observations, also of one that another process writes to meanwhile.
///
/// First it notes how far the log goes, then it copies the registry, then the days, then so much of
/// the log. So no stream of the log is missing from the registry, and what the registry calls sealed
/// is in the days; days that were sealed further say so themselves.
package struct ObservationCopy: Sendable {
  private let source: String
  private let target: String

  /// - Parameter target: a folder that is not there yet.
  package init(of source: String, to target: String) {
    self.source = source
    self.target = target
  }

  /// Holds everything that was acknowledged before the call.
  ///
  /// - Returns: bytes copied.
  /// - Throws: `unavailable` where a file cannot be read or written.
  package func make() throws(StoreFault) -> Int {
    do throws(DiskFault) {
      return try copy()
    } catch {
      throw .unavailable(detail: error.detail)
    }
  }

  private func copy() throws(DiskFault) -> Int {
    try Folder.make(target)
    try Folder.make(target + "/days")
    try Folder.make(target + "/log")
    let segments = try LogSegment.all(in: source + "/log")
    var bytes = try copyDatabase("streams.sqlite")
    for name in try Folder.names(source + "/days") where DayFile.day(name) != nil {
      bytes += try copyDatabase("days/" + name)
    }
    for segment in segments {
      let copy = LogSegment(first: segment.first, folder: target + "/log")
      // Gone meanwhile means sealed, and so in the days.
      guard access(segment.path, F_OK) == 0 else { continue }
      try Folder.copy(segment.path, to: copy.path, bytes: segment.bytes)
      bytes += segment.bytes
    }
    try Folder.flush(target + "/days")
    try Folder.flush(target + "/log")
    try Folder.flush(target)
    return bytes
  }

  /// - Returns: bytes copied; 0 where the file is gone because retention dropped it.
  private func copyDatabase(_ name: String) throws(DiskFault) -> Int {
    let path = source + "/" + name
    guard access(path, F_OK) == 0 else { return 0 }
    try Database(path: path, makes: false).copy(to: target + "/" + name)
    return Folder.size(target + "/" + name)
  }
}
