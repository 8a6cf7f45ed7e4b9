import Glibc

/// A server of our own program, in a process of its own.
struct ServerProcess {
  static let readyMillisecondsMax = 60_000

  let port: UInt16
  let startMilliseconds: Double
  private let process: pid_t

  /// Starts `serve --no-demo` on a free port and waits until it answers.
  static func start(data: String) throws -> ServerProcess {
    let port = try freePort()
    let watch = Stopwatch()
    let words = [
      "/proc/self/exe", "serve", "--listen", "127.0.0.1:\(port)", "--data", data, "--no-demo",
    ]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, data + "/server.log", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var process = pid_t()
    guard posix_spawn(&process, "/proc/self/exe", &actions, nil, &arguments, environ) == 0 else {
      throw WorkFault(message: "the server could not be started")
    }
    let server = ServerProcess(
      port: port, startMilliseconds: try waitUntilReady(port, process, watch) * 1_000,
      process: process)
    return server
  }

  private init(port: UInt16, startMilliseconds: Double, process: pid_t) {
    self.port = port
    self.startMilliseconds = startMilliseconds
    self.process = process
  }

  private static func waitUntilReady(
    _ port: UInt16, _ process: pid_t, _ watch: Stopwatch
  ) throws -> Double {
    while watch.seconds * 1_000 < Double(readyMillisecondsMax) {
      if canConnect(port) { return watch.seconds }
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        throw WorkFault(message: "the server ended at once; see server.log in the data folder")
      }
      usleep(2_000)
    }
    kill(process, SIGKILL)
    throw WorkFault(message: "the server did not answer within \(readyMillisecondsMax) ms")
  }

  /// Ends it gracefully.
  func stop() {
    kill(process, SIGTERM)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// Resident memory in MB (10⁶ bytes).
  var residentMegabytes: Double {
    guard let bytes = FileText.read("/proc/\(process)/status") else { return 0 }
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("VmRSS:") {
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
      return kilobytes * 1_024 / 1e6
    }
    return 0
  }

  /// Processor time it has used so far, in seconds.
  var processorSeconds: Double {
    guard let bytes = FileText.read("/proc/\(process)/stat"),
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return 0 }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
    // After the name come state and ten numbers, then ticks in user mode and in the kernel.
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  static func freePort() throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = address(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    guard found else { throw WorkFault(message: "no free port") }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func canConnect(_ port: UInt16) -> Bool {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = address(port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
