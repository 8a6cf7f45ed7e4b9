import City
import JSONText

// That data came to its end, in a journal body.
enum CertificateCoding {
  static let names: Set = ["id", "rule", "data", "at", "before", "count", "digest"]

  static func write(_ certificate: Certificate, _ writer: inout JSONWriter) {
    writer.member("id", certificate.id)
    writer.text("rule", certificate.rule)
    writer.member("data", certificate.data.rawValue)
    writer.member("at", certificate.at)
    writer.member("before", certificate.before)
    writer.member("count", certificate.count)
    writer.blob("digest", certificate.digest.bytes)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Certificate {
    let certificate = Certificate(
      id: try fields.id("id"), rule: try fields.text("rule"), data: try fields.word("data"),
      at: try fields.instant("at"), before: try fields.instant("before"),
      count: try fields.count("count"), digest: try fields.digest("digest"))
    try fields.finish(names)
    return certificate
  }
}
