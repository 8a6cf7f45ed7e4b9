import Glibc
import Testing

@testable import Vault

/// A folder of its own for one test, removed with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/civicloop-vault-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TemporaryFolderFault() }
    path = String(cString: made)
  }

  deinit {
    Self.remove(path)
  }

  private static func remove(_ path: String) {
    for entry in (try? SystemFolder.entries(path)) ?? [] {
      let inner = path + "/" + entry.name
      if entry.isFolder { remove(inner) } else { unlink(inner) }
    }
    rmdir(path)
  }
}

struct TemporaryFolderFault: Error {}

/// Numbers from a seed, so that a failure can be had again.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}

/// The bytes of a file, and changing them behind the back of whoever has it open.
func contents(_ path: String) throws -> [UInt8] {
  try SystemFolder.contents(path) ?? []
}

func overwrite(_ path: String, with bytes: [UInt8]) throws {
  let file = try SystemFile(path, flags: O_RDWR | O_CREAT | O_TRUNC)
  try file.write(bytes, at: 0)
}

/// Lets others read a file.
func expose(_ path: String) throws {
  guard chmod(path, 0o644) == 0 else { throw TemporaryFolderFault() }
}
