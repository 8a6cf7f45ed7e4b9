package import City

/// Which lines of a ledger are asked for; what is nil does not narrow.
package struct LedgerQuery: Hashable, Sendable {
  package var scope: Scope
  /// Code of the ledger.
  package var ledger: String
  package var area: ID<Area>?
  package var state: LedgerEntry.State?
  /// Open ones that were due before this moment.
  package var lateAt: Instant?
  package var page: PageRequest

  package init(scope: Scope, ledger: String, page: PageRequest) {
    self.scope = scope
    self.ledger = ledger
    self.page = page
  }
}

/// Which rounds of a plan are asked for; what is nil does not narrow.
package struct PatrolQuery: Hashable, Sendable {
  package var scope: Scope
  /// Code of the plan.
  package var plan: String
  package var state: Patrol.State?
  /// Open ones whose period ended by this moment.
  package var lateAt: Instant?
  package var page: PageRequest

  package init(scope: Scope, plan: String, page: PageRequest) {
    self.scope = scope
    self.plan = plan
    self.page = page
  }
}
