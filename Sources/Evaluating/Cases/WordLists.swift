/// Lists as words of 64 bits: how many elements, then of each how many words, then these.
extension [Int64] {
  package mutating func put<Value>(_ elements: [Value], _ words: (Value) -> [Int64]) {
    append(Int64(elements.count))
    for element in elements {
      let words = words(element)
      append(Int64(words.count))
      append(contentsOf: words)
    }
  }
}

extension ArraySlice<Int64> {
  /// Takes a list off the front.
  ///
  /// - Parameter element: of the words of one; nil where they make none.
  /// - Returns: nil where the words end before the list does, or one makes no element.
  package mutating func takeList<Value>(
    _ element: ([Int64]) -> Value?
  ) -> [Value]? {
    guard let count = popFirst(), (0...Int64(self.count)).contains(count) else { return nil }
    var elements: [Value] = []
    elements.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let length = popFirst(), (0...Int64(self.count)).contains(length),
        let found = element(Array(prefix(Int(length))))
      else { return nil }
      removeFirst(Int(length))
      elements.append(found)
    }
    return elements
  }
}
