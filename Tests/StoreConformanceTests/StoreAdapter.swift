import Foundation
import Ports
import StoreConformance
import StoreMemory
import StoreSQLite
import Testing

/// One kind of store under test. To test another, add a line to `all`.
struct StoreAdapter: Sendable, CustomTestStringConvertible {
  let name: String
  let open: @Sendable () async throws -> OpenStore
  var testDescription: String { name }

  static let all = [
    StoreAdapter(name: "memory") {
      let store = MemoryStore()
      return OpenStore(store: store) { await store.close() }
    },
    StoreAdapter(name: "sqlite") {
      let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("civicloop-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      let store = try SQLiteStore(folder: folder)
      return OpenStore(store: store) {
        store.close()
        try? FileManager.default.removeItem(atPath: folder)
      }
    },
  ]

  /// An empty store for the time of `body`.
  func with(_ body: (any Store) async throws -> Void) async throws {
    let opened = try await open()
    do {
      try await body(opened.store)
    } catch {
      await opened.close()
      throw error
    }
    await opened.close()
  }

  /// A store with the town's trees and people for the time of `body`.
  func withTown(_ body: (any Store) async throws -> Void) async throws {
    try await with { store in
      _ = try await store.commit(Town.founding)
      try await body(store)
    }
  }
}

/// An empty store and what closes it and takes its files away.
struct OpenStore: Sendable {
  let store: any Store
  let close: @Sendable () async -> Void
}

extension Store {
  /// Commits facts that must be accepted.
  func add(_ facts: Fact...) async throws {
    _ = try await commit(Town.change(facts))
  }

  /// What a change set got, without the operators' text.
  func outcome(_ changes: ChangeSet) async -> Result<Receipt, StoreFault> {
    do throws(StoreFault) {
      return .success(try await commit(changes))
    } catch .inconsistent {
      return .failure(.inconsistent(detail: ""))
    } catch {
      return .failure(error)
    }
  }
}
