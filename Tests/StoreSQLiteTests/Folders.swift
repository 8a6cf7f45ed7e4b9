import Foundation
import JSONText
import Ports
import Records
import StoreConformance

@testable import StoreSQLite

/// A folder for the time of one test.
struct Scratch: ~Copyable {
  let path: String

  init(_ name: String = "store") throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-\(name)-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The database within the folder.
  var database: String { path + "/" + SQLiteStore.fileName }

  /// Fills the folder with a random history of the town, and closes it.
  /// - Returns: how many entries there are.
  func history(seed: UInt64, changes: Int) async throws -> Int64 {
    let store = try SQLiteStore(folder: path)
    defer { store.close() }
    _ = try await store.commit(Town.founding)
    var maker = HistoryMaker(seed: seed)
    for _ in 0..<changes {
      let change = maker.next()
      do throws(StoreFault) {
        _ = try await store.commit(change)
        maker.accept(change)
      } catch {
        continue  // A mistake of the history, which the store must refuse.
      }
    }
    return try await store.lastSequence()
  }
}

enum FileWriter {
  static func write(_ bytes: [UInt8], to path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }
}

/// Facts as the journal stores them.
enum JournalBody {
  static func bytes(_ changes: ChangeSet) -> [UInt8] {
    var writer = JSONWriter()
    FactCoding.encode(changes.facts, into: &writer)
    return writer.take()
  }
}
