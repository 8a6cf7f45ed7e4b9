import City
import Ports
import Testing

@testable import Vault

@Suite("anchors of the journal")
struct AnchorTests {
  private static func anchor(_ sequence: Int64) -> Anchor {
    Anchor(
      chain: 1, sequence: sequence, hash: Digest(bytes: [UInt8](repeating: 7, count: 32)),
      at: Instant(milliseconds: 1_000 + sequence))
  }

  @Test("what was signed is read back, and the key stays the same")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let key = try AnchorKey(folder: folder.path)
    let again = try AnchorKey(folder: folder.path)
    #expect(key.publicKey == again.publicKey)
    let text = [Self.anchor(1), Self.anchor(90)].map(key.line).joined(separator: "\n") + "\n"
    let book = try AnchorText.read(text, publicKey: nil)
    #expect(book.anchors == [Self.anchor(1), Self.anchor(90)])
    #expect(book.publicKey == key.publicKey)
    #expect(try AnchorText.read("", publicKey: nil).anchors.isEmpty)
  }

  @Test("every changed character is noticed")
  func tampered() throws {
    let folder = try TemporaryFolder()
    let key = try AnchorKey(folder: folder.path)
    let line = Array(key.line(Self.anchor(12)).utf8)
    for index in line.indices {
      var changed = line
      changed[index] = changed[index] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
      let text = String(decoding: changed, as: UTF8.self)
      #expect(throws: AnchorText.Fault.self, "byte \(index)") {
        try AnchorText.read(text, publicKey: key.publicKey)
      }
    }
  }

  @Test("another key proves nothing")
  func otherKey() throws {
    let folders = (try TemporaryFolder(), try TemporaryFolder())
    let keys = (try AnchorKey(folder: folders.0.path), try AnchorKey(folder: folders.1.path))
    let lines = (keys.0.line(Self.anchor(1)), keys.1.line(Self.anchor(2)))
    #expect(throws: AnchorText.Fault.key(line: 2)) {
      try AnchorText.read(lines.0 + "\n" + lines.1, publicKey: nil)
    }
    #expect(throws: AnchorText.Fault.key(line: 1)) {
      try AnchorText.read(lines.0, publicKey: keys.1.publicKey)
    }
  }

  @Test("a key that others may read is refused")
  func exposed() throws {
    let folder = try TemporaryFolder()
    _ = try AnchorKey(folder: folder.path)
    let path = folder.path + "/" + AnchorKey.fileName
    try expose(path)
    #expect(throws: VaultFault.self) { try AnchorKey(folder: folder.path) }
  }
}
