package import City

/// Several packs as one: what each code means, whichever pack brought it.
package struct Catalogue: Sendable {
  package let packs: [Pack]
  package let items: [Item]
  package let categories: [Category]
  package let flows: [Flow]
  package let kinds: [Kind]
  package let posts: [Post]
  package let calendarYears: [CalendarYear]
  package let profiles: [TicketProfile]
  /// Actions by which somebody becomes the handler of a case: those that accept or report.
  package let handlingActions: Set<String>
  private let itemsByCode: [String: Item]
  private let flowsByReference: [FlowReference: Flow]
  private let kindsByCode: [String: Kind]
  private let hoursByCode: [String: WorkingHours]
  private let fieldClasses: [String: [String: DataClass]]

  /// - Parameter packs: in the order of their dependencies; a later one adds, never replaces.
  package init(_ packs: [Pack]) {
    self.packs = packs
    items = packs.flatMap(\.items)
    categories = packs.flatMap(\.categories)
    flows = packs.flatMap(\.flows)
    kinds = packs.flatMap(\.kinds)
    posts = packs.flatMap(\.posts)
    calendarYears = packs.flatMap(\.calendarYears)
    profiles = packs.flatMap(\.profiles)
    itemsByCode = Self.table(items) { $0.code }
    flowsByReference = Self.table(flows) { FlowReference(code: $0.code, version: $0.version) }
    kindsByCode = Self.table(kinds) { $0.code }
    hoursByCode = Self.table(packs.flatMap(\.hours)) { $0.code }
    fieldClasses = kindsByCode.mapValues { kind in
      Dictionary(kind.fields.map { ($0.name, $0.dataClass) }) { first, _ in first }
    }
    handlingActions = Set(
      flows.flatMap(\.edges)
        .filter { $0.effects.contains(.accept) || $0.effects.contains(.report) }.map(\.action))
  }

  private static func table<Key: Hashable, Value>(
    _ values: [Value], _ key: (Value) -> Key
  ) -> [Key: Value] {
    Dictionary(values.map { (key($0), $0) }) { first, _ in first }
  }

  package func item(code: String) -> Item? { itemsByCode[code] }
  package func flow(_ reference: FlowReference) -> Flow? { flowsByReference[reference] }
  package func kind(code: String) -> Kind? { kindsByCode[code] }
  package func hours(code: String) -> WorkingHours? { hoursByCode[code] }
  package func profile(code: String) -> TicketProfile? { profiles.first { $0.code == code } }

  /// The data class of a field of a kind; nil where the kind has no such field.
  package func fieldClass(kind: String, field: String) -> DataClass? { fieldClasses[kind]?[field] }

  /// The newest version of a flow, which new cases begin with.
  package func currentFlow(code: String) -> FlowReference {
    let version = flows.filter { $0.code == code }.map(\.version).max() ?? 1
    return FlowReference(code: code, version: version)
  }

  /// Weekdays from nine to five, for units that name no hours of their own.
  package static let fallbackHours = WorkingHours(
    code: "fallback", name: "",
    week: (0..<7).map { $0 < 5 ? [MinuteSpan(from: 540, to: 1_020)] : [] },
    makeUpDay: nil, worksOnHolidays: false)

  /// The hours called `office`, or the fallback.
  package var defaultHours: WorkingHours { hoursByCode["office"] ?? Self.fallbackHours }
}
