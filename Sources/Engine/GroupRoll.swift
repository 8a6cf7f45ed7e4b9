package import City
import Dispatching
import Handling
package import Pack

/// Which units a group's members are at a place.
package struct GroupRoll: Sendable {
  /// A member, with its unit where one is found.
  package struct Line: Sendable {
    package let member: GroupMember
    package let unit: UnitPath?
  }

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Every member of a group, in the group's order.
  package func lines(_ group: JointGroup, at area: AreaPath) -> [Line] {
    let list = engine.directory.responsibility
    return group.members.map { member in
      Line(
        member: member,
        unit: list.unit(duty: member.duty, member.place, area: area, thing: nil))
    }
  }

  /// The call of those members whose unit is found; a unit that answers for two is called once.
  func call(_ group: JointGroup, at area: AreaPath) -> GroupCall {
    var called: Set<UnitPath> = []
    let members = lines(group, at: area).compactMap { line -> GroupCall.Member? in
      guard let unit = line.unit, called.insert(unit).inserted else { return nil }
      return GroupCall.Member(
        unit: unit, order: line.member.form == .order ? engine.newID() : nil,
        limit: line.member.limit)
    }
    return GroupCall(code: group.code, members: members)
  }

  /// Active people of the members' units who hold the posts that are told, in the order of ids.
  func told(_ group: JointGroup, at area: AreaPath) -> [ID<Staff>] {
    let lines = lines(group, at: area)
    return engine.directory.staff.values.filter { person in
      person.active
        && lines.contains { line in
          line.unit?.innermost == person.unit && !line.member.posts.isDisjoint(with: person.posts)
        }
    }.map(\.id).sorted()
  }
}
