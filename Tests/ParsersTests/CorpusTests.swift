import Foundation
import Parsers
import Testing

/// Inputs that the fuzzer found worth keeping, and what lies one byte beside them.
@Suite("what comes from others never ends the process")
struct CorpusTests {
  static let folder: URL = {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("corpus")
  }()

  static let names = parsers.keys.sorted()

  private static func inputs(_ name: String) throws -> [[UInt8]] {
    let own = folder.appendingPathComponent(name)
    return try FileManager.default.contentsOfDirectory(at: own, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
      .map { [UInt8](try Data(contentsOf: $0)) }
  }

  @Test("kept inputs, cut short and changed", arguments: names)
  func kept(_ name: String) throws {
    let parser = try #require(parsers[name])
    let inputs = try Self.inputs(name)
    #expect(!inputs.isEmpty, "no corpus for \(name)")
    parser([])
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for input in inputs {
      parser(input)
      guard !input.isEmpty else { continue }
      parser(Array(input.prefix(next(input.count))))
      for _ in 0..<4 {
        var changed = input
        changed[next(changed.count)] = UInt8(next(256))
        parser(changed)
      }
    }
  }
}
