import City
import Pack
import Readings
import Testing

@Suite("payloads of devices")
struct PayloadTests {
  static let now = Instant(milliseconds: 1_795_154_400_000)

  static func read(_ text: String, _ form: PayloadForm, topic: String = "") -> ReadingBatch {
    var batch = ReadingBatch()
    var reader = PayloadReader()
    reader.read(Array(text.utf8), as: form, topic: topic, now: now, into: &batch)
    return batch
  }

  /// `device measure value at` of each reading, and the reasons of what failed.
  static func told(_ batch: ReadingBatch) -> [String] {
    batch.readings.map {
      "\(batch.string($0.device)) \(batch.string($0.measure)) \($0.value) "
        + "\($0.at.map { String($0.milliseconds) } ?? "now")"
    } + batch.failures.map { "\($0.element) \($0.reason.rawValue)" }
  }

  static let plainRows: [(text: String, told: [String])] = [
    (#"{"device":"A","measure":"m","value":1.5}"#, ["A m 1.5 now"]),
    (#"[{"device":"A","measure":"m","value":-2,"at":7}]"#, ["A m -2.0 7"]),
    (
      #"{"observations":[{"device":"A","at":"2026-11-20T08:00:00.25+08:00","values":{"m":1,"n":true}}]}"#,
      ["A m 1.0 1795132800250", "A n 1.0 1795132800250"]
    ),
    (#"[{"device":"A","measure":"m","value":"1"}]"#, ["0 reading.not_number"]),
    (#"[{"device":"A","measure":"m","value":"NaN"}]"#, ["0 reading.not_finite"]),
    (#"[{"device":"A","measure":"m","value":1e999}]"#, ["0 reading.not_finite"]),
    (#"[{"device":"A","measure":"m","value":null}]"#, ["0 reading.no_value"]),
    (#"[{"device":"A","measure":"m","value":1,"at":"soon"}]"#, ["0 reading.time_form"]),
    (#"[{"measure":"m","value":1}]"#, ["0 reading.no_device"]),
    (#"[{"device":"A","value":1}]"#, ["0 reading.no_measure"]),
    (#"[1,{"device":"A","measure":"m","value":1}]"#, ["A m 1.0 now", "0 payload.malformed"]),
    ("{", ["0 payload.malformed"]), ("", ["0 payload.malformed"]),
    (String(repeating: "[", count: 40), ["0 payload.too_deep"]),
  ]

  @Test("our own form", arguments: plainRows.indices)
  func plain(_ index: Int) {
    let row = Self.plainRows[index]
    #expect(Self.told(Self.read(row.text, .plain)) == row.told, "\(row.text)")
  }

  @Test("lines: a bad one does not stop the others")
  func lines() {
    let text =
      "{\"device\":\"A\",\"measure\":\"m\",\"value\":1}\n{]\n"
      + "{\"device\":\"B\",\"measure\":\"m\",\"value\":2}\n"
    let batch = Self.read(text, .lines)
    #expect(batch.readings.count == 2)
    #expect(batch.failures.map(\.reason) == [.malformed])
  }

  @Test("SenML: base fields, relative times, booleans, texts")
  func senML() {
    let text = """
      [{"bn":"urn:dev:A:","bt":1.7951328e9,"bu":"Cel","n":"t","v":21.5},{"n":"t","t":-5,"v":21},
       {"n":"open","vb":true},{"n":"name","vs":"x"},{"bt":0,"n":"t","v":1,"t":-60}]
      """
    #expect(
      Self.told(Self.read(text, .senML)) == [
        "urn:dev:A t 21.5 1795132800000", "urn:dev:A t 21.0 1795132795000",
        "urn:dev:A open 1.0 1795132800000",
        "urn:dev:A t 1.0 \(Self.now.milliseconds - 60_000)", "3 reading.not_number",
      ])
  }

  @Test("SensorThings: one observation, and data arrays")
  func sensorThings() {
    let one = #"{"phenomenonTime":"2026-11-20T00:00:00Z","result":3,"Datastream":{"@iot.id":7}}"#
    #expect(Self.told(Self.read(one, .sensorThings)) == ["@7  3.0 1795132800000"])
    let many = """
      [{"Datastream":{"@iot.id":"A/m"},"components":["phenomenonTime","result"],
        "dataArray@iot.count":2,"dataArray":[["2026-11-20T00:00:00Z",1],["2026-11-20T00:01:00Z","x"]]}]
      """
    #expect(
      Self.told(Self.read(many, .sensorThings)) == [
        "A m 1.0 1795132800000", "1 reading.not_number",
      ])
  }

  @Test("tables")
  func table() {
    let text = "at,device,measure,value\r\n2026-11-20T00:00:00Z,A,m,1.25\r\n,A,m,\r\nx,A,m,1\r\n"
    #expect(
      Self.told(Self.read(text, .table)) == [
        "A m 1.25 1795132800000", "1 reading.no_value", "2 reading.time_form",
      ])
  }

  @Test("a mapping: device from the topic, scale, words, measure told by the payload")
  func mapping() throws {
    let mapping = PayloadMapping(
      code: "x", title: "x", topic: "v/+/up", contentType: nil, each: PayloadPath("list"),
      device: .topicLevel(2), time: .path(try #require(PayloadPath("$.ts")), .epochSeconds),
      values: [
        PayloadValue(
          measure: .path(try #require(PayloadPath("k")), ["L": "level"]),
          path: try #require(PayloadPath("d.0")), scale: 10, offset: 1, unit: "mm",
          words: ["dry": 0], isOptional: false)
      ])
    let text =
      #"{"ts":1795132800,"list":[{"k":"L","d":["6.2"]},{"k":"L","d":["dry"]},{"k":"Z","d":[1]},{}]}"#
    #expect(
      Self.told(Self.read(text, .mapping(mapping), topic: "v/G1/up")) == [
        "G1 level 63.0 1795132800000", "G1 level 1.0 1795132800000", "2 reading.no_measure",
        "3 reading.no_value",
      ])
  }

  @Test("topics fit filters")
  func topics() {
    let rows: [(String, String, Bool)] = [
      ("a/+/c", "a/b/c", true), ("a/+/c", "a/b/d", false), ("a/#", "a/b/c", true),
      ("#", "a", true), ("a", "a/b", false), ("a/+", "a", false), ("+", "a", true),
    ]
    for (filter, topic, fits) in rows {
      #expect(TopicForms.matches(filter, topic) == fits, "\(filter) \(topic)")
    }
  }

  @Test("damaged payloads never crash and never pass unnoticed")
  func damaged() {
    let seed: UInt64 = 0x5EED
    var state = seed
    let good = Array(#"[{"device":"A","measure":"m","at":7,"value":1.5},{"device":"B"}]"#.utf8)
    for _ in 0..<2_000 {
      var bytes = good
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      var batch = ReadingBatch()
      var reader = PayloadReader()
      reader.read(bytes, as: .plain, now: Self.now, into: &batch)
      #expect(batch.readings.count + batch.failures.count >= 1, "seed \(seed)")
    }
  }
}
