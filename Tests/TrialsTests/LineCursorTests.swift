import Testing

@testable import Trials

/// Lines of readings, however their numbers are written, whatever way they are read.
@Suite struct LineCursorTests {
  private struct Line: Equatable {
    let stream: UInt32
    let time: Int64
    let value: Double
  }

  /// What comes of a file that is read from one place to another; nil where a line is none.
  private static func read(_ text: String, from start: Int, to end: Int) -> [Line]? {
    let columns = [ReadingColumns(capacity: 1_000), ReadingColumns(capacity: 1_000)]
    let shards = [UInt8](repeating: 0, count: 10_000_000)
    let fault = Array(text.utf8).withUnsafeBytes {
      LineReadings.parse($0, from: start, to: end, shards, into: columns)
    }
    guard fault == nil else { return nil }
    return (0..<columns[0].count).map {
      Line(
        stream: columns[0].streams[$0], time: columns[0].times[$0], value: columns[0].values[$0])
    }
  }

  @Test("any mixture of times, devices and values comes back, cut into pieces anywhere")
  func mixture() {
    var state: UInt64 = 5
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    for round in 0..<60 {
      var text = "ts,device,value\n"
      var expected: [Line] = []
      var time = [5, 1_717_200_000, 99_999_999_999][draw(3)]
      for _ in 0..<100 {
        time += draw(4) == 0 ? draw(3) : 0
        let device = draw([10, 1_000, 10_000_000][draw(3)])
        let digits = draw([10, 100_000, 1_000_000_000][draw(3)])
        let places = draw(4)
        let power = [1, 10, 100, 1_000][places]
        let sign = draw(5) == 0 ? "-" : ""
        let part = String(String(digits % power + power).dropFirst())
        let number = sign + String(digits / power) + (places == 0 ? "" : "." + part)
        text += "\(time),\(device),\(number)" + (draw(9) == 0 ? "\r\n" : "\n")
        expected.append(
          Line(stream: UInt32(device), time: Int64(time) * 1_000, value: Double(number) ?? .nan))
      }
      #expect(Self.read(text, from: 0, to: text.utf8.count) == expected, "round \(round)")
      let cut = draw(text.utf8.count)
      let pieces = [
        Self.read(text, from: 0, to: cut), Self.read(text, from: cut, to: text.utf8.count),
      ]
      #expect(pieces.compactMap { $0 }.flatMap { $0 } == expected, "round \(round), cut \(cut)")
    }
  }

  @Test(
    "what is no line is found wherever it stands",
    arguments: [
      "1717200000,1,", "1717200000,,1", "1717200000,1,1.2.3", "1717200000,1,1e3", "1717200000,x,1",
      "1717200000,1,--1", "171720000x,1,1", "1717200000,1,1 ", "1717200000,1", "1717200000,1,.",
    ])
  func bad(_ line: String) {
    for before in ["", "1717200000,7,1.25\n", "1717200000,7,1.25\n1717200000,8,3\n"] {
      let text = "ts,device,value\n" + before + line + "\n1717200000,9,2.5\n1717200000,9,2.5\n"
      #expect(Self.read(text, from: 0, to: text.utf8.count) == nil, "\(line)")
    }
  }
}
