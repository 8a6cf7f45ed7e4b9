import Glibc
import JSONText
import Vault

/// How a command tells a running server that packs changed: by a file with a word, SIGHUP, and a
/// file with the same word and the answer. Both lie in the data folder, which only its owner reads.
enum PackTelling {
  static let requestFile = "packs.request"
  static let answerFile = "packs.answer"
  static let answerMillisecondsMax = 120_000

  /// What a server answered.
  struct Answer {
    let isInForce: Bool
    /// Numbers of open cases that need what would be gone.
    let cases: [String]
    let findings: [String]
  }

  /// The process of the server that holds a folder; nil where nobody does.
  /// - Throws: `UsageFault` where another command holds it.
  static func server(of data: String) throws -> Int32? {
    guard Home.isFolder(data) else { return nil }
    guard let holder = try? FolderLock.holder(of: data) else { return nil }
    // A server says where it listens; whoever is no server would be ended by the signal.
    guard holder.note.contains(":") else {
      throw UsageFault(
        message: "\(data) is in use by process \(holder.process) (\(holder.note)); try again")
    }
    return holder.process
  }

  /// Tells a server and waits for its answer.
  static func tell(_ process: Int32, _ data: String) throws -> Answer {
    let word = "\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    guard FileText.write(Array(word.utf8), to: "\(data)/\(requestFile)") else {
      throw WorkFault(message: "\(data)/\(requestFile) cannot be written")
    }
    guard kill(process, SIGHUP) == 0 else {
      throw WorkFault(message: "the server \(process) cannot be told: errno \(errno)")
    }
    var waited = 0
    while waited < answerMillisecondsMax {
      if let bytes = FileText.read("\(data)/\(answerFile)"),
        let json = try? JSON.parse(bytes, limits: .request), json["word"]?.string == word
      {
        return Answer(
          isInForce: json["inForce"]?.bool ?? false,
          cases: (json["cases"]?.array ?? []).compactMap(\.string),
          findings: (json["findings"]?.array ?? []).compactMap(\.string))
      }
      usleep(50_000)
      waited += 50
    }
    throw WorkFault(message: "the server \(process) did not answer")
  }

  /// Does what a request asks, and says what came of it. Without a request it is a plain SIGHUP.
  static func answer(_ server: RunningServer, _ data: String) async {
    let word = FileText.read("\(data)/\(requestFile)").map { String(decoding: $0, as: UTF8.self) }
    let answer = await server.reload()
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("word", word ?? "")
    var inForce = false
    switch answer {
    case .inForce:
      inForce = true
      Output.say("the packs changed and are in force")
    case .same:
      inForce = true
      Output.say("the packs are in force already")
    case .refused(let findings):
      writer.member("findings", findings)
      Output.say("the packs are refused:\n" + findings.joined(separator: "\n"))
    case .needed(let cases):
      writer.member("cases", cases)
      Output.say("the packs stay: open cases need them: \(cases.joined(separator: ", "))")
    case .failed(let detail):
      writer.member("findings", [detail])
    }
    writer.member("inForce", inForce)
    writer.endObject()
    let path = "\(data)/\(answerFile)"
    // Whole or not at all: whoever waits reads it meanwhile.
    guard FileText.write(writer.take(), to: path + ".new"), rename(path + ".new", path) == 0 else {
      return Output.say("warning: \(path) cannot be written")
    }
  }
}
