import City
import Handling
import Language
import Pack
import Ports

/// What entries of the journal mean to those who are told, by the pack's templates.
struct NoticeDrafting {
  let engine: Engine
  let channels: [NoticeChannel]
  let address: @Sendable (String, String) -> String?

  /// Something that happened, and who is told.
  private struct Told {
    let cause: NoticeCause
    let `case`: ID<Case>
    var staff: [ID<Staff>] = []
    var words = ""
  }

  /// - Returns: what is owed, in the order of the entries; nothing where no template fits.
  func notices(of entries: [JournalEntry]) async throws(StoreFault) -> [Notice] {
    let causes = Set(engine.catalogue.notices.templates.map(\.cause))
    var notices: [Notice] = []
    for entry in entries {
      for told in told(entry) where causes.contains(told.cause) {
        notices += try await self.notices(told)
      }
    }
    return notices
  }

  private func told(_ entry: JournalEntry) -> [Told] {
    var told: [Told] = []
    for fact in entry.facts {
      switch fact {
      case .supervision(let found): told += self.told(found, entry.kind)
      case .step(let step): told += self.told(step, entry.facts)
      default: break
      }
    }
    return told
  }

  private func told(_ found: Supervision, _ kind: String) -> [Told] {
    switch kind {
    case "case.supervised":
      let cause: NoticeCause = found.form == .reminder ? .reminder : .order
      return [
        Told(cause: cause, case: found.case, staff: found.receivers, words: found.words)
      ]
    case "supervision.replied":
      let issuer =
        found.staff.map { [$0] } ?? found.receivers.filter { $0 != found.reply?.staff }
      return [
        Told(cause: .replied, case: found.case, staff: issuer, words: found.reply?.words ?? "")
      ]
    case "supervision.refused":
      return [
        Told(
          cause: .refused, case: found.case, staff: [found.reply?.staff].compactMap(\.self),
          words: found.ending?.words ?? "")
      ]
    default: return []
    }
  }

  /// Who is given an order hears of it, unless he took it himself; a unit that is given a case, and
  /// those outside where one closes.
  private func told(_ step: Step, _ facts: [Fact]) -> [Told] {
    var state: CaseState?
    for case .caseMoved(step.case, let moved) in facts { state = moved }
    guard let state else { return [] }
    if state.closedAt != nil { return [Told(cause: .closed, case: step.case)] }
    var told: [Told] = []
    if let group = step.group.flatMap({ engine.catalogue.group(code: $0) }) {
      let people = GroupRoll(engine: engine).told(group, at: state.area)
      told.append(Told(cause: .called, case: step.case, staff: people, words: group.name))
    }
    if let checker = state.checker, engine.catalogue.namingActions.contains(step.action) {
      told.append(Told(cause: .checking, case: step.case, staff: [checker]))
    }
    if let given = step.given, given == state.unit {
      told.append(Told(cause: .dispatched, case: step.case))
    }
    let assigns =
      step.action == HandOver.action || engine.catalogue.assigningActions.contains(step.action)
    guard step.given != nil || assigns else { return told }
    for case .order(let order) in facts where order.case == step.case && order.endedAt == nil {
      if let person = order.staff, person != step.staff {
        told.append(Told(cause: .assigned, case: step.case, staff: [person]))
      }
    }
    return told
  }

  private func notices(_ told: Told) async throws(StoreFault) -> [Notice] {
    let templates = engine.catalogue.notices.templates.filter { template in
      template.cause == told.cause
        && template.forms.contains { form in
          form == .page || channels.contains { $0.form == form }
        }
    }
    guard !templates.isEmpty, let found = try await engine.store.load(told.case) else { return [] }
    let now = engine.time.now
    return templates.flatMap { template -> [Notice] in
      let people = template.posts.isEmpty ? told.staff : holders(template.posts, of: found)
      return template.forms.flatMap { form in
        places(form, people).map { place in
          notice(template, told, found, channel: place.channel, staff: place.staff, at: now)
        }
      }
    }
  }

  /// Through which channels a form reaches whom.
  private func places(
    _ form: NoticeForm, _ people: [ID<Staff>]
  ) -> [(channel: String, staff: ID<Staff>?)] {
    if form == .page { return people.map { (Notice.pageChannel, $0) } }
    let codes = channels.filter { $0.form == form }.map(\.code)
    guard form.isPersonal else { return codes.map { ($0, nil) } }
    return codes.flatMap { code in
      people.filter { person in
        engine.directory.staff[person].flatMap { address($0.code, code) } != nil
      }.map { (code, $0) }
    }
  }

  private func holders(_ posts: Set<String>, of found: Case) -> [ID<Staff>] {
    SupervisionPeople(directory: engine.directory).repliers(posts, for: found)
  }

  /// Whether a receiver's own posts let him see addresses to the door; a channel of nobody in
  /// particular, a robot or another system, gets none.
  private func seesRooms(_ person: ID<Staff>?) -> Bool {
    guard let staff = person.flatMap({ engine.directory.staff[$0] }) else { return false }
    let posts = engine.catalogue.posts.filter { staff.posts.contains($0.code) }
    return Caller.seesRooms(PostPowers(posts).permissions)
  }

  private func notice(
    _ template: NoticeTemplate, _ told: Told, _ found: Case, channel: String, staff: ID<Staff>?,
    at now: Instant
  ) -> Notice {
    let unit = found.state.unit.innermost.flatMap { engine.directory.units[$0]?.name }
    let showsRooms = seesRooms(staff)
    func shown(_ text: String) -> String { showsRooms ? text : engine.rooms.masked(text) }
    let values = [
      "number": found.filing.number.text, "title": shown(found.filing.title),
      "address": shown(found.filing.address), "unit": unit ?? "",
      "due": found.state.due.map(engine.localText) ?? "", "words": shown(told.words),
    ]
    let isPage = channel == Notice.pageChannel
    let next =
      isPage
      ? now
      : NoticePlan.first(
        template, at: now, quiet: engine.catalogue.notices.quiet,
        offsetMinutes: engine.settings.offsetMinutes)
    var notice = Notice(
      id: engine.newID(), template: template.code, channel: channel, staff: staff,
      case: found.id,
      title: String(Placeholders.filled(template.title, values).prefix(Notice.titleMax)),
      text: String(Placeholders.filled(template.text, values).prefix(Notice.textMax)),
      link: "/case/" + found.filing.number.text, at: now, state: isPage ? .sent : .waiting,
      next: next)
    if isPage { notice.sentAt = now }
    return notice
  }
}
