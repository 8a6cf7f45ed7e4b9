import City
import Web

/// Times of the feed as milliseconds since 1970.
enum FeedTime {
  static func read(_ text: String) -> Int64? { TimeText.read(text)?.milliseconds }
}
