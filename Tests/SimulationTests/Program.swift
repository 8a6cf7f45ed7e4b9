import Foundation
import Glibc
import JSONText

/// The built program, found beside the tests.
enum Program {
  struct Outcome {
    let status: Int32
    /// The object on the last line of standard output; nil where there is none.
    let result: JSON?
    let errors: String
  }

  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// Descriptors from here on are made by the tests themselves and closed on exec.
  static let inheritedMax: Int32 = 256

  static let path: String = {
    let own = realpath("/proc/self/exe", nil)
    defer { free(own) }
    let bundle = own.map { String(cString: $0) } ?? ""
    return String(bundle[..<(bundle.lastIndex(of: "/") ?? bundle.endIndex)]) + "/civicloop"
  }()

  /// Runs a command to its end.
  static func run(_ words: String..., data: String) throws -> Outcome {
    try run(words, data: data)
  }

  /// Runs a command that must succeed.
  @discardableResult
  static func must(_ words: [String], data: String) throws -> JSON {
    let outcome = try run(words, data: data)
    guard outcome.status == 0, let result = outcome.result else {
      throw Fault(description: "\(words) ended with \(outcome.status): \(outcome.errors)")
    }
    return result
  }

  private static func run(_ words: [String], data: String) throws -> Outcome {
    // Beside the folder, since it may not be there yet.
    let output = data + ".out"
    let errors = data + ".err"
    defer {
      unlink(output)
      unlink(errors)
    }
    let status = wait(try start(words + ["--data", data], output: output, errors: errors))
    let last = String(decoding: Files.read(output), as: UTF8.self).split(separator: "\n").last
    return Outcome(
      status: status, result: try? JSON.parse(Array((last ?? "").utf8), limits: .request),
      errors: String(decoding: Files.read(errors).suffix(2_000), as: UTF8.self))
  }

  static func start(_ words: [String], output: String, errors: String) throws -> pid_t {
    var arguments: [UnsafeMutablePointer<CChar>?] = ([path] + words).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, path) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
    // Nothing that the tests hold open, a lock above all, lives on in a server.
    for descriptor in STDERR_FILENO + 1..<inheritedMax {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, nil, &arguments, environ)
    guard code == 0 else { throw Fault(description: "\(path) cannot be started: errno \(code)") }
    return process
  }

  /// The exit status; a signal's number is added to 128.
  static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}

/// A server in a process of its own, that can be killed.
final class Server {
  static let readyMillisecondsMax = 60_000

  let port: UInt16
  let process: pid_t
  private var hasEnded = false

  /// Starts it on `data` and waits until it answers.
  /// - Parameters:
  ///   - words: further options of `serve`.
  ///   - demonstrates: whether its made-up people and devices go on.
  init(data: String, words: [String] = [], demonstrates: Bool = false) throws {
    port = try Self.freePort()
    process = try Program.start(
      ["serve", "--listen", "127.0.0.1:\(port)", "--data", data]
        + (demonstrates ? [] : ["--no-demo"]) + words,
      output: data + "/server.log", errors: data + "/server.log")
    var waited = 0
    while !Self.answers(port) {
      var status: Int32 = 0
      hasEnded = waitpid(process, &status, WNOHANG) != 0
      guard !hasEnded, waited < Self.readyMillisecondsMax else {
        let log = String(decoding: Files.read(data + "/server.log").suffix(2_000), as: UTF8.self)
        throw Program.Fault(description: "the server did not come up: \(log)")
      }
      usleep(5_000)
      waited += 5
    }
  }

  deinit { if !hasEnded { kill() } }

  /// Ends it without any notice.
  func kill() {
    hasEnded = true
    Glibc.kill(process, SIGKILL)
    _ = Program.wait(process)
  }

  /// Lets it finish what it accepted; its exit status.
  func stop() -> Int32 {
    hasEnded = true
    Glibc.kill(process, SIGTERM)
    return Program.wait(process)
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private typealias ProcessLimit =
    @convention(c) (
      pid_t, Int32, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?
    ) -> Int32

  /// How large its files may grow: a disk that is full for it alone. The tests must have told the
  /// system before it was started that a write beyond the limit fails instead of ending it.
  func limitFiles(bytes: rlim_t) throws {
    // Glibc's module leaves this call out.
    guard let symbol = dlsym(nil, "prlimit") else {
      throw Program.Fault(description: "no prlimit")
    }
    let prlimit = unsafeBitCast(symbol, to: ProcessLimit.self)
    let fileSize: Int32 = 1
    var old = rlimit()
    guard prlimit(process, fileSize, nil, &old) == 0 else {
      throw Program.Fault(description: "prlimit: errno \(errno)")
    }
    var new = rlimit(rlim_cur: min(bytes, old.rlim_max), rlim_max: old.rlim_max)
    guard prlimit(process, fileSize, &new, nil) == 0 else {
      throw Program.Fault(description: "prlimit: errno \(errno)")
    }
  }

  static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = address(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard found else { throw Program.Fault(description: "no free port") }
    return UInt16(bigEndian: address.sin_port)
  }

  static func answers(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = address(port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

/// A folder for the time of one test.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("civicloop-simulation-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A small demonstration district, with accounts for every post.
  func demonstration(things: Int = 50, devices: Int = 20) throws -> String {
    let data = path + "/data"
    try Program.must(
      [
        "demo", "--things", String(things), "--devices", String(devices), "--cases", "5",
        "--days", "2",
      ], data: data)
    return data
  }
}

enum Files {
  /// Empty where it cannot be read.
  static func read(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
  }

  /// All files below a folder.
  static func all(_ folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    var files: [String] = []
    while let name = walk.nextObject() as? String {
      var isFolder: ObjCBool = false
      let path = folder + "/" + name
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
        files.append(path)
      }
    }
    return files.sorted()
  }
}
