import City
package import Ports
import Synchronization

/// What a check of everything on disk found.
package struct ObservationVerification: Sendable, Equatable {
  /// Observations in whole frames of the log, and frames that are not whole.
  package var logObservations = 0
  package var logFramesDamaged = 0
  package var blocks = 0
  /// Observations in whole blocks.
  package var sealedObservations = 0
  /// Blocks whose checksum or content is not what was written, or days that do not add up.
  package var blocksDamaged = 0
  /// Bytes of log, day files and registry.
  package var bytes = 0
  /// Files in which damage was found, by their path inside the folder.
  package var damagedFiles: [String] = []

  package var isIntact: Bool { logFramesDamaged == 0 && blocksDamaged == 0 }

  /// Of nothing.
  package init() {}
}

extension SegmentedObservationStore {
  /// Reads all frames and blocks and compares their checksums. Sealing waits meanwhile; appending
  /// and reading go on.
  package func verify() async throws(StoreFault) -> ObservationVerification {
    try await undisturbed { [self] in
      var report = ObservationVerification()
      do throws(DiskFault) {
        for segment in log.segments {
          report.bytes += segment.bytes
          let before = report.logFramesDamaged
          let end = try segment.walk { frame in
            if frame.isWhole {
              report.logObservations += frame.header.count
            } else {
              report.logFramesDamaged += 1
            }
            return true
          }
          // Bytes that begin no frame.
          if end < segment.bytes { report.logFramesDamaged += 1 }
          if report.logFramesDamaged > before { report.damagedFiles.append(segment.path) }
        }
        for day in days.withLock({ $0.sorted() }) {
          let name = "days/" + DayFile.name(day)
          report.bytes += Folder.size(folder + "/" + name)
          let found: (blocks: Int, observations: Int, damaged: Int)
          do throws(DiskFault) {
            found = try DayFile(path: folder + "/" + name, day: day).verify()
          } catch {
            // SQLite itself refuses the file.
            found = (0, 0, 1)
          }
          report.blocks += found.blocks
          report.sealedObservations += found.observations
          report.blocksDamaged += found.damaged
          if found.damaged > 0 { report.damagedFiles.append(name) }
        }
      } catch {
        return .failure(.unavailable(detail: error.detail))
      }
      report.bytes += Folder.size(folder + "/streams.sqlite")
      return .success(report)
    }
  }

  /// Writes a consistent copy into a folder that is not there yet, while appending goes on. It holds
  /// everything acknowledged before the call.
  ///
  /// - Returns: bytes copied.
  package func copy(to target: String) async throws(StoreFault) -> Int {
    let folder = folder
    return try await undisturbed {
      Result { () throws(StoreFault) in try ObservationCopy(of: folder, to: target).make() }
    }
  }

  /// Bytes of the sealed days on disk.
  package var sealedBytes: Int {
    days.withLock { $0.reduce(0) { $0 + Folder.size(folder + "/days/" + DayFile.name($1)) } }
  }

  /// Observations that no block holds yet.
  package var unsealed: Int { tail.count }
}
