import City
import Geography
import Glibc
import Links
import Ports
import Spreadsheets

/// Reads registers of things from the bytes that a request brings.
struct RegisterFiles: RegisterReading {
  /// Where a workbook lies while it is read.
  let folder: String

  func read(
    _ bytes: [UInt8], name: String, system: String, fields: Set<String>
  ) throws(RegisterFault) -> RegisterFile {
    guard let coordinates = CoordinateSystem(rawValue: system) else {
      throw RegisterFault(code: "word.unknown", facts: ["allowed": "wgs84,gcj02,bd09"])
    }
    let convert: (Double, Double) -> Position? = {
      Position(longitude: $0, latitude: $1).map(coordinates.toWGS84)
    }
    let text = Workbook.isNamed(name) ? try sheet(bytes) : bytes
    let read: MasterFile<ThingDraft>
    do throws(ImportFault) {
      let stream = try TextStream(bytes: text)
      let isFeatures = name.lowercased().hasSuffix("json")
      read =
        isFeatures
        ? try ThingFile.readGeoJSON(
          stream: stream, kindDefault: Self.kind, convert: convert, besides: fields)
        : try ThingFile.readCSV(
          stream: stream, kindDefault: Self.kind, convert: convert, besides: fields)
    } catch {
      throw RegisterFault(code: error.code, facts: error.facts)
    }
    return RegisterFile(
      rows: read.drafts.map(Self.row), refusals: read.refusals.map(Self.refusal))
  }

  /// The caller says which kind it is; the file's own word for it does not matter.
  private static let kind = "register"

  static func refusal(_ refusal: RowRefusal) -> RegisterRefusal {
    RegisterRefusal(
      row: refusal.row, field: refusal.field, rule: refusal.rule, value: refusal.value)
  }

  static func row(_ draft: ThingDraft) -> RegisterRow {
    RegisterRow(
      row: draft.row, code: draft.code, name: draft.name, address: draft.address,
      owner: draft.owner, geometry: draft.geometry, position: draft.geometry?.middle,
      columns: draft.attributes)
  }

  /// The first sheet as CSV. The library reads files alone, so the bytes lie in one meanwhile.
  private func sheet(_ bytes: [UInt8]) throws(RegisterFault) -> [UInt8] {
    let path = "\(folder)/import-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).xlsx"
    guard FileText.write(bytes, to: path) else {
      throw RegisterFault(code: "import.unavailable", facts: [:])
    }
    defer { unlink(path) }
    var limits = WorkbookLimits()
    limits.textBytesMax = ImportLimits.master.fileBytesMax
    do throws(WorkbookFault) {
      return try Workbook.csv(path: path, limits: limits)
    } catch {
      throw RegisterFault(code: error.code, facts: error.facts)
    }
  }
}
