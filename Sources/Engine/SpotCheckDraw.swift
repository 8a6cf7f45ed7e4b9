package import City
import Evaluating
import Pack
import Ports

/// Which closed cases are looked at again: drawn by a seed that is on record, so that anybody can
/// draw the same.
package struct SpotCheckOrder: Sendable {
  /// When the cases were filed; `to` not included.
  package var from: Instant
  package var to: Instant
  package var count: Int
  package var unit: ID<Unit>?
  package var item: String?
  /// nil = one that nobody could know before.
  package var seed: UInt64?

  package init(from: Instant, to: Instant, count: Int) {
    self.from = from
    self.to = to
    self.count = count
  }
}

/// What was drawn, and among how many.
package struct SpotCheckDraw: Sendable {
  /// Cases drawn at once.
  package static let countMax = 100
  /// Closed cases among which is drawn.
  package static let populationMax = 100_000

  package let seed: UInt64
  package let population: Int
  package let drawn: [Supervision]
}

extension SupervisionDesk {
  /// Draws closed cases by seed: their places in the list of all that fit, by rising id, come from
  /// `SpotCheck.numbers`. A case that this draw has already is not drawn twice.
  package func draw(
    _ order: SpotCheckOrder, by caller: Caller, request: String
  ) async throws(SupervisionFault) -> SpotCheckDraw {
    try check(rules.supervisors, caller)
    guard (1...SpotCheckDraw.countMax).contains(order.count) else {
      throw .refused(
        field: "count", rule: "number.range",
        facts: ["min": "1", "max": String(SpotCheckDraw.countMax)])
    }
    guard order.from < order.to else {
      throw .refused(field: "to", rule: "time.order", facts: [:])
    }
    let seed = order.seed ?? Self.seed(engine.secrets.newBytes(8))
    let closed = try await population(order, caller.scope)
    let places =
      closed.isEmpty
      ? []
      : SpotCheck.numbers(
        seed: seed, count: order.count, in: 0...Int64(closed.count - 1))
    let cause = "drawn \(seed) \(order.from.milliseconds) \(order.to.milliseconds)"
    let now = engine.time.now
    let drawn = places.map { place in
      let found = closed[Int(place)]
      return Supervision(
        id: engine.newID(), case: found.id, form: .spotCheck, line: "", cause: cause,
        area: found.state.area, unit: found.state.unit, receivers: [], staff: caller.staff.id,
        at: now, words: "", due: nil, state: .open)
    }
    do throws(SupervisionFault) {
      try await commit(
        "supervision.drawn", drawn, drawn.map { .supervisionAbsent($0.key) }, caller, request,
        note: "seed \(seed), \(drawn.count) of \(closed.count)")
    } catch {
      guard case .store(.conflict) = error else { throw error }
      throw .refused(field: "seed", rule: "supervision.drawn", facts: ["seed": String(seed)])
    }
    return SpotCheckDraw(seed: seed, population: closed.count, drawn: drawn)
  }

  /// All closed cases that fit, by rising id.
  private func population(
    _ order: SpotCheckOrder, _ scope: Scope
  ) async throws(SupervisionFault) -> [Case] {
    var found: [Case] = []
    var before: Int64?
    repeat {
      var query = CaseQuery(
        scope: scope, page: PageRequest(limit: PageRequest.limitMax, before: before))
      query.open = false
      query.filedFrom = order.from
      query.filedTo = order.to
      query.unit = order.unit
      query.item = order.item
      let final = query
      let page = try await stored { () throws(StoreFault) in try await engine.store.cases(final) }
      found += page.elements
      before = page.next
      guard found.count <= SpotCheckDraw.populationMax else {
        throw .refused(
          field: "from", rule: "supervision.too_many",
          facts: ["max": String(SpotCheckDraw.populationMax)])
      }
    } while before != nil
    return found.reversed()
  }

  /// Within 53 bits, so that every reader of JSON reads it as it is.
  private static func seed(_ bytes: [UInt8]) -> UInt64 {
    bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } & (1 << 53 - 1)
  }
}
