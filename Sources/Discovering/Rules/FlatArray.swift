/// Numbers side by side in memory that does not move, freed with its last owner.
///
/// Sendable by hand: owners write only before they share it, or are themselves confined to one
/// thread at a time.
final class FlatArray<Element>: @unchecked Sendable where Element: BitwiseCopyable {
  let start: UnsafeMutablePointer<Element>
  let count: Int

  init(repeating element: Element, count: Int) {
    self.count = count
    start = .allocate(capacity: max(count, 1))
    start.initialize(repeating: element, count: count)
  }

  init(_ elements: [Element]) {
    count = elements.count
    start = .allocate(capacity: max(count, 1))
    for (index, element) in elements.enumerated() { (start + index).initialize(to: element) }
  }

  deinit { start.deallocate() }

  var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: start, count: count) }
  var bytes: Int { count * MemoryLayout<Element>.stride }
}
