import City
import Foundation
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

  @Test(
    "what was signed is read back, and the key stays the same", arguments: AnchorKey.Form.allCases)
  func roundTrip(_ form: AnchorKey.Form) throws {
    let folder = try TemporaryFolder()
    let key = try AnchorKey(folder: folder.path, form: form)
    let again = try AnchorKey(folder: folder.path, form: form)
    #expect(key.publicKey == again.publicKey)
    let text = [Self.anchor(1), Self.anchor(90)].map(key.line).joined(separator: "\n") + "\n"
    let book = try AnchorText.read(text, publicKey: nil)
    #expect(book.anchors == [Self.anchor(1), Self.anchor(90)])
    #expect(book.publicKey == key.publicKey)
    #expect(try AnchorText.read("", publicKey: nil).anchors.isEmpty)
  }

  @Test("every changed character is noticed", arguments: AnchorKey.Form.allCases)
  func tampered(_ form: AnchorKey.Form) throws {
    let folder = try TemporaryFolder()
    let key = try AnchorKey(folder: folder.path, form: form)
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

  @Test("one file may hold both forms, each with its own key")
  func bothForms() throws {
    let folder = try TemporaryFolder()
    let keys = try AnchorKey.Form.allCases.map { try AnchorKey(folder: folder.path, form: $0) }
    let text = keys[0].line(Self.anchor(1)) + "\n" + keys[1].line(Self.anchor(2))
    let both = keys.map(\.publicKey).joined(separator: ",")
    for named in [nil, both] {
      let book = try AnchorText.read(text, publicKey: named)
      #expect(book.anchors.map(\.sequence) == [1, 2] && book.publicKey == both)
    }
    #expect(throws: AnchorText.Fault.key(line: 2)) {
      try AnchorText.read(text, publicKey: keys[0].publicKey)
    }
  }

  @Test("a signature by SM2 is checked by the library's own program")
  func checkedFromOutside() throws {
    let folder = try TemporaryFolder()
    let key = try AnchorKey(folder: folder.path, form: .sm2)
    let line = key.line(Self.anchor(3))
    let words = line.split(separator: " ")
    let point = try #require(AnchorText.bytes(String(words[6])))
    let signature = try #require(AnchorText.bytes(String(words[7])))
    // A public key on the curve of SM2, as RFC 5480 writes one: this head, then the point.
    let head = try #require(HexText.bytes("3059301306072a8648ce3d020106082a811ccf5501822d034200"))
    let files = ["key": head + point, "signature": signature]
    for (name, bytes) in files {
      try Data(bytes).write(to: URL(filePath: folder.path + "/" + name))
    }
    for (text, isSound) in [
      (String(line.dropLast(words[7].count + 1)), true), ("another line", false),
    ] {
      try Data(text.utf8).write(to: URL(filePath: folder.path + "/text"))
      let check = Process()
      check.executableURL = URL(filePath: "/usr/bin/openssl")
      check.currentDirectoryURL = URL(filePath: folder.path)
      check.arguments = [
        "dgst", "-sm3", "-sigopt", "distid:1234567812345678", "-keyform", "DER", "-verify", "key",
        "-signature", "signature", "text",
      ]
      (check.standardOutput, check.standardError) = (Pipe(), Pipe())
      try check.run()
      check.waitUntilExit()
      #expect((check.terminationStatus == 0) == isSound, "\(text)")
    }
  }

  @Test("a key that others may read is refused")
  func exposed() throws {
    let folder = try TemporaryFolder()
    _ = try AnchorKey(folder: folder.path)
    let path = folder.path + "/" + AnchorKey.Form.ed25519.fileName
    try expose(path)
    #expect(throws: VaultFault.self) { try AnchorKey(folder: folder.path) }
  }
}
