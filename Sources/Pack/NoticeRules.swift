import City

/// What is told to whom and how (通知), as a table of the pack.
package struct NoticeRules: Equatable, Sendable {
  /// Spans of the day in which only what is urgent leaves the house; the pages know no quiet.
  package let quiet: [MinuteSpan]
  package let templates: [NoticeTemplate]
  /// Where a pack says nothing, nobody is told.
  package static let none = NoticeRules(quiet: [], templates: [])

  package init(quiet: [MinuteSpan], templates: [NoticeTemplate]) {
    self.quiet = quiet
    self.templates = templates
  }

  /// The template of a code; nil where a later pack has none of it any more.
  package func template(code: String) -> NoticeTemplate? {
    templates.first { $0.code == code }
  }
}

/// How a channel speaks to the other side.
package enum NoticeForm: String, CaseIterable, Sendable {
  /// The inbox of the pages and the live feed.
  case page
  /// E-mail by SMTP.
  case mail
  /// A message of an application of the government's WeChat, to a person.
  case message
  /// A robot of a group of the government's WeChat.
  case robot
  /// A short message through a gateway by HTTP.
  case sms
  /// Another system, by signed HTTP.
  case webhook

  /// Whether it tells a person; the others tell whoever listens there.
  package var isPersonal: Bool {
    switch self {
    case .page, .mail, .message, .sms: true
    case .robot, .webhook: false
    }
  }
}

/// What happened that somebody is told of.
package enum NoticeCause: String, CaseIterable, Sendable {
  /// A case was given to a unit.
  case dispatched
  /// An order was given to a person.
  case assigned
  /// Somebody was named to check a case.
  case checking
  /// A group was called.
  case called
  case reminder
  /// A supervision order.
  case order
  /// A reply to a supervision order, and one that was sent back.
  case replied, refused
  case closed
}

/// One line: what happened, who is told by which forms of channels, and in which words.
package struct NoticeTemplate: Equatable, Sendable {
  /// What title and text may name.
  package static let placeholders: Set<String> = [
    "number", "title", "address", "unit", "due", "words",
  ]

  package let code: String
  package let name: String
  package let cause: NoticeCause
  /// Who of the unit is told, where a unit is; empty where a person is.
  package let posts: Set<String>
  package let forms: [NoticeForm]
  package let title: String
  package let text: String
  /// Whether it goes out at night.
  package let isUrgent: Bool
  /// Minutes that it waits for others of its sort, to go out as one; 0 = none.
  package let mergeMinutes: Int

  package init(
    code: String, name: String, cause: NoticeCause, posts: Set<String>, forms: [NoticeForm],
    title: String, text: String, isUrgent: Bool, mergeMinutes: Int
  ) {
    self.code = code
    self.name = name
    self.cause = cause
    self.posts = posts
    self.forms = forms
    self.title = title
    self.text = text
    self.isUrgent = isUrgent
    self.mergeMinutes = mergeMinutes
  }
}

// What is wrong with a pack's notices.
extension PackLint {
  mutating func checkNotices() {
    guard let rules = pack.notices else { return }
    var codes: Set<String> = []
    for (index, template) in rules.templates.enumerated() {
      let subject = PackSubject(.notices, 0, .line, index)
      if !codes.insert(template.code).inserted {
        report(.codeTwice, subject, ["what": "template", "code": template.code])
      }
      for post in template.posts.sorted() {
        require(post, in: Set(known.posts.keys), "post", subject)
      }
      for name in Placeholders.names(in: template.title + template.text)
      where !NoticeTemplate.placeholders.contains(name) {
        report(.referenceUnknown, subject, ["what": "placeholder", "code": name])
      }
      if template.cause == .dispatched && template.posts.isEmpty
        && template.forms.contains(where: \.isPersonal)
      {
        report(.noticeNobody, subject, ["code": template.code])
      }
    }
  }
}
