package import City
package import Ports

/// The door to a `FileShelf` for tasks: what waits for the disk waits on a thread of its own.
package final class FileStore: FileKeeping {
  /// How many calls may wait for the disk; beyond it a call is refused as unavailable.
  package static let waitingMax = 128

  /// For callers that may wait, like commands.
  package let shelf: FileShelf
  private let writing = WorkThread(waitingMax: FileStore.waitingMax)
  /// So that looking at a picture does not wait for somebody else's to be written.
  private let reading = WorkThread(waitingMax: FileStore.waitingMax)

  package init(shelf: FileShelf) {
    self.shelf = shelf
  }

  package func put(_ bytes: [UInt8]) async throws(FileFault) -> StoredFile {
    try await put(bytes, sealedFor: nil)
  }

  /// Keeps a file that only the subject's key opens.
  package func put(
    _ bytes: [UInt8], sealedFor subject: ID<Subject>?
  ) async throws(FileFault) -> StoredFile {
    try await run(on: writing) { shelf throws(FileFault) in
      try shelf.put(bytes, sealedFor: subject)
    }
  }

  package func describe(_ digest: FileDigest) async throws(FileFault) -> StoredFile? {
    try await run(on: reading) { shelf throws(FileFault) in try shelf.describe(digest) }
  }

  package func load(_ digest: FileDigest) async throws(FileFault) -> [UInt8]? {
    try await run(on: reading) { shelf throws(FileFault) in try shelf.load(digest) }
  }

  package func remove(_ digest: FileDigest) async throws(FileFault) {
    try await run(on: writing) { shelf throws(FileFault) in try shelf.remove(digest) }
  }

  private func run<Answer: Sendable>(
    on thread: WorkThread,
    _ work: @escaping @Sendable (FileShelf) throws(FileFault) -> Answer
  ) async throws(FileFault) -> Answer {
    let shelf = shelf
    let answer: Result<Answer, FileFault>
    do throws(WorkThread.Full) {
      answer = try await thread.run {
        Result { () throws(FileFault) in try work(shelf) }
      }
    } catch {
      throw .unavailable(detail: "too many calls wait for the disk")
    }
    return try answer.get()
  }
}
