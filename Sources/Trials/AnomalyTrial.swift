import City
import Evaluating
import Glibc
import Links
import Pack

/// Watches every series of a corpus for anomalies and writes a score beside each point.
package enum AnomalyTrial {
  /// What was done.
  package struct Outcome: Equatable, Sendable {
    package let files: Int
    package let points: Int
  }

  /// Folders within folders that are looked into.
  private static let depthMax = 8
  private static let limits = ImportLimits(
    fileBytesMax: 2 << 30, rowBytesMax: 1 << 16, fieldBytesMax: 1 << 12, fieldsMax: 1_000)
  private static let header = "timestamp,value,anomaly_score\n"

  /// Reads every `.csv` file below `corpus` that has the columns `timestamp` and `value` and writes
  /// one with the scores at the same relative path below `out`. One pass over each file, which is
  /// a series of its own; times without a zone are taken as they stand.
  ///
  /// - Throws: `TrialFault`; `.line` for a row that is broken, because a lost row would move all after
  ///   it; `.insufficient` where there is no such file.
  package static func run(corpus: String, out: String) throws(TrialFault) -> Outcome {
    let names = try names(in: corpus, depth: 0).sorted()
    guard !names.isEmpty else { throw .insufficient(missing: "no .csv file below \(corpus)") }
    var points = 0
    for name in names {
      let text = try scored(path: corpus + "/" + name, points: &points)
      try write(text, to: out, name: name)
    }
    return Outcome(files: names.count, points: points)
  }

  private static func scored(path: String, points: inout Int) throws(TrialFault) -> [UInt8] {
    var text = Array(header.utf8)
    var watch = AnomalyWatch(offsetMilliseconds: 0)
    var refusal: RowRefusal?
    do throws(ImportFault) {
      var rows = try RowReader(
        stream: TextStream(path: path, encoding: .utf8, limits: limits), format: .csv,
        wanted: WantedColumns(required: ["timestamp", "value"]), limits: limits)
      while refusal == nil, let outcome = try rows.next() {
        let row: Row
        switch outcome {
        case .row(let next): row = next
        case .refused(let found):
          refusal = found
          continue
        }
        // What is no number is a gap: it keeps its row and scores nothing.
        let score = time(row.values[0]).map { time in
          watch.take(Double(row.values[1]) ?? .nan, at: time)
        }
        points += 1
        text += row.values[0].utf8
        text.append(UInt8(ascii: ","))
        text += row.values[1].utf8
        text.append(UInt8(ascii: ","))
        text += "\(score ?? 0)\n".utf8
      }
    } catch {
      throw .file(path: path, code: error.code)
    }
    if let refusal { throw .line(path: path, line: refusal.row, rule: refusal.rule) }
    return text
  }

  private static func time(_ text: String) -> Instant? {
    guard let written = try? WrittenTime.read(text) else { return nil }
    let day = Int64(written.date.daysSinceEpoch) * Duration.day
    return Instant(
      milliseconds: day + written.millisecondOfDay
        - Int64(written.offsetMinutes ?? 0) * Duration.minute)
  }

  // MARK: Folders

  /// Paths of the files below a folder, relative to it.
  private static func names(in folder: String, depth: Int) throws(TrialFault) -> [String] {
    guard let directory = opendir(folder) else {
      throw .file(path: folder, code: "file.unreadable")
    }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      let path = folder + "/" + name
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        guard depth < depthMax else { continue }
        found += try names(in: path, depth: depth + 1).map { name + "/" + $0 }
      } else if name.hasSuffix(".csv") {
        found.append(name)
      }
    }
    return found
  }

  private static func write(
    _ text: [UInt8], to folder: String, name: String
  ) throws(TrialFault) {
    var path = folder
    mkdir(path, 0o755)
    let parts = name.split(separator: "/")
    for part in parts.dropLast() {
      path += "/" + part
      mkdir(path, 0o755)
    }
    path += "/" + (parts.last ?? "")
    guard let file = fopen(path, "w") else { throw .file(path: path, code: "file.unwritable") }
    let written = fwrite(text, 1, text.count, file)
    guard fclose(file) == 0, written == text.count else {
      throw .file(path: path, code: "file.unwritable")
    }
  }
}
