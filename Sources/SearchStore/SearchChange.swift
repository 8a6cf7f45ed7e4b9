package import City
package import Ports

/// One change of the index; applying the same changes again changes nothing.
package enum SearchChange: Sendable {
  /// Adds a document, or takes the place of the one with the same kind and id.
  case put(SearchDocument)
  /// A case has moved; its event's unit follows.
  case moved(ID<Case>, area: AreaPath, unit: UnitPath)
  /// A document is no more; its text is gone when this returns.
  case removed(SearchKind, Int64)
  /// Nobody is found any more by who reported it.
  case forgotten(ID<Reporter>)
}
