import City
import JSONText
import Pack
import Readings
import Web

/// `civicloop mapping try`: what a mapping makes of a sample, before it goes live.
enum MappingCommand {
  static let command = Command(
    name: "mapping try", summary: "shows what a payload mapping makes of a sample",
    usage: "mapping try --mapping NAME [--topic TOPIC] FILE",
    example: "civicloop mapping try --mapping level-uplink --topic vendor/level/WG-1/up up.json",
    options: ["mapping", "topic"]
  ) { arguments in
    let file = try arguments.expect("FILE")[0]
    guard let name = arguments["mapping"] else { throw UsageFault(message: "--mapping is missing") }
    guard let mapping = try Packs.load(Home.find()).mapping(code: name) else {
      throw UsageFault(message: "there is no mapping \(name)")
    }
    guard let bytes = FileText.read(file) else {
      throw WorkFault(message: "\(file) cannot be read")
    }
    var batch = ReadingBatch()
    var reader = PayloadReader()
    reader.read(
      bytes, as: .mapping(mapping), topic: arguments["topic"] ?? "", now: SystemClock().now,
      into: &batch)
    let read = batch
    Output.result { writer in
      writer.member("accepted", read.readings.count)
      writer.member("refused", read.failures.count)
      MappingTrial.write(read, to: &writer)
    }
    return read.failures.isEmpty ? 0 : 1
  }
}
