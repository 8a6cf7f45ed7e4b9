import JSONText
import Testing

@testable import Exchanging

@Suite struct ExchangeSettingsTests {
  private static func settings(_ exchange: String) throws -> ExchangeSettings {
    let text = "{\"hosts\":[\"City.example\"],\"exchanges\":[\(exchange)]}"
    return try ExchangeSettings(Array(text.utf8)) { path in
      switch path {
      case "key": Array("0123456789abcdef\n".utf8)
      case "short": Array("0123456789abcde\n".utf8)
      default: nil
      }
    }
  }

  private static func with(_ members: String) -> String {
    "{\"code\":\"city\",\"profile\":\"hotline12345\",\"key\":\"key\"\(members)}"
  }

  @Test func whatHoldsWhereNothingIsSaid() throws {
    let settings = try Self.settings(
      Self.with(
        ",\"pull\":{\"url\":\"https://city.example/t\"},\"push\":{},"
          + "\"reports\":{\"url\":\"https://city.example/r\",\"body\":{\"id\":\"{ticket}\"},"
          + "\"stages\":{\"closed\":\"done\"}}"))
    #expect(settings.hosts == ["city.example"])
    let exchange = try #require(settings.list.first)
    #expect(exchange.key.count == 16, "without the line's end")
    #expect(exchange.signing == SigningScheme())
    #expect(exchange.pull?.intervalSeconds == 60)
    #expect(exchange.pull?.advance == .since(.milliseconds, overlapMilliseconds: 300_000))
    #expect(exchange.push?.rowsMax == 100)
    #expect(exchange.reports?.stages == ["closed": "done"])
  }

  @Test(
    "a file that is none says where",
    arguments: [
      ("{}", "an exchange needs a code of a-z, 0-9 and -"),
      ("{\"code\":\"a b\"}", "an exchange needs a code of a-z, 0-9 and -"),
      ("{\"code\":\"city\"}", "city.profile"),
      ("{\"code\":\"city\",\"profile\":\"p\"}", "city.key"),
      ("{\"code\":\"city\",\"profile\":\"p\",\"key\":\"none\"}", "city.key"),
      (
        "{\"code\":\"city\",\"profile\":\"p\",\"key\":\"short\"}", "city.key: 16 to 1024 bytes"
      ),
      (with(",\"pul\":{}"), "unknown member city.pul"),
      (with(",\"pull\":{}"), "city.pull.url"),
      (with(",\"pull\":{\"url\":\"u\",\"size\":0}"), "city.pull.size"),
      (with(",\"pull\":{\"url\":\"u\",\"bytes\":1}"), "city.pull.bytes"),
      (with(",\"pull\":{\"url\":\"u\",\"method\":\"PUT\"}"), "city.pull.method"),
      (with(",\"pull\":{\"url\":\"u\",\"query\":{\"a\":\"{b}\"}}"), "city.pull.query.a"),
      (with(",\"sign\":{\"parts\":[\"method\"]}"), "city.sign.parts"),
      (with(",\"sign\":{\"parts\":[\"time\",\"body\",\"head\"]}"), "city.sign.parts"),
      (with(",\"sign\":{\"timeHeader\":\"X Time\"}"), "city.sign.timeHeader"),
      (with(",\"sign\":{\"windowSeconds\":5}"), "city.sign.windowSeconds"),
      (with(",\"push\":{\"rows\":1}"), "city.push.rows"),
      (with(",\"reports\":{\"url\":\"u\"}"), "city.reports.body"),
      (with(",\"reports\":{\"url\":\"u\",\"body\":{}}"), "city.reports.stages"),
      (
        with(",\"reports\":{\"url\":\"u\",\"body\":{\"a\":\"{b}\"},\"stages\":{\"c\":\"d\"}}"),
        "city.reports.body"
      ),
      (
        with(
          ",\"reports\":{\"url\":\"u\",\"body\":{},\"stages\":{\"c\":\"d\"},\"verdicts\":{\"e\":\"f\"}}"
        ), "city.reports.verdicts.e"
      ),
      (with("") + "," + with(""), "exchanges: at most 20, each code and each profile once"),
    ])
  func faults(_ exchange: String, _ detail: String) {
    #expect(throws: ExchangeSettings.Fault(detail: detail)) { try Self.settings(exchange) }
  }
}
