package import Pack

/// Finds the form of a payload by the topic that it came under.
package struct TopicForms: Sendable {
  /// Under this topic comes our own form.
  package static let ownTopic = "civicloop/observations"
  /// Topics whose form is remembered.
  static let rememberedMax = 200_000

  private let mappings: [PayloadMapping]
  private var remembered: [String: Int?] = [:]

  package init(_ mappings: [PayloadMapping]) {
    self.mappings = mappings
  }

  /// nil where no mapping takes this topic. Of several the first in the packs' order.
  package mutating func form(of topic: String) -> PayloadForm? {
    if topic == Self.ownTopic { return .plain }
    let index: Int?
    if let known = remembered[topic] {
      index = known
    } else {
      index = mappings.firstIndex { $0.topic.map { Self.matches($0, topic) } ?? false }
      if remembered.count >= Self.rememberedMax { remembered.removeAll() }
      remembered[topic] = .some(index)
    }
    return index.map { .mapping(mappings[$0]) }
  }

  /// Whether a topic fits a filter: `+` stands for one level, `#` for all that follow.
  package static func matches(_ filter: String, _ topic: String) -> Bool {
    let wanted = filter.split(separator: "/", omittingEmptySubsequences: false)
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
    for (index, part) in wanted.enumerated() {
      if part == "#" { return true }
      guard index < levels.count, part == "+" || part == levels[index] else { return false }
    }
    return wanted.count == levels.count
  }
}
