package import City
import Pack
package import Ports

/// Why posts were not given, taken or ended.
package enum GrantFault: Error, Equatable {
  case refused(field: String, rule: String, facts: [String: String])
  case unknownGrant
  case store(StoreFault)

  package var code: String {
    switch self {
    case .refused: "grant.refused"
    case .unknownGrant: "grant.unknown"
    case .store(let fault): fault.code
    }
  }
}

/// Posts for a time: given by who has them, or taken in an emergency.
package struct GrantDesk: Sendable {
  /// A delegation lasts no longer, in milliseconds.
  package static let delegationMax = 92 * Duration.day
  /// Nor does an emergency.
  package static let breakGlassMax = 4 * Duration.hour
  /// Characters of the reason.
  package static let reasonCharacters = 5...200
  /// Posts of one grant.
  package static let postsMax = 8

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Gives some of one's own posts to somebody of one's own unit or below it.
  ///
  /// Posts that were given cannot be given on, and no power is ever given.
  /// - Throws: `refused` with the field and the rule that is broken.
  package func delegate(
    _ posts: [String], to receiver: ID<Staff>, from: Instant, to end: Instant, reason: String,
    by caller: Caller, request: String
  ) async throws(GrantFault) -> Grant {
    try check(posts, reason)
    let own = Set(caller.staff.posts)
    if let other = posts.first(where: { !own.contains($0) }) {
      throw .refused(field: "posts", rule: "grant.not_yours", facts: ["post": other])
    }
    let directory = engine.directory
    guard let person = directory.staff[receiver], person.active, receiver != caller.staff.id,
      directory.path(of: person.unit).lies(in: caller.staff.unit)
    else { throw .refused(field: "staff", rule: "grant.receiver", facts: [:]) }
    try check(posts, beside: person)
    let now = engine.time.now
    guard from < end, end > now, end.millisecondsSince(from) <= Self.delegationMax else {
      throw .refused(
        field: "to", rule: "grant.span", facts: ["days": String(Self.delegationMax / Duration.day)])
    }
    return try await save(
      Grant(
        id: engine.newID(), form: .delegation, staff: receiver, giver: caller.staff.id,
        posts: posts, isWide: false, reason: reason, from: max(from, now), to: end),
      "access.delegated", by: caller.actor, request: request)
  }

  /// Takes posts in an emergency, for at most four hours; everybody who watches is told.
  ///
  /// - Parameter isWide: whether he must see the whole city meanwhile.
  package func breakGlass(
    _ posts: [String], isWide: Bool, milliseconds: Int64, reason: String, by caller: Caller,
    request: String
  ) async throws(GrantFault) -> Grant {
    try check(posts, reason)
    guard (1...Self.breakGlassMax).contains(milliseconds) else {
      throw .refused(
        field: "minutes", rule: "grant.span",
        facts: ["minutes": String(Self.breakGlassMax / Duration.minute)])
    }
    guard !caller.grants.contains(where: { $0.form == .breakGlass }) else {
      throw .refused(field: "posts", rule: "grant.already", facts: [:])
    }
    try check(posts, beside: caller.staff)
    let now = engine.time.now
    return try await save(
      Grant(
        id: engine.newID(), form: .breakGlass, staff: caller.staff.id, giver: caller.staff.id,
        posts: posts, isWide: isWide, reason: reason, from: now,
        to: now.advanced(byMilliseconds: milliseconds)),
      "access.break_glass", by: caller.actor, request: request)
  }

  /// Ends a grant now: who gave it, who has it, or the security officer.
  package func end(
    _ id: ID<Grant>, by caller: Caller, request: String
  ) async throws(GrantFault) {
    let found = try await stored { () throws(StoreFault) in try await engine.store.load(id) }
    let now = engine.time.now
    guard var grant = found, grant.to > now,
      caller.permissions.contains(.secure)
        || [grant.staff, grant.giver].contains(caller.staff.id)
    else { throw .unknownGrant }
    grant.to = max(grant.from, now)
    _ = try await save(grant, "access.grant_ended", by: caller.actor, request: request)
  }

  private func check(_ posts: [String], _ reason: String) throws(GrantFault) {
    guard (1...Self.postsMax).contains(posts.count), Set(posts).count == posts.count else {
      throw .refused(
        field: "posts", rule: "grant.posts", facts: ["max": String(Self.postsMax)])
    }
    for code in posts {
      guard let post = engine.catalogue.post(code: code) else {
        throw .refused(field: "posts", rule: "post.unknown", facts: ["post": code])
      }
      guard post.permissions.isDisjoint(with: Permission.powers) else {
        throw .refused(field: "posts", rule: "grant.power", facts: ["post": code])
      }
    }
    guard Self.reasonCharacters.contains(reason.count) else {
      throw .refused(
        field: "reason", rule: "text.length",
        facts: [
          "min": String(Self.reasonCharacters.lowerBound),
          "max": String(Self.reasonCharacters.upperBound),
        ])
    }
  }

  /// Whoever holds a power takes no other work, not even for an hour.
  private func check(_ posts: [String], beside person: Staff) throws(GrantFault) {
    let all = engine.catalogue.posts.filter {
      posts.contains($0.code) || person.posts.contains($0.code)
    }
    guard PostPowers(all).isSound else {
      throw .refused(field: "staff", rule: "post.powers", facts: [:])
    }
  }

  private func save(
    _ grant: Grant, _ kind: String, by actor: Actor, request: String
  ) async throws(GrantFault) -> Grant {
    try await stored { () throws(StoreFault) in
      _ = try await engine.store.commit(
        ChangeSet(
          kind: kind, at: engine.time.now, actor: actor,
          subject: SubjectReference(kind: "grant", id: grant.id.rawValue), request: request,
          conditions: [], facts: [.grant(grant)]))
      try await engine.reloadGrants()
    }
    return grant
  }

  private func stored<Answer>(
    _ body: () async throws(StoreFault) -> Answer
  ) async throws(GrantFault) -> Answer {
    do throws(StoreFault) {
      return try await body()
    } catch {
      throw .store(error)
    }
  }
}
