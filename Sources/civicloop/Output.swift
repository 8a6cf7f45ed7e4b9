import Glibc
import JSONText
import Synchronization

/// Words for people go to standard error; the one JSON object that programs read, to standard output.
enum Output {
  static func say(_ text: String) {
    write(text + "\n", to: STDERR_FILENO)
  }

  /// The last line of standard output.
  static func result(_ fill: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.beginObject()
    fill(&writer)
    writer.endObject()
    write(String(decoding: writer.take(), as: UTF8.self) + "\n", to: STDOUT_FILENO)
  }

  static func line(_ text: String) {
    write(text + "\n", to: STDOUT_FILENO)
  }

  /// Writes over the line that a terminal shows.
  static func overwrite(_ text: String) {
    write("\r" + text, to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Progress of long work: a bar on a terminal, a line every ten per cent elsewhere.
final class Progress: Sendable {
  private let title: String
  private let shown = Mutex(-1)

  init(_ title: String) {
    self.title = title
  }

  func show(_ done: Int64, of total: Int64) {
    guard total > 0 else { return }
    let percent = Int(min(done, total) * 100 / total)
    let changed = shown.withLock { shown in
      let step = Output.isTerminal ? 1 : 10
      guard percent / step != shown / step || shown < 0 else { return false }
      shown = percent
      return true
    }
    guard changed else { return }
    if Output.isTerminal {
      let bar =
        String(repeating: "█", count: percent / 4)
        + String(repeating: "░", count: 25 - percent / 4)
      Output.overwrite("\(title) \(bar) \(percent) %\(percent == 100 ? "\n" : "")")
    } else {
      Output.say("\(title) \(percent) %")
    }
  }
}

/// Seconds since an arbitrary moment, never running back.
struct Stopwatch {
  private let start = Self.now

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  var seconds: Double { Self.now - start }
}

/// What this process has used of the machine so far.
enum OwnUsage {
  /// User and system time of all its threads.
  static var processorSeconds: Double {
    let usage = read()
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  /// The most memory that it held at once.
  static var peakMegabytes: Int { read().ru_maxrss / 1_024 }

  private static func read() -> rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }
}
