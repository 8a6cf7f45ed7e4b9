/// A body as forms send it: `name=value` joined with `&`, percent-encoded.
package enum HTTPForm {
  /// Bytes of such a body.
  package static let bytesMax = 65_536

  /// nil where it is too long, malformed, or has more pairs than an address may.
  package static func pairs(_ body: [UInt8]) -> [(name: String, value: String)]? {
    guard body.count <= bytesMax else { return nil }
    return try? HTTPTarget.query(body[...])
  }
}
