import City
import Glibc
import JSONText
import Ports
import StoreObservations

/// `civicloop bench perceive --mode range`: how much the history takes in, how small it becomes, and
/// how fast a long series is read.
enum BenchPerceiveRange {
  /// A believable sensor: how often it speaks and how its value moves.
  private struct Sensor {
    let everyMilliseconds: Int64
    /// How far a report may come after its time; 0 for sensors that report on the minute.
    let jitterMilliseconds: Int64
    /// The step of its values is `1 / perUnit`.
    let perUnit: Double
    let middle: Double
    let swing: Double
    let noise: Double
  }

  /// Level, temperature, particles, noise, a lamp's current, a door.
  private static let sensors = [
    Sensor(
      everyMilliseconds: 60_000, jitterMilliseconds: 0, perUnit: 1, middle: 350, swing: 60,
      noise: 3),
    Sensor(
      everyMilliseconds: 60_000, jitterMilliseconds: 0, perUnit: 10, middle: 18, swing: 6,
      noise: 0.1),
    Sensor(
      everyMilliseconds: 60_000, jitterMilliseconds: 500, perUnit: 1, middle: 60, swing: 25,
      noise: 4),
    Sensor(
      everyMilliseconds: 60_000, jitterMilliseconds: 0, perUnit: 10, middle: 58, swing: 9,
      noise: 3),
    Sensor(
      everyMilliseconds: 60_000, jitterMilliseconds: 500, perUnit: 100, middle: 1.2, swing: 0,
      noise: 0.02),
    Sensor(
      everyMilliseconds: 60_000, jitterMilliseconds: 0, perUnit: 1, middle: 0, swing: 0.6,
      noise: 0.3),
  ]
  /// 2026-03-01T00:00:00Z.
  private static let start: Int64 = 1_772_323_200_000
  private static let batchMax = 1_000

  private static func observation(
    _ stream: Int, _ minute: Int, _ draw: inout BenchRandom
  ) -> Observation {
    let sensor = sensors[stream % sensors.count]
    let day = Double(minute % 1_440) / 1_440 * 2 * .pi
    let value =
      sensor.middle + sensor.swing * sin(day + Double(stream))
      + sensor.noise * (draw.unit() + draw.unit() - 1)
    let late = Int64(draw.unit() * Double(sensor.jitterMilliseconds))
    return Observation(
      stream: StreamNumber(UInt32(stream)),
      at: Instant(
        milliseconds: start + Int64(minute) * sensor.everyMilliseconds
          + Int64(stream) * 7 % 60 * 1_000 + late),
      value: (value * sensor.perUnit).rounded() / sensor.perUnit)
  }

  static func run(_ arguments: Arguments) async throws -> Int32 {
    let streams = try arguments.integer("streams", 110_000, in: 1...1_000_000)
    let folder = arguments.data + "/range"
    try DataFolder.makeFolder(arguments.data)
    guard access(folder, F_OK) != 0 else {
      throw WorkFault(message: "\(folder) is there already; name an empty --data folder")
    }
    var settings = SegmentedObservationStore.Settings()
    settings.sealsByItself = false
    let store = try SegmentedObservationStore(
      folder: folder, settings: settings, time: SystemClock())
    let hour = try await fillHour(store, streams)
    let bytes = Double(store.sealedBytes) / Double(hour.observations)
    let range = try await readMonth(store, streams)
    store.close()
    Output.result {
      $0.member("observationsPerSecond", hour.appended)
      $0.member("sealedPerSecond", hour.sealed)
      $0.member("sealedPerProcessorSecond", hour.sealedProcessor)
      $0.member("bytesPerObservation", bytes)
      $0.member("p50Milliseconds", range.elapsed[range.elapsed.count / 2])
      $0.member("p99Milliseconds", range.elapsed[range.elapsed.count * 99 / 100])
      $0.member("p50ProcessorMilliseconds", range.processor[range.processor.count / 2])
      $0.member("p99ProcessorMilliseconds", range.processor[range.processor.count * 99 / 100])
      $0.member("residentMegabytes", Double(OwnUsage.peakMegabytes))
    }
    return 0
  }

  /// One hour of all streams, appended by eight callers, then sealed.
  private static func fillHour(
    _ store: SegmentedObservationStore, _ streams: Int
  ) async throws -> (observations: Int, appended: Double, sealed: Double, sealedProcessor: Double) {
    for first in stride(from: 0, to: streams, by: 10_000) {
      let keys = (first..<min(first + 10_000, streams)).map {
        StreamKey(thing: ID(Int64($0 + 1)), measure: "value")
      }
      _ = try await store.streams(keys)
    }
    var draw = BenchRandom(seed: 42)
    var appended = 0.0
    for minute in 0..<60 {
      let all = (0..<streams).map { observation($0, minute, &draw) }
      let watch = Stopwatch()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<8 {
          group.addTask {
            for start in stride(from: caller * batchMax, to: all.count, by: 8 * batchMax) {
              _ = try await store.append(Array(all[start..<min(start + batchMax, all.count)]))
            }
          }
        }
        try await group.waitForAll()
      }
      appended += watch.seconds
    }
    let count = streams * 60
    let (watch, processor) = (Stopwatch(), OwnUsage.processorSeconds)
    try await store.seal()
    return (
      count, Double(count) / appended, Double(count) / watch.seconds,
      Double(count) / (OwnUsage.processorSeconds - processor)
    )
  }

  /// Thirty days of fifty streams, one observation a minute each, then read as 1,000 points.
  /// - Returns: milliseconds of each reading, elapsed and of processor time, sorted.
  private static func readMonth(
    _ store: SegmentedObservationStore, _ streams: Int
  ) async throws -> (elapsed: [Double], processor: [Double]) {
    let first = 1_440
    var draw = BenchRandom(seed: 7)
    let read = min(streams, 50)
    for day in 0..<30 {
      for hour in 0..<24 {
        let minutes = first + day * 1_440 + hour * 60
        for stream in 0..<read {
          let batch = (minutes..<minutes + 60).map { observation(stream, $0, &draw) }
          _ = try await store.append(batch)
        }
      }
      try await store.seal()
    }
    var elapsed: [Double] = []
    var used: [Double] = []
    for round in 0..<1_000 {
      let (watch, processor) = (Stopwatch(), OwnUsage.processorSeconds)
      let series = try await store.series(
        SeriesQuery(
          stream: StreamNumber(UInt32(round % read)),
          from: Instant(milliseconds: start + Int64(first) * 60_000),
          to: Instant(milliseconds: start + Int64(first + 43_200) * 60_000), resolution: nil,
          pointsMax: 1_000))
      elapsed.append(watch.seconds * 1_000)
      used.append((OwnUsage.processorSeconds - processor) * 1_000)
      guard series.points.count > 900, series.points.reduce(0, { $0 + $1.count }) > 43_000 else {
        throw WorkFault(message: "a series has \(series.points.count) points")
      }
    }
    return (elapsed.sorted(), used.sorted())
  }
}
