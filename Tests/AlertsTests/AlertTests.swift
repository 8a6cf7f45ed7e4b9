import Foundation
import Testing

@testable import Alerts

@Suite struct AlertTests {
  static let good = """
    <?xml version="1.0" encoding="UTF-8"?>
    <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
      <identifier>storm-7</identifier>
      <sender>weather.example</sender>
      <sent>2026-07-01T06:00:00+08:00</sent>
      <status>Actual</status>
      <msgType>Alert</msgType>
      <scope>Public</scope>
      <info>
        <language>zh-CN</language>
        <category>Met</category>
        <event>暴雨</event>
        <urgency>Expected</urgency>
        <severity>Severe</severity>
        <certainty>Likely</certainty>
        <onset>2026-07-01T07:00:00+08:00</onset>
        <expires>2026-07-01T13:00:00+08:00</expires>
        <headline>暴雨橙色预警</headline>
        <description>雨量 &gt; 50 毫米</description>
        <area>
          <areaDesc>本区</areaDesc>
          <polygon>31.20,121.40 31.21,121.40 31.21,121.42 31.20,121.40</polygon>
          <circle>31.205,121.41 1.5</circle>
          <geocode><valueName>GB2260</valueName><value>310107</value></geocode>
        </area>
      </info>
    </alert>
    """

  @Test("a message is read, written and read again")
  func good() throws {
    let alert = try Alert(Array(Self.good.utf8))
    #expect(alert.identifier == "storm-7" && alert.infos.count == 1)
    let info = try #require(alert.infos.first)
    #expect(info.event == "暴雨" && info.severity == "Severe")
    #expect(info.description == "雨量 > 50 毫米")
    #expect(info.areas.first?.polygons.first?.count == 4)
    #expect(info.areas.first?.circles.first?.radiusKilometres == 1.5)
    #expect(info.areas.first?.geocodes.first?.value == "310107")
    let again = try Alert(Array(alert.xml().utf8))
    #expect(again == alert)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let field: String
    let rule: String
    var testDescription: String { "\(field): \(rule)" }
    init(_ old: String, _ new: String, _ field: String, _ rule: String) {
      self.old = old
      self.new = new
      self.field = field
      self.rule = rule
    }
  }

  static let rows: [Row] = [
    Row("<scope>Public</scope>", "", "scope", "field.required"),
    Row("Public", "Everybody", "scope", "word.unknown"),
    Row("<sender>weather.example</sender>", "<sender/>", "sender", "field.required"),
    Row("06:00:00+08:00", "06:00:00Z", "sent", "time.form"),
    Row("<category>Met</category>", "", "info[0].category", "field.required"),
    Row("<severity>Severe</severity>", "<severity></severity>", "info[0].severity", "word.unknown"),
    Row(
      "<certainty>Likely</certainty>", "<certainty>Likely</certainty><certainty>Likely</certainty>",
      "info[0].certainty", "element.twice"),
    Row(
      "31.20,121.40</polygon>", "31.20,121.41</polygon>", "info[0].area[0].polygon[0]",
      "polygon.form"),
    Row("31.21,121.42 ", "31.21,121.42, ", "info[0].area[0].polygon[0]", "polygon.form"),
    Row("31.205,121.41 1.5", "31.205,121.41", "info[0].area[0].circle[0]", "circle.form"),
    Row("121.41 1.5", "221.41 1.5", "info[0].area[0].circle[0]", "circle.form"),
    Row("<headline>", "<colour>red</colour><headline>", "info[0].colour", "element.unknown"),
    Row(
      "<scope>Public</scope>", "<scope>Public</scope><references/>", "references",
      "references.form"),
    Row(
      "<identifier>storm-7</identifier>", "", "identifier", "field.required"),
    Row(
      "<event>暴雨</event>", "<event><b>暴雨</b></event>", "info[0].event", "element.unknown"),
  ]

  @Test("what breaks the schema is named by field and rule", arguments: rows)
  func bad(_ row: Row) throws {
    let range = try #require(Self.good.firstRange(of: row.old))
    let text = Self.good.replacingCharacters(in: range, with: row.new)
    guard case .findings(let findings)? = Self.fault(of: text) else {
      Issue.record("it was read")
      return
    }
    #expect(findings.contains { $0.field == row.field && $0.rule == row.rule }, "\(findings)")
  }

  /// What is wrong with a text; nil where it is read.
  private static func fault(of text: String) -> AlertFault? {
    do throws(AlertFault) {
      _ = try Alert(Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("elements out of order are told")
  func order() throws {
    let text = Self.good.replacingOccurrences(
      of: "<status>Actual</status>\n  <msgType>Alert</msgType>",
      with: "<msgType>Alert</msgType><status>Actual</status>")
    #expect(Self.fault(of: text) == .findings([AlertFinding("status", "element.order")]))
  }

  @Test("what is no alert has its own answer")
  func hostile() {
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><alert>&c;</alert>
      """
    let deep = String(repeating: "<a>", count: 50) + String(repeating: "</a>", count: 50)
    let rows: [(String, AlertFault)] = [
      (bomb, .malformed(line: 1)), ("", .malformed(line: 1)), ("<alert", .malformed(line: 1)),
      ("<rss/>", .notAnAlert), ("<alert/>", .notAnAlert), (deep, .tooLarge),
      ("<a>" + String(repeating: "<b/>", count: 20_001) + "</a>", .tooLarge),
      (String(repeating: " ", count: AlertLimits.bytesMax + 1), .tooLarge),
    ]
    for (text, fault) in rows {
      #expect(Self.fault(of: text) == fault)
    }
  }

  @Test("real messages: every valid one is read, every invalid one refused")
  func realData() throws {
    guard let folder = ProcessInfo.processInfo.environment["CIVICLOOP_REALDATA"] else {
      print("skipped: no real data")
      return
    }
    let path = folder + "/cap-alerts/testdata"
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(".cap") }.sorted()
    #expect(names.count == 13)
    for name in names {
      let data = try #require(FileManager.default.contents(atPath: path + "/" + name))
      // One of them tries to have the reader open files and addresses.
      let isGood = !["invalid", "errors", "xee"].contains { name.contains($0) }
      let alert = try? Alert(Array(data))
      #expect((alert != nil) == isGood, "\(name)")
      if let alert {
        let again = try Alert(Array(alert.xml().utf8))
        #expect(again == alert, "\(name)")
      }
    }
  }
}
