/// Keeps copies of what was worked out from the journal, so that a start need not work it out anew.
///
/// A copy is never needed: one that is lost, torn or of another layout is as good as none.
package protocol DerivedKeeping: Sendable {
  /// Replaces the copy of a name, chunk by chunk, so that it is never held in memory as a whole.
  ///
  /// - Returns: whether it was written; what stood there before stays where not.
  func save(_ name: String, chunks: Int, _ chunk: (Int) -> [Int64]) -> Bool
  /// Hands out the chunks of a copy in their order, until `take` answers false.
  ///
  /// - Returns: whether there was a whole copy and all of it was taken.
  func load(_ name: String, _ take: ([Int64]) -> Bool) -> Bool
}
