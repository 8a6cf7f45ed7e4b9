import City
import Engine
import Pack
import Ports

/// Series of another system, made up: a file `demo/SERIES.series.csv` of a pack whose vitals ask for
/// them, with `daysBefore,value`, one value a day for the whole district.
struct PackDemoSeries {
  let folder: DataFolder

  static let header = "daysBefore,value"
  /// Days back that a value may lie.
  static let daysRange = 1...3_650

  /// Brings in the series of one pack, or of all. The same files again change no value.
  /// - Returns: how many values there are in the files.
  func bring(only id: String?) async throws -> Int {
    let engine = folder.engine
    let districts = engine.directory.areas.values.filter { $0.level == .district }
    guard let area = districts.min(by: { $0.id < $1.id })?.code else { return 0 }
    let today = engine.civilDate(of: engine.time.now).daysSinceEpoch
    var values = 0
    for pack in engine.catalogue.packs where id == nil || pack.id == id {
      let asked = pack.vitals.flatMap { vital in
        [vital.count, vital.per].compactMap { $0?.imported?.series }
      }
      for series in Set(asked).sorted() {
        let path = "\(folder.home.packs)/\(pack.id)/demo/\(series).series.csv"
        guard let bytes = FileText.read(path) else { continue }
        let entries = try rows(bytes, path).map { row in
          SeriesEntry(area: area, at: noon(today - row.daysBefore), value: row.value)
        }
        _ = try await MasterData(engine: engine).save(
          series: series, entries, by: .local("demo"), request: "")
        values += entries.count
      }
    }
    return values
  }

  private func noon(_ day: Int) -> Instant {
    Instant(
      milliseconds: Int64(day) * Duration.day + 12 * Duration.hour
        - Int64(folder.engine.settings.offsetMinutes) * Duration.minute)
  }

  private func rows(
    _ bytes: [UInt8], _ path: String
  ) throws -> [(daysBefore: Int, value: Double)] {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first.map(String.init) == Self.header else {
      throw WorkFault(message: "\(path):1: `\(Self.header)` is missing")
    }
    return try lines.enumerated().dropFirst().map { index, line in
      let parts = line.split(separator: ",")
      guard parts.count == 2, let days = Int(parts[0]), Self.daysRange.contains(days),
        let value = Double(parts[1]), value.isFinite
      else {
        throw WorkFault(message: "\(path):\(index + 1): a day or a value is none")
      }
      return (days, value)
    }
  }
}
