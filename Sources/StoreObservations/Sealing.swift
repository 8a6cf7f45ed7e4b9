import City
import Ports

/// Makes blocks of one closed generation. It may stop anywhere and be done again: each day's file
/// says up to which position it was filled, in the same transaction as the blocks.
struct Sealing {
  let folder: String
  let firstDay: Int64

  /// A stream in the upper half, the index of one of its observations in the lower.
  private typealias Entry = UInt64

  /// Seals all days of a generation.
  /// - Parameter opened: hears of each day once its file is complete.
  func seal(_ generation: Generation, _ opened: (Int64) -> Void) throws(DiskFault) {
    let entries = entriesByDay(generation)
    for day in entries.keys.sorted() where day >= firstDay {
      let file = try DayFile(path: folder + "/" + DayFile.name(day), day: day)
      try Folder.flush(folder)
      let sealed = try file.sealed()
      if sealed < generation.end {
        try file.seal(upTo: generation.end) { () throws(DiskFault) in
          let skipped = Int(max(0, sealed - generation.first))
          try seal(entries[day] ?? [], of: generation, skipping: skipped, into: file)
        }
      }
      opened(day)
    }
  }

  /// The observations of each day, a stream's together and newest first.
  private func entriesByDay(_ generation: Generation) -> [Int64: ContiguousArray<Entry>] {
    var entries: [Int64: ContiguousArray<Entry>] = [:]
    if generation.days.count == 1, let day = generation.days.first {
      var all = ContiguousArray<Entry>()
      all.reserveCapacity(generation.count)
      for stream in generation.newest.indices {
        generation.each(of: stream) { all.append(UInt64(stream) << 32 | UInt64($0)) }
      }
      return [day: all]
    }
    for stream in generation.newest.indices {
      generation.each(of: stream) { index in
        let day = generation.time(index) / Duration.day
        entries[day, default: []].append(UInt64(stream) << 32 | UInt64(index))
      }
    }
    return entries
  }

  private func seal(
    _ entries: ContiguousArray<Entry>, of generation: Generation, skipping skipped: Int,
    into file: DayFile
  ) throws(DiskFault) {
    var indexes: [Int] = []
    var start = 0
    while start < entries.count {
      let stream = entries[start] >> 32
      indexes.removeAll(keepingCapacity: true)
      var end = start
      while end < entries.count, entries[end] >> 32 == stream {
        let index = Int(entries[end] & 0xFFFF_FFFF)
        if index >= skipped { indexes.append(index) }
        end += 1
      }
      start = end
      indexes.reverse()
      try seal(indexes, of: StreamNumber(UInt32(stream)), in: generation, into: file)
    }
  }

  /// Seals one stream's day; `indexes` in the order of appending.
  private func seal(
    _ indexes: [Int], of stream: StreamNumber, in generation: Generation, into file: DayFile
  ) throws(DiskFault) {
    let isOrdered = zip(indexes, indexes.dropFirst()).allSatisfy {
      generation.time($0) <= generation.time($1)
    }
    let ordered =
      isOrdered
      ? indexes : indexes.sorted { (generation.time($0), $0) < (generation.time($1), $1) }
    var points = Points()
    for index in ordered {
      let time = generation.time(index)
      // The first appended of a time comes first and stands.
      if time == points.times.last { continue }
      points.times.append(time)
      points.values.append(generation.value(index))
    }
    try file.add(points, of: stream)
  }
}
