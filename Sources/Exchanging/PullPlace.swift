import City

/// Where asking by time goes on: everything filed before `since` is here. While a turn is cut in
/// pieces by its limit of pages, it says which page comes next and what was the newest so far.
struct PullPlace: Equatable, Sendable {
  var since: Instant?
  /// From 1.
  var page = 1
  var newest: Instant?

  init() {}

  /// As it stands in a mark: `since.page.newest` in milliseconds, `-` for none; anything else is
  /// the beginning.
  init(mark: String) {
    let parts = mark.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let page = Int(parts[1]), page >= 1 else { return }
    since = Int64(parts[0]).map { Instant(milliseconds: $0) }
    self.page = page
    newest = Int64(parts[2]).map { Instant(milliseconds: $0) }
  }

  var mark: String {
    func text(_ instant: Instant?) -> String { instant.map { String($0.milliseconds) } ?? "-" }
    return "\(text(since)).\(page).\(text(newest))"
  }

  /// After a page: the next one, or from the newest on.
  func after(_ times: [Instant], isLast: Bool) -> PullPlace {
    var next = self
    next.newest = (times + [newest].compactMap(\.self)).max()
    guard isLast else {
      next.page += 1
      return next
    }
    next.since = [since, next.newest].compactMap(\.self).max()
    next.page = 1
    next.newest = nil
    return next
  }
}
