import City
import Foundation
import JSONText
import Links
import Testing

@Suite("files that go out")
struct WriterTests {
  static let cells: [(String, String)] = [
    ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"so\"", "\"say \"\"so\"\"\""),
    ("two\nlines", "\"two\nlines\""), ("=1+1", "'=1+1"), ("+86 138", "'+86 138"),
    ("-cmd", "'-cmd"), ("@here", "'@here"), ("=a,b", "\"'=a,b\""), ("\t=1", "'\t=1"),
    ("-3.5", "-3.5"), ("+8", "+8"), ("-", "'-"), ("-1.2.3", "'-1.2.3"), ("1=1", "1=1"),
    ("’=1", "’=1"), ("路", "路"),
  ]

  @Test("a cell is quoted where it must be, and never a formula", arguments: cells)
  func cell(_ cell: String, _ written: String) {
    var writer = CSVWriter()
    writer.row(["x", cell])
    #expect(String(decoding: writer.take(), as: UTF8.self) == "x,\(written)\r\n")
  }

  @Test("a byte order mark on request; one empty cell is still a row")
  func mark() {
    var writer = CSVWriter(hasMark: true)
    writer.row([""])
    #expect(writer.take() == [0xEF, 0xBB, 0xBF] + Array("\"\"\r\n".utf8))
    #expect(writer.take() == [])
  }

  @Test("refusals are a table")
  func refusals() {
    var writer = RefusalWriter()
    writer.add(RowRefusal(row: 7, field: "created", rule: "time.form", value: "=soon,\nor so"))
    #expect(
      String(decoding: writer.take().dropFirst(3), as: UTF8.self)
        == "row,field,rule,value\r\n7,created,time.form,\"'=soon,\nor so\"\r\n")
  }

  @Test("points are GeoJSON, with or without a place")
  func points() throws {
    var writer = GeoJSONWriter()
    writer.feature(
      at: Position(longitude: 121.5, latitude: 31.25), names: ["名称"], values: ["\"路\""])
    var bytes = writer.take()
    writer.feature(at: nil, names: [], values: [])
    writer.end()
    bytes += writer.take()
    #expect(
      try JSON.parse(bytes) == [
        "type": "FeatureCollection",
        "features": [
          [
            "type": "Feature",
            "geometry": ["type": "Point", "coordinates": [121.5, 31.25]],
            "properties": ["名称": "\"路\""],
          ],
          ["type": "Feature", "geometry": nil, "properties": [:]],
        ],
      ])
    var empty = GeoJSONWriter()
    empty.end()
    #expect(try JSON.parse(empty.take())["features"] == [])
  }

  @Test("a file is there whole or not at all")
  func sink() throws {
    let scratch = try Scratch()
    let path = try scratch.file("out.csv")
    do {
      let sink = try FileSink(path: path)
      try sink.write([1, 2])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).isEmpty)
    let sink = try FileSink(path: path)
    try sink.write([1, 2])
    try sink.write([])
    try sink.write([3])
    #expect(!FileManager.default.fileExists(atPath: path))
    try sink.finish()
    #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["out.csv"])
    #expect(throws: ImportFault.unwritable(errorNumber: 2)) {
      try FileSink(path: path + "-none/out.csv")
    }
  }
}
