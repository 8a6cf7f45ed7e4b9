import City
import Ports

/// Gathers totals in time order into at most so many points.
struct PointGathering {
  private let plan: SeriesPlan
  private var width: Int64
  private var origin: Int64 = 0
  /// Start of each bucket and what it comes to.
  private var starts: [Int64] = []
  private var totals: [Total] = []

  init(_ plan: SeriesPlan) {
    self.plan = plan
    width = plan.unit
  }

  mutating func add(_ total: Total) { add(total, at: start(of: total.first)) }

  /// The points of a time, each bucket's gathered before it is looked for.
  mutating func add(_ points: Points, within span: Range<Int64>) {
    points.times.withUnsafeBufferPointer { times in
      points.values.withUnsafeBufferPointer { values in
        var index = times.firstIndex { $0 >= span.lowerBound } ?? times.count
        while index < times.count, times[index] < span.upperBound {
          let start = start(of: times[index])
          let end = min(start + width, span.upperBound)
          var total = Total(at: times[index], value: values[index])
          index += 1
          while index < times.count, times[index] < end {
            total.addNext(at: times[index], value: values[index])
            index += 1
          }
          add(total, at: start)
        }
      }
    }
  }

  private func start(of time: Int64) -> Int64 { origin + (time - origin) / width * width }

  private mutating func add(_ total: Total, at start: Int64) {
    if start == starts.last {
      totals[totals.count - 1].add(total)
      return
    }
    starts.append(start)
    totals.append(total)
    if starts.count > plan.pointsMax { widen() }
  }

  /// Goes over from buckets to windows, of which all fit.
  private mutating func widen() {
    let gathered = zip(starts, totals).map { start, total in
      var total = total
      // A bucket belongs to the window that holds its start.
      total.first = start
      return total
    }
    starts = []
    totals = []
    width = plan.width
    origin = plan.from
    for total in gathered { add(total) }
  }

  var series: Series {
    Series(
      resolution: plan.resolution,
      points: zip(starts, totals).map { start, total in
        SeriesPoint(
          at: Instant(milliseconds: start), least: total.least, greatest: total.greatest,
          mean: total.sum / Double(total.count), last: total.last, count: total.count)
      })
  }
}

/// Reads series from day files and what waits in memory. One thread uses it: it keeps files open.
final class SeriesReading {
  /// Day files kept open.
  static let filesMax = 64

  private let folder: String
  private var files: [Int64: DayFile] = [:]
  private var order: [Int64] = []

  init(folder: String) {
    self.folder = folder
  }

  /// - Parameters:
  ///   - tail: points of the stream that waited before `days` was asked for.
  ///   - days: days that have a file.
  func read(
    _ plan: SeriesPlan, of stream: StreamNumber, tail: Points, days: Set<Int64>
  ) throws(DiskFault) -> Series {
    var gathering = PointGathering(plan)
    guard plan.from < plan.to else { return gathering.series }
    let lastDay = (plan.to - 1) / Duration.day
    let held = days.union(tail.times.map { $0 / Duration.day })
    for day in held.sorted() where day >= plan.from / Duration.day && day <= lastDay {
      let file = days.contains(day) ? try self.file(day) : nil
      let waiting = tail.within(day * Duration.day, (day + 1) * Duration.day)
      try read(day, of: stream, file, waiting, plan, &gathering)
    }
    return gathering.series
  }

  private func read(
    _ day: Int64, of stream: StreamNumber, _ file: DayFile?, _ waiting: Points,
    _ plan: SeriesPlan, _ gathering: inout PointGathering
  ) throws(DiskFault) {
    guard let file else {
      try readHours(of: day, stream, nil, waiting, plan, &gathering)
      return
    }
    try file.together { () throws(DiskFault) in
      if plan.resolution == .day, waiting.times.isEmpty {
        if let total = try file.total(of: stream) { gathering.add(total) }
      } else if let whole = try file.whole(of: stream) {
        let points = waiting.times.isEmpty ? whole : whole.merged(with: waiting)
        gathering.add(points, within: plan.from..<plan.to)
      } else {
        try readHours(of: day, stream, file, waiting, plan, &gathering)
      }
    }
  }

  private func readHours(
    of day: Int64, _ stream: StreamNumber, _ file: DayFile?, _ waiting: Points,
    _ plan: SeriesPlan, _ gathering: inout PointGathering
  ) throws(DiskFault) {
    let start = day * Duration.day
    let first = max(0, plan.from - start) / Duration.hour
    let last = (min(plan.to - start, Duration.day) - 1) / Duration.hour
    for hour in first...last {
      let hourStart = start + hour * Duration.hour
      let waiting = waiting.within(hourStart, hourStart + Duration.hour)
      guard waiting.times.isEmpty, plan.resolution != .raw else {
        let stored = try file?.points(of: stream, hour: hour) ?? Points()
        let points = waiting.times.isEmpty ? stored : stored.merged(with: waiting)
        gathering.add(points, within: plan.from..<plan.to)
        continue
      }
      guard let file else { continue }
      if plan.resolution == .minute {
        for part in try file.parts(of: stream, hour: hour) {
          switch part {
          case .points(let points): gathering.add(points, within: plan.from..<plan.to)
          case .minutes(let minutes):
            for minute in minutes where minute.first >= plan.from && minute.first < plan.to {
              gathering.add(minute)
            }
          }
        }
      } else {
        for total in try file.totals(of: stream, hour: hour) { gathering.add(total) }
      }
    }
  }

  private func file(_ day: Int64) throws(DiskFault) -> DayFile {
    if let file = files[day] { return file }
    if order.count >= Self.filesMax { files[order.removeFirst()] = nil }
    let file = try DayFile(path: folder + "/" + DayFile.name(day), day: day)
    files[day] = file
    order.append(day)
    return file
  }

  /// Lets go of the files of days before one.
  func forget(before day: Int64) {
    for old in order where old < day { files[old] = nil }
    order.removeAll { $0 < day }
  }
}

extension Points {
  /// The points from one time up to, not including, another.
  func within(_ from: Int64, _ to: Int64) -> Points {
    guard let first = times.first, let last = times.last else { return self }
    if first >= from, last < to { return self }
    let start = times.firstIndex { $0 >= from } ?? times.count
    let end = times[start...].firstIndex { $0 >= to } ?? times.count
    return Points(times: Array(times[start..<end]), values: Array(values[start..<end]))
  }
}
