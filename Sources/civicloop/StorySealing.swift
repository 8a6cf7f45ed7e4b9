import City
import Discovering
import Engine
import Ports

/// Stories name no persons; nothing is sealed in them.
struct StorySealing: Sealing {
  func newSubject() throws(SealingFault) -> ID<Subject> { throw .unavailable(detail: "story") }
  func seal(_ bytes: [UInt8], for subject: ID<Subject>) throws(SealingFault) -> Sealed {
    throw .unavailable(detail: "story")
  }
  func open(_ sealed: Sealed) throws(SealingFault) -> [UInt8] { throw .damaged }
  func destroy(_ subject: ID<Subject>) throws(SealingFault) {}
  func blindHash(_ text: String) -> Digest { digest(of: Array(text.utf8)) }

  /// Only equality matters here: the bytes folded into 32.
  func digest(of bytes: [UInt8]) -> Digest {
    var folded = [UInt8](repeating: 0, count: Digest.byteCount)
    for (index, byte) in bytes.enumerated() {
      folded[index % folded.count] = folded[index % folded.count] &* 31 &+ byte
    }
    return Digest(bytes: folded)
  }
}

extension MasterFault {
  /// The rule of the first field that is refused, as a form shows it; else the fault's own code.
  var told: String {
    guard case .refused(let findings) = self else { return code }
    return findings.first?.rule ?? code
  }
}
