/// What is told to somebody through one channel (通知), from when it was owed to the proof that it came.
package struct Notice: Hashable, Sendable {
  /// Characters of a title, a text, a link and an answer.
  package static let titleMax = 100
  package static let textMax = 1_000
  /// Characters of the text where it is a ticket's report to the system that it came from.
  package static let reportMax = 16_384
  package static let linkMax = 300
  package static let answerMax = 300
  /// The channel of the pages; all others are the operator's.
  package static let pageChannel = "page"

  /// How far it came.
  package enum State: String, CaseIterable, Sendable {
    /// Owed; tried again at `next`.
    case waiting
    /// Taken by the other side; `answer` is its proof. In the page: there to be read.
    case sent
    /// Given up after too many attempts, or refused for good.
    case failed
  }

  package let id: ID<Notice>
  /// Code of the pack's template.
  package let template: String
  package let channel: String
  /// Who is told; nil where a channel as a whole is, such as a robot or another system.
  package let staff: ID<Staff>?
  package let `case`: ID<Case>?
  package let title: String
  package let text: String
  /// Where it leads to, below the root of the pages; empty = nowhere.
  package let link: String
  package let at: Instant
  package var state: State
  /// When it is tried next; later than `at` where it waits for others, for the morning, or after a
  /// failure.
  package var next: Instant
  package var attempts = 0
  /// What the other side said last.
  package var answer = ""
  package var sentAt: Instant?
  package var readAt: Instant?

  package init(
    id: ID<Notice>, template: String, channel: String, staff: ID<Staff>?, case: ID<Case>?,
    title: String, text: String, link: String, at: Instant, state: State, next: Instant
  ) {
    self.id = id
    self.template = template
    self.channel = channel
    self.staff = staff
    self.case = `case`
    self.title = title
    self.text = text
    self.link = link
    self.at = at
    self.state = state
    self.next = next
  }
}
