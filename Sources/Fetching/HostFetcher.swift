package import Ports

/// Fetches pictures by HTTP from hosts that the operator has named, and from nowhere else.
package final class HostFetcher: PictureSource {
  /// How it fetches.
  package struct Settings: Sendable {
    /// `host` for the usual port of its scheme, or `host:port`; lower case.
    package var hosts: Set<String>
    package var bytesMax = 16 << 20
    /// From the first to the last byte, in milliseconds.
    package var durationMilliseconds = 10_000

    package init(hosts: Set<String>) {
      self.hosts = hosts
    }
  }

  private let sender: HTTPSender

  package init(settings: Settings) {
    var sending = HTTPSender.Settings(hosts: settings.hosts)
    sending.bytesMax = settings.bytesMax
    sending.durationMilliseconds = settings.durationMilliseconds
    sender = HTTPSender(settings: sending)
  }

  package func picture(at address: String) async throws(PictureFault) -> [UInt8] {
    let answer: OutgoingAnswer
    do throws(SendingFault) {
      answer = try await sender.send(OutgoingRequest(.get, address))
    } catch {
      throw Self.fault(error)
    }
    guard answer.status == 200 else { throw .status(answer.status) }
    return answer.body
  }

  private static func fault(_ fault: SendingFault) -> PictureFault {
    switch fault {
    case .form: .form
    case .host: .host
    case .tooLarge(let max): .tooLarge(max: max)
    case .slow: .slow
    case .busy: .busy
    case .unreachable(let detail): .unreachable(detail: detail)
    }
  }
}
