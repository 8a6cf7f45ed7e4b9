import CSodium
import City
import Discovering
import Glibc
package import Pack
import Threads

/// Why a job over readings could not be run.
package enum PerceiveFault: Error, Equatable {
  case fileMissing(path: String)
  /// The byte at which a line or record begins that is none.
  case notAReading(path: String, offset: Int)
  case noReadings(path: String)
  case noRule

  /// For whoever runs it, with the next step.
  package var message: String {
    switch self {
    case .fileMissing(let path):
      "there is no \(path); make it with the generator of the reference job"
    case .notAReading(let path, let offset): "\(path): no reading at byte \(offset)"
    case .noReadings(let path): "\(path) holds no readings"
    case .noRule: "the pack has no rule for it"
    }
  }
}

/// The reference job of perception: ten million readings in the order of their arrival, through
/// compiled rules, with a digest of all alarms.
package struct ReferenceJob: Sendable {
  /// What one pass over one file came to.
  package struct Result: Sendable {
    package let readings: Int
    package let seconds: Double
    /// Processor time of all threads.
    package let processorSeconds: Double
    package let raised: Int
    package let cleared: Int
    /// SHA-256 over the lines `device,windowStart,R|C`, in hexadecimal.
    package let digest: String
    package let bytesPerStream: Double
  }

  /// Threads, each with one shard of the streams.
  package static let threads = 2

  private let program: RuleProgram
  private let shardOf: [UInt8]

  /// - Parameters:
  ///   - rule: the rule of every device; ids of devices are the numbers of streams.
  ///   - devices: how many devices there are, 0 to this.
  package init(rule: Rule, devices: Int) {
    let streams = (0..<devices).map { device in
      RuleStream(
        number: StreamNumber(UInt32(device)), device: ID(Int64(device) + 1), code: "\(device)",
        kind: rule.kind, measure: rule.measure)
    }
    program = RuleProgram(
      rules: [rule], world: RuleWorld(streams: streams), shards: Self.threads)
    let program = program
    shardOf = streams.map { UInt8(program.shard(of: $0.number) ?? 0) }
  }

  /// How many devices a binary file speaks of: one more than the greatest id.
  package static func devices(inBinary path: String) throws(PerceiveFault) -> Int {
    let file = try MappedFile(path)
    var most: UInt32 = 0
    var place = 4
    while place + 8 <= file.bytes.count {
      most = max(most, file.bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      place += BinaryReadings.recordBytes
    }
    guard place > 4 else { throw .noReadings(path: path) }
    return Int(most) + 1
  }

  /// Reads the file once, on all threads.
  package func run(path: String, isCSV: Bool) throws(PerceiveFault) -> Result {
    let file = try MappedFile(path)
    let start = Clocks()
    let crew = ShardCrew(
      program: program, shardOf: shardOf, file: file, isCSV: isCSV, threads: Self.threads)
    crew.run()
    let passed = start.passed()
    if let offset = crew.faultOffset { throw .notAReading(path: path, offset: offset) }
    guard crew.readings > 0 else { throw .noReadings(path: path) }
    let lines = crew.changes.filter { $0.kind == .opened || $0.kind == .cleared }
    return Result(
      readings: crew.readings, seconds: passed.wall, processorSeconds: passed.processor,
      raised: lines.count { $0.kind == .opened }, cleared: lines.count { $0.kind == .cleared },
      digest: Self.digest(lines), bytesPerStream: Double(crew.bytes) / Double(shardOf.count))
  }

  private static func digest(_ changes: [AlarmChange]) -> String {
    let rows = changes.compactMap { change -> (UInt32, Int64, String)? in
      guard case .stream(let stream) = change.key.subject else { return nil }
      let start = change.facts.since.milliseconds / Duration.second
      return (stream.rawValue, start, change.kind == .opened ? "R" : "C")
    }.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    let text = rows.map { "\($0.0),\($0.1),\($0.2)\n" }.joined()
    let bytes = Array(text.utf8)
    var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
    return HexText.write(hash)
  }
}

/// A file in memory as it lies on the disk, read by whoever touches it.
///
/// Sendable by hand: nobody writes to it.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  init(_ path: String) throws(PerceiveFault) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw .fileMissing(path: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0,
      let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { throw .noReadings(path: path) }
    bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

/// Wall and processor time from a moment on.
struct Clocks {
  private let wall = Self.read(CLOCK_MONOTONIC)
  private let processor = Self.read(CLOCK_PROCESS_CPUTIME_ID)

  func passed() -> (wall: Double, processor: Double) {
    (Self.read(CLOCK_MONOTONIC) - wall, Self.read(CLOCK_PROCESS_CPUTIME_ID) - processor)
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
