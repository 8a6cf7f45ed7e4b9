import Engine
import JSONText
import Ports
import StoreObservations

/// The observations of a data folder, for commands.
enum ObservationFolder {
  /// Name of the folder within the data folder.
  static let name = "observations"

  static func path(_ folder: DataFolder) -> String { folder.path + "/" + name }

  /// Opens devices and history for the time of `body`.
  static func with<Answer: Sendable>(
    _ folder: DataFolder, _ body: (DataFolder, Perception) async throws -> Answer
  ) async throws -> Answer {
    do {
      let store = try SegmentedObservationStore(
        folder: path(folder), time: folder.engine.time)
      defer { store.close() }
      let perception = try await Perception(engine: folder.engine, observations: store)
      return try await body(folder, perception)
    } catch let fault as StoreFault {
      throw WorkFault(message: "observations cannot be read: \(fault)")
    }
  }

  /// Reads everything once; a folder without observations is intact.
  ///
  /// - Parameter data: a data folder that nobody else holds.
  static func verify(_ data: String) async throws -> ObservationVerification {
    let path = data + "/" + name
    guard Home.isFolder(path) else { return ObservationVerification() }
    do throws(StoreFault) {
      let store = try SegmentedObservationStore(folder: path, time: SystemClock())
      defer { store.close() }
      return try await store.verify()
    } catch {
      throw WorkFault(message: "observations cannot be read: \(error)")
    }
  }

  static func write(_ found: ObservationVerification, to writer: inout JSONWriter) {
    writer.member("observationsIntact", found.isIntact)
    writer.member("observationsSealed", found.sealedObservations)
    writer.member("observationsInLog", found.logObservations)
    if !found.damagedFiles.isEmpty { writer.member("observationsDamaged", found.damagedFiles) }
  }

  /// Copies what a data folder holds, while a server may write to it.
  ///
  /// - Returns: bytes copied.
  static func copy(_ data: String, to target: String) throws -> Int64 {
    guard Home.isFolder(data + "/" + name) else { return 0 }
    do throws(StoreFault) {
      let copy = ObservationCopy(of: data + "/" + name, to: target + "/" + name)
      return Int64(try copy.make())
    } catch {
      throw WorkFault(message: "observations cannot be copied: \(error)")
    }
  }
}
