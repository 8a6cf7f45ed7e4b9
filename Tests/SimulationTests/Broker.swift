import Foundation
import Glibc

/// A real Mosquitto of the tests' own, that can be killed.
final class Broker {
  private static let program = "/usr/sbin/mosquitto"
  static let login = "civicloop"
  static let password = "a-long-password"

  let port: UInt16
  private let folder: String
  private var process: pid_t?
  /// The certificate that clients trust; nil without TLS.
  let authority: String?

  /// Whether it and its tools are there; says so where they are not.
  static var isInstalled: Bool {
    let needed = [program, "/usr/bin/mosquitto_pub", "/usr/bin/mosquitto_passwd"]
    let missing = needed.filter { access($0, X_OK) != 0 }
    if !missing.isEmpty { print("skipped: \(missing.joined(separator: ", ")) not installed") }
    return missing.isEmpty
  }

  /// Makes its folder and starts it.
  /// - Parameter isSecured: with TLS and a password; else open to this machine.
  init(folder: String, isSecured: Bool) throws {
    self.folder = folder
    port = try Server.freePort()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var lines = [
      "listener \(port) 127.0.0.1", "persistence true", "persistence_location \(folder)/",
      "max_queued_messages 0", "max_inflight_messages 100", "log_dest none", "user root",
    ]
    if isSecured {
      authority = folder + "/server.pem"
      try Self.run(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
          "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/server.key", "-out",
          folder + "/server.pem",
        ])
      try Self.run(
        "/usr/bin/mosquitto_passwd", ["-b", "-c", folder + "/users", Self.login, Self.password])
      lines += [
        "certfile \(folder)/server.pem", "keyfile \(folder)/server.key",
        "allow_anonymous false", "password_file \(folder)/users",
      ]
    } else {
      authority = nil
      lines.append("allow_anonymous true")
    }
    let text = lines.joined(separator: "\n") + "\n"
    try text.write(toFile: folder + "/broker.conf", atomically: true, encoding: .utf8)
    try start()
  }

  deinit { kill() }

  func start() throws {
    process = try Self.spawn(Self.program, ["-c", folder + "/broker.conf"], input: nil)
    for _ in 0..<400 {
      if Server.answers(port) { return }
      usleep(25_000)
    }
    throw Program.Fault(description: "mosquitto did not come up")
  }

  /// Has it write down what it holds, as it does by itself from time to time.
  func save() {
    guard let process else { return }
    let store = folder + "/mosquitto.db"
    let before = Self.changed(store)
    Glibc.kill(process, SIGUSR1)
    for _ in 0..<200 where Self.changed(store) == before { usleep(10_000) }
  }

  private static func changed(_ path: String) -> Int64 {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return 0 }
    return Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
  }

  /// Ends it without any notice.
  func kill() {
    guard let process else { return }
    Glibc.kill(process, SIGKILL)
    _ = Program.wait(process)
    self.process = nil
  }

  /// Runs a program to its end.
  /// - Parameter input: a file that it reads as its standard input.
  /// - Returns: its exit status.
  @discardableResult
  static func run(_ path: String, _ words: [String], input: String? = nil) throws -> Int32 {
    Program.wait(try spawn(path, words, input: input))
  }

  /// Starts a program that hears all signals, whatever the thread that starts it does.
  private static func spawn(_ path: String, _ words: [String], input: String?) throws -> pid_t {
    var arguments: [UnsafeMutablePointer<CChar>?] = ([path] + words).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let ends = [
      (STDIN_FILENO, input ?? "/dev/null", O_RDONLY), (STDOUT_FILENO, "/dev/null", O_WRONLY),
      (STDERR_FILENO, "/dev/null", O_WRONLY),
    ]
    for (descriptor, file, mode) in ends {
      posix_spawn_file_actions_addopen(&actions, descriptor, file, mode, 0)
    }
    for descriptor in STDERR_FILENO + 1..<Program.inheritedMax {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, &attributes, &arguments, environ)
    guard code == 0 else {
      throw Program.Fault(description: "\(path) cannot be started: errno \(code)")
    }
    return process
  }
}
