import Testing

@testable import Vault

@Suite("Byte search")
struct ByteSearchTests {
  @Test("a planted text is found in every file, however it is written, and across pieces")
  func planted() throws {
    let folder = try TemporaryFolder()
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    let wanted = ByteSearch.encodings(of: "13800138000张三")
    let places = [0, 1, ByteSearch.pieceBytes - 3, ByteSearch.pieceBytes, 2_000_000]
    try SystemFolder.make(folder.path + "/deep")
    try SystemFolder.make(folder.path + "/deep/.hidden")
    for (index, bytes) in wanted.enumerated() {
      var file = numbers.bytes(100) + [UInt8](repeating: 0xAA, count: 2_100_000)
      let place = places[index % places.count]
      file.replaceSubrange(place..<place + bytes.count, with: bytes)
      let path = folder.path + "/deep/.hidden/\(index)"
      try overwrite(path, with: file)
      let hits = try ByteSearch.hits(of: wanted, under: folder.path)
      #expect(hits.contains(ByteSearch.Hit(path: path, offset: place, wanted: index)))
      try overwrite(path, with: [])
    }
    #expect(try ByteSearch.hits(of: wanted, under: folder.path).isEmpty)
  }

  static let rows: [(String, String, [Int])] = [
    ("a", "banana", [1, 3, 5]), ("ana", "banana", [1, 3]), ("banana", "banana", [0]),
    ("bananas", "banana", []), ("n", "", []), ("na", "banana", [2, 4]),
  ]

  @Test("all places, also those that overlap", arguments: rows)
  func places(_ wanted: String, _ text: String, _ expected: [Int]) {
    #expect(ByteSearch.places(of: Array(wanted.utf8), in: Array(text.utf8)) == expected)
  }

  static let encoded: [(String, [UInt8])] = [
    ("UTF-16, high byte first", [0x5F, 0x20, 0x4E, 0x09]),
    ("UTF-16, low byte first", [0x20, 0x5F, 0x09, 0x4E]),
    ("GB18030", [0xD5, 0xC5, 0xC8, 0xFD]),
    ("JSON", Array("\\u5f20\\u4e09".utf8)),
    ("hexadecimal", Array("e5bca0e4b889".utf8)),
    ("base64", Array("5byg5LiJ".utf8)),
  ]

  @Test("a text in other clothes", arguments: encoded)
  func encoding(_ name: String, _ bytes: [UInt8]) {
    #expect(ByteSearch.encodings(of: "张三").contains(bytes), "\(name)")
  }

  @Test("base64 is found whatever stands around it")
  func base64() {
    let known = Array("eHh4MTM4MDAxMzgwMDB5eQ".utf8)  // xxx13800138000yy
    let wanted = ByteSearch.encodings(of: "13800138000")
    #expect(wanted.contains { !ByteSearch.places(of: $0, in: known).isEmpty })
  }

  @Test("nothing to look for, or a tree that is not there, proves nothing")
  func faults() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ByteSearch.Fault.wanted(1)) {
      try ByteSearch.hits(of: [[1], []], under: folder.path)
    }
    #expect(throws: ByteSearch.Fault.self) {
      try ByteSearch.hits(of: [[1]], under: folder.path + "/missing")
    }
  }
}
