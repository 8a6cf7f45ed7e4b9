/// A policy, plan, notice or answer (文件) that people look up.
package struct Document: Hashable, Sendable {
  package let id: ID<Document>
  /// What it is known by: its address, or its title where it has none.
  package let code: String
  package let title: String
  package let text: String
  /// As whoever brought it calls it, for example policy or plan.
  package let kind: String
  /// Where it was published; empty where that is not known.
  package let source: String
  package let publishedAt: Instant?

  package init(
    id: ID<Document>, code: String, title: String, text: String, kind: String, source: String,
    publishedAt: Instant?
  ) {
    self.id = id
    self.code = code
    self.title = title
    self.text = text
    self.kind = kind
    self.source = source
    self.publishedAt = publishedAt
  }
}
