import City
import Fetching
import Ports

/// A notice as an internet message (RFC 5322): plain text in UTF-8.
enum MailText {
  static func message(
    _ notice: OutgoingNotice, from: String, to: String, link: String
  ) -> [UInt8] {
    let text = [notice.text, link].filter { !$0.isEmpty }.joined(separator: "\n\n")
    let head = [
      "From: <\(from)>", "To: <\(to)>", "Subject: \(word(notice.title))",
      "Date: \(date(notice.at))", "Message-ID: \(messageID(notice, from: from))",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64", "Auto-Submitted: auto-generated",
    ]
    var bytes: [UInt8] = []
    for line in head + [""] + lines(of: base64(Array(text.utf8)), length: 76) {
      bytes += Array(line.utf8) + [0x0D, 0x0A]
    }
    return bytes
  }

  /// The same for every attempt, so that who got it twice can tell.
  static func messageID(_ notice: OutgoingNotice, from: String) -> String {
    let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
    return "<notice-\(notice.id.rawValue)@\(host)>"
  }

  /// An encoded word (RFC 2047) a line of at most 75 characters, cut between characters.
  static func word(_ text: String) -> String {
    var words: [String] = []
    var part: [UInt8] = []
    for character in text.unicodeScalars where character.value >= 0x20 {
      let bytes = Array(String(character).utf8)
      if part.count + bytes.count > 42 {
        words.append(base64(part))
        part = []
      }
      part += bytes
    }
    if !part.isEmpty { words.append(base64(part)) }
    return words.map { "=?utf-8?B?\($0)?=" }.joined(separator: "\r\n ")
  }

  /// As `Sat, 21 Nov 2026 06:19:00 +0000`.
  static func date(_ instant: Instant) -> String {
    let days = Int((Double(instant.milliseconds) / Double(Duration.day)).rounded(.down))
    let date = CivilDate(daysSinceEpoch: days)
    let seconds = (instant.milliseconds - Int64(days) * Duration.day) / Duration.second
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
    let day = names[((days % 7) + 7) % 7]
    return "\(day), \(two(Int64(date.day))) \(months[date.month - 1]) \(date.year) "
      + "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) +0000"
  }

  private static func lines(of text: String, length: Int) -> [String] {
    var lines: [String] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      lines.append(String(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return lines
  }

  static func base64(_ bytes: [UInt8]) -> String { Base64.text(bytes) }
}
