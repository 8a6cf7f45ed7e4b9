import City
import Synchronization

/// Observations that are on disk in the log and in no block yet, in the order of the log.
///
/// Safe to share: only `Tail` adds, under its lock and to the newest generation alone; a closed
/// generation never changes.
final class Generation: @unchecked Sendable {
  private static let chunkBits = 16
  private static let chunkMax = 1 << chunkBits

  /// 20 bytes an observation; the link leads to the stream's previous one.
  private struct Chunk {
    let times = UnsafeMutablePointer<Int64>.allocate(capacity: chunkMax)
    let values = UnsafeMutablePointer<Double>.allocate(capacity: chunkMax)
    let previous = UnsafeMutablePointer<UInt32>.allocate(capacity: chunkMax)

    func free() {
      times.deallocate()
      values.deallocate()
      previous.deallocate()
    }
  }

  /// Position of the first observation; the others follow without gaps.
  let first: Int64
  private(set) var count = 0
  /// Numbers of the days since 1970 that hold observations.
  private(set) var days: Set<Int64> = []
  /// Newest observation of each stream, plus 1; 0 where there is none.
  private(set) var newest: ContiguousArray<UInt32> = []
  private var chunks: ContiguousArray<Chunk> = []
  private var latestDay: Int64 = -1

  init(first: Int64) {
    self.first = first
  }

  deinit { for chunk in chunks { chunk.free() } }

  var end: Int64 { first + Int64(count) }

  func add(_ observation: Observation) {
    let stream = Int(observation.stream.rawValue)
    if stream >= newest.count {
      newest.append(
        contentsOf: repeatElement(0, count: max(stream + 1, newest.count * 5 / 4) - newest.count))
    }
    let place = count & (Self.chunkMax - 1)
    if place == 0 { chunks.append(Chunk()) }
    let chunk = chunks[count >> Self.chunkBits]
    chunk.times[place] = observation.at.milliseconds
    chunk.values[place] = observation.value
    chunk.previous[place] = newest[stream]
    count += 1
    newest[stream] = UInt32(count)
    let day = observation.at.milliseconds / Duration.day
    if day != latestDay {
      latestDay = day
      days.insert(day)
    }
  }

  @inline(__always)
  func time(_ index: Int) -> Int64 {
    chunks[index >> Self.chunkBits].times[index & (Self.chunkMax - 1)]
  }

  @inline(__always)
  func value(_ index: Int) -> Double {
    chunks[index >> Self.chunkBits].values[index & (Self.chunkMax - 1)]
  }

  /// Calls `body` with the stream's observations, newest first.
  @inline(__always)
  func each(of stream: Int, _ body: (Int) -> Void) {
    guard stream < newest.count else { return }
    var link = newest[stream]
    while link != 0 {
      let index = Int(link) - 1
      body(index)
      link = chunks[index >> Self.chunkBits].previous[index & (Self.chunkMax - 1)]
    }
  }
}

/// All generations: the newest grows, older ones wait to be sealed.
final class Tail: Sendable {
  /// What one sealing takes at most: an hour of 110,000 streams at one a minute, and some.
  static let generationMax = 6_750_000
  /// Two, because one grows while another is sealed; more only while a long log is read again.
  static let generationsMax = 2

  private let generations: Mutex<[Generation]>
  private let generationMax: Int

  init(first: Int64, generationMax: Int) {
    self.generationMax = generationMax
    generations = Mutex([Generation(first: first)])
  }

  /// False where sealing is behind so far that memory would grow without bound.
  var hasRoom: Bool {
    generations.withLock {
      $0.count < Self.generationsMax || ($0.last?.count ?? 0) < generationMax
    }
  }

  /// Observations that no block holds yet.
  var count: Int { generations.withLock { $0.reduce(0) { $0 + $1.count } } }

  /// Adds what the log holds from a position on. Where positions were lost with a damaged file, a new
  /// generation begins, because a generation has no gaps.
  func add(_ observations: [Observation], at position: Int64) {
    generations.withLock { generations in
      guard let newest = generations.last, newest.end != position else { return }
      if newest.count == 0 { generations.removeLast() }
      generations.append(Generation(first: position))
    }
    add(observations)
  }

  func add(_ observations: [Observation]) {
    generations.withLock { generations in
      for observation in observations {
        guard var newest = generations.last else { return }
        if newest.count >= generationMax {
          newest = Generation(first: newest.end)
          generations.append(newest)
        }
        newest.add(observation)
      }
    }
  }

  /// Closes the newest generation, if it holds anything, so that it may be sealed. Where as many
  /// wait as may, it stays open: sealing fails, and memory must not grow without bound.
  func close() {
    generations.withLock { generations in
      guard generations.count < Self.generationsMax, let newest = generations.last,
        newest.count > 0
      else { return }
      generations.append(Generation(first: newest.end))
    }
  }

  /// The oldest closed generation.
  var oldestClosed: Generation? {
    generations.withLock { $0.count > 1 ? $0.first : nil }
  }

  /// Takes a sealed generation away.
  func remove(_ generation: Generation) {
    generations.withLock { generations in generations.removeAll { $0 === generation } }
  }

  /// The days of which observations wait.
  var days: Set<Int64> {
    generations.withLock { $0.reduce(into: []) { $0.formUnion($1.days) } }
  }

  /// What waits of one stream within a time, each time once: the first appended stands.
  func points(of stream: StreamNumber, from: Int64, to: Int64) -> Points {
    var found: [(time: Int64, order: Int, value: Double)] = []
    generations.withLock { generations in
      var offset = 0
      for generation in generations {
        generation.each(of: Int(stream.rawValue)) { index in
          let time = generation.time(index)
          guard time >= from, time < to else { return }
          found.append((time, offset + index, generation.value(index)))
        }
        offset += generation.count
      }
    }
    found.sort { ($0.time, $0.order) < ($1.time, $1.order) }
    var points = Points()
    for one in found where one.time != points.times.last {
      points.times.append(one.time)
      points.values.append(one.value)
    }
    return points
  }
}
