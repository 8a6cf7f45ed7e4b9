import HTTPServing
import Synchronization

/// The server's own counters, as Prometheus reads them.
final class ServerCounts: Sendable {
  private let server = Mutex<HTTPServer?>(nil)

  func watch(_ server: HTTPServer) {
    self.server.withLock { $0 = server }
  }

  var prometheus: [UInt8] {
    guard let counts = server.withLock({ $0?.counts }) else { return [] }
    var text = """
      # TYPE civicloop_http_requests_total counter
      civicloop_http_requests_total \(counts.requests)
      # TYPE civicloop_http_connections gauge
      civicloop_http_connections \(counts.connectionsOpen)
      # TYPE civicloop_http_bytes_in_total counter
      civicloop_http_bytes_in_total \(counts.bytesIn)
      # TYPE civicloop_http_bytes_out_total counter
      civicloop_http_bytes_out_total \(counts.bytesOut)
      # TYPE civicloop_http_responses_total counter

      """
    for (hundred, count) in counts.responsesByClass.enumerated() where hundred > 0 {
      text += "civicloop_http_responses_total{class=\"\(hundred)xx\"} \(count)\n"
    }
    text += "# TYPE civicloop_http_refused_total counter\n"
    for (reason, count) in counts.refused.sorted(by: { $0.key < $1.key }) {
      text += "civicloop_http_refused_total{reason=\"\(reason)\"} \(count)\n"
    }
    return Array(text.utf8)
  }
}
