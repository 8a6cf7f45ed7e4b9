import City
import Demonstration
import Evaluating
import JSONText
import Pack

/// `planted.json`: what is wrong in a demonstration by design, kept beside its data, so that whoever
/// read the report can see whether he was told.
struct PlantedFile {
  static let name = "planted.json"

  let script: DemonstrationScript
  let catalogue: Catalogue

  /// - Returns: how many faults it names.
  func write(_ folder: String, offsetMinutes: Int) throws -> Int {
    let plan = script.plan
    let areas = Dictionary(uniqueKeysWithValues: plan.areas.map { ($0.id, $0.name) })
    let units = Dictionary(uniqueKeysWithValues: plan.units.map { ($0.id, $0.name) })
    let devices = Dictionary(
      plan.devices.map { ($0.thing.id, $0.thing.name) }
    ) { first, _ in first }
    let planted = script.planted
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("planted")
    writer.beginArray()
    for fault in planted {
      writer.beginObject()
      writer.member("form", fault.form.rawValue)
      if let since = fault.since {
        writer.member(
          "since",
          NumberText.day(since, offsetMilliseconds: Int64(offsetMinutes) * Duration.minute))
      }
      if let code = fault.item {
        writer.member("item", catalogue.item(code: code)?.name ?? code)
      }
      writer.name("areas")
      writer.beginArray()
      for area in fault.areas { writer.string(areas[area] ?? "") }
      writer.endArray()
      if let unit = fault.unit { writer.member("unit", units[unit] ?? "") }
      if let thing = fault.thing { writer.member("device", devices[thing] ?? "") }
      if !fault.detail.isEmpty { writer.member("detail", fault.detail) }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    guard FileText.write(writer.take(), to: folder + "/" + Self.name) else {
      throw WorkFault(message: "\(folder)/\(Self.name) could not be written")
    }
    return planted.count
  }
}
