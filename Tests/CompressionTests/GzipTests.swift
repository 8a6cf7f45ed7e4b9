import Compression
import Glibc
import Testing

@Suite("gzip")
struct GzipTests {
  static let sizes = [0, 1, 1_000, 65_536, 1_000_000]

  static func sample(_ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
  }

  @Test("what was compressed comes back", arguments: sizes)
  func roundTrip(_ size: Int) throws {
    let bytes = Self.sample(size)
    let packed = try #require(Gzip.compress(bytes))
    #expect(try Gzip.inflate(packed, bytesMax: size) == bytes)
  }

  @Test("several members are one stream, in pieces of any size", arguments: [1, 7, 4_096])
  func members(_ piece: Int) throws {
    let first = Self.sample(3_000)
    let packed = try #require(Gzip.compress(first)) + #require(Gzip.compress([1, 2, 3]))
    let inflater = GzipInflater(bytesMax: 10_000)
    var output: [UInt8] = []
    var start = 0
    while start < packed.count {
      let end = min(start + piece, packed.count)
      try inflater.feed(packed[start..<end]) { output.append(contentsOf: $0) }
      start = end
    }
    try inflater.finish()
    #expect(output == first + [1, 2, 3])
  }

  @Test("damage, a cut and too much content are told apart")
  func faults() throws {
    let packed = try #require(Gzip.compress(Self.sample(100_000)))
    #expect(throws: GzipFault.cutShort) {
      try Gzip.inflate(Array(packed.dropLast(5)), bytesMax: 100_000)
    }
    #expect(throws: GzipFault.cutShort) { try Gzip.inflate([], bytesMax: 1) }
    #expect(throws: GzipFault.tooLong(bytesMax: 99_999)) {
      try Gzip.inflate(packed, bytesMax: 99_999)
    }
    var damaged = packed
    damaged[packed.count - 6] ^= 0xFF
    #expect(throws: GzipFault.damaged) { try Gzip.inflate(damaged, bytesMax: 100_000) }
    #expect(throws: GzipFault.damaged) { try Gzip.inflate([1, 2, 3, 4], bytesMax: 100) }
  }

  @Test("a file is read alike, plain or compressed")
  func files() throws {
    let bytes = Self.sample(200_000)
    for content in [bytes, try #require(Gzip.compress(bytes))] {
      var template = Array("/tmp/civicloop-gzip-XXXXXX".utf8CString)
      let descriptor = mkstemp(&template)
      let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      defer { unlink(path) }
      #expect(write(descriptor, content, content.count) == content.count)
      close(descriptor)
      let source = try ByteSource(path: path, bytesMax: 200_000)
      var output: [UInt8] = []
      while let piece = try source.next() { output += piece }
      #expect(output == bytes)
      #expect(source.storedBytesRead == source.storedBytes)
      let tight = try ByteSource(path: path, bytesMax: 199_999)
      #expect(throws: GzipFault.tooLong(bytesMax: 199_999)) {
        while try tight.next() != nil {}
      }
    }
    #expect(throws: GzipFault.unreadable(errorNumber: ENOENT)) {
      try ByteSource(path: "/nowhere/at/all", bytesMax: 1)
    }
  }
}
