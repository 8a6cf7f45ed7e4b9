import Glibc
import Synchronization
import Threads

/// A mail server of one thread that speaks enough SMTP to be sent to, and can refuse.
final class FakeMailServer: Sendable {
  struct Mail: Sendable {
    var from = ""
    var to = ""
    var text = ""
  }

  let port: UInt16
  private let listening: Int32
  private let mails = Mutex<[Mail]>([])
  private let refusal: Mutex<String?>

  var received: [Mail] { mails.withLock { $0 } }

  /// - Parameter refusal: what it says to a receiver; nil = takes him.
  init(refusing refusal: String? = nil) {
    self.refusal = Mutex(refusal)
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port: UInt16 = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
        _ = bind(socket, plain, length)
        _ = listen(socket, 8)
        _ = getsockname(socket, plain, &length)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    self.port = port
    listening = socket
    DedicatedThread { [self] in serve() }.detach()
  }

  func refuse(_ said: String?) { refusal.withLock { $0 = said } }

  func stop() {
    shutdown(listening, Int32(SHUT_RDWR))
    close(listening)
  }

  private func serve() {
    while true {
      let connection = accept(listening, nil, nil)
      guard connection >= 0 else { return }
      talk(connection)
      close(connection)
    }
  }

  private func talk(_ connection: Int32) {
    var mail = Mail()
    var pending: [UInt8] = []
    func say(_ line: String) {
      let bytes = Array((line + "\r\n").utf8)
      _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
    func line() -> String? {
      while true {
        if let end = pending.firstIndex(of: 0x0A) {
          let line = String(decoding: pending[..<end].filter { $0 != 0x0D }, as: UTF8.self)
          pending.removeSubrange(...end)
          return line
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(connection, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        pending += bytes[..<count]
      }
    }
    say("220 fake")
    while let command = line() {
      let word = command.prefix(4).uppercased()
      switch word {
      case "EHLO", "HELO": say("250 fake")
      case "MAIL":
        mail.from = command
        say("250 ok")
      case "RCPT":
        mail.to = command
        say(refusal.withLock { $0 } ?? "250 ok")
      case "DATA":
        say("354 go on")
        while let text = line(), text != "." { mail.text += text + "\n" }
        let taken = mail
        mails.withLock { $0.append(taken) }
        say("250 kept as 4711")
      case "QUIT":
        say("221 bye")
        return
      default: say("250 ok")
      }
    }
  }
}
