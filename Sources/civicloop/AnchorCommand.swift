import City
import Engine
import Glibc
import JSONText
import Ports
import Vault

/// `civicloop anchor`: a signed line that says how far the journal came.
enum AnchorCommand {
  static let commands = [
    Command(
      name: "anchor", summary: "signs the newest entry of the journal, to be kept elsewhere",
      usage: "anchor [--out FILE] [--data DIR]",
      example: "civicloop anchor --out /mnt/audit/anchors --data ./data", options: ["out"]
    ) { arguments in try await run(arguments) }
  ]

  private static func run(_ arguments: Arguments) async throws -> Int32 {
    let folder = try await DataFolder.open(arguments.data, note: "anchor", clock: SystemClock())
    do {
      guard let anchor = try await AnchorFile.newest(folder.engine) else {
        throw WorkFault(message: "the journal is empty")
      }
      let key = try folder.anchorKey()
      let line = key.line(anchor)
      if let path = arguments["out"] { try AnchorFile.append(line, to: path) }
      await folder.close()
      Output.result { writer in
        writer.member("sequence", anchor.sequence)
        writer.member("anchorKey", key.publicKey)
        writer.member("anchor", line)
      }
      return 0
    } catch {
      await folder.close()
      throw error
    }
  }
}

/// Files of anchors, one a line.
enum AnchorFile {
  /// Bytes of a file of anchors. Beyond: refused.
  static let bytesMax = 256 << 20

  /// The anchors of `--anchors`, checked; nil where it is not given.
  static func read(_ arguments: Arguments) throws -> AnchorText.Book? {
    guard let path = arguments["anchors"] else { return nil }
    guard let bytes = FileText.read(path), bytes.count <= bytesMax else {
      throw UsageFault(message: "\(path): no such file, or more than \(bytesMax) bytes")
    }
    do throws(AnchorText.Fault) {
      return try AnchorText.read(
        String(decoding: bytes, as: UTF8.self), publicKey: arguments["anchor-key"])
    } catch {
      throw WorkFault(message: "\(path): \(error.text)")
    }
  }

  /// Hashes by number.
  ///
  /// - Throws: where two anchors of one entry contradict each other.
  static func hashes(_ book: AnchorText.Book?) throws -> [Int64: Digest] {
    var hashes: [Int64: Digest] = [:]
    for anchor in book?.anchors ?? [] {
      guard hashes[anchor.sequence] == nil || hashes[anchor.sequence] == anchor.hash else {
        throw WorkFault(
          message: "anchors of entry \(anchor.sequence) contradict each other: it was written anew")
      }
      hashes[anchor.sequence] = anchor.hash
    }
    return hashes
  }

  /// nil in an empty journal.
  static func newest(_ engine: Engine) async throws(StoreFault) -> Anchor? {
    let last = try await engine.store.lastSequence()
    guard let entry = try await engine.store.entries(after: last - 1, limit: 1).first else {
      return nil
    }
    return Anchor(chain: 1, sequence: entry.sequence, hash: entry.hash, at: engine.time.now)
  }

  /// Adds a line, on disk when this returns.
  static func append(_ line: String, to path: String) throws {
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw WorkFault(message: "\(path) cannot be opened: errno \(errno)") }
    defer { close(file) }
    let bytes = Array((line + "\n").utf8)
    guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw WorkFault(message: "\(path) cannot be written: errno \(errno)")
    }
  }
}

/// Writes an anchor every hour while the server runs, and one at its end.
struct AnchorSchedule {
  static let intervalMilliseconds: Int64 = Duration.hour

  let engine: Engine
  let key: any AnchorSigning
  let path: String

  /// Runs until it is cancelled.
  func run() async {
    var last: Int64 = 0
    while true {
      last = await write(after: last)
      do {
        try await Task.sleep(for: .milliseconds(Self.intervalMilliseconds))
      } catch {
        break
      }
    }
    _ = await write(after: last)
  }

  /// What cannot be written is said and tried again.
  private func write(after last: Int64) async -> Int64 {
    do {
      guard let anchor = try await AnchorFile.newest(engine), anchor.sequence > last else {
        return last
      }
      try AnchorFile.append(key.line(anchor), to: path)
      return anchor.sequence
    } catch {
      Output.say("warning: no anchor was written: \(error)")
      return last
    }
  }
}
