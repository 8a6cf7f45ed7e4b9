import City
import JSONText

// What a person agreed to or took back, in a journal body: sealed for him.
enum ConsentCoding {
  static let names: Set = ["id", "reporter", "at", "details"]

  static func write(_ consent: Consent, _ writer: inout JSONWriter) {
    writer.member("id", consent.id)
    writer.member("reporter", consent.reporter)
    writer.member("at", consent.at)
    writer.sealed("details", consent.details)
  }

  static func read(_ fields: inout FactFields) throws(FactCodingFault) -> Consent {
    let consent = Consent(
      id: try fields.id("id"), reporter: try fields.id("reporter"), at: try fields.instant("at"),
      details: try fields.sealed("details"))
    try fields.finish(names)
    return consent
  }
}
