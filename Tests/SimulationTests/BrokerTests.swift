import Foundation
import Glibc
import JSONText
import LoopbackClient
import Testing

/// Devices that speak by a real broker, and video boxes by HTTP, to a server of its own process.
@Suite("a real broker", .serialized)
struct BrokerTests {
  /// Registers sensors of manhole covers and cameras, in the middle of the demonstration district.
  static func register(_ codes: [String], kind: String, data: String) throws {
    let rows = codes.map { "\($0),\($0),121.39,31.24" }.joined(separator: "\n")
    let path = data + "-\(kind).csv"
    try ("code,name,longitude,latitude\n" + rows + "\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    let made = try Program.must(["import", "devices", path, "--kind", kind], data: data)
    guard made["accepted"]?.integer == Int64(codes.count) else {
      throw Program.Fault(description: "devices were refused: \(made)")
    }
  }

  /// Waits until an answer is as wanted, for half a minute at most.
  static func wait(_ isReached: () -> Bool) -> Bool {
    for _ in 0..<300 {
      if isReached() { return true }
      usleep(100_000)
    }
    return false
  }

  private static func brokers(_ list: [String], data: String) throws -> String {
    let path = data + "/brokers.json"
    try "{\"brokers\":[\(list.joined(separator: ","))]}"
      .write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static func reading(_ device: String, _ value: Double) -> String {
    let at = Int64(Date().timeIntervalSince1970 * 1_000)
    return "{\"device\":\"\(device)\",\"measure\":\"tilt\",\"at\":\(at),\"value\":\(value)}"
  }

  /// The alarms that the API shows of a device, by its code.
  private static func alarms(
    _ device: String, _ caller: Caller, _ sessions: Sessions
  ) -> [JSON] {
    let found = caller.send("GET", "/things?kind=manhole-sensor&words=\(device)", as: sessions.duty)
    guard let id = found?.json["elements"]?.array?.first?["id"]?.string,
      let answer = caller.send("GET", "/alarms?device=\(id)", as: sessions.duty)
    else { return [] }
    return answer.json["elements"]?.array ?? []
  }

  private static let python = """
    import sys, paho.mqtt.client as mqtt
    port, authority, login, password = sys.argv[1:5]
    client = mqtt.Client(client_id="python", protocol=mqtt.MQTTv5)
    client.username_pw_set(login, password)
    client.tls_set(authority)
    client.connect("127.0.0.1", int(port))
    client.loop_start()
    told = client.publish("civicloop/observations", sys.stdin.read(), qos=1)
    told.wait_for_publish(10)
    client.disconnect()
    sys.exit(0 if told.is_published() else 1)
    """

  @Test("mosquitto_pub and a Python client publish over TLS, and cases appear; others are refused")
  func secured() throws {
    guard Broker.isInstalled else { return }
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    try Self.register(["M1", "M2", "M3"], kind: "manhole-sensor", data: data)
    let broker = try Broker(folder: scratch.path + "/broker", isSecured: true)
    let authority = try #require(broker.authority)
    let secured = [
      "--cafile", authority, "-h", "127.0.0.1", "-p", "\(broker.port)", "-u", Broker.login, "-P",
      Broker.password, "-q", "1",
    ]
    // The session once asked for a topic that nobody asks for any more.
    let tool = "/usr/bin/mosquitto_sub"
    try Broker.run(tool, secured + ["-i", "civicloop", "-c", "-t", "old/topic", "-W", "1"])
    func entry(_ name: String, _ password: String, _ trust: String) -> String {
      """
      {"host":"127.0.0.1","port":\(broker.port),"clientId":"\(name)","login":"\(Broker.login)",\
      "password":"\(password)","topics":["civicloop/observations"],"tls":{"authorities":"\(trust)"}}
      """
    }
    let file = try Self.brokers(
      [
        entry("wrong-password", "no", authority), entry("civicloop", Broker.password, authority),
        entry("wrong-authority", Broker.password, "/etc/ssl/certs/ca-certificates.crt"),
      ], data: data)
    let server = try Server(data: data, words: ["--brokers", file])
    let sessions = try Sessions(port: server.port)
    let caller = Caller(port: server.port)
    func log() -> String { String(decoding: Files.read(data + "/server.log"), as: UTF8.self) }
    #expect(Self.wait { log().contains("connected") && log().contains("refused(code") })
    #expect(Self.wait { log().contains("security(") })

    func publish(_ topic: String, _ text: String) throws {
      let words = secured + ["-t", topic, "-m", text]
      #expect(try Broker.run("/usr/bin/mosquitto_pub", words) == 0)
    }
    try publish("old/topic", Self.reading("M1", 90))
    try publish("civicloop/observations", "not JSON")
    try publish("civicloop/observations", Self.reading("nobody", 90))
    try publish("civicloop/observations", Self.reading("M1", 40))
    #expect(Self.wait { Self.alarms("M1", caller, sessions).first?["signal"]?.string != nil })
    let metrics = try caller.client.send("GET", "/metrics", headers: [], body: [])
    let text = String(decoding: metrics.body, as: UTF8.self)
    for reason in ["topic.not_allowed", "device.unknown", "payload.", "credentials.wrong"] {
      #expect(text.contains(reason), "\(reason) is not counted: \(text)")
    }
    if try Broker.run("/usr/bin/python3", ["-c", "import paho.mqtt.client"]) == 0 {
      let words = ["-c", Self.python, "\(broker.port)", authority, Broker.login, Broker.password]
      let input = data + "-reading.json"
      try Self.reading("M2", 40).write(toFile: input, atomically: true, encoding: .utf8)
      let status = try Broker.run("/usr/bin/python3", words, input: input)
      #expect(status == 0)
      #expect(Self.wait { Self.alarms("M2", caller, sessions).first?["signal"]?.string != nil })
    } else {
      print("skipped: paho for Python is not installed")
    }
    try expectCase(of: "M1", caller, sessions)
    // Old messages of a topic nobody asks for made no alarm; M1 has one, M3 none.
    #expect(Self.alarms("M1", caller, sessions).count == 1)
    #expect(Self.alarms("M3", caller, sessions).isEmpty)
    #expect(server.stop() == 0)
  }

  /// The alarm's signal reports an event that a case is made of.
  private func expectCase(of device: String, _ caller: Caller, _ sessions: Sessions) throws {
    let alarm = try #require(Self.alarms(device, caller, sessions).first)
    let signal = try #require(alarm["signal"]?.string ?? alarm["signal"]?["id"]?.string)
    let told = try #require(caller.send("GET", "/signals/\(signal)", as: sessions.duty))
    let event = try #require(
      told.json["event"]?.string ?? told.json["event"]?["id"]?.string, "\(told)")
    let found = try #require(caller.send("GET", "/events/\(event)", as: sessions.duty))
    #expect(found.json["case"]?.string ?? found.json["case"]?["id"]?.string != nil, "\(found)")
  }

  /// Eight by eight points of one grey.
  private static let jpeg: [UInt8] = {
    let counts: [UInt8] = [1] + Array(repeating: 0, count: 15)
    var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16]
    bytes += Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]
    bytes += [0xFF, 0xDB, 0, 67, 0] + Array(repeating: 16, count: 64)
    bytes += [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]
    for table in [0x00, 0x10] as [UInt8] { bytes += [0xFF, 0xC4, 0, 20, table] + counts + [0] }
    return bytes + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9]
  }()

  @Test("what a video box finds, with its JPEG, becomes one event and one case")
  func finding() throws {
    let scratch = try Scratch()
    let data = try scratch.demonstration()
    try Self.register(["C1"], kind: "camera", data: data)
    let server = try Server(data: data)
    let sessions = try Sessions(port: server.port)
    let caller = Caller(port: server.port)
    let picture = Data(Self.jpeg).base64EncodedString()
    var events: Set<String> = []
    for number in 0..<3 {
      let body = """
        {"id":"f\(number)","kind":"manhole-cover-damaged","confidence":0.9\(number),\
        "at":"2026-11-20T06:0\(number):00Z","camera":"C1","pictureData":"\(picture)"}
        """
      let answer = try #require(caller.send("POST", "/findings", body, as: sessions.reception))
      #expect(answer.status == 201, "\(answer)")
      let again = try #require(caller.send("POST", "/findings", body, as: sessions.reception))
      #expect(again.status == 200 && again.json["outcome"]?.string == "repeated")
      events.insert(try #require(answer.json["event"]?.string))
    }
    #expect(events.count == 1)
    let event = try #require(events.first)
    let found = try #require(caller.send("GET", "/events/\(event)", as: sessions.duty))
    #expect(found.json["case"]?.string ?? found.json["case"]?["id"]?.string != nil, "\(found)")
    #expect(server.stop() == 0)
  }
}
