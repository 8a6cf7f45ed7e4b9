import City
import Glibc
import Testing

@testable import Trials

private func file(_ text: String) -> String {
  let path = "/tmp/civicloop-trial-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
  defer { close(descriptor) }
  let bytes = Array(text.utf8)
  precondition(write(descriptor, bytes, bytes.count) == bytes.count)
  return path
}

@Test(arguments: [
  ("甲 B-road\n路 I-road\n5 B-number\n\n", ["0-2 road", "2-3 number"]),
  ("甲 B-road\n路 E-road\n与 O\n5 S-number\n", ["0-2 road", "3-4 number"]),
  ("甲 I-road\n路 I-number\n", ["0-1 road", "1-2 number"]),
  ("甲 B-road\n甲 B-road\n", ["0-1 road", "1-2 road"]),
])
func readsTags(text: String, expected: [String]) throws {
  let path = file(text)
  defer { unlink(path) }
  let sentences = try AddressesTrial.sentences(of: path)
  let found = sentences.flatMap(\.entities).sorted { $0.start < $1.start }
  #expect(found.map { "\($0.start)-\($0.end) \($0.label)" } == expected)
}

@Test(arguments: ["甲\n", "甲 road\n", "甲 X-road\n"])
func refusesLinesWithoutATag(text: String) {
  let path = file(text)
  defer { unlink(path) }
  #expect(
    throws: TrialFault.line(path: path, line: 1, rule: "a token and a tag are needed")
  ) {
    try AddressesTrial.sentences(of: path)
  }
}

@Test func learnsToLabelFromAFile() throws {
  var text = ""
  for at in 0..<60 {
    let name = ["甲", "乙", "丙"][at % 3]
    text += "\(name) B-road\n路 I-road\n\(at) B-number\n号 I-number\n\n"
  }
  let path = file(text)
  defer { unlink(path) }
  let figures = try AddressesTrial.run(train: path, test: path, seconds: { 0 })
  #expect(figures.f1 > 0.99)
}

@Test func refusesPlacesOfOneLabel() {
  let path = file(#"{"query":"a","candidate":[{"text":"b","label":"x"}]}"# + "\n")
  defer { unlink(path) }
  #expect(throws: TrialFault.insufficient(missing: "two different labels")) {
    try PlacesTrial.run(train: path, test: path, words: .none, seconds: { 0 })
  }
}

@Test func refusesGeocodesWithoutTheirColumns() {
  let path = file("district,address,lng\n甲区,路,1\n")
  defer { unlink(path) }
  #expect(
    throws: TrialFault.line(path: path, line: 1, rule: "column lat is missing")
  ) {
    try GeocodesTrial.run(train: path, test: path, words: .none)
  }
}
