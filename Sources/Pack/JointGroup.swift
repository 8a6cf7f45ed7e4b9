package import City

/// Units that come together for one sort of problem when they are called (联勤联动).
package struct JointGroup: Equatable, Sendable {
  /// Units of one group.
  package static let membersMax = 12
  /// Groups that one case may call.
  package static let callsMax = 5

  package let code: String
  package let name: String
  package let members: [GroupMember]
  /// Shown to users.
  package let why: String

  package init(code: String, name: String, members: [GroupMember], why: String) {
    self.code = code
    self.name = name
    self.members = members
    self.why = why
  }
}

/// A unit of a group, by what it answers for.
package struct GroupMember: Equatable, Sendable {
  /// What the call is to it.
  package enum Form: String, CaseIterable, Sendable {
    /// It gets a part of the case, which has to be ended before the case can be reported.
    case order
    /// It is told, and nothing waits for it.
    case notice
  }

  /// Code of the duty by which the unit is found.
  package let duty: String
  package let place: ResponsibilityRule.Place
  package let form: Form
  /// Codes of the posts of the unit that are told.
  package let posts: Set<String>
  /// How long it has for its part; nil = as long as the case has.
  package let limit: TimeLimit?

  package init(
    duty: String, place: ResponsibilityRule.Place, form: Form, posts: Set<String>,
    limit: TimeLimit?
  ) {
    self.duty = duty
    self.place = place
    self.form = form
    self.posts = posts
    self.limit = limit
  }
}

extension PackLint {
  mutating func checkGroups() {
    for (index, group) in pack.groups.enumerated() {
      let subject = PackSubject(.groups, index)
      let duties = group.members.map(\.duty)
      let isRight = (1...JointGroup.membersMax).contains(duties.count)
      if !isRight || Set(duties).count < duties.count {
        report(
          .groupMembers, subject,
          [
            "code": group.code, "count": String(duties.count),
            "max": String(JointGroup.membersMax),
          ])
      }
      for member in group.members {
        require(member.duty, in: Set(known.duties.keys), "duty", subject)
        for post in member.posts.sorted() {
          require(post, in: Set(known.posts.keys), "post", subject)
        }
      }
    }
  }
}
