import Glibc

/// The header of an event stream's response, which we write ourselves.
enum EventHead {
  static let headers: [(name: String, value: String)] = [
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-store"),
    // Asks a proxy not to hold events back.
    ("X-Accel-Buffering", "no"),
  ]

  /// Header fields that only a proxy adds.
  static let proxyMarks = ["x-forwarded-for", "forwarded", "x-real-ip", "via"]

  /// The status line and all fields; the body then ends with the connection.
  static func bytes(_ extra: [(name: String, value: String)]) -> [UInt8] {
    var text = "HTTP/1.1 200 OK\r\nDate: \(date())\r\nConnection: close\r\n"
    for (name, value) in headers + extra.filter(isSafe) { text += "\(name): \(value)\r\n" }
    text += "\r\n"
    return Array(text.utf8)
  }

  private static func isSafe(_ field: (name: String, value: String)) -> Bool {
    guard !headers.contains(where: { $0.name.lowercased() == field.name.lowercased() }) else {
      return false
    }
    let isName = !field.name.isEmpty && field.name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x3A }
    return isName && field.value.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 }
  }

  /// The time now, as HTTP writes it.
  private static func date() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(1_900 + parts.tm_year) \(clock) GMT"
  }
}
